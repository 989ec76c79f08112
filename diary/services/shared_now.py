"""What somebody can read by a consent now: shown to its owner through the very same keys.

What she changed since and is not shared by itself is listed here, to be looked at and shared
(`services.share_again`); one button takes a thing out again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from diary.domain.base import Record
from diary.domain.entry import Entry
from diary.domain.file import File
from diary.domain.ids import is_id
from diary.domain.order import Order
from diary.domain.people import Contact, OtherPerson, Person, Told
from diary.domain.plan import Lead, Plan
from diary.domain.report import Report
from diary.domain.sharing import MARKS, Consent, Redacted, Shared
from diary.errors import DamagedError, NotFoundError
from diary.services import consents, shared_reports, waiting
from diary.services.house import House
from diary.services.let_in import let_by
from diary.services.own import Own, turn
from diary.services.paging import place
from diary.services.parcels import by_record
from diary.vault import grants
from diary.vault.case import Case
from diary.vault.grants import Grant
from diary.vault.heads import Head
from diary.vault.records import Opened
from diary.vault.unopened import Unopened
from diary.vault.vault import Vault

TOGETHER = (Order, Plan, Person, Report, Contact, OtherPerson, Told, Lead)


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
    parent: str | None = None
    earlier: tuple[Seen, ...] = ()  # the wordings before it that can be read too, newest first


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
        seen = [_whole(conn, case, one, own, lost) for one in opened]
        others = [
            _whole(conn, case, one, own, lost)
            for model in TOGETHER
            for one in case.open_heads(conn, shared, shared.listed(model.kind), lost)
        ]
        copies = [head for head in shared.listed(Redacted.kind) if not _is_entry(head)]
        opened = case.open_heads(conn, shared, copies, lost)
        others += [_whole(conn, case, one, own, lost) for one in opened]
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
        found = list(_opening(conn, vault, changed_in(conn, vault, consent.body, grant)))
    return [
        Seen(one.record_id, one.version, one.body, one.written_at, False, parent=one.parent)
        for one in found
    ]


def _opening(conn: Connection, vault: Vault, ids: Iterable[str]) -> Iterator[Opened]:
    """Yield what opens: one damaged record takes neither the rest away, nor the way to end it."""
    for record_id in ids:
        with suppress(DamagedError, NotFoundError):
            yield vault.get(conn, record_id)


def changed_in(conn: Connection, vault: Vault, consent: Consent, grant: Grant) -> list[str]:
    """Return the ids of the same within a transaction."""
    own = by_record(vault.heads(conn))
    return [
        record
        for record, version in _versions(conn, grant, consent)
        if record in own and own[record].version > version
    ]


def one(house: House, vault: Vault, grant_id: str, record_id: str) -> Record | None:
    """Return one thing as it is shared; None where it does not open: that stops nobody.

    NotFoundError where it is not in the share.
    """
    with house.store.read() as conn:
        consent, grant = consents.live(conn, house, vault, grant_id)
        held = _held(consent.body, grant, record_id)
        with suppress(DamagedError):
            opened = Case(grant).get(conn, held)
            return _seen(opened, {}).body
    return None


def reports_about(house: House, vault: Vault, grant_id: str, record_id: str) -> int:
    """Count the shared reports that tell of a record: taken out, it takes them along."""
    with house.store.read() as conn:
        _, grant = consents.live(conn, house, vault, grant_id)
        return len(shared_reports.about(conn, Case(grant), record_id))


def take_out(house: House, vault: Vault, grant_id: str, record_id: str) -> None:
    """Take one thing out of a share, with the files that went with it, and what tells of it."""
    with turn(house, vault) as conn:
        consent, grant = consents.live(conn, house, vault, grant_id)
        held = _held(consent.body, grant, record_id)
        case = Case(grant)
        out = {record_id, *shared_reports.about(conn, case, record_id)}
        gone = {held, *shared_reports.links(conn, case, out)}
        gone.update(below for one in out for below in vault.family(conn, one))  # copies, files
        grants.unshare(conn, grant, gone)
        items = tuple(one for one in consent.body.items if one.record not in gone)
        kept = say(conn, house, vault, consent, items)
        grants.share(conn, vault, grant, [kept])
        waiting.leave_out_in(conn, house, vault, grant_id, record_id)


def say(
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
    wordings = Counter(item.copy_id for item in consent.items)
    for model in (Entry, *TOGETHER, File):
        for head in shared.listed(model.kind):
            yield head.record.hex(), head.version
    copies = shared.listed(Redacted.kind)
    # A copy of more wordings than the consent says got the later ones since.
    unknown = [head for head in copies if head.version != wordings[head.record.hex()]]
    found = case.open_heads(conn, shared, unknown, Unopened())  # one that does not open is skipped
    opened = {one.record_id: one.body for one in found}
    for head in copies:
        body = opened.get(head.record.hex())
        version = body.of_version if isinstance(body, Redacted) else said.get(head.record.hex())
        if version is not None:
            yield head.parent.hex(), version


def _held(consent: Consent, grant: Grant, record_id: str) -> str:
    """Return under which id a record of hers lies in the share; NotFoundError where it does not."""
    if not is_id(record_id) or record_id == grant.id:
        raise NotFoundError
    there = let_by(consent, grant).there(record_id)
    if there is None:
        raise NotFoundError
    return there.record.hex()


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


def _whole(
    conn: Connection, case: Case, opened: Opened, own: dict[str, Head], lost: Unopened
) -> Seen:
    """Return a record with the wordings before it that were shared with it."""
    earlier = _earlier(conn, case, opened, own, lost) if opened.version > 1 else ()
    return replace(_seen(opened, own), earlier=tuple(earlier))


def _earlier(
    conn: Connection, case: Case, newest: Opened, own: dict[str, Head], lost: Unopened
) -> Iterator[Seen]:
    """Yield them, newest first: they lie under the same key, whatever the consent says."""
    for one in reversed(case.versions(conn, newest.record_id, unopened=lost)):
        if one.version < newest.version:
            try:
                yield _seen(one, own)
            except DamagedError:
                lost.add(one.record_id, one.version)


def _files(
    conn: Connection, case: Case, parents: list[str], lost: Unopened
) -> dict[str, tuple[tuple[str, File], ...]]:
    found = case.children_of(conn, parents, File.kind, unopened=lost)
    return {
        parent: tuple((one.record_id, one.body) for one in some if isinstance(one.body, File))
        for parent, some in found.items()
    }
