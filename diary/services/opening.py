"""Opening records for a bundle: what does not open is counted and left out, never hidden."""

from __future__ import annotations

from sqlalchemy import Connection

from diary.vault.reader import Reader as Records
from diary.vault.records import Opened
from diary.vault.unopened import Unopened


def versions(
    conn: Connection, vault: Records, newest: Opened, unopened: Unopened
) -> tuple[Opened, ...]:
    """Return every version of a record, oldest first."""
    if newest.version == 1:
        return (newest,)
    return tuple(vault.versions(conn, newest.record_id, unopened=unopened))
