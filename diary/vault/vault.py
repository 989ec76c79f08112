"""An unlocked diary: the only way to write or read its records.

Every method takes the caller's connection, so that one thing a person does is one transaction.
Ids of another diary, of removed records and of records that never were get one and the same
answer: NotFoundError.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from diary.crypto import envelope
from diary.crypto.errors import OpenError
from diary.domain.base import Record
from diary.domain.clock import to_ms
from diary.domain.ids import is_id, new_id
from diary.errors import ConflictError, DamagedError, NotFoundError
from diary.store import records
from diary.store.records import RecordRow
from diary.vault import ledger
from diary.vault.heads import HIDES_PARENT, NO_PARENT, Head, Heads
from diary.vault.keyring import Unlocked
from diary.vault.records import Opened, describe, open_row, seal_for_diary
from diary.vault.unopened import Unopened
from diary.vault.words import matcher

BATCH = 200
MERGE_EVERY = 32  # rows that may wait outside the sealed index


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a version went."""

    record_id: str
    version: int
    n: int
    received_at: datetime
    commitment: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """Some opened records, how many there are in all, and how many of these do not open."""

    items: list[Opened]
    total: int
    damaged: int = 0


class Vault:
    """One unlocked diary."""

    def __init__(self, unlocked: Unlocked) -> None:
        self.unlocked = unlocked
        self.keys = unlocked.keys
        self.account_id = unlocked.account_id
        self.diary_id = unlocked.keys.diary_id

    # Writing

    def keep(
        self,
        conn: Connection,
        body: Record,
        *,
        at: datetime,
        record_id: str | None = None,
        base_version: int = 0,
        parent: str | None = None,
        device_at: datetime | None = None,
        secret: bytes = b"",
    ) -> Kept:
        """Seal one version: a new record, or the next version after `base_version`.

        ConflictError when `base_version` is no longer the newest, or the id of a new record has
        been filed before; nothing is overwritten, and the caller gives up the transaction.
        """
        n = records.next_n(conn, self.diary_id)
        if n is None:
            raise NotFoundError
        record_id = record_id or new_id()
        version = base_version + 1
        canonical = describe(
            body,
            record_id=record_id,
            version=version,
            parent=parent,
            supersedes=self._supersedes(conn, record_id, base_version),
            written_at=at,
            device_at=device_at,
        )
        sealed = seal_for_diary(
            canonical, secret, keys=self.keys, record_id=record_id, version=version
        )
        row = RecordRow(
            n, record_id, version, to_ms(at), sealed.commitment, sealed.wrap, sealed.sealed
        )
        records.add(conn, self.diary_id, row)
        ledger.add(conn, sealed.commitment, at)
        if n % MERGE_EVERY == 0:
            self.refresh_heads(conn)
        return Kept(record_id, version, n, at, sealed.commitment)

    def _supersedes(self, conn: Connection, record_id: str, base_version: int) -> bytes | None:
        if base_version == 0:
            return None
        versions = records.versions(conn, self.diary_id, record_id)
        if not versions or versions[-1].wrap is None:
            raise NotFoundError
        if versions[-1].version != base_version:
            raise ConflictError
        return versions[-1].commitment

    # Reading

    def get(self, conn: Connection, record_id: str, version: int | None = None) -> Opened:
        """Open a record's newest version, or the one asked for."""
        versions = self._rows(conn, record_id)
        wanted = versions[-1].version if version is None else version
        for row in versions:
            if row.version == wanted:
                return open_row(row, self.keys)
        raise NotFoundError

    def versions(
        self, conn: Connection, record_id: str, *, unopened: Unopened | None = None
    ) -> list[Opened]:
        """Open every version of a record, oldest first; DamagedError or a count as in `scan`."""
        rows = self._rows(conn, record_id)
        if unopened is not None:
            unopened.add_missing(record_id, (row.version for row in rows))
        named = ((row.record_id, row.version, row) for row in rows)
        return self._open_named(named, unopened)

    def _rows(self, conn: Connection, record_id: str) -> list[RecordRow]:
        if not is_id(record_id):
            raise NotFoundError
        rows = records.versions(conn, self.diary_id, record_id)
        if not rows or rows[-1].wrap is None:
            raise NotFoundError
        return rows

    def page(
        self,
        conn: Connection,
        kind: str,
        *,
        offset: int = 0,
        limit: int = 20,
        heads: Heads | None = None,
    ) -> Page:
        """Open one page of a kind, newest first by when it happened."""
        heads = heads or self.heads(conn)
        wanted, total = heads.page(kind, offset, limit)
        found = self._page(conn, heads, wanted, total)
        return replace(found, damaged=found.damaged + heads.lost)

    def scan(
        self, conn: Connection, kind: str, *, unopened: Unopened | None = None
    ) -> Iterator[Opened]:
        """Open every listed record of a kind, newest first, some at a time.

        DamagedError for one that does not open, unless the caller says where to count it: nobody
        leaves it out in silence.
        """
        heads = self.heads(conn)
        wanted = heads.listed(kind)
        for start in range(0, len(wanted), BATCH):
            yield from self.open_heads(conn, heads, wanted[start : start + BATCH], unopened)

    def lost(self, conn: Connection) -> Unopened:
        """Count the rows that are lost, and of which nobody can say what they were."""
        return self.heads(conn).unopened

    def children(self, conn: Connection, parent: str, kind: str) -> list[Opened]:
        """Open the records of a kind that belong to a parent, oldest first."""
        return self.children_of(conn, [parent], kind)[parent]

    def children_of(
        self,
        conn: Connection,
        parents: Sequence[str],
        kind: str,
        *,
        unopened: Unopened | None = None,
    ) -> dict[str, list[Opened]]:
        """Open the records of a kind that belong to several parents, by parent.

        DamagedError or a count as in `scan`.
        """
        heads = self.heads(conn)
        section, hidden = heads.section(kind), heads.hidden()
        wanted = {
            parent: [
                head
                for head in section.children(bytes.fromhex(parent))
                if head.record not in hidden
            ]
            for parent in parents
        }
        every = [head for some in wanted.values() for head in some]
        opened = {item.n: item for item in self.open_heads(conn, heads, every, unopened)}
        return {
            parent: [opened[head.n] for head in some if head.n in opened]
            for parent, some in wanted.items()
        }

    def count_children(
        self, conn: Connection, parents: Sequence[str], kind: str, *, heads: Heads | None = None
    ) -> dict[str, Counter[int]]:
        """Count what belongs to each parent by the mark it gave itself, opening nothing."""
        section = (heads or self.heads(conn)).section(kind)
        return {
            parent: Counter(head.mark for head in section.children(bytes.fromhex(parent)))
            for parent in parents
        }

    def is_listed(self, conn: Connection, record_id: str) -> bool:
        """Tell whether a record is there to be seen: not removed, and not waiting to be."""
        return is_id(record_id) and self.heads(conn).is_listed(bytes.fromhex(record_id))

    def family(self, conn: Connection, record_id: str) -> list[str]:
        """Return a record's id and those of all that belongs to it: files, copies, notes."""
        return [one.hex() for one in self.heads(conn).family(bytes.fromhex(record_id))]

    def search(
        self, conn: Connection, kind: str, query: str, *, offset: int = 0, limit: int = 20
    ) -> Page:
        """Find the records in whose words every word of the query stands, newest first."""
        matches, heads = matcher(query), self.heads(conn)
        wanted, found, damaged = heads.listed(kind), set[int](), heads.lost
        for start in range(0, len(wanted), BATCH):
            batch = self._page(conn, heads, wanted[start : start + BATCH], 0)
            found.update(opened.n for opened in batch.items if matches(opened))
            damaged += batch.damaged
        matched = [head for head in wanted if head.n in found][offset : offset + limit]
        return Page(self.open_heads(conn, heads, matched), len(found), damaged)

    def open_heads(
        self,
        conn: Connection,
        heads: Heads,
        wanted: Sequence[Head],
        unopened: Unopened | None = None,
    ) -> list[Opened]:
        """Open the records of these heads; DamagedError or a count as in `scan`."""
        return self._open_named(self._rows_by_n(conn, heads, wanted), unopened)

    def _page(self, conn: Connection, heads: Heads, wanted: Sequence[Head], total: int) -> Page:
        """Open what opens, and count what does not: one damaged row hides no other."""
        unopened = Unopened()
        return Page(self.open_heads(conn, heads, wanted, unopened), total, unopened.number)

    def _open_named(
        self, rows: Iterable[tuple[str, int, RecordRow | None]], unopened: Unopened | None
    ) -> list[Opened]:
        items = []
        for record_id, version, row in rows:
            try:
                items.append(self._opened(row))
            except DamagedError:
                if unopened is None:
                    raise
                unopened.add(record_id, version)
        return items

    def _opened(self, row: RecordRow | None) -> Opened:
        if row is None:
            raise DamagedError
        return open_row(row, self.keys)

    def _rows_by_n(
        self, conn: Connection, heads: Heads, wanted: Sequence[Head]
    ) -> Iterator[tuple[str, int, RecordRow | None]]:
        """Yield the rows of heads; None for one that is gone, or holds another version now.

        A row's number is not in its seal: only the index says which version stands under it.
        """
        rows = records.by_n(conn, self.diary_id, [head.n for head in wanted])
        for head in wanted:
            row = rows.get(head.n)
            record_id, version = head.record.hex(), head.version
            named = row and (row.record_id, row.version) == (record_id, version)
            if row is not None and row.wrap is not None and named:
                yield record_id, version, row
            elif heads.is_listed(head.record):  # what hangs below a removed entry is no loss
                yield record_id, version, None

    # The sealed index

    def heads(self, conn: Connection) -> Heads:
        """Return the index, brought up to date with the rows that came after it."""
        heads = self._stored_heads(conn)
        newest = records.last_n(conn, self.diary_id)  # first: a row may come in between
        self._merge(heads, records.since(conn, self.diary_id, heads.covers_n))
        heads.unopened.nameless += max(0, newest - heads.covers_n)
        return heads

    def refresh_heads(self, conn: Connection) -> None:
        """Store the index as it is now; for a write transaction."""
        heads = self.heads(conn)
        if heads.lost:
            return  # the loss must be seen each time, and a row that is put back found again
        aad = self._heads_aad(heads.covers_n)
        sealed = envelope.seal(self.keys.diary_key, heads.pack(), aad=aad)
        records.write_heads(conn, self.diary_id, heads.covers_n, sealed)

    def _stored_heads(self, conn: Connection) -> Heads:
        stored = records.read_heads(conn, self.diary_id)
        if stored is None:
            return Heads()
        covers_n, sealed = stored
        try:
            packed = envelope.open_(self.keys.diary_key, sealed, aad=self._heads_aad(covers_n))
        except OpenError:
            return Heads()  # a damaged index is only a cache: build it from the records
        return Heads.unpack(packed, covers_n)

    def _heads_aad(self, covers_n: int) -> bytes:
        return f"heads 2 diary/v1 {self.diary_id} {covers_n}".encode()

    def _merge(self, heads: Heads, rows: Iterable[RecordRow]) -> None:
        newest = dict[str, int]()
        for row in rows:
            heads.unopened.nameless += row.n - heads.covers_n - 1
            heads.covers_n = row.n
            if row.wrap is None:
                continue
            try:
                if row.version <= newest.get(row.record_id, 0):
                    raise DamagedError  # an older version must not pass for the newest
                opened = open_row(row, self.keys)
                moment = opened.body.moment() or opened.written_at
            except DamagedError:
                # It stays in the table; opening it by its id says that it is damaged.
                heads.lose(bytes.fromhex(row.record_id), row.version)
                continue
            newest[row.record_id] = row.version
            section = heads.section(opened.kind)
            if row.version > 1:
                section.drop(bytes.fromhex(row.record_id))
            section.put(
                Head(
                    sort_ms=to_ms(moment),
                    n=row.n,
                    record=bytes.fromhex(row.record_id),
                    parent=bytes.fromhex(opened.parent) if opened.parent else NO_PARENT,
                    flags=opened.body.mark() << 1 | opened.body.hides_parent() * HIDES_PARENT,
                    version=row.version,
                )
            )
