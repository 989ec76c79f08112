"""Numbers that are given once in a diary and never again, whatever is removed later.

The highest number ever given stands in the profile, which is saved in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from diary.domain.kept import Profile
from diary.store import records
from diary.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Register:
    """The profile with its counts, to be saved on top of `version`.

    `least` numbers may have been given by a profile that is lost.
    """

    profile: Profile
    record_id: str | None = None
    version: int = 0
    least: int = 0


def give(
    conn: Connection,
    vault: Vault,
    *,
    at: datetime,
    given: Callable[[Profile], int],
    store: Callable[[Profile, int], Profile],
    used: int = 0,
) -> int:
    """Return the next number after all that were given, or are in use (`used`: the highest)."""
    register = open_register(conn, vault)
    number = max(given(register.profile), used, register.least) + 1
    save(conn, vault, register, store(register.profile, number), at=at)
    return number


def open_register(conn: Connection, vault: Vault) -> Register:
    """Read the profile, in a turn of one's own: two who read the same would give the same."""
    vault.take_turn(conn)
    lost = vault.lost(conn)
    for opened in vault.scan(conn, Profile.kind, unopened=lost):
        if isinstance(opened.body, Profile):
            return Register(opened.body, opened.record_id, opened.version)
    # How many were given may be lost too. Each was a row: past their number, none was given.
    return Register(Profile(), least=records.last_n(conn, vault.diary_id) if lost.number else 0)


def save(
    conn: Connection, vault: Vault, register: Register, profile: Profile, *, at: datetime
) -> None:
    """Save the counts on top of what was read."""
    vault.keep(conn, profile, at=at, record_id=register.record_id, base_version=register.version)
