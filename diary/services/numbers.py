"""Numbers that are given once in a diary and never again, whatever is removed later.

The highest number ever given stands in the profile, which is saved in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from diary.domain.kept import Profile
from diary.store import records
from diary.vault.unopened import Unopened
from diary.vault.vault import Vault


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
    vault.take_turn(conn)  # two who read the same profile would give the same number
    lost = vault.lost(conn)
    profile, record_id, version = _profile(conn, vault, lost)
    number = max(given(profile), used)
    if lost.number and record_id is None:
        # How many were given may be lost too. Each was a row: past their number, none was given.
        number = max(number, records.last_n(conn, vault.diary_id))
    counted = store(profile, number + 1)
    vault.keep(conn, counted, at=at, record_id=record_id, base_version=version)
    return number + 1


def _profile(conn: Connection, vault: Vault, lost: Unopened) -> tuple[Profile, str | None, int]:
    for opened in vault.scan(conn, Profile.kind, unopened=lost):
        if isinstance(opened.body, Profile):
            return opened.body, opened.record_id, opened.version
    return Profile(), None, 0
