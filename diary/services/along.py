"""What goes along with chosen entries: their orders, reports, witnesses, leads and looks.

A report goes with its words only when all entries that it is about were chosen. What is
about no entry goes into her own copy alone, and how to reach a witness to the police alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from sqlalchemy import Connection

from diary.bundle import derived
from diary.bundle.contents import OWN, Reachable, ReportItem, as_entry
from diary.bundle.profile import Profile
from diary.domain.people import Contact, Person
from diary.domain.plan import Lead, PlanLook
from diary.domain.report import Report
from diary.services.along_orders import AlongOrder, Versions, along_with
from diary.services.opening import every, versions
from diary.vault.reader import Reader as Records
from diary.vault.records import Opened
from diary.vault.unopened import Unopened


@dataclass(frozen=True, slots=True)
class Along:
    """Everything that goes along."""

    orders: tuple[AlongOrder, ...]
    reports: tuple[ReportItem, ...]
    beside: tuple[Opened, ...]
    witnesses: tuple[Reachable, ...]


def open_along(
    conn: Connection,
    vault: Records,
    chosen: Sequence[Versions],
    *,
    files: frozenset[str] | None,
    profile: Profile,
    unopened: Unopened,
) -> Along:
    """Open what goes along with the chosen entries; count what does not open."""
    ids = [derived.origin(entry[-1]) for entry in chosen]
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
    wordings = [as_entry(version) for entry in chosen for version in entry]
    return Along(
        orders=along_with(conn, vault, wordings, files, unopened),
        reports=tuple(_reports(conn, vault, ids, profile, unopened)),
        beside=tuple(beside),
        witnesses=witnesses,
    )


def _reports(
    conn: Connection, vault: Records, chosen: list[str], profile: Profile, unopened: Unopened
) -> Iterator[ReportItem]:
    there = set(chosen)
    for opened in sorted(every(conn, vault, Report.kind, unopened), key=_id):
        newest = _as_report(opened)
        about = tuple(entry for entry in newest.entries if entry in there)
        if not about:
            continue
        found = versions(conn, vault, opened, unopened)
        whole = all(there.issuperset(_as_report(one).entries) for one in found)
        goes = profile.details and whole
        yield ReportItem(newest, about, found if goes else ())


def _as_report(opened: Opened) -> Report:
    return derived.body_as(opened, Report)


def _people(
    conn: Connection, vault: Records, chosen: Sequence[Versions], unopened: Unopened
) -> list[Opened]:
    """Return the people whom the chosen entries name as witnesses, in any of their wordings."""
    entries = (as_entry(version) for found in chosen for version in found)
    named = {witness.person for entry in entries for witness in entry.witnesses}
    people = vault.scan(conn, Person.kind, unopened=unopened)
    return sorted((one for one in people if one.record_id in named), key=_id)


def _reachable(
    conn: Connection,
    vault: Records,
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
            if witness.person == person.record_id and as_entry(entry[-1]).withdrawn is None
        )
        for contact in found[person.record_id]:
            if saw and isinstance(person.body, Person) and isinstance(contact.body, Contact):
                yield Reachable(person.body, contact.body, saw)


def _below(
    conn: Connection, vault: Records, ids: list[str], kind: str, unopened: Unopened
) -> Iterator[Opened]:
    for found in vault.children_of(conn, ids, kind, unopened=unopened).values():
        yield from found


def _is_done(look: Opened) -> bool:
    """Tell whether the plan was looked at: that is told; that it was not, or is to be, is hers."""
    return isinstance(look.body, PlanLook) and look.body.state == "done_on"


def _whole(
    conn: Connection, vault: Records, newest: Iterable[Opened], unopened: Unopened
) -> Iterator[Opened]:
    for opened in sorted(newest, key=_id):
        yield from versions(conn, vault, opened, unopened)


def _id(opened: Opened) -> tuple[str, str]:
    return opened.kind, opened.record_id
