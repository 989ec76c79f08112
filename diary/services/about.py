"""Who she is to her own papers, the other person as she knows them, and words to keep secret.

Each is one record of a diary. The profile also counts what numbers were given: saving it keeps
those counts.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from diary.domain.kept import Profile
from diary.domain.people import OtherPerson, Secrets
from diary.errors import ConflictError
from diary.services import own
from diary.services.house import House
from diary.services.own import Body, Own
from diary.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class About:
    """All three, with the version of each that was read (0: there is none yet)."""

    profile: Own[Profile] | None
    other: Own[OtherPerson] | None
    secrets: Own[Secrets] | None


def read(house: House, vault: Vault) -> About:
    """Return what is known."""
    with house.store.read() as conn:
        return About(
            profile=own.only(conn, vault, Profile),
            other=own.only(conn, vault, OtherPerson),
            secrets=own.only(conn, vault, Secrets),
        )


def save(
    house: House, vault: Vault, seen: About, told: tuple[Profile, OtherPerson, Secrets]
) -> None:
    """Save all three on top of what was seen, or nothing.

    ConflictError when one was changed in between.
    """
    profile, other, secrets = told
    with own.turn(house, vault) as conn:
        _save(conn, house, vault, seen.profile, profile)
        _save(conn, house, vault, seen.other, other)
        _save(conn, house, vault, seen.secrets, secrets)


def _save(
    conn: Connection, house: House, vault: Vault, before: Own[Body] | None, body: Body
) -> None:
    newest = own.only(conn, vault, type(body))
    if newest is not None and newest.body == body:
        return
    if newest is None:
        if body != type(body)():
            own.add_in(conn, house, vault, body)
    elif before is None:
        raise ConflictError
    else:
        own.change_in(conn, house, vault, body, record_id=newest.id, base=before.version)
