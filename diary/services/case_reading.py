"""Reading one case: what was shared with this reader, whole or as a copy with parts left out.

A record is named by its own id, also where a copy of it was shared in its place. Whatever asks for
a record that was not shared gets the same answer as for one that never was.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from operator import itemgetter
from typing import Generic, TypeVar

from pydantic import ValidationError
from sqlalchemy import Connection

from diary.domain.base import Record
from diary.domain.file import Derived, File
from diary.domain.ids import is_id
from diary.domain.sharing import MARKS, Consent, Redacted
from diary.errors import DamagedError, NotFoundError
from diary.services.entries import Attached
from diary.vault.case import Case
from diary.vault.heads import Head, Heads
from diary.vault.records import Opened
from diary.vault.unopened import Unopened

Body = TypeVar("Body", bound=Record)
_NEVER_COPIED = -1


@dataclass(frozen=True, slots=True)
class Piece(Generic[Body]):
    """One shared record in the version that was shared, and what was left out of it."""

    id: str
    n: int
    version: int
    body: Body
    written_at: datetime
    received_at: datetime
    device_at: datetime | None = None
    left_out: tuple[str, ...] = ()
    is_copy: bool = False


@dataclass(frozen=True)
class Open:
    """A case that is open for one request: everything is read in one view of the store.

    `shown` names the entries whose words stand on the page that is made of it, and `sums` holds
    the SHA-256 of what is taken away: both for her to see.
    """

    conn: Connection
    case: Case
    heads: Heads
    lost: Unopened = field(default_factory=Unopened)
    shown: list[str] = field(default_factory=list)
    sums: list[str] = field(default_factory=list)
    _listed: dict[str, list[Head]] = field(default_factory=dict)
    _whole: dict[str, list[Head]] = field(default_factory=dict)

    @property
    def ns(self) -> set[int]:
        """The numbers of all that is shared."""
        return {n for section in self.heads.sections.values() for n in section.numbers()}

    def listed(self, kind: str) -> list[Head]:
        """Return the heads of a kind, whole ones and copies, newest first."""
        if kind not in self._listed:
            self._listed[kind] = self._list(kind)
        return self._listed[kind]

    def whole(self, kind: str) -> list[Head]:
        """Return the heads of what is shared whole, newest first."""
        if kind not in self._whole:
            self._whole[kind] = self.heads.listed(kind)
        return self._whole[kind]

    def _list(self, kind: str) -> list[Head]:
        whole = self.whole(kind)
        if not (copies := self._copies(kind)):
            return whole
        there = {head.record for head in whole}
        both = [*whole, *(head for record, head in copies.items() if record not in there)]
        return sorted(both, key=itemgetter(0, 1), reverse=True)

    def _copies(self, kind: str) -> dict[bytes, Head]:
        """Return the newest copy of each record of a kind, by the record that it is a copy of."""
        return self._by_mark.get(MARKS.get(kind, _NEVER_COPIED), {})

    @cached_property
    def _by_mark(self) -> dict[int, dict[bytes, Head]]:
        """All copies, by the mark of their kind and by their original; read once a request."""
        found: dict[int, dict[bytes, Head]] = {}
        for head in self.heads.listed(Redacted.kind) if self._has_copies else ():
            newest = found.setdefault(head.mark, {})
            if head.parent not in newest or head.n > newest[head.parent].n:
                newest[head.parent] = head
        return found

    @property
    def _has_copies(self) -> bool:
        return len(self.heads.section(Redacted.kind)) > 0

    def find(self, model: type[Body], record_id: str) -> Head | None:
        """Return the head of one record, or of the copy that was shared in its place."""
        if not is_id(record_id):
            return None
        record = bytes.fromhex(record_id)
        if (head := self.heads.section(model.kind).find(record)) is not None:
            return head if self.heads.is_listed(record) else None
        return self._copies(model.kind).get(record)

    def open(self, model: type[Body], heads: Sequence[Head]) -> list[Piece[Body]]:
        """Open records; one that does not open is counted in `lost`."""
        found = self.case.open_heads(self.conn, self.heads, heads, self.lost)
        pieces = []
        for opened in found:
            try:
                pieces.append(piece(opened, model))
            except DamagedError:
                self.lost.add(opened.record_id, opened.version)
        return pieces

    def every(self, model: type[Body]) -> list[Piece[Body]]:
        """Open all records of a kind, newest first."""
        return self.open(model, self.listed(model.kind))

    def one(self, model: type[Body], record_id: str) -> Piece[Body]:
        """Open one record, or raise NotFoundError."""
        head = self.find(model, record_id)
        if head is None:
            raise NotFoundError
        found = self.case.open_heads(self.conn, self.heads, [head])
        return piece(found[0], model)

    def below(self, model: type[Body], parents: Iterable[str]) -> dict[str, list[Piece[Body]]]:
        """Open what hangs below some records, by parent, oldest first."""
        section = self.heads.section(model.kind)
        return {
            parent: self.open(model, section.children(bytes.fromhex(parent))) for parent in parents
        }

    def consent(self) -> Consent | None:
        """Return what she agreed to, where it is shared (its id is the grant's)."""
        return self._consent

    @cached_property
    def _consent(self) -> Consent | None:
        """The consent without its list of what was shared: ids in their thousands, unread here."""
        head = self.heads.section(Consent.kind).find(bytes.fromhex(self.case.grant.id))
        heads = [head] if head else []
        for opened in self.case.open_heads(self.conn, self.heads, heads, self.lost):
            try:
                return Consent.model_validate({**opened.envelope["body"], "items": ()})
            except ValidationError:
                self.lost.add(opened.record_id, opened.version)
        return None

    def files(self, record_id: str) -> tuple[Attached, ...]:
        """Return the shared files of a record, with the copies that were made from them."""
        found = self.below(File, [record_id])[record_id]
        made = self.below(Derived, [file.id for file in found])
        return tuple(
            Attached(file.id, file.body, file.received_at, tuple(c.body for c in made[file.id]))
            for file in found
        )


def piece(opened: Opened, model: type[Body]) -> Piece[Body]:
    """Give an opened record its type; a copy is shown under its original's id and version."""
    body: Record | None = opened.body
    record_id, version, left_out = opened.record_id, opened.version, tuple[str, ...]()
    if is_copy := isinstance(body, Redacted):
        record_id, version, left_out = body.of, body.of_version, body.left_out
        body = body.whole()
    if not isinstance(body, model):
        raise DamagedError
    return Piece(
        id=record_id,
        n=opened.n,
        version=version,
        body=body,
        written_at=opened.written_at,
        received_at=opened.received_at,
        device_at=opened.device_at,
        left_out=left_out,
        is_copy=is_copy,
    )
