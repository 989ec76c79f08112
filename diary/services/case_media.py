"""Every file of a case on pages of its own: closed until one is looked at."""

from __future__ import annotations

from dataclasses import dataclass

from diary.domain.entry import Entry
from diary.domain.file import Derived, File
from diary.services.case_reading import Open, Piece
from diary.services.entries import Attached
from diary.services.paging import place


@dataclass(frozen=True, slots=True)
class Held:
    """One file, and the shared entry that it belongs to, if it belongs to one."""

    attached: Attached
    entry: Piece[Entry] | None


@dataclass(frozen=True, slots=True)
class Media:
    """One page of files, newest first."""

    items: tuple[Held, ...]
    total: int
    page: int
    pages: int
    damaged: int


def media(found: Open, page: int) -> Media:
    """Return one page of what is known of the files; no bytes of any are read."""
    heads = found.listed(File.kind)
    there = place(page, len(heads))
    some = there.of(heads)
    above = {head.n: head.parent.hex() for head in some}
    pieces = found.open(File, some)
    made = found.below(Derived, [one.id for one in pieces])
    entries = _entries(found, set(above.values()))
    return Media(
        items=tuple(
            Held(
                Attached(one.id, one.body, one.received_at, tuple(c.body for c in made[one.id])),
                entries.get(above[one.n]),
            )
            for one in pieces
        ),
        total=len(heads),
        page=there.page,
        pages=there.pages,
        damaged=found.lost.number,
    )


def _entries(found: Open, ids: set[str]) -> dict[str, Piece[Entry]]:
    """Open the entries that files belong to: the page says when each was, and no more of it."""
    heads = [head for one in ids if (head := found.find(Entry, one))]
    return {one.id: one for one in found.open(Entry, heads)}
