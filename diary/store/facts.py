"""The sealed cache of what the pattern page counts: one row for each diary."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from diary.store.models import facts

_READ = select(facts.c.sealed).where(facts.c.diary_id == bindparam("diary"))


def read(conn: Connection, diary_id: str) -> bytes | None:
    """Return the sealed cache, or None when there is none."""
    return conn.execute(_READ, {"diary": diary_id}).scalar_one_or_none()


def write(conn: Connection, diary_id: str, sealed: bytes) -> None:
    """Replace the cache. An older one in its place costs time, never truth: see `vault.facts`."""
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    new = dialect.insert(facts).values(diary_id=diary_id, sealed=sealed)
    conn.execute(
        new.on_conflict_do_update(index_elements=[facts.c.diary_id], set_={"sealed": sealed})
    )
