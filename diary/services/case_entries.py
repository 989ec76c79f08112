"""The entries of a case: a page of them, and one with what was shared beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from diary.domain.entry import Entry
from diary.domain.file import File
from diary.domain.order import Order
from diary.domain.plan import Lead, PlanLook
from diary.domain.report import Report
from diary.insights.in_force import span
from diary.services.case_reading import Open, Piece
from diary.services.entries import Attached
from diary.services.paging import place
from diary.vault.heads import Head


@dataclass(frozen=True, slots=True)
class Item:
    """One entry in a list."""

    piece: Piece[Entry]
    files: Counter[int]
    reported: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are asked for; empty is all."""

    words: str = ""
    order: str = ""
    reported: str = ""
    start: date | None = None
    end: date | None = None

    def __bool__(self) -> bool:
        """Tell whether anything narrows the list."""
        return any((self.words.strip(), self.order, self.reported, self.start, self.end))


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of entries, newest first."""

    items: tuple[Item, ...]
    total: int
    page: int
    pages: int
    damaged: int
    orders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """One entry with what was shared of all that belongs to it."""

    piece: Piece[Entry]
    files: tuple[Attached, ...]
    order: Piece[Order] | None
    reports: tuple[Piece[Report], ...]
    leads: tuple[Piece[Lead], ...]
    look: Piece[PlanLook] | None
    can_download: bool
    damaged: int


def items(found: Open, heads: Sequence[Head], told: set[str]) -> tuple[Item, ...]:
    """Open the entries of a list, and count their shared files by shape. Their words are shown."""
    section, pieces = found.heads.section(File.kind), found.open(Entry, heads)
    found.shown.extend(one.id for one in pieces)
    return tuple(
        Item(
            one,
            Counter(head.mark for head in section.children(bytes.fromhex(one.id))),
            one.id in told or one.body.report_status == "reported",
        )
        for one in pieces
    )


def reported(found: Open) -> set[str]:
    """Return the entries that a shared report names: one that is gone, or names another, does not.

    Links are not asked: they stay as they were shared when a report is removed or mended.
    """
    return {entry for one in found.every(Report) for entry in one.body.entries}


def entries(found: Open, wanted: Wanted, page: int) -> Shelf:
    """Return one page of the entries that are asked for."""
    told, heads = reported(found), found.listed(Entry.kind)
    if wanted:
        heads = [head for head, one in _opened(found, heads) if _is_wanted(one, wanted, told)]
    there = place(page, len(heads))
    return Shelf(
        items=items(found, there.of(heads), told),
        total=len(heads),
        page=there.page,
        pages=there.pages,
        damaged=found.lost.number,
        orders=tuple(dict.fromkeys(one.body.reference for one in found.every(Order))),
    )


def _opened(found: Open, heads: Sequence[Head]) -> list[tuple[Head, Piece[Entry]]]:
    by_n = {one.n: one for one in found.open(Entry, heads)}
    return [(head, by_n[head.n]) for head in heads if head.n in by_n]


def _is_wanted(one: Piece[Entry], wanted: Wanted, told: set[str]) -> bool:
    body = one.body
    is_told = one.id in told or body.report_status == "reported"
    checks: tuple[Callable[[], bool], ...] = (
        lambda: all(
            word in body.search_text().casefold() for word in wanted.words.casefold().split()
        ),
        lambda: not wanted.order or _is_about(body, wanted.order),
        lambda: not wanted.reported or is_told == (wanted.reported == "yes"),
        lambda: _is_within(body, wanted),
    )
    return all(check() for check in checks)


def _is_about(body: Entry, reference: str) -> bool:
    terms = (term.rpartition(".")[0] for term in body.terms_alleged)
    return reference in {body.order_ref, *terms}


def _is_within(body: Entry, wanted: Wanted) -> bool:
    if wanted.start is None and wanted.end is None:
        return True
    days = span(body.when)
    if days is None:
        return False
    return (wanted.end is None or days[0] <= wanted.end) and (
        wanted.start is None or days[1] >= wanted.start
    )


def entry(found: Open, record_id: str) -> Story:
    """Read one entry, or raise NotFoundError."""
    one = found.one(Entry, record_id)
    about = [report for report in found.every(Report) if one.id in report.body.entries]
    looks = found.below(PlanLook, [one.id])[one.id]
    consent = found.consent()
    return Story(
        piece=one,
        files=found.files(one.id),
        order=_order_of(found, one.body),
        reports=tuple(about),
        leads=tuple(found.below(Lead, [one.id])[one.id]),
        look=looks[-1] if looks else None,
        can_download=consent is not None and consent.permission == "download",
        damaged=found.lost.number,
    )


def _order_of(found: Open, body: Entry) -> Piece[Order] | None:
    return next((one for one in found.every(Order) if one.body.reference == body.order_ref), None)
