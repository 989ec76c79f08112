"""What the pages of a case show, read in one view of the store (`cases.read` calls these)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil

from diary.domain.clock import from_ms
from diary.domain.entry import Entry
from diary.domain.file import File
from diary.domain.order import Order
from diary.domain.people import Contact, OtherPerson, Person, Told
from diary.domain.plan import Lead, Plan, PlanLook
from diary.domain.practice import PracticeRecord
from diary.domain.report import Report, ReportLink
from diary.domain.sharing import MARKS, Consent, Redacted
from diary.errors import NotFoundError
from diary.insights import patterns
from diary.insights.in_force import span
from diary.insights.patterns import Fact
from diary.services import cases, orders
from diary.services.case_reading import Open, Piece
from diary.services.cases import Look
from diary.services.entries import Attached
from diary.services.house import House
from diary.services.orders import Family
from diary.services.own import Own
from diary.services.patterns import FRESH
from diary.vault import looked
from diary.vault.facts import Counted, facts_of, store_facts
from diary.vault.heads import Head
from diary.vault.looked import Looked
from diary.vault.vault import Vault

PER_PAGE = 20
LATEST = 5
_FACTS = (Entry.kind, Redacted.kind)


@dataclass(frozen=True, slots=True)
class Item:
    """One entry in a list."""

    piece: Piece[Entry]
    files: Counter[int]
    reported: bool


@dataclass(frozen=True, slots=True)
class Numbers:
    """What is counted for the pattern, and how many entries do not open."""

    facts: tuple[Fact, ...]
    damaged: int
    fresh: int


@dataclass(frozen=True, slots=True)
class Overview:
    """A case on one screen."""

    id: str
    consent: Consent | None
    ends: datetime
    orders: tuple[Family, ...]
    entries: tuple[Item, ...]
    entries_total: int
    reports: tuple[Piece[Report], ...]
    reports_total: int
    numbers: Numbers
    plan: Piece[Plan] | None
    people: int
    records: int
    last: Looked
    new: frozenset[int]
    copies: int
    damaged: int

    @property
    def can_download(self) -> bool:
        """Tell whether she let anything be taken away."""
        return self.consent is not None and self.consent.permission == "download"


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


@dataclass(frozen=True, slots=True)
class Plans:
    """The safety plan, where it was shared."""

    plan: Piece[Plan] | None
    damaged: int


@dataclass(frozen=True, slots=True)
class People:
    """Who the people are: each with how to reach them, where that was shared."""

    persons: tuple[tuple[Piece[Person], tuple[Piece[Contact], ...]], ...]
    other: Piece[OtherPerson] | None
    told: tuple[Piece[Told], ...]
    damaged: int


def open_case(house: House, me: Vault, case_id: str) -> Overview:
    """Show the case on one screen; what was there is kept for the next time."""
    with house.store.read() as conn:
        grant = cases.live(conn, house, me, case_id)
        found = cases.opened(conn, grant)
        shown, ns = overview(found), found.ns
    with house.store.write() as conn:
        grant = cases.trace(conn, house, me, case_id, Look("case"))
        before = looked.read(grant)
        visit = before.visit(house.now(), ns)
        if visit != before:
            looked.keep(conn, grant, visit)
        if shown.numbers.fresh > FRESH:
            store_facts(conn, cases.opened(conn, grant).case, *_FACTS)
    return _with_new(shown, visit, ns)


def _with_new(shown: Overview, last: Looked, ns: set[int]) -> Overview:
    values = {name: getattr(shown, name) for name in Overview.__slots__}
    return Overview(**values | {"last": last, "new": frozenset(last.new_now(ns))})


def overview(found: Open) -> Overview:
    """Read everything that stands on that screen."""
    told = reported(found)
    heads = found.listed(Entry.kind)
    reports = found.listed(Report.kind)
    plans = found.every(Plan)
    consent = found.consent()
    return Overview(
        id=found.case.grant.id,
        consent=consent,
        ends=_ends(found),
        orders=families(found),
        entries=items(found, heads[:LATEST], told),
        entries_total=len(heads),
        reports=tuple(found.open(Report, reports[:LATEST])),
        reports_total=len(reports),
        numbers=numbers(found, told),
        plan=plans[0] if plans else None,
        people=sum(len(found.listed(kind)) for kind in (Person.kind, OtherPerson.kind, Told.kind)),
        records=len(found.listed(PracticeRecord.kind)),
        last=Looked(),
        new=frozenset(),
        copies=sum(head.mark == MARKS[Entry.kind] for head in found.heads.listed(Redacted.kind)),
        damaged=found.lost.number,
    )


def _ends(found: Open) -> datetime:
    return from_ms(found.case.grant.row.ends_ms)


def families(found: Open) -> tuple[Family, ...]:
    """Return the shared orders with their versions, the latest made first."""
    return orders.grouped([as_own(one) for one in found.every(Order)])


def as_own(one: Piece[Order]) -> Own[Order]:
    """Give an order the shape that its versions are told apart by."""
    return Own(one.id, one.version, one.body, one.written_at, one.received_at)


def items(found: Open, heads: Sequence[Head], told: set[str]) -> tuple[Item, ...]:
    """Open the entries of a list, and count their shared files by shape."""
    section = found.heads.section(File.kind)
    return tuple(
        Item(
            one,
            Counter(head.mark for head in section.children(bytes.fromhex(one.id))),
            one.id in told or one.body.report_status == "reported",
        )
        for one in found.open(Entry, heads)
    )


def reported(found: Open) -> set[str]:
    """Return the entries that a shared report names."""
    links = {head.parent.hex() for head in found.heads.listed(ReportLink.kind) if head.mark}
    return links | {entry for one in found.every(Report) for entry in one.body.entries}


def numbers(found: Open, told: set[str]) -> Numbers:
    """Return what every shared entry says in short."""
    listed = found.whole(Entry.kind)
    whole = facts_of(found.conn, found.case, Entry.kind, heads=found.heads, listed=listed)
    copies = (
        facts_of(found.conn, found.case, Redacted.kind, heads=found.heads)
        if len(found.heads.section(Redacted.kind))
        else Counted([], 0, 0)
    )
    both = found.listed(Entry.kind) if copies.facts else ()
    parents = {head.record: head.parent for head in both}
    facts = [*_facts(whole, {}, told), *_facts(copies, parents, told)]
    return Numbers(tuple(facts), whole.damaged, whole.fresh + copies.fresh)


def _facts(counted: Counted, parents: dict[bytes, bytes], told: set[str]) -> list[Fact]:
    return [
        patterns.read_fact(said, reported=bool(told) and parents.get(record, record).hex() in told)
        for record, said in counted.facts
        if not parents or record in parents
    ]


def entries(found: Open, wanted: Wanted, page: int) -> Shelf:
    """Return one page of the entries that are asked for."""
    told, heads = reported(found), found.listed(Entry.kind)
    if wanted:
        heads = [head for head, one in _opened(found, heads) if _is_wanted(one, wanted, told)]
    start = PER_PAGE * (page - 1)
    return Shelf(
        items=items(found, heads[start : start + PER_PAGE], told),
        total=len(heads),
        page=page,
        pages=max(1, ceil(len(heads) / PER_PAGE)),
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


def order(found: Open, order_id: str) -> tuple[Piece[Order], tuple[Own[Order], ...]]:
    """Read one order with its other versions, or raise NotFoundError."""
    one = found.one(Order, order_id)
    having = (
        family.versions
        for family in families(found)
        if any(version.id == order_id for version in family.versions)
    )
    return one, next(having, ())


def reports(found: Open) -> tuple[tuple[Piece[Report], ...], dict[str, Piece[Entry]], int]:
    """Read all reports, the entries that they are about, and how many do not open."""
    every = found.every(Report)
    wanted = dict.fromkeys(entry_id for one in every for entry_id in one.body.entries)
    heads = [head for entry_id in wanted if (head := found.find(Entry, entry_id))]
    about = {one.id: one for one in found.open(Entry, heads)}
    return tuple(every), about, found.lost.number


def plan(found: Open) -> Plans:
    """Read the safety plan."""
    every = found.every(Plan)
    return Plans(every[0] if every else None, found.lost.number)


def people(found: Open) -> People:
    """Read who the people are."""
    persons = found.every(Person)
    below = found.below(Contact, [one.id for one in persons])
    others = found.every(OtherPerson)
    return People(
        persons=tuple((one, tuple(below[one.id])) for one in persons),
        other=others[0] if others else None,
        told=tuple(found.every(Told)),
        damaged=found.lost.number,
    )


def term_names(found: Open) -> dict[str, tuple[str, str]]:
    """Return each term's order and its words, by its id."""
    return {
        term.term_id: (one.body.reference, term.text_from_order)
        for one in found.every(Order)
        for term in (*one.body.terms, *one.body.exceptions)
    }


def require(condition: object) -> None:
    """Raise NotFoundError unless there is something."""
    if not condition:
        raise NotFoundError
