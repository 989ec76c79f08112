"""Reading what was reported: the list, what is still open about it, and which entries were told.

Counts come from the sealed index and from facts in short, so ten thousand entries are not opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import Connection

from diary.domain.clock import to_ms
from diary.domain.entry import Entry
from diary.domain.report import NO_REFERENCE, NO_REPLY, Report, ReportLink
from diary.services import own, patterns
from diary.services.house import House
from diary.services.own import Own, as_own
from diary.services.paging import place
from diary.vault.facts import facts_of
from diary.vault.heads import Head, Heads
from diary.vault.unopened import Unopened
from diary.vault.vault import Vault

QUIET = timedelta(days=14)
NOT_TOLD = frozenset({"not_reported", "going_to_report"})
Only = Literal["", "not-told", "no-number", "no-reply"]


@dataclass(frozen=True, slots=True)
class Open:
    """How many there are of each sort that could go further. They are counted, never weighed."""

    not_told: int
    no_number: int
    no_reply: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of reports, or of entries that nobody was told of; and what is open in all."""

    reports: tuple[Own[Report], ...]
    entries: tuple[Own[Entry], ...]
    open: Open
    total: int
    page: int
    pages: int
    damaged: int = 0


def shelf(house: House, vault: Vault, *, page: int = 1, only: Only = "") -> Shelf:
    """Return one page of the list, newest first."""
    with house.store.read() as conn:
        heads = vault.heads(conn)
        every = heads.listed(Report.kind)
        not_told, fresh = _not_told(conn, vault, heads)
        found: dict[str, list[Head]] = {
            "": every,
            "not-told": not_told,
            "no-number": [head for head in every if head.mark & NO_REFERENCE],
            "no-reply": _no_reply(conn, house, vault, heads, every),
        }
        lost = Unopened()
        total = len(found[only])
        there = place(page, total)
        opened = vault.open_heads(conn, heads, there.of(found[only]), lost)
    if fresh > patterns.FRESH:
        patterns.remember(house, vault)
    return Shelf(
        reports=tuple(as_own(one, Report) for one in opened if one.kind == Report.kind),
        entries=tuple(as_own(one, Entry) for one in opened if one.kind == Entry.kind),
        open=Open(*(len(found[name]) for name in ("not-told", "no-number", "no-reply"))),
        total=total,
        page=there.page,
        pages=there.pages,
        damaged=lost.number + heads.lost,
    )


def _not_told(conn: Connection, vault: Vault, heads: Heads) -> tuple[list[Head], int]:
    """Find entries about an order, or marked as not told, that no report names."""
    counted = facts_of(conn, vault, Entry.kind, heads=heads)
    told = patterns.reported(heads)
    wanted = {
        record
        for record, (_, _, _, _, status, terms, withdrawn) in counted.facts
        if not withdrawn and record not in told
        if status in NOT_TOLD or (terms and status != "reported")
    }
    listed = heads.listed(Entry.kind) if wanted else []
    return [head for head in listed if head.record in wanted], counted.fresh


def _no_reply(
    conn: Connection, house: House, vault: Vault, heads: Heads, every: Sequence[Head]
) -> list[Head]:
    """Find reports that were told some time ago, and nothing came since, nor is to come."""
    now = house.now()
    before = to_ms(now - QUIET)
    maybe = [head for head in every if head.mark & NO_REPLY and head.sort_ms < before]
    day = now.date()
    quiet = {
        opened.n
        for opened in vault.open_heads(conn, heads, maybe, Unopened())
        if _is_quiet(as_own(opened, Report).body, day)
    }
    return [head for head in maybe if head.n in quiet]


def _is_quiet(report: Report, today: date) -> bool:
    since = (today - QUIET).isoformat()
    recent = any(one.on > since for one in report.follow_ups)
    return not recent and report.next_contact < today.isoformat()


def of_entry(house: House, vault: Vault, entry_id: str) -> list[Own[Report]]:
    """Return the reports that are about an entry, the first told first."""
    with house.store.read() as conn:
        return of_entry_in(conn, vault, entry_id)


def of_entry_in(conn: Connection, vault: Vault, entry_id: str) -> list[Own[Report]]:
    """Return the same within a transaction."""
    links = own.below(conn, vault, ReportLink, entry_id)
    ids = dict.fromkeys(one.body.report for one in links if one.body.live)
    found = [own.one_in(conn, vault, Report, one) for one in ids if vault.is_listed(conn, one)]
    return [one for one in found if entry_id in one.body.entries]


def to_choose(house: House, vault: Vault, named: Sequence[str], *, newest: int) -> list[Own[Entry]]:
    """Return the newest entries, and before them those that are named and are still there."""
    with house.store.read() as conn:
        heads = vault.heads(conn)
        first = [
            head
            for one in dict.fromkeys(named)
            if (head := heads.section(Entry.kind).find(bytes.fromhex(one)))
            and heads.is_listed(head.record)
        ]
        page, _ = heads.page(Entry.kind, 0, newest)
        wanted = list(dict.fromkeys((*first, *page)))
        opened = vault.open_heads(conn, heads, wanted, Unopened())
    return [as_own(one, Entry) for one in opened]
