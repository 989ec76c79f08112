"""What a consent would let go, record by record: for the preview, and then for the grant.

Both come from here, so what was looked at is what is shared. Private notes and words to keep
secret are of kinds that are never asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from pydantic import JsonValue
from sqlalchemy import Connection

from diary.canonical import canonical_bytes, sha256
from diary.domain.base import Record
from diary.domain.entry import Entry
from diary.domain.file import Derived, File
from diary.domain.ids import is_id, new_id
from diary.domain.order import Order
from diary.domain.people import Contact, OtherPerson, Person, Told
from diary.domain.plan import Lead, Plan
from diary.domain.report import Report, ReportLink
from diary.domain.sharing import Redacted, Shared
from diary.errors import DamagedError
from diary.services import redaction
from diary.services.share_drafts import Draft
from diary.vault.heads import Head, Heads
from diary.vault.records import Opened
from diary.vault.unopened import Unopened
from diary.vault.vault import Vault

WHOLE, COPY = "0", "1"


@dataclass(frozen=True)
class Piece:
    """One version that would go: whole, or as a copy in which only these groups of fields stay."""

    opened: Opened
    stays: tuple[str, ...] | None = None

    @cached_property
    def copy(self) -> Redacted | None:
        """The copy that goes in its place; made when it is looked at, not for thousands at once."""
        return None if self.stays is None else copy_of(self.opened, self.stays)

    @property
    def kind(self) -> str:
        """The kind of record that it is, or is a copy of."""
        return self.opened.kind

    @property
    def body(self) -> Record:
        """What its reader sees."""
        if self.copy is None:
            return self.opened.body
        whole = self.copy.whole()
        if whole is None:
            raise DamagedError
        return whole

    @property
    def written_at(self) -> datetime:
        """When it was written."""
        return self.opened.written_at


@dataclass(frozen=True, slots=True)
class Parcel:
    """Everything that would go, and what stays behind without having been left out."""

    pieces: tuple[Piece, ...]
    damaged: int = 0
    reports_left: int = 0  # reports that are about more than what was chosen
    decided: tuple[JsonValue, ...] = ()  # for what, how and until when

    def of_kind(self, kind: str) -> list[Piece]:
        """Return the pieces of one kind."""
        return [piece for piece in self.pieces if piece.kind == kind]

    def below(self, record_id: str, kind: str) -> list[Piece]:
        """Return the pieces of a kind that belong to another."""
        return [piece for piece in self.of_kind(kind) if piece.opened.parent == record_id]

    @property
    def marks(self) -> str:
        """How each piece goes, in order: whole or as a copy."""
        return "".join(WHOLE if one.stays is None else COPY for one in self.pieces)

    @property
    def seen(self) -> str:
        """A number for exactly this: what goes, with what is left out, and all that was decided.

        A version never changes, so its commitment and the groups that stay say what a copy holds.
        """
        return _number((_named(one.opened) for one in self.pieces), self.marks, self.decided)

    def items(self) -> tuple[Shared, ...]:
        """Return what the consent says of it. All versions of a record have one copy's id."""
        copies: dict[str, str] = {}
        return tuple(_item(piece, copies) for piece in self.pieces)


def _item(piece: Piece, copies: dict[str, str]) -> Shared:
    record = piece.opened.record_id
    if piece.stays is None:
        return Shared(record=record, version=piece.opened.version)
    return Shared(
        record=record,
        version=piece.opened.version,
        copy_id=copies.setdefault(record, new_id()),
    )


def pack(conn: Connection, vault: Vault, draft: Draft) -> Parcel:
    """Open everything that was chosen, as it is now."""
    heads, lost = vault.heads(conn), Unopened()
    cut, pieces = _cut(heads, draft), list[Piece]()
    for head, opened in _open(conn, vault, heads, cut, lost):
        pieces += _versions(conn, vault, draft, opened, earlier=draft.earlier and head.version > 1)
    reports, left = _reports(conn, vault, heads, draft, lost)
    whole = _whole(heads, cut, draft)
    pieces += [Piece(opened) for _, opened in _open(conn, vault, heads, whole, lost)]
    return Parcel((*pieces, *reports), lost.number, left, _decided(draft))


@dataclass(frozen=True, slots=True)
class Going:
    """What would go, told from the rows as they stand: its items, and its number."""

    items: tuple[Shared, ...]
    seen: str


def going(conn: Connection, vault: Vault, draft: Draft, marks: str) -> Going | None:
    """Return the same as a parcel's items and number, by its marks; only reports are opened.

    None where a row is not there, or there are more or fewer than marks.
    """
    heads = vault.heads(conn)
    cut = _cut(heads, draft)
    rows = [*cut, *_whole(heads, cut, draft)]
    reports, _ = _reports(conn, vault, heads, draft, Unopened())
    commitments = vault.commitments(conn, rows)
    if commitments is None or len(rows) + len(reports) != len(marks):
        return None
    named = [
        (head.record.hex(), head.version, commitment)
        for head, commitment in zip(rows, commitments, strict=True)
    ]
    named += [_named(one.opened) for one in reports]
    items = (
        Shared(record=record, version=version, copy_id=new_id() if mark == COPY else None)
        for (record, version, _), mark in zip(named, marks, strict=True)
    )
    return Going(tuple(items), _number(named, marks, _decided(draft)))


def _named(opened: Opened) -> tuple[str, int, bytes]:
    return opened.record_id, opened.version, opened.commitment


def _number(
    named: Iterable[tuple[str, int, bytes]], marks: str, decided: Sequence[JsonValue]
) -> str:
    """Count in which record and which version each is: a row can be given another's commitment."""
    pieces = "".join(f"{record} {version} {told.hex()}\n" for record, version, told in named)
    return sha256(canonical_bytes([pieces, marks, list(decided)])).hex()


def _cut(heads: Heads, draft: Draft) -> list[Head]:
    """Return what may go with parts left out."""
    return [
        *_wanted(heads, Entry.kind, draft.entries), *_wanted(heads, Order.kind, draft.orders)
    ]  # fmt: skip


def _whole(heads: Heads, cut: Sequence[Head], draft: Draft) -> list[Head]:
    """Return what goes as it is, or not at all."""
    return [
        *_plan(heads, draft),
        *_people(heads, draft),
        *_other_person(heads, draft),
        *_wanted(heads, Told.kind, draft.told),
        *_leads(heads, cut, draft),
        *_files(heads, cut, draft),
    ]


def _decided(draft: Draft) -> tuple[JsonValue, ...]:
    """Return what stands on the page beside the records: another tab may have changed it."""
    return (
        draft.account_id, draft.from_name, draft.purpose, draft.reason, list(draft.fields),
        draft.permission, draft.starts, draft.ends, draft.adds_until, draft.sees_others,
        draft.earlier,
    )  # fmt: skip


def _versions(
    conn: Connection, vault: Vault, draft: Draft, newest: Opened, *, earlier: bool
) -> Iterator[Piece]:
    versions = vault.versions(conn, newest.record_id) if earlier else [newest]
    # A record goes as one thing: where one of its wordings needs a copy, all go as copies.
    if any(needs_copy(one, draft.fields) for one in versions):
        yield from (Piece(one, tuple(draft.fields)) for one in versions)
    else:
        yield from map(Piece, versions)


def needs_copy(opened: Opened, groups: Sequence[str]) -> bool:
    """Tell whether something has to be left out of a version."""
    body: redaction.Body = opened.envelope["body"]
    return redaction.staying(opened.kind, body, groups) != body


def copy_of(opened: Opened, groups: Sequence[str]) -> Redacted:
    """Return the copy to share in place of a version."""
    return Redacted(
        of=opened.record_id,
        of_version=opened.version,
        of_kind=opened.kind,
        left_out=redaction.groups_out(opened.kind, groups),
        body=redaction.staying(opened.kind, opened.envelope["body"], groups),
    )


def by_record(heads: Heads, ids: Iterable[str] | None = None) -> dict[str, Head]:
    """Return heads by their records' ids, without those that are removed and their children.

    All of them, or of these records alone: of thousands, most pages ask for a few.
    """
    hidden = heads.hidden()
    wanted = None if ids is None else set(map(bytes.fromhex, ids))
    if wanted is not None and not wanted:
        return {}
    return {
        head.record.hex(): head
        for section in heads.sections.values()
        for head in (section if wanted is None else section.of(wanted))
        if head.record not in hidden and head.parent not in hidden
    }


def _wanted(heads: Heads, kind: str, ids: Sequence[str]) -> list[Head]:
    wanted = {bytes.fromhex(one) for one in ids if is_id(one)}
    return [head for head in heads.listed(kind) if head.record in wanted] if wanted else []


def _open(
    conn: Connection, vault: Vault, heads: Heads, wanted: Sequence[Head], lost: Unopened
) -> Iterator[tuple[Head, Opened]]:
    by_n = {head.n: head for head in wanted}
    for opened in vault.open_heads(conn, heads, wanted, lost):
        yield by_n[opened.n], opened


def _plan(heads: Heads, draft: Draft) -> list[Head]:
    return heads.listed(Plan.kind)[-1:] if draft.plan else []


def _people(heads: Heads, draft: Draft) -> Iterator[Head]:
    reachable = {bytes.fromhex(one) for one in draft.contacts if is_id(one)}
    for head in _wanted(heads, Person.kind, draft.people):
        yield head
        if head.record in reachable:
            yield from heads.section(Contact.kind).children(head.record)


def _other_person(heads: Heads, draft: Draft) -> list[Head]:
    return heads.listed(OtherPerson.kind)[-1:] if draft.other_person else []


def _leads(heads: Heads, cut: Sequence[Head], draft: Draft) -> list[Head]:
    """Return the chosen leads of what was chosen: none goes without what it may show."""
    above = {head.record for head in cut}
    return [one for one in _wanted(heads, Lead.kind, draft.leads) if one.parent in above]


def _files(heads: Heads, above: Sequence[Head], draft: Draft) -> Iterator[Head]:
    wanted, hidden = {bytes.fromhex(one) for one in draft.files if is_id(one)}, heads.hidden()
    for parent in above if wanted else ():
        for head in heads.section(File.kind).children(parent.record):
            if head.record in wanted and head.record not in hidden:
                yield head
                yield from heads.section(Derived.kind).children(head.record)


def _reports(
    conn: Connection, vault: Vault, heads: Heads, draft: Draft, lost: Unopened
) -> tuple[list[Piece], int]:
    """Return the reports about chosen entries alone, with their links; count those left."""
    if "told" not in draft.fields:
        return [], 0
    chosen, pieces, left = set(draft.entries), [], 0
    for _, opened in _open(conn, vault, heads, heads.listed(Report.kind), lost):
        if not isinstance(opened.body, Report) or chosen.isdisjoint(opened.body.entries):
            continue
        if chosen.issuperset(opened.body.entries):
            pieces.append(Piece(opened))
            pieces += _links(conn, vault, opened)
        else:
            left += 1
    return pieces, left


def _links(conn: Connection, vault: Vault, report: Opened) -> Iterator[Piece]:
    entries = report.body.entries if isinstance(report.body, Report) else ()
    for links in vault.children_of(conn, entries, ReportLink.kind).values():
        for link in links:
            if isinstance(link.body, ReportLink) and link.body.report == report.record_id:
                yield Piece(link)
