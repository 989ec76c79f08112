"""Reading opened records: what an owner and somebody whom she lets read have in common.

Every method takes the caller's connection, so that one thing a person does is one transaction.
Ids of another diary, of removed records and of records that never were get one and the same
answer: NotFoundError.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from diary.domain.ids import is_id
from diary.errors import DamagedError, NotFoundError
from diary.store.records import RecordRow
from diary.vault.heads import Head, Heads
from diary.vault.records import Keys, Opened, open_row
from diary.vault.unopened import Unopened
from diary.vault.words import matcher

BATCH = 200


@dataclass(frozen=True, slots=True)
class Page:
    """Some opened records, how many there are in all, and how many of these do not open."""

    items: list[Opened]
    total: int
    damaged: int = 0


class Reader(ABC):
    """Reads the records of one diary that its keys open."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self.diary_id = keys.diary_id

    @abstractmethod
    def heads(self, conn: Connection) -> Heads:
        """Return the index of what there is to read."""

    @abstractmethod
    def rows_of(self, conn: Connection, record_id: str) -> list[RecordRow]:
        """Return every version of a record as it lies in the table, oldest first."""

    @abstractmethod
    def rows_by_n(self, conn: Connection, ns: Sequence[int]) -> dict[int, RecordRow]:
        """Return the rows with these numbers."""

    @abstractmethod
    def facts_kept(self, conn: Connection) -> bytes | None:
        """Return the sealed cache of what the records say in short (`vault.facts`)."""

    @abstractmethod
    def keep_facts(self, conn: Connection, sealed: bytes) -> None:
        """Replace that cache."""

    @property
    def named(self) -> str:
        """What a cache is bound to: it opens for no other reader."""
        return self.diary_id

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
        rows = self.rows_of(conn, record_id)
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
        self,
        conn: Connection,
        kind: str,
        *,
        unopened: Unopened | None = None,
        heads: Heads | None = None,
    ) -> Iterator[Opened]:
        """Open every listed record of a kind, newest first, some at a time.

        DamagedError for one that does not open, unless the caller says where to count it: nobody
        leaves it out in silence.
        """
        heads = heads or self.heads(conn)
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
        rows = self.rows_by_n(conn, [head.n for head in wanted])
        for head in wanted:
            row = rows.get(head.n)
            record_id, version = head.record.hex(), head.version
            named = row and (row.record_id, row.version) == (record_id, version)
            if row is not None and row.wrap is not None and named:
                yield record_id, version, row
            elif heads.is_listed(head.record):  # what hangs below a removed entry is no loss
                yield record_id, version, None
