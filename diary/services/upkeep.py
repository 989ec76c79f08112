"""What nobody asks for by hand: stamping the log, and finishing what is due.

Both can run in several processes at once: the database lets one at a time give leaves their place,
and destroying a key twice is destroying it once.
"""

from __future__ import annotations

from dataclasses import dataclass

from diary.domain.clock import to_ms
from diary.services import agencies, asking, deletion, drafts, sessions, sharing, throttle, uploads
from diary.services.house import House
from diary.store import accounts, files
from diary.vault import ledger


@dataclass(frozen=True, slots=True)
class Swept:
    """How much was finished."""

    records: int
    accounts: int
    uploads: int
    sessions: int


def stamp(house: House) -> str | None:
    """Put waiting leaves into the log; return the newest signed checkpoint, if there is any."""
    return ledger.sequence(house.store, house.secrets.log, house.now())


def sweep(house: House, *, nameless: bool = True) -> Swept:
    """Finish removals and closings that are due, drop abandoned uploads and old sessions.

    Without `nameless`, files that no row names are left for another time.
    """
    records, accounts = deletion.finish(house), finish_closings(house)
    ended = sessions.sweep(house)
    sharing.sweep(house)
    with house.store.write() as conn:
        throttle.forget_old(conn, house)
    drafts.sweep(house)
    agencies.sweep(house)
    asking.sweep(house)
    # Files come last: where they cannot be reached, all else that is due is done.
    deletion.unlink_dropped(house)
    dropped = uploads.sweep(house, nameless=nameless)
    house.store.forget_journal()
    return Swept(records=records, accounts=accounts, uploads=dropped, sessions=ended)


def finish_closings(house: House) -> int:
    """Remove every closed account whose wait is over, with everything in it; return how many.

    What stays is in the log: leaves that nobody can open.
    """
    with house.store.write() as conn:
        due = accounts.due_to_close(conn, to_ms(house.now()))
        for account_id, diary_id in due:
            files.drop_of_diary(conn, diary_id)
            accounts.remove(conn, account_id)
    return len(due)
