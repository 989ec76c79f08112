"""Rows of accounts, their key slots and their diaries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from diary.errors import ConflictError
from diary.store import helpers
from diary.store.models import accounts, diaries, slots


class AccountRow(NamedTuple):
    """One account as it lies in the table, with its diary's id and sealed key."""

    id: str
    name_hash: bytes
    public_key: bytes
    salt: bytes
    memory_kib: int
    iterations: int
    lanes: int
    created_ms: int
    closes_ms: int | None
    diary_id: str
    sealed_key: bytes


_JOINED = select(*accounts.c, diaries.c.id, diaries.c.sealed_key).join(
    diaries, diaries.c.account_id == accounts.c.id
)


def add(conn: Connection, row: AccountRow, sealed_slots: Sequence[bytes]) -> None:
    """Insert an account with its slots and its empty diary; ConflictError if the name is taken."""
    values = {name: value for name, value in row._asdict().items() if name in accounts.c}
    try:
        conn.execute(insert(accounts), values)
    except IntegrityError as error:
        raise ConflictError from error
    conn.execute(
        insert(slots),
        [
            {"account_id": row.id, "position": position, "sealed": sealed}
            for position, sealed in enumerate(sealed_slots)
        ],
    )
    conn.execute(
        insert(diaries),
        {"id": row.diary_id, "account_id": row.id, "sealed_key": row.sealed_key, "last_n": 0},
    )
    helpers.add_none(conn, row.id)


def by_name(conn: Connection, name_hash: bytes) -> AccountRow | None:
    """Find an account by the keyed hash of its name."""
    row = conn.execute(_JOINED.where(accounts.c.name_hash == name_hash)).one_or_none()
    return None if row is None else AccountRow(*row)


def by_id(conn: Connection, account_id: str) -> AccountRow | None:
    """Find an account by its id."""
    row = conn.execute(_JOINED.where(accounts.c.id == account_id)).one_or_none()
    return None if row is None else AccountRow(*row)


def read_slots(conn: Connection, account_id: str) -> list[bytes]:
    """Return the sealed slots in order of position."""
    query = select(slots.c.sealed).where(slots.c.account_id == account_id)
    return list(conn.execute(query.order_by(slots.c.position)).scalars())


def write_slot(conn: Connection, account_id: str, position: int, sealed: bytes) -> None:
    """Replace one slot."""
    conn.execute(
        update(slots)
        .where(slots.c.account_id == account_id, slots.c.position == position)
        .values(sealed=sealed)
    )


def set_cost(
    conn: Connection, account_id: str, *, memory_kib: int, iterations: int, lanes: int
) -> None:
    """Store the Argon2id parameters under which the passphrase slots are now sealed."""
    conn.execute(
        update(accounts)
        .where(accounts.c.id == account_id)
        .values(memory_kib=memory_kib, iterations=iterations, lanes=lanes)
    )


def set_closing(conn: Connection, account_id: str, closes_ms: int | None) -> None:
    """Set or lift the time at which a closed account is removed with everything in it."""
    conn.execute(update(accounts).where(accounts.c.id == account_id).values(closes_ms=closes_ms))


def due_to_close(conn: Connection, now_ms: int) -> list[tuple[str, str]]:
    """Return (account id, diary id) of every closed account whose wait is over."""
    query = (
        select(accounts.c.id, diaries.c.id)
        .join(diaries, diaries.c.account_id == accounts.c.id)
        .where(accounts.c.closes_ms <= now_ms)
    )
    return [(row[0], row[1]) for row in conn.execute(query)]


def remove(conn: Connection, account_id: str) -> None:
    """Remove an account; its slots, diary, records and sessions go with it."""
    conn.execute(delete(accounts).where(accounts.c.id == account_id))


def remove_diary(conn: Connection, diary_id: str) -> None:
    """Remove a diary with its sealed key and records; the account is found no more."""
    conn.execute(delete(diaries).where(diaries.c.id == diary_id))
