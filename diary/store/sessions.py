"""Rows of sessions and of browsers that have signed in before."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from diary.store.models import browsers, sessions


class SessionRow(NamedTuple):
    """One session: its content is sealed under the cookie's token.

    Whoever left has nothing in `about`: it stands for a moment more, for her last words only.
    """

    id: bytes
    account_id: str
    created_ms: int
    seen_ms: int
    sealed: bytes
    about: bytes


_LEFT = b""
_is_open = sessions.c.about != _LEFT
_BY_ID = select(*sessions.c).where(sessions.c.id == bindparam("session"))


def add(conn: Connection, row: SessionRow) -> None:
    """Insert a session."""
    conn.execute(insert(sessions), row._asdict())


def by_id(conn: Connection, session_id: bytes) -> SessionRow | None:
    """Find a session by the SHA-256 of its token."""
    row = conn.execute(_BY_ID, {"session": session_id}).one_or_none()
    return None if row is None else SessionRow(*row)


def of_account(conn: Connection, account_id: str) -> list[SessionRow]:
    """Return the account's sessions, last used first, without those that were left."""
    query = select(*sessions.c).where(_is_open, sessions.c.account_id == account_id)
    return [SessionRow(*row) for row in conn.execute(query.order_by(sessions.c.seen_ms.desc()))]


def touch(conn: Connection, session_id: bytes, *, seen_ms: int, sealed: bytes) -> None:
    """Store the session's new content and the time it was used; one that was left stays left."""
    row = update(sessions).where(_is_open, sessions.c.id == session_id)
    conn.execute(row.values(seen_ms=seen_ms, sealed=sealed))


def leave(conn: Connection, session_id: bytes, *, seen_ms: int, sealed: bytes) -> None:
    """Leave a session; what it may still do is in its new content."""
    row = update(sessions).where(sessions.c.id == session_id)
    conn.execute(row.values(seen_ms=seen_ms, sealed=sealed, about=_LEFT))


def end(conn: Connection, session_id: bytes) -> None:
    """End one session."""
    conn.execute(delete(sessions).where(sessions.c.id == session_id))


def end_all(conn: Connection, account_id: str, *, but: bytes = b"") -> int:
    """End all of an account's sessions but one; return how many ended."""
    gone = conn.execute(
        delete(sessions).where(sessions.c.account_id == account_id, sessions.c.id != but)
    )
    return gone.rowcount


def end_left(conn: Connection, account_id: str) -> None:
    """End the account's sessions that were left."""
    gone = delete(sessions).where(sessions.c.account_id == account_id, sessions.c.about == _LEFT)
    conn.execute(gone)


def end_old(conn: Connection, *, seen_before_ms: int, created_before_ms: int) -> int:
    """Drop sessions past their idle or absolute limit."""
    gone = conn.execute(
        delete(sessions).where(
            (sessions.c.seen_ms < seen_before_ms) | (sessions.c.created_ms < created_before_ms)
        )
    )
    return gone.rowcount


def know_browser(conn: Connection, mark: bytes, account_id: str, seen_ms: int) -> None:
    """Remember a browser that has signed in; `mark` is the SHA-256 of what it keeps."""
    conn.execute(delete(browsers).where(browsers.c.id == mark))
    conn.execute(insert(browsers), {"id": mark, "account_id": account_id, "seen_ms": seen_ms})


def knows_browser(conn: Connection, mark: bytes, account_id: str) -> bool:
    """Tell whether this browser has signed in to this account before."""
    query = select(browsers.c.id).where(browsers.c.id == mark, browsers.c.account_id == account_id)
    return conn.execute(query).one_or_none() is not None


def forget_browsers(conn: Connection, account_id: str) -> None:
    """Forget every browser of an account."""
    conn.execute(delete(browsers).where(browsers.c.account_id == account_id))
