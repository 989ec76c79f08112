"""An unlocked diary: the only way to write its records, and its owner's way to read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection
from typing_extensions import override

from diary.crypto import envelope
from diary.crypto.errors import OpenError
from diary.domain.base import Record
from diary.domain.clock import to_ms
from diary.domain.ids import new_id
from diary.errors import ConflictError, DamagedError, NotFoundError
from diary.store import facts, records
from diary.store.records import RecordRow
from diary.vault import ledger
from diary.vault.heads import HIDES_PARENT, NO_PARENT, Head, Heads
from diary.vault.keyring import Unlocked
from diary.vault.reader import Reader
from diary.vault.records import Sealed, describe, open_row, seal_for_diary

MERGE_EVERY = 32  # rows that may wait outside the sealed index
BATCH = 250  # new records of which the words are in memory at once


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a version went; `also` is the wrap of its key under another, where one was given."""

    record_id: str
    version: int
    n: int
    received_at: datetime
    commitment: bytes
    also: bytes = b""


@dataclass(frozen=True, slots=True)
class New:
    """A new record to keep together with others."""

    body: Record
    record_id: str
    parent: str | None = None


class Vault(Reader):
    """One unlocked diary."""

    def __init__(self, unlocked: Unlocked) -> None:
        super().__init__(unlocked.keys)
        self.unlocked = unlocked
        self.account_id = unlocked.account_id

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

    def take_turn(self, conn: Connection) -> None:
        """Wait for the diary's other writers: what is read after this, none of them changes."""
        records.take_turn(conn, self.diary_id)

    def keep_all(
        self, conn: Connection, new: Iterable[New], *, at: datetime, also: bytes | None = None
    ) -> list[Kept]:
        """Seal many new records, as `keep` seals each; for what goes in hundreds.

        They are asked for some at a time. With `also`, the key of a grant, each record's key is
        wrapped under that too.
        """
        # Read before they are there, so that what was just sealed need not be opened again.
        heads, coming = self.heads(conn), iter(new)
        key = None if also is None else envelope.ready(also)
        kept: list[Kept] = []
        added: dict[str, list[Head]] = {}
        while some := list(islice(coming, BATCH)):
            for one, row, seal in self._keep_some(conn, some, at, key):
                head = _head(row, one.body, one.parent, at)
                added.setdefault(one.body.kind, []).append(head)
                kept.append(Kept(row.record_id, 1, row.n, at, row.commitment, seal.also))
        # Where the numbers do not follow on, another row came since the index was read: it is left
        # as it was, and the next reader lays all of these over it.
        if kept and kept[-1].n == heads.covers_n + len(kept):
            for kind, of_kind in added.items():
                heads.section(kind).put_all(of_kind)
            heads.covers_n = kept[-1].n
            self._store_heads(conn, heads)
        return kept

    def _keep_some(
        self, conn: Connection, new: Sequence[New], at: datetime, also: envelope.Key | None
    ) -> Iterator[tuple[New, RecordRow, Sealed]]:
        last = records.next_ns(conn, self.diary_id, len(new))
        if last is None:
            raise NotFoundError
        at_ms = to_ms(at)
        sealed = [self._first(one, at, also) for one in new]
        rows = [
            RecordRow(n, one.record_id, 1, at_ms, seal.commitment, seal.wrap, seal.sealed)
            for n, (one, seal) in enumerate(zip(new, sealed, strict=True), last - len(new) + 1)
        ]
        records.add_all(conn, self.diary_id, rows)
        ledger.add_all(conn, [row.commitment for row in rows], at)
        return zip(new, rows, sealed, strict=True)

    def _first(self, new: New, at: datetime, also: envelope.Key | None) -> Sealed:
        canonical = describe(
            new.body,
            record_id=new.record_id,
            version=1,
            parent=new.parent,
            supersedes=None,
            written_at=at,
            device_at=None,
        )
        return seal_for_diary(
            canonical, b"", keys=self.keys, record_id=new.record_id, version=1, also=also
        )

    def _supersedes(self, conn: Connection, record_id: str, base_version: int) -> bytes | None:
        if base_version == 0:
            return None
        versions = records.versions(conn, self.diary_id, record_id)
        if not versions or versions[-1].wrap is None:
            raise NotFoundError
        if versions[-1].version != base_version:
            raise ConflictError
        return versions[-1].commitment

    # Rows

    @override
    def rows_of(self, conn: Connection, record_id: str) -> list[RecordRow]:
        """Return every version of a record as it lies in the table, oldest first."""
        return records.versions(conn, self.diary_id, record_id)

    @override
    def rows_by_n(self, conn: Connection, ns: Sequence[int]) -> dict[int, RecordRow]:
        """Return the rows with these numbers."""
        return records.by_n(conn, self.diary_id, ns)

    def commitments(self, conn: Connection, wanted: Sequence[Head]) -> list[bytes] | None:
        """Return the commitments of those heads' rows, opening none; None where one is not theirs.

        As they lie in the table: only whoever opens a row finds out whether it keeps to its own.
        A row's number is not in its seal: the index says which version stands under it.
        """
        names = records.names(conn, self.diary_id, [head.n for head in wanted])
        found = []
        for head in wanted:
            record_id, version, commitment = names.get(head.n, ("", 0, b""))
            if (record_id, version) != (head.record.hex(), head.version):
                return None
            found.append(bytes(commitment))
        return found

    def head_of(self, row: RecordRow) -> tuple[str, Head]:
        """Return the kind of one version and where it sorts, also where it is not the newest."""
        opened = open_row(row, self.keys)
        return opened.kind, _head(row, opened.body, opened.parent, opened.written_at)

    # What is kept to be quick: it can be lost

    @override
    def facts_kept(self, conn: Connection) -> bytes | None:
        """Return the sealed cache of what the records say in short."""
        return facts.read(conn, self.diary_id)

    @override
    def keep_facts(self, conn: Connection, sealed: bytes) -> None:
        """Replace that cache."""
        facts.write(conn, self.diary_id, sealed)

    # The sealed index

    @override
    def heads(self, conn: Connection) -> Heads:
        """Return the index, brought up to date with the rows that came after it."""
        heads = self._stored_heads(conn)
        newest = records.last_n(conn, self.diary_id)  # first: a row may come in between
        self._merge(heads, records.since(conn, self.diary_id, heads.covers_n))
        heads.unopened.nameless += max(0, newest - heads.covers_n)
        return heads

    def refresh_heads(self, conn: Connection) -> None:
        """Store the index as it is now; for a write transaction."""
        self._store_heads(conn, self.heads(conn))

    def _store_heads(self, conn: Connection, heads: Heads) -> None:
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
            heads.merged += 1
            if row.wrap is None:
                continue
            try:
                if row.version <= newest.get(row.record_id, 0):
                    raise DamagedError  # an older version must not pass for the newest
                opened = open_row(row, self.keys)
                head = _head(row, opened.body, opened.parent, opened.written_at)
            except DamagedError:
                # It stays in the table; opening it by its id says that it is damaged.
                heads.lose(bytes.fromhex(row.record_id), row.version)
                continue
            newest[row.record_id] = row.version
            section = heads.section(opened.kind)
            if row.version > 1:
                section.drop(bytes.fromhex(row.record_id))
            section.put(head)


def _head(row: RecordRow, body: Record, parent: str | None, written_at: datetime) -> Head:
    return Head(
        sort_ms=to_ms(body.moment() or written_at),
        n=row.n,
        record=bytes.fromhex(row.record_id),
        parent=bytes.fromhex(parent) if parent else NO_PARENT,
        flags=body.mark() << 1 | body.hides_parent() * HIDES_PARENT,
        version=row.version,
    )
