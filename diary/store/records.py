"""Rows of the one sealed table, and the sealed index of heads beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from diary.errors import ConflictError
from diary.store import many
from diary.store.models import diaries, heads, records

BATCH = 500  # SQLite takes at most 999 parameters in old builds


class RecordRow(NamedTuple):
    """One sealed version as it lies in the table."""

    n: int
    record_id: str
    version: int
    received_ms: int
    commitment: bytes
    wrap: bytes | None
    sealed: bytes | None


_COLUMNS = (
    records.c.n,
    records.c.record_id,
    records.c.version,
    records.c.received_ms,
    records.c.commitment,
    records.c.wrap,
    records.c.sealed,
)
_OF_DIARY = records.c.diary_id == bindparam("diary")
_NEXT_N = (
    update(diaries)
    .where(diaries.c.id == bindparam("diary"))
    .values(last_n=diaries.c.last_n + 1)
    .returning(diaries.c.last_n)
)
_ADD = insert(records)
_ALL = ("diary_id", *RecordRow._fields)
_SINCE = select(*_COLUMNS).where(_OF_DIARY, records.c.n > bindparam("after")).order_by(records.c.n)
_VERSIONS = (
    select(*_COLUMNS)
    .where(_OF_DIARY, records.c.record_id == bindparam("record"))
    .order_by(records.c.version)
)
_BETWEEN = records.c.n.between(bindparam("first"), bindparam("last"))
_AMONG = records.c.n.in_(bindparam("ns", expanding=True))
_WHOLE = select(*_COLUMNS).where(_OF_DIARY)
_NAMED = select(records.c.n, records.c.record_id, records.c.version, records.c.commitment).where(
    _OF_DIARY, records.c.wrap.is_not(None)
)
_BY_N = _WHOLE.where(_BETWEEN), _WHOLE.where(_AMONG)
_NAMES = _NAMED.where(_BETWEEN), _NAMED.where(_AMONG)
_LAST_N = select(diaries.c.last_n).where(diaries.c.id == bindparam("diary"))
_HEADS = select(heads.c.covers_n, heads.c.sealed).where(heads.c.diary_id == bindparam("diary"))


def take_turn(conn: Connection, diary_id: str) -> None:
    """Wait for the diary's other writers, before reading what the next of them would change.

    SQLite's writers wait for each other from the start (`BEGIN IMMEDIATE`) and need no more.
    """
    conn.execute(_LAST_N.with_for_update(), {"diary": diary_id})


def next_n(conn: Connection, diary_id: str) -> int | None:
    """Take the diary's next row number; the lock it takes orders the diary's writers.

    Returns None when the diary is gone.
    """
    return conn.execute(_NEXT_N, {"diary": diary_id}).scalar_one_or_none()


def next_ns(conn: Connection, diary_id: str, count: int) -> int | None:
    """Take so many row numbers at once; return the last of them, None when the diary is gone."""
    taken = (
        update(diaries)
        .where(diaries.c.id == diary_id)
        .values(last_n=diaries.c.last_n + count)
        .returning(diaries.c.last_n)
    )
    return conn.execute(taken).scalar_one_or_none()


def last_n(conn: Connection, diary_id: str) -> int:
    """Return the number of the newest row (0 for an empty or unknown diary)."""
    return conn.execute(_LAST_N, {"diary": diary_id}).scalar_one_or_none() or 0


def add(conn: Connection, diary_id: str, row: RecordRow) -> None:
    """Insert one sealed version; ConflictError if there is one with its id and number.

    Nothing ever updates `sealed` but to empty it.
    """
    try:
        conn.execute(_ADD, {"diary_id": diary_id, **row._asdict()})
    except IntegrityError as error:
        raise ConflictError from error


def add_all(conn: Connection, diary_id: str, rows: Sequence[RecordRow]) -> None:
    """Insert many sealed versions; ConflictError as in `add`."""
    try:
        many.add_all(conn, records, _ALL, [(diary_id, *row) for row in rows])
    except IntegrityError as error:
        raise ConflictError from error


def versions(conn: Connection, diary_id: str, record_id: str) -> list[RecordRow]:
    """Return every version of a record, oldest first; empty for another diary's id."""
    rows = conn.execute(_VERSIONS, {"diary": diary_id, "record": record_id})
    return [RecordRow(*row) for row in rows]


def since(conn: Connection, diary_id: str, after: int) -> list[RecordRow]:
    """Return all rows with a number above `after`, in order."""
    rows = conn.execute(_SINCE, {"diary": diary_id, "after": after})
    return [RecordRow(*row) for row in rows]


def by_n(conn: Connection, diary_id: str, ns: Sequence[int]) -> dict[int, RecordRow]:
    """Return the rows with these numbers, by number."""
    return {row[0]: RecordRow(*row) for row in _numbered(conn, _BY_N, diary_id, ns)}


def names(conn: Connection, diary_id: str, ns: Sequence[int]) -> dict[int, tuple[str, int, bytes]]:
    """Return record, version and commitment by number, but for those whose key is gone."""
    rows = _numbered(conn, _NAMES, diary_id, ns)
    return {n: (record, version, commitment) for n, record, version, commitment in rows}


def _numbered(
    conn: Connection, queries: tuple[Select[Any], Select[Any]], diary_id: str, ns: Sequence[int]
) -> Iterator[Any]:
    """Yield the rows with these numbers, whichever way costs less for each batch of them."""
    between, among = queries
    for start in range(0, len(ns), BATCH):
        some = ns[start : start + BATCH]
        first, last, wanted = min(some), max(some), set(some)
        if last - first < 2 * len(some):  # few others lie in between: all of them in one go
            rows = conn.execute(between, {"diary": diary_id, "first": first, "last": last}).all()
            yield from (row for row in rows if row[0] in wanted)
        else:
            yield from conn.execute(among, {"diary": diary_id, "ns": some}).all()


def firsts(conn: Connection, diary_id: str, ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Return the number and the time of receipt of each record's first version."""
    found: dict[str, tuple[int, int]] = {}
    first = func.min(records.c.n), func.min(records.c.received_ms)
    for start in range(0, len(ids), BATCH):
        some = records.c.record_id.in_(ids[start : start + BATCH])
        query = select(records.c.record_id, *first).where(records.c.diary_id == diary_id, some)
        rows = conn.execute(query.group_by(records.c.record_id))
        found.update((record, (n, at)) for record, n, at in rows)
    return found


def read_heads(conn: Connection, diary_id: str) -> tuple[int, bytes] | None:
    """Return (newest row covered, sealed index), or None when there is none."""
    row = conn.execute(_HEADS, {"diary": diary_id}).one_or_none()
    return None if row is None else (row[0], row[1])


def write_heads(conn: Connection, diary_id: str, covers_n: int, sealed: bytes) -> None:
    """Replace the sealed index; an older one never replaces a newer one."""
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    new = dialect.insert(heads).values(diary_id=diary_id, covers_n=covers_n, sealed=sealed)
    conn.execute(
        new.on_conflict_do_update(
            index_elements=[heads.c.diary_id],
            set_={"covers_n": covers_n, "sealed": sealed},
            where=heads.c.covers_n <= covers_n,
        )
    )


def drop_heads(conn: Connection, diary_id: str) -> None:
    """Forget the index; the next reader builds it again from the records."""
    conn.execute(delete(heads).where(heads.c.diary_id == diary_id))


def set_destroy(
    conn: Connection, diary_id: str, record_ids: Sequence[str], when_ms: int | None
) -> None:
    """Set or lift the time at which the keys of these records are destroyed."""
    for start in range(0, len(record_ids), BATCH):
        conn.execute(
            update(records)
            .where(
                records.c.diary_id == diary_id,
                records.c.record_id.in_(record_ids[start : start + BATCH]),
            )
            .values(destroy_ms=when_ms)
        )


def destroy_due(conn: Connection, now_ms: int) -> list[str]:
    """Destroy the keys and bytes of every record whose time has come; return the record ids.

    What stays of a row is its tombstone: ids, times, and the commitment that is in the log.
    """
    gone = conn.execute(
        update(records)
        .where(records.c.destroy_ms <= now_ms, records.c.destroyed_ms.is_(None))
        .values(wrap=None, sealed=None, destroyed_ms=now_ms)
        .returning(records.c.record_id)
    )
    return sorted({row[0] for row in gone})
