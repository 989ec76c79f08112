"""Rows of finished blobs: whose they are and which record names them. Never their key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select

from diary.store.models import blobs, dropped_blobs

BATCH = 500


class BlobRow(NamedTuple):
    """One finished blob: `size` is the length of what is inside the seal."""

    id: str
    diary_id: str
    record_id: str
    size: int
    created_ms: int


_COLUMNS = (blobs.c.id, blobs.c.diary_id, blobs.c.record_id, blobs.c.size, blobs.c.created_ms)


def add(conn: Connection, row: BlobRow) -> None:
    """Say that a blob is whole and belongs to a record."""
    conn.execute(insert(blobs).values(**row._asdict()))


def find(conn: Connection, diary_id: str, blob_id: str) -> BlobRow | None:
    """Return one blob of this diary; another diary's is not there."""
    query = select(*_COLUMNS).where(blobs.c.id == blob_id, blobs.c.diary_id == diary_id)
    row = conn.execute(query).one_or_none()
    return None if row is None else BlobRow(*row)


def known(conn: Connection, blob_id: str) -> bool:
    """Tell whether a blob has a row at all."""
    query = select(blobs.c.id).where(blobs.c.id == blob_id)
    return conn.execute(query).one_or_none() is not None


def every(conn: Connection) -> list[BlobRow]:
    """Return all rows, for reading the whole store back."""
    return [BlobRow(*row) for row in conn.execute(select(*_COLUMNS).order_by(blobs.c.id))]


def drop_of_records(conn: Connection, record_ids: Sequence[str]) -> list[str]:
    """Forget the blobs of these records and note them for removal; return their ids."""
    gone: list[str] = []
    for start in range(0, len(record_ids), BATCH):
        some = record_ids[start : start + BATCH]
        query = delete(blobs).where(blobs.c.record_id.in_(some)).returning(blobs.c.id)
        gone += [row[0] for row in conn.execute(query)]
    note_dropped(conn, gone)
    return gone


def drop_of_diary(conn: Connection, diary_id: str) -> list[str]:
    """Forget every blob of a diary and note them for removal; return their ids."""
    query = delete(blobs).where(blobs.c.diary_id == diary_id).returning(blobs.c.id)
    gone = [row[0] for row in conn.execute(query)]
    note_dropped(conn, gone)
    return gone


def note_dropped(conn: Connection, blob_ids: Sequence[str]) -> None:
    """Note blobs whose file is removed after this transaction."""
    if blob_ids:
        conn.execute(insert(dropped_blobs), [{"id": blob_id} for blob_id in blob_ids])


def dropped(conn: Connection) -> list[str]:
    """Return the blobs whose file has still to be removed."""
    return [row[0] for row in conn.execute(select(dropped_blobs.c.id))]


def forget_dropped(conn: Connection, blob_ids: Sequence[str]) -> None:
    """Say that these files are removed."""
    for start in range(0, len(blob_ids), BATCH):
        some = blob_ids[start : start + BATCH]
        conn.execute(delete(dropped_blobs).where(dropped_blobs.c.id.in_(some)))
