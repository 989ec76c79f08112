"""Reading everything back, without keys: for whoever checks that the store is whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection, func, inspect, select, text

from diary.store.models import accounts, diaries, leaves, records

BATCH = 1000


class RowFacts(NamedTuple):
    """What one row of the sealed table shows to somebody without keys."""

    n: int
    record_id: str
    version: int
    commitment: bytes
    received_ms: int
    wrap_size: int | None
    sealed_size: int | None
    destroyed_ms: int | None
    leaf: bytes | None


def is_in_use(conn: Connection) -> bool:
    """Tell whether there is an account or a log; before the first migration there is no table."""
    there = set(inspect(conn).get_table_names())
    return any(
        conn.execute(select(table.c[0]).limit(1)).first() is not None
        for table in (accounts, leaves)
        if table.name in there
    )


def database_faults(conn: Connection) -> list[str]:
    """What SQLite itself finds wrong when it reads every page (PostgreSQL checks as it reads)."""
    if conn.dialect.name != "sqlite":
        return []
    found = [str(row[0]) for row in conn.execute(text("PRAGMA integrity_check"))]
    return [] if found == ["ok"] else found


def every_diary(conn: Connection) -> list[tuple[str, int]]:
    """Every diary with the number of its newest row."""
    query = select(diaries.c.id, diaries.c.last_n).order_by(diaries.c.id)
    return [(row[0], row[1]) for row in conn.execute(query)]


def rows_of(conn: Connection, diary_id: str) -> Iterator[RowFacts]:
    """Every row of one diary in order, and its leaf in the log."""
    after = 0
    query = select(
        records.c.n,
        records.c.record_id,
        records.c.version,
        records.c.commitment,
        records.c.received_ms,
        func.length(records.c.wrap),
        func.length(records.c.sealed),
        records.c.destroyed_ms,
        leaves.c.body,
    ).outerjoin(leaves, leaves.c.commitment == records.c.commitment)
    while True:
        some = query.where(records.c.diary_id == diary_id, records.c.n > after)
        rows = [RowFacts(*row) for row in conn.execute(some.order_by(records.c.n).limit(BATCH))]
        yield from rows
        if len(rows) < BATCH:
            return
        after = rows[-1].n


def pending_leaves(conn: Connection) -> int:
    """How many leaves wait for their place."""
    query = select(func.count()).select_from(leaves).where(leaves.c.place.is_(None))
    return int(conn.execute(query).scalar_one())
