"""What she wrote while somebody is let in to "what I add", and what has to be looked at first.

Photos and files, where she lives, what came from a file, and words to keep secret: none of it goes
by itself. It is offered on the share's page. What she leaves out of a share is not offered again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from diary.domain.base import Record
from diary.domain.clock import to_ms
from diary.domain.entry import Entry
from diary.domain.event import LEFT_OUT, Event
from diary.domain.file import File
from diary.domain.report import Report
from diary.errors import NotFoundError
from diary.services import consents, own
from diary.services.house import House
from diary.services.let_in import Let, let_by
from diary.store import records
from diary.vault.heads import Head, Heads
from diary.vault.unopened import Unopened
from diary.vault.vault import Vault

MOST = 20  # shown at once; what is shared or left out makes room for the next


@dataclass(frozen=True, slots=True)
class Waits:
    """One thing that waits; of a file, what it belongs to."""

    id: str
    body: Record
    of: Record | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits, the newest first, and how much it is in all."""

    items: tuple[Waits, ...]
    total: int


def waiting(house: House, vault: Vault, grant_id: str) -> Waiting:
    """Return what waits for her under one share; NotFoundError once it has ended."""
    with house.store.read() as conn:
        consent, grant = consents.live(conn, house, vault, grant_id)
        heads = vault.heads(conn)
        let = let_by(consent.body, grant)
        found = waiting_in(conn, vault, heads, let)
        opened = vault.open_heads(conn, heads, found[:MOST], Unopened())
        above = {heads.find(head.parent) for head in found[:MOST]} - {None}
        parents = vault.open_heads(conn, heads, [one for one in above if one], Unopened())
    of = {one.record_id: one.body for one in parents}
    items = (Waits(one.record_id, one.body, of.get(one.parent or "")) for one in opened)
    return Waiting(tuple(items), len(found))


def waiting_in(conn: Connection, vault: Vault, heads: Heads, let: Let) -> list[Head]:
    """Return the heads of what waits, the newest first."""
    if let.consent.adds_until is None:
        return []
    begun = records.firsts(conn, vault.diary_id, [let.grant.id])
    if let.grant.id not in begun:
        return []
    after, out = begun[let.grant.id][0], _left_out(conn, vault, heads, let.grant.id)
    maybe = [
        head
        for head in _all(conn, vault, heads, let, after)
        if head.record.hex() not in out and not let.holds(head.record.hex())
    ]
    firsts = records.firsts(conn, vault.diary_id, [head.record.hex() for head in maybe])
    until = to_ms(let.consent.adds_until)
    added = {one for one, (n, at) in firsts.items() if n > after and at < until}
    found = [head for head in maybe if head.record.hex() in added]
    return sorted(found, key=lambda head: head.n, reverse=True)


def _all(conn: Connection, vault: Vault, heads: Heads, let: Let, after: int) -> Iterable[Head]:
    """Yield what was written after the consent, and that it could be about."""

    def since(kind: str) -> list[Head]:
        return [head for head in heads.listed(kind) if head.n > after]

    yield from since(Entry.kind)
    for head in since(File.kind):
        if let.holds(head.parent.hex()):
            yield head
    reports = since(Report.kind) if "told" in let.consent.fields else []
    bodies = vault.open_heads(conn, heads, reports, Unopened())
    told = {one.n for one in bodies if let.takes_report(one.body)}
    yield from (head for head in reports if head.n in told)


def _left_out(conn: Connection, vault: Vault, heads: Heads, grant_id: str) -> set[str]:
    events = heads.section(Event.kind).children(bytes.fromhex(grant_id))
    said = [head for head in events if head.mark == LEFT_OUT]
    found = vault.open_heads(conn, heads, said, Unopened())
    return {one.body.subject for one in found if isinstance(one.body, Event)}


def leave_out(house: House, vault: Vault, grant_id: str, record_id: str) -> None:
    """Offer one thing that waits no more."""
    with own.turn(house, vault) as conn:
        consent, grant = consents.live(conn, house, vault, grant_id)
        let = let_by(consent.body, grant)
        found = waiting_in(conn, vault, vault.heads(conn), let)
        if record_id not in {head.record.hex() for head in found}:
            raise NotFoundError
        leave_out_in(conn, house, vault, grant_id, record_id)


def leave_out_in(
    conn: Connection, house: House, vault: Vault, grant_id: str, record_id: str
) -> None:
    """Keep, for her alone, that something is not to go by this share."""
    event = Event(action="left_out", subject=record_id)
    vault.keep(conn, event, at=house.now(), parent=grant_id)
