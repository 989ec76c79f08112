"""Rows of the way back with a helper: the sealed halves, and who asks to get back in."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from diary.store.models import accounts, asked, helpers

SIZE = 988  # every row has this many bytes, with a helper or without
HANDED = 60


class AskedRow(NamedTuple):
    """One request; `handed` is random bytes until the helper has handed something on."""

    id: bytes
    name_hash: bytes
    asked_ms: int
    handed: bytes
    met_ms: int | None
    stopped_ms: int | None


def add_none(conn: Connection, account_id: str) -> None:
    """Insert the row of a new account: nobody helps, and nobody sees that."""
    values = {"account_id": account_id, "sealed": secrets.token_bytes(SIZE)}
    conn.execute(insert(helpers), values)


def read(conn: Connection, account_id: str) -> bytes:
    """Return an account's sealed halves; random bytes where there is no such account."""
    query = select(helpers.c.sealed).where(helpers.c.account_id == account_id)
    found: bytes | None = conn.execute(query).scalar_one_or_none()
    return found or secrets.token_bytes(SIZE)


def write(conn: Connection, account_id: str, sealed: bytes) -> None:
    """Replace the sealed halves; those before are destroyed."""
    mine = helpers.c.account_id == account_id
    conn.execute(update(helpers).where(mine).values(sealed=sealed))


def add_asked(conn: Connection, row_id: bytes, name_hash: bytes, asked_ms: int) -> None:
    """Insert a request."""
    values = {"id": row_id, "name_hash": name_hash, "asked_ms": asked_ms}
    conn.execute(insert(asked), values | {"handed": secrets.token_bytes(HANDED)})


def asked_by_id(conn: Connection, row_id: bytes) -> AskedRow | None:
    """Find a request by what its code gives."""
    row = conn.execute(select(*asked.c).where(asked.c.id == row_id)).one_or_none()
    return None if row is None else AskedRow(*row)


def hand_on(conn: Connection, row_id: bytes, handed: bytes) -> bool:
    """Store what the helper handed on; tell whether the request could still take it."""
    still = (asked.c.id == row_id) & asked.c.stopped_ms.is_(None) & asked.c.met_ms.is_(None)
    return conn.execute(update(asked).where(still).values(handed=handed)).rowcount == 1


_OPEN = (
    select(asked.c.asked_ms)
    .join(accounts, accounts.c.name_hash == asked.c.name_hash)
    .where(
        accounts.c.id == bindparam("account"),
        asked.c.stopped_ms.is_(None),
        asked.c.asked_ms > bindparam("since"),
    )
    .order_by(asked.c.asked_ms)
)


def open_asked(conn: Connection, account_id: str, since_ms: int) -> list[int]:
    """Return when each request was made that the account's owner has not stopped yet."""
    values = {"account": account_id, "since": since_ms}
    return list(conn.execute(_OPEN, values).scalars())


def meet(conn: Connection, name_hash: bytes, at_ms: int) -> None:
    """Note that the owner came in by herself: what was asked before that opens nothing."""
    mine = (asked.c.name_hash == name_hash) & asked.c.met_ms.is_(None)
    conn.execute(update(asked).where(mine).values(met_ms=at_ms))


def stop(conn: Connection, name_hash: bytes, at_ms: int) -> int:
    """Stop every request for a name, and destroy what was handed on; return how many."""
    mine = (asked.c.name_hash == name_hash) & asked.c.stopped_ms.is_(None)
    gone = {"stopped_ms": at_ms, "handed": secrets.token_bytes(HANDED)}
    return conn.execute(update(asked).where(mine).values(gone)).rowcount


def drop_asked(conn: Connection, before_ms: int) -> None:
    """Drop requests that are over, whatever became of them."""
    conn.execute(delete(asked).where(asked.c.asked_ms <= before_ms))
