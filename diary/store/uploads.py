"""Rows of uploads on their way: how much is safe, and which request is sending now."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, or_, select, update

from diary.store.models import uploads


class UploadRow(NamedTuple):
    """One unfinished upload. `sealed` holds its key and its name, under the diary key."""

    id: str
    diary_id: str
    length: int
    received: int
    sealed: bytes
    created_ms: int
    seen_ms: int


_COLUMNS = (
    uploads.c.id,
    uploads.c.diary_id,
    uploads.c.length,
    uploads.c.received,
    uploads.c.sealed,
    uploads.c.created_ms,
    uploads.c.seen_ms,
)


def add(conn: Connection, row: UploadRow) -> None:
    """Start an upload."""
    conn.execute(insert(uploads).values(**row._asdict()))


def find(conn: Connection, diary_id: str, upload_id: str) -> UploadRow | None:
    """Return one upload of this diary; another diary's is not there."""
    query = select(*_COLUMNS).where(uploads.c.id == upload_id, uploads.c.diary_id == diary_id)
    row = conn.execute(query).one_or_none()
    return None if row is None else UploadRow(*row)


def of_diary(conn: Connection, diary_id: str) -> list[UploadRow]:
    """Return every unfinished upload of a diary, oldest first."""
    query = select(*_COLUMNS).where(uploads.c.diary_id == diary_id).order_by(uploads.c.created_ms)
    return [UploadRow(*row) for row in conn.execute(query)]


def claim(
    conn: Connection, upload_id: str, *, received: int, holder: str, now_ms: int, idle_ms: int
) -> bool:
    """Make `holder` the only sender, if the offset is right and nobody else is at work.

    A sender that went silent for `idle_ms` (a dead connection, an ended process) is passed over.
    """
    silent = or_(uploads.c.holder.is_(None), uploads.c.seen_ms <= now_ms - idle_ms)
    done = conn.execute(
        update(uploads)
        .where(uploads.c.id == upload_id, uploads.c.received == received, silent)
        .values(holder=holder, seen_ms=now_ms)
    )
    return done.rowcount == 1


def advance(conn: Connection, upload_id: str, *, received: int, holder: str, now_ms: int) -> bool:
    """Say that `received` bytes are safe; False when somebody else took over."""
    done = conn.execute(
        update(uploads)
        .where(uploads.c.id == upload_id, uploads.c.holder == holder)
        .values(received=received, seen_ms=now_ms)
    )
    return done.rowcount == 1


def release(conn: Connection, upload_id: str, holder: str) -> None:
    """Let the next sender in at once."""
    conn.execute(
        update(uploads)
        .where(uploads.c.id == upload_id, uploads.c.holder == holder)
        .values(holder=None)
    )


def take(conn: Connection, upload_id: str, holder: str | None = None) -> bool:
    """Remove an upload's row (only while `holder` holds it, if given)."""
    query = delete(uploads).where(uploads.c.id == upload_id)
    if holder is not None:
        query = query.where(uploads.c.holder == holder)
    return conn.execute(query).rowcount == 1


def take_abandoned(conn: Connection, *, before_ms: int) -> list[str]:
    """Remove the rows of uploads that nobody went on with; return their ids."""
    gone = conn.execute(
        delete(uploads).where(uploads.c.seen_ms < before_ms).returning(uploads.c.id)
    )
    return sorted(row[0] for row in gone)


def known(conn: Connection, upload_id: str) -> bool:
    """Tell whether anybody has an upload with this id (for tidying up, never for answers)."""
    query = select(uploads.c.id).where(uploads.c.id == upload_id)
    return conn.execute(query).one_or_none() is not None
