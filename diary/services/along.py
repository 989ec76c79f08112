"""What goes along with chosen entries: their orders, reports, witnesses, leads and looks.

An order goes when a chosen entry names it or a term of it, or may have happened while it was in
force. A report goes with its words only when all entries that it is about were chosen. What is
about no entry goes into her own copy alone, and how to reach a witness to the police alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from sqlalchemy import Connection

from diary.bundle import names
from diary.bundle.contents import OWN, Reachable, ReportItem, as_entry
from diary.bundle.profile import Profile
from diary.domain.entry import Entry
from diary.domain.file import File
from diary.domain.order import Order
from diary.domain.people import Contact, Person
from diary.domain.plan import Lead, PlanLook
from diary.domain.report import Report
from diary.errors import DamagedError
from diary.insights import order_versions
from diary.insights.in_force import NO_DAY, standing
from diary.services.opening import versions
from diary.vault.records import Opened
from diary.vault.unopened import Unopened
from diary.vault.vault import Vault

Versions = tuple[Opened, ...]


@dataclass(frozen=True, slots=True)
class AlongOrder:
    """One order with the chosen copies of it, and the orders that took its place."""

    versions: Versions
    stem: str
    later: tuple[Order, ...]
    files: tuple[Versions, ...]


@dataclass(frozen=True, slots=True)
class Along:
    """Everything that goes along."""

    orders: tuple[AlongOrder, ...]
    reports: tuple[ReportItem, ...]
    beside: tuple[Opened, ...]
    witnesses: tuple[Reachable, ...]


def open_along(
    conn: Connection,
    vault: Vault,
    chosen: Sequence[Versions],
    *,
    files: frozenset[str] | None,
    profile: Profile,
    unopened: Unopened,
) -> Along:
    """Open what goes along with the chosen entries; count what does not open."""
    ids = [entry[-1].record_id for entry in chosen]
    beside: list[Opened] = []
    witnesses: tuple[Reachable, ...] = ()
    if profile.details:
        people = _people(conn, vault, chosen, unopened)
        leads = _below(conn, vault, ids, Lead.kind, unopened)
        looks = _below(conn, vault, ids, PlanLook.kind, unopened)
        beside += _whole(conn, vault, chain(people, leads, filter(_is_done, looks)), unopened)
        if profile.contacts:
            witnesses = tuple(_reachable(conn, vault, people, chosen, unopened))
    if profile.own:
        hers = (vault.scan(conn, kind, unopened=unopened) for kind in sorted(OWN))
        beside += _whole(conn, vault, chain.from_iterable(hers), unopened)
    return Along(
        orders=_orders(conn, vault, [as_entry(one[-1]) for one in chosen], files, unopened),
        reports=tuple(_reports(conn, vault, ids, profile, unopened)),
        beside=tuple(beside),
        witnesses=witnesses,
    )


def orders_of(conn: Connection, vault: Vault, entries: Iterable[Entry]) -> list[Opened]:
    """Return the orders that would go along with entries, in the order of their references."""
    return _chosen_orders(list(vault.scan(conn, Order.kind, unopened=Unopened())), list(entries))


def as_order(opened: Opened) -> Order:
    """Return an opened order's body."""
    if not isinstance(opened.body, Order):
        raise DamagedError
    return opened.body


def _orders(
    conn: Connection,
    vault: Vault,
    entries: list[Entry],
    files: frozenset[str] | None,
    unopened: Unopened,
) -> tuple[AlongOrder, ...]:
    every = list(vault.scan(conn, Order.kind, unopened=unopened))
    bodies = [as_order(one) for one in every]
    chosen = _chosen_orders(every, entries)
    stems = names.order_stems(as_order(one).reference for one in chosen)
    copies = vault.children_of(
        conn, [one.record_id for one in chosen], File.kind, unopened=unopened
    )
    return tuple(
        AlongOrder(
            versions=versions(conn, vault, one, unopened),
            stem=stem,
            later=tuple(order_versions.later(as_order(one), bodies)),
            files=tuple(
                versions(conn, vault, file, unopened)
                for file in copies[one.record_id]
                if files is None or file.record_id in files
            ),
        )
        for one, stem in zip(chosen, stems, strict=True)
    )


def _chosen_orders(every: list[Opened], entries: list[Entry]) -> list[Opened]:
    bodies = [as_order(one) for one in every]
    named = {entry.order_ref for entry in entries}
    terms = {term for entry in entries for term in entry.terms_alleged}
    found = []
    for opened, order in zip(every, bodies, strict=True):
        own = {term.term_id for term in (*order.terms, *order.exceptions)}
        later = order_versions.later(order, bodies)
        if order.reference in named or own & terms or _may_bind(order, later, entries):
            found.append(opened)
    return sorted(found, key=lambda one: (as_order(one).reference, one.record_id))


def _may_bind(order: Order, later: list[Order], entries: list[Entry]) -> bool:
    """Tell whether an entry may have happened while it was in force; without a day, none is."""
    found = (standing(order, entry.when, later) for entry in entries)
    return any(one.state != "no" and one != NO_DAY for one in found)


def _reports(
    conn: Connection, vault: Vault, chosen: list[str], profile: Profile, unopened: Unopened
) -> Iterator[ReportItem]:
    there = set(chosen)
    for opened in sorted(vault.scan(conn, Report.kind, unopened=unopened), key=_id):
        newest = _as_report(opened)
        about = tuple(entry for entry in newest.entries if entry in there)
        if not about:
            continue
        found = versions(conn, vault, opened, unopened)
        whole = all(there.issuperset(_as_report(one).entries) for one in found)
        goes = profile.details and whole
        yield ReportItem(newest, about, found if goes else ())


def _as_report(opened: Opened) -> Report:
    if not isinstance(opened.body, Report):
        raise DamagedError
    return opened.body


def _people(
    conn: Connection, vault: Vault, chosen: Sequence[Versions], unopened: Unopened
) -> list[Opened]:
    """Return the people whom the chosen entries name as witnesses, in any of their wordings."""
    entries = (as_entry(version) for found in chosen for version in found)
    named = {witness.person for entry in entries for witness in entry.witnesses}
    every = vault.scan(conn, Person.kind, unopened=unopened)
    return sorted((one for one in every if one.record_id in named), key=_id)


def _reachable(
    conn: Connection,
    vault: Vault,
    people: list[Opened],
    chosen: Sequence[Versions],
    unopened: Unopened,
) -> Iterator[Reachable]:
    ids = [one.record_id for one in people]
    found = vault.children_of(conn, ids, Contact.kind, unopened=unopened)
    for person in people:
        saw = tuple(
            (entry[-1].record_id, witness.saw_or_heard)
            for entry in chosen
            for witness in as_entry(entry[-1]).witnesses
            if witness.person == person.record_id
        )
        for contact in found[person.record_id]:
            if saw and isinstance(person.body, Person) and isinstance(contact.body, Contact):
                yield Reachable(person.body, contact.body, saw)


def _below(
    conn: Connection, vault: Vault, ids: list[str], kind: str, unopened: Unopened
) -> Iterator[Opened]:
    for found in vault.children_of(conn, ids, kind, unopened=unopened).values():
        yield from found


def _is_done(look: Opened) -> bool:
    """Tell whether the plan was looked at: that is told; that it was not, or is to be, is hers."""
    return isinstance(look.body, PlanLook) and look.body.state == "done_on"


def _whole(
    conn: Connection, vault: Vault, newest: Iterable[Opened], unopened: Unopened
) -> Iterator[Opened]:
    for opened in sorted(newest, key=_id):
        yield from versions(conn, vault, opened, unopened)


def _id(opened: Opened) -> tuple[str, str]:
    return opened.kind, opened.record_id
