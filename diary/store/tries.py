"""Counted tries, by keyed hash: no name and no address is stored."""

from __future__ import annotations

from sqlalchemy import Connection, case, delete, update
from sqlalchemy.dialects import postgresql, sqlite

from diary.store.models import tries

PROBE = bytes(32)


def count(conn: Connection, key: bytes, *, now_ms: int, window_ms: int) -> tuple[int, int]:
    """Count one more try; return (tries in this window, when the window began)."""
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    over = tries.c.started_ms <= now_ms - window_ms
    statement = (
        dialect.insert(tries)
        .values(id=key, count=1, started_ms=now_ms)
        .on_conflict_do_update(
            index_elements=[tries.c.id],
            set_={
                "count": case((over, 1), else_=tries.c.count + 1),
                "started_ms": case((over, now_ms), else_=tries.c.started_ms),
            },
        )
        .returning(tries.c.count, tries.c.started_ms)
    )
    row = conn.execute(statement).one()
    return row[0], row[1]


def give_back(conn: Connection, key: bytes) -> None:
    """Take one counted try away again."""
    counted = update(tries).where(tries.c.id == key, tries.c.count > 0)
    conn.execute(counted.values(count=tries.c.count - 1))


def forget(conn: Connection, key: bytes) -> None:
    """Start again after a success."""
    conn.execute(delete(tries).where(tries.c.id == key))


def drop_old(conn: Connection, *, before_ms: int) -> None:
    """Drop windows that are long over."""
    conn.execute(delete(tries).where(tries.c.started_ms < before_ms))


def probe(conn: Connection, now_ms: int) -> None:
    """Write one row, so that a health check proves that writing works."""
    count(conn, PROBE, now_ms=now_ms, window_ms=1)
