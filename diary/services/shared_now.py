"""What somebody can read by a consent now: shown to its owner through the very same keys.

A later change of something shared is not shared by itself. She is told "you changed this since",
and one button shares the new wording too; another takes a thing out again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from diary.domain.base import Record
from diary.domain.entry import Entry
from diary.domain.file import File
from diary.domain.ids import is_id, new_id
from diary.domain.order import Order
from diary.domain.people import Contact, Person
from diary.domain.plan import Plan
from diary.domain.report import Report
from diary.domain.sharing import MARKS, Consent, Redacted, Shared
from diary.errors import DamagedError, NotFoundError
from diary.services import consents
from diary.services.house import House
from diary.services.own import Own
from diary.services.paging import place
from diary.services.parcels import by_record, copy_of, needs_copy
from diary.vault import grants
from diary.vault.case import Case
from diary.vault.grants import Grant
from diary.vault.heads import Head
from diary.vault.records import Opened
from diary.vault.unopened import Unopened
from diary.vault.vault import Vault

TOGETHER = (Order, Plan, Person, Report, Contact)


@dataclass(frozen=True, slots=True)
class Seen:
    """One record as its reader sees it, under the id that it has in her diary."""

    id: str
    version: int
    body: Record
    written_at: datetime
    is_copy: bool
    files: tuple[tuple[str, File], ...] = ()
    changed: bool = False  # she has changed it since


@dataclass(frozen=True, slots=True)
class SharedNow:
    """One page of entries with the other things before them; what does not open is counted."""

    entries: tuple[Seen, ...]
    others: tuple[Seen, ...]
    total: int
    page: int
    pages: int
    damaged: int = 0


def shared_now(house: House, vault: Vault, grant_id: str, *, page: int = 1) -> SharedNow:
    """Return what can be read by this consent; NotFoundError once it has ended."""
    with house.store.read() as conn:
        _, grant = consents.live(conn, house, vault, grant_id)
        case, lost = Case(grant), Unopened()
        shared, own = case.heads(conn), by_record(vault.heads(conn))
        entries = _entry_heads(shared.listed(Entry.kind), shared.listed(Redacted.kind))
        there = place(page, len(entries))
        opened = case.open_heads(conn, shared, there.of(entries), lost)
        seen = [_seen(one, own) for one in opened]
        others = [
            _seen(one, own)
            for model in TOGETHER
            for one in case.open_heads(conn, shared, shared.listed(model.kind), lost)
        ]
        copies = [head for head in shared.listed(Redacted.kind) if not _is_entry(head)]
        others += [_seen(one, own) for one in case.open_heads(conn, shared, copies, lost)]
        files = _files(conn, case, [one.id for one in (*seen, *others)], lost)
    return SharedNow(
        entries=tuple(replace(one, files=files.get(one.id, ())) for one in seen),
        others=tuple(replace(one, files=files.get(one.id, ())) for one in others),
        total=len(entries),
        page=there.page,
        pages=there.pages,
        damaged=lost.number,
    )


def changed(house: House, vault: Vault, grant_id: str) -> list[Seen]:
    """Return what is shared and was changed since, as it stands in her diary now."""
    with house.store.read() as conn:
        consent, grant = consents.live(conn, house, vault, grant_id)
        own = by_record(vault.heads(conn))
        found = [
            vault.get(conn, record)
            for record, version in _versions(conn, grant, consent.body)
            if record in own and own[record].version > version
        ]
    return [Seen(one.record_id, one.version, one.body, one.written_at, False) for one in found]


def renew(house: House, vault: Vault, grant_id: str, record_id: str) -> None:
    """Share the newest wording of something that is shared already, with the same left out."""
    with house.store.write() as conn:
        consent, grant = consents.live(conn, house, vault, grant_id)
        newest = vault.get(conn, record_id)
        copy = _copy_in(grant, record_id)
        if copy is None and not _is_whole(grant, record_id):
            raise NotFoundError
        if copy is None and not needs_copy(newest, consent.body.fields):
            item, n = Shared(record=record_id, version=newest.version), newest.n
        else:
            item, n = _new_copy(conn, house, vault, consent.body, newest, before=copy)
            grants.unshare(conn, grant, [record_id])
        items = [one for one in consent.body.items if one.record != record_id]
        kept = _say(conn, house, vault, consent, (*items, item))
        grants.share(conn, vault, grant, [n, kept])


def take_out(house: House, vault: Vault, grant_id: str, record_id: str) -> None:
    """Take one thing out of a share, with the files that went with it."""
    with house.store.write() as conn:
        consent, grant = consents.live(conn, house, vault, grant_id)
        if not is_id(record_id) or record_id == grant_id:
            raise NotFoundError
        copy = _copy_in(grant, record_id)
        if copy is None and not _is_whole(grant, record_id):
            raise NotFoundError
        gone = {*vault.family(conn, record_id), *([copy.hex()] if copy else [])}
        grants.unshare(conn, grant, gone)
        items = tuple(one for one in consent.body.items if one.record not in gone)
        kept = _say(conn, house, vault, consent, items)
        grants.share(conn, vault, grant, [kept])


def _new_copy(
    conn: Connection,
    house: House,
    vault: Vault,
    consent: Consent,
    newest: Opened,
    *,
    before: bytes | None,
) -> tuple[Shared, int]:
    body = copy_of(newest, consent.fields)
    copy_id, base = new_id(), 0
    if before is not None:
        copy_id = before.hex()
        base = vault.get(conn, copy_id).version
    kept = vault.keep(
        conn,
        body,
        at=house.now(),
        record_id=copy_id,
        base_version=base,
        parent=newest.record_id,
    )
    item = Shared(record=newest.record_id, version=newest.version, copy_id=copy_id)
    return item, kept.n


def _say(
    conn: Connection, house: House, vault: Vault, consent: Own[Consent], items: tuple[Shared, ...]
) -> int:
    """Keep the consent's next version; return its row's number."""
    body = consent.body.model_copy(update={"items": items})
    kept = vault.keep(
        conn, body, at=house.now(), record_id=consent.id, base_version=consent.version
    )
    return kept.n


def _versions(conn: Connection, grant: Grant, consent: Consent) -> Iterator[tuple[str, int]]:
    """Yield each record that can be read, with its newest shared version."""
    case = Case(grant)
    shared = case.heads(conn)
    said = {item.copy_id: item.version for item in consent.items if item.copy_id}
    for model in (Entry, Order, Plan, Person, Report, Contact, File):
        for head in shared.listed(model.kind):
            yield head.record.hex(), head.version
    copies = shared.listed(Redacted.kind)
    unknown = [head for head in copies if head.record.hex() not in said]
    opened = {one.record_id: one.body for one in case.open_heads(conn, shared, unknown)}
    for head in copies:
        body = opened.get(head.record.hex())
        version = body.of_version if isinstance(body, Redacted) else said[head.record.hex()]
        yield head.parent.hex(), version


def _copy_in(grant: Grant, record_id: str) -> bytes | None:
    copies = grants.open_heads(grant).section(Redacted.kind).children(bytes.fromhex(record_id))
    return copies[-1].record if copies else None


def _is_whole(grant: Grant, record_id: str) -> bool:
    return grants.open_heads(grant).find(bytes.fromhex(record_id)) is not None


def _is_entry(head: Head) -> bool:
    return head.mark == MARKS[Entry.kind]


def _entry_heads(whole: list[Head], copies: list[Head]) -> list[Head]:
    return sorted((*whole, *filter(_is_entry, copies)), key=lambda one: one[:2], reverse=True)


def _seen(opened: Opened, own: dict[str, Head]) -> Seen:
    body, record, version = opened.body, opened.record_id, opened.version
    if isinstance(body, Redacted):
        record, version = body.of, body.of_version
        whole = body.whole()
        if whole is None:
            raise DamagedError
        body = whole
    now = own.get(record)
    later = now is not None and now.version > version
    return Seen(
        record, version, body, opened.written_at, opened.kind == Redacted.kind, changed=later
    )


def _files(
    conn: Connection, case: Case, parents: list[str], lost: Unopened
) -> dict[str, tuple[tuple[str, File], ...]]:
    found = case.children_of(conn, parents, File.kind, unopened=lost)
    return {
        parent: tuple((one.record_id, one.body) for one in some if isinstance(one.body, File))
        for parent, some in found.items()
    }
