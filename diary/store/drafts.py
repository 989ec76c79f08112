"""What is being typed and not yet saved: sealed rows, replaced at will, a limited number."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from diary.store.models import drafts

_ONE = (drafts.c.diary_id == bindparam("diary"), drafts.c.id == bindparam("draft"))
_READ = select(drafts.c.sealed).where(*_ONE)


def write(conn: Connection, diary_id: str, draft_id: str, sealed: bytes, saved_ms: int) -> None:
    """Put a draft in the place of the one before."""
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    told = {"sealed": sealed, "saved_ms": saved_ms}
    new = dialect.insert(drafts).values(diary_id=diary_id, id=draft_id, **told)
    conn.execute(
        new.on_conflict_do_update(index_elements=[drafts.c.diary_id, drafts.c.id], set_=told)
    )


def read(conn: Connection, diary_id: str, draft_id: str) -> bytes | None:
    """Return a sealed draft, or None when there is none."""
    return conn.execute(_READ, {"diary": diary_id, "draft": draft_id}).scalar_one_or_none()


def every(conn: Connection, diary_id: str) -> list[tuple[str, bytes]]:
    """Return the id and the sealed words of every draft of a diary."""
    query = select(drafts.c.id, drafts.c.sealed).where(drafts.c.diary_id == diary_id)
    return [(draft_id, sealed) for draft_id, sealed in conn.execute(query)]


def drop(conn: Connection, diary_id: str, draft_ids: Collection[str]) -> None:
    """Forget drafts."""
    of_diary = drafts.c.diary_id == diary_id
    conn.execute(delete(drafts).where(of_diary, drafts.c.id.in_(draft_ids)))


def keep_newest(conn: Connection, diary_id: str, most: int) -> None:
    """Forget all but the newest drafts of a diary."""
    of_diary = drafts.c.diary_id == diary_id
    oldest_first = select(drafts.c.id).where(of_diary).order_by(drafts.c.saved_ms.desc())
    drop(conn, diary_id, conn.execute(oldest_first.offset(most)).scalars().all())


def drop_older(conn: Connection, before_ms: int) -> int:
    """Forget what nobody has gone on with since; return how many."""
    return conn.execute(delete(drafts).where(drafts.c.saved_ms < before_ms)).rowcount
