"""The last look before something is shared, as its page carries it to the press.

The page carries a number for exactly what was looked at, and of each record whether it goes as a
copy. A version never changes, and its commitment is checked whenever it is opened. So where the
rows that would go now make the same number, they are what was looked at, or do not open: thousands
of them need not be opened again to find out which of them something is left out of. Each is opened
when its turn to go comes (`services.placing`).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from diary.domain.sharing import Shared
from diary.services.parcels import Parcel, going, pack
from diary.services.share_drafts import Draft
from diary.vault import carried
from diary.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Looked:
    """A parcel, and what its page carries of it."""

    parcel: Parcel
    seen: str


def look(conn: Connection, vault: Vault, draft: Draft) -> Looked:
    """Return what would go."""
    parcel = pack(conn, vault, draft)
    return Looked(parcel, carried.seal(vault, _about(draft), [parcel.seen, parcel.marks]))


def items(conn: Connection, vault: Vault, draft: Draft, seen: str) -> tuple[Shared, ...] | None:
    """Return what goes; None where it is not what was looked at. In a turn of its own."""
    match carried.open_(vault, _about(draft), seen):
        case [str(number), str(marks)]:
            pass
        case _:
            return None
    if (found := going(conn, vault, draft, marks)) is not None and found.seen == number:
        return found.items
    # Where all wordings go, or something did not open, the rows alone do not tell.
    parcel = pack(conn, vault, draft)
    return parcel.items() if parcel.seen == number else None


def _about(draft: Draft) -> str:
    return f"share {draft.id}"
