"""Rows of passkeys (WebAuthn credentials), each with the slot that it opens."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from diary.errors import ConflictError
from diary.store.models import passkeys


class PasskeyRow(NamedTuple):
    """One passkey: its id, whose it is, and its public key (COSE)."""

    id: bytes
    account_id: str
    public_key: bytes
    sign_count: int
    slot: bytes
    created_ms: int
    seen_ms: int


def add(conn: Connection, row: PasskeyRow) -> None:
    """Insert a passkey; ConflictError if there is one of this id, whosever."""
    try:
        conn.execute(insert(passkeys), row._asdict())
    except IntegrityError as error:
        raise ConflictError from error


def by_id(conn: Connection, passkey_id: bytes) -> PasskeyRow | None:
    """Find a passkey by its credential id."""
    row = conn.execute(select(*passkeys.c).where(passkeys.c.id == passkey_id)).one_or_none()
    return None if row is None else PasskeyRow(*row)


def of_account(conn: Connection, account_id: str) -> list[PasskeyRow]:
    """Return an account's passkeys, oldest first."""
    query = select(*passkeys.c).where(passkeys.c.account_id == account_id)
    found = conn.execute(query.order_by(passkeys.c.created_ms, passkeys.c.id))
    return [PasskeyRow(*row) for row in found]


def used(conn: Connection, row: PasskeyRow, *, sign_count: int, at_ms: int) -> bool:
    """Note a use; False if the count moved meanwhile, so of two copies of a key one is refused."""
    same = (passkeys.c.id == row.id) & (passkeys.c.sign_count == row.sign_count)
    noted = conn.execute(update(passkeys).where(same).values(sign_count=sign_count, seen_ms=at_ms))
    return noted.rowcount == 1


def remove(conn: Connection, passkey_id: bytes) -> None:
    """Remove a passkey."""
    conn.execute(delete(passkeys).where(passkeys.c.id == passkey_id))


def remove_all(conn: Connection, account_id: str) -> None:
    """Remove every passkey of an account."""
    conn.execute(delete(passkeys).where(passkeys.c.account_id == account_id))
