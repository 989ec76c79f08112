"""A diary as somebody reads it whom its owner lets in: what was shared with him, and no more.

The keys of a case are those of its grant. Records that were not shared do not open under them, and
are not asked for; what the owner removed is not there from that moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from typing_extensions import override

from diary.domain.base import Record
from diary.domain.clock import to_ms
from diary.domain.ids import new_id
from diary.errors import NotFoundError
from diary.store import grants as store
from diary.store import records
from diary.store.grants import WrapRow
from diary.store.records import RecordRow
from diary.vault import ledger
from diary.vault.grants import Grant, index_left, open_heads
from diary.vault.heads import Head, Heads
from diary.vault.reader import Reader
from diary.vault.records import Keys, Opened, describe, seal_for_owner
from diary.vault.unopened import Unopened


class Case(Reader):
    """What one grant lets its reader see."""

    def __init__(self, grant: Grant) -> None:
        super().__init__(Keys(grant.row.diary_id, grant.key, b""))
        self.grant = grant

    @override
    def heads(self, conn: Connection) -> Heads:
        """Return the index of what was shared, without what the owner has removed since."""
        heads = open_heads(self.grant)
        gone = store.gone(conn, self.grant.id, self.diary_id)
        for section in heads.sections.values() if gone else ():
            for record in [head.record for head in section if head.n in gone]:
                section.drop(record)
        return heads

    @override
    def rows_of(self, conn: Connection, record_id: str) -> list[RecordRow]:
        """Return the shared versions of a record, oldest first."""
        return store.shared_versions(conn, self.grant.id, self.diary_id, record_id)

    @override
    def rows_by_n(self, conn: Connection, ns: Sequence[int]) -> dict[int, RecordRow]:
        """Return the shared rows with these numbers."""
        return store.shared_by_n(conn, self.grant.id, self.diary_id, ns)

    @override
    def versions(
        self, conn: Connection, record_id: str, *, unopened: Unopened | None = None
    ) -> list[Opened]:
        """Open the versions that were shared: one that was not is nothing lost."""
        named = ((row.record_id, row.version, row) for row in self._rows(conn, record_id))
        return self._open_named(named, unopened)

    @property
    @override
    def named(self) -> str:
        """What a cache is bound to: it opens for no other reader."""
        return f"{self.diary_id} {self.grant.id}"

    @override
    def facts_kept(self, conn: Connection) -> bytes | None:
        """Return the sealed cache of what is shared in short; it ends with the grant."""
        return self.grant.row.facts

    @override
    def keep_facts(self, conn: Connection, sealed: bytes) -> None:
        """Replace that cache."""
        store.set_facts(conn, self.grant.id, sealed)


@dataclass(frozen=True, slots=True)
class Left:
    """What was left in the owner's diary, and under which number."""

    record_id: str
    n: int


def leave(
    conn: Connection, grant: Grant, body: Record, *, at: datetime, parent: str | None = None
) -> int:
    """Leave a record in the owner's diary, sealed to her alone; return its row's number.

    It belongs to the consent, if to nothing else: so she sees under which share it was left.
    """
    return leave_for_owner(conn, grant.row.diary_id, body, at=at, parent=parent or grant.id)


def leave_for_owner(
    conn: Connection,
    diary_id: str,
    body: Record,
    *,
    at: datetime,
    parent: str | None = None,
    record_id: str | None = None,
) -> int:
    """Leave a record in a diary whose owner is not here; return its row's number.

    What may be left is in `vault.records`: it adds, and changes nothing of hers. Its leaf is in
    the log like every other. ConflictError for an id that was filed before.
    """
    return _leave(conn, diary_id, body, at=at, record_id=record_id or new_id(), parent=parent)[0].n


def leave_and_keep(
    conn: Connection, grant: Grant, body: Record, *, at: datetime, record_id: str
) -> Left:
    """Leave a record that its author can read too for as long as the grant lives.

    It belongs to the consent. ConflictError for an id that was filed before.
    """
    left, also = _leave(
        conn,
        grant.row.diary_id,
        body,
        at=at,
        record_id=record_id,
        parent=grant.id,
        grant_key=grant.key,
    )
    store.add_wraps(conn, [WrapRow(grant.id, left.n, record_id, also)])
    head = Head(
        sort_ms=to_ms(body.moment() or at),
        n=left.n,
        record=bytes.fromhex(record_id),
        parent=bytes.fromhex(grant.id),
        flags=body.mark() << 1,
    )
    index_left(conn, grant, body.kind, head)
    return left


def _leave(
    conn: Connection,
    diary_id: str,
    body: Record,
    *,
    at: datetime,
    record_id: str,
    parent: str | None = None,
    grant_key: bytes | None = None,
) -> tuple[Left, bytes]:
    public_key = store.public_key_of_diary(conn, diary_id)
    n = records.next_n(conn, diary_id)
    if public_key is None or n is None:
        raise NotFoundError
    canonical = describe(
        body,
        record_id=record_id,
        version=1,
        parent=parent,
        supersedes=None,
        written_at=at,
        device_at=None,
    )
    sealed = seal_for_owner(
        canonical,
        public_key=public_key,
        diary_id=diary_id,
        record_id=record_id,
        version=1,
        grant_key=grant_key,
    )
    row = RecordRow(n, record_id, 1, to_ms(at), sealed.commitment, sealed.wrap, sealed.sealed)
    records.add(conn, diary_id, row)
    ledger.add(conn, sealed.commitment, at)
    return Left(record_id, n), sealed.also
