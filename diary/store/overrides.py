"""What was passed on without asking: who asked, who decides, and what was decided."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, insert, select, update

from diary.store.models import overrides


class OverrideRow(NamedTuple):
    """One of them; `sealed` opens for who decides.

    While there is no second person yet, `decided_by` is its author: that one never decides.
    """

    id: str
    diary_id: str
    asked_by: str
    decided_by: str
    sealed: bytes
    asked_ms: int
    decided_ms: int | None = None
    approved: bool | None = None


def add(conn: Connection, row: OverrideRow) -> None:
    """Insert one."""
    conn.execute(insert(overrides), row._asdict())


def by_id(conn: Connection, override_id: str) -> OverrideRow | None:
    """Find one."""
    row = conn.execute(select(*overrides.c).where(overrides.c.id == override_id)).one_or_none()
    return None if row is None else OverrideRow(*row)


def asked_by(conn: Connection, account_id: str) -> list[OverrideRow]:
    """Return what somebody asked, the newest first."""
    query = select(*overrides.c).where(overrides.c.asked_by == account_id)
    return [OverrideRow(*row) for row in conn.execute(query.order_by(overrides.c.asked_ms.desc()))]


def decided_by(conn: Connection, account_id: str) -> list[OverrideRow]:
    """Return what somebody decides of others, or has decided, the newest first."""
    others = (overrides.c.decided_by == account_id) & (overrides.c.asked_by != account_id)
    query = select(*overrides.c).where(others)
    return [OverrideRow(*row) for row in conn.execute(query.order_by(overrides.c.asked_ms.desc()))]


def set_decider(conn: Connection, override_id: str, *, decider: str, sealed: bytes) -> bool:
    """Put it before somebody; False once it was decided."""
    waiting = (overrides.c.id == override_id) & overrides.c.decided_ms.is_(None)
    done = conn.execute(update(overrides).where(waiting).values(decided_by=decider, sealed=sealed))
    return done.rowcount == 1


def decide(conn: Connection, override_id: str, *, decider: str, at_ms: int, approved: bool) -> bool:
    """Write down the decision of who is to decide, once; tell whether it was this one."""
    waiting = (
        (overrides.c.id == override_id)
        & (overrides.c.decided_by == decider)
        & overrides.c.decided_ms.is_(None)
    )
    done = conn.execute(
        update(overrides).where(waiting).values(decided_ms=at_ms, approved=approved)
    )
    return done.rowcount == 1
