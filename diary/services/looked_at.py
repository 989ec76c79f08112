"""What was looked at before it is given, as its page carries it to the press.

Rows are only ever added to a diary. Where none was since, and nothing was decided otherwise, what
goes is what the page showed: the marks that it carries say what of it goes as a copy, and thousands
of records need not be opened again to find that out.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from pydantic import JsonValue
from sqlalchemy import Connection

from diary.canonical import canonical_bytes, sha256
from diary.domain.sharing import Shared
from diary.services.parcels import Parcel, items_of, pack
from diary.services.share_drafts import Draft
from diary.vault import carried
from diary.vault.heads import Heads
from diary.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Look:
    """A parcel, and what its page carries of it."""

    parcel: Parcel
    seen: str


def look(conn: Connection, vault: Vault, draft: Draft) -> Look:
    """Return what would go."""
    parcel = pack(conn, vault, draft)
    # All versions are not marked one by one, and what did not open may open then.
    marks = None if draft.earlier or parcel.damaged else parcel.marks
    said: list[JsonValue] = [parcel.seen, _state(vault.heads(conn), draft), marks]
    return Look(parcel, carried.seal(vault, _about(draft), said))


def items(conn: Connection, vault: Vault, draft: Draft, seen: str) -> tuple[Shared, ...] | None:
    """Return what goes; None where it is not what was looked at. In a turn of its own."""
    match carried.open_(vault, _about(draft), seen):
        case [str(parcel_seen), str(state), marks]:
            pass
        case _:
            return None
    heads = vault.heads(conn)
    if isinstance(marks, str) and state == _state(heads, draft):
        return items_of(conn, vault, heads, draft, marks)
    parcel = pack(conn, vault, draft)
    return parcel.items() if parcel.seen == parcel_seen else None


def _state(heads: Heads, draft: Draft) -> str:
    """Name what was decided and how far the diary had come then."""
    decided = {one.name: getattr(draft, one.name) for one in fields(draft)}
    return f"{heads.covers_n} {heads.lost} {sha256(canonical_bytes(decided)).hex()}"


def _about(draft: Draft) -> str:
    return f"share {draft.id}"
