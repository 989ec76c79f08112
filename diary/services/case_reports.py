"""What was reported, as far as it is shared: a page of it, with the entries that it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from diary.domain.entry import Entry
from diary.domain.report import Report
from diary.services.case_reading import Open, Piece
from diary.services.paging import PER_PAGE, place
from diary.vault.heads import Head


@dataclass(frozen=True, slots=True)
class Reports:
    """One page of reports, newest first, and the shared entries that they name."""

    items: tuple[Piece[Report], ...]
    about: dict[str, Piece[Entry]]
    total: int
    page: int
    pages: int
    damaged: int
    can_download: bool


def reports(found: Open, page: int, at: str = "") -> Reports:
    """Read one page of reports: the page asked for, or the one on which `at` stands."""
    heads = found.listed(Report.kind)
    there = place(_page_of(found, heads, at) or page, len(heads))
    items = tuple(found.open(Report, there.of(heads)))
    wanted = dict.fromkeys(entry_id for one in items for entry_id in one.body.entries)
    entries = [head for entry_id in wanted if (head := found.find(Entry, entry_id))]
    consent = found.consent()
    return Reports(
        items=items,
        about={one.id: one for one in found.open(Entry, entries)},
        total=len(heads),
        page=there.page,
        pages=there.pages,
        damaged=found.lost.number,
        can_download=consent is not None and consent.permission == "download",
    )


def _page_of(found: Open, heads: Sequence[Head], at: str) -> int:
    """Return the page on which a report stands; 0 where none is asked for, or it is not shared."""
    head = found.find(Report, at) if at else None
    return 0 if head is None or head not in heads else heads.index(head) // PER_PAGE + 1
