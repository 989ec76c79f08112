"""A case on one screen, and when its reader last looked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from diary.domain.clock import from_ms
from diary.domain.entry import Entry
from diary.domain.people import OtherPerson, Person, Told
from diary.domain.plan import Plan
from diary.domain.practice import PracticeRecord
from diary.domain.report import Report
from diary.domain.sharing import Consent, Redacted
from diary.services import case_new, cases
from diary.services.case_entries import Item, items, reported
from diary.services.case_numbers import Numbers, numbers
from diary.services.case_pages import families
from diary.services.case_reading import Open, Piece
from diary.services.cases import Look
from diary.services.house import House
from diary.services.orders import Family
from diary.services.patterns import FRESH
from diary.vault import looked
from diary.vault.facts import store_facts
from diary.vault.looked import Looked
from diary.vault.vault import Vault

LATEST = 5
FACTS = (Entry.kind, Redacted.kind)


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
    damaged: int

    @property
    def can_download(self) -> bool:
        """Tell whether she let anything be taken away."""
        return self.consent is not None and self.consent.permission == "download"


def open_case(house: House, me: Vault, case_id: str) -> Overview:
    """Show the case on one screen; what was there is kept for the next time."""
    with house.store.read() as conn:
        grant = cases.live(conn, house, me, case_id)
        found = cases.opened(conn, grant)
        shown, ns, counted = overview(found), found.ns, case_new.counted(found)
        look = Look("case", shown=tuple(found.shown))
    with house.store.write() as conn:
        grant = cases.trace(conn, house, me, case_id, look)
        before = looked.read(grant)
        visit = before.visit(house.now(), ns)
        if visit != before:
            looked.keep(conn, grant, visit)
        if shown.numbers.fresh > FRESH:
            store_facts(conn, cases.opened(conn, grant).case, *FACTS)
    return _with_new(shown, visit, counted)


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
        damaged=found.lost.number,
    )


def _ends(found: Open) -> datetime:
    return from_ms(found.case.grant.row.ends_ms)
