"""Accounts from before the way back with a helper look like those that have one."""

from __future__ import annotations

from sqlalchemy import insert, select

from diary.store import helpers
from diary.store.db import Store
from diary.store.migrate import migrate
from diary.store.models import accounts
from diary.store.models import helpers as table
from tests.store.test_migrations import empty, value_for

__all__ = ["empty"]


def test_an_account_from_before_gets_a_row_like_every_other(empty: Store) -> None:
    migrate(empty, to="0003")
    with empty.write() as conn:
        values = {column.name: value_for(column.type) for column in accounts.columns}
        conn.execute(insert(accounts), values)
    migrate(empty)
    with empty.read() as conn:
        rows = [tuple(row) for row in conn.execute(select(*table.c))]
    ((account_id, sealed),) = rows
    assert account_id == values["id"]
    assert len(sealed) == helpers.SIZE
    assert len(set(sealed)) > 2


def test_nobody_has_no_row_and_is_read_alike(store: Store) -> None:
    with store.read() as conn:
        assert len(helpers.read(conn, "0" * 32)) == helpers.SIZE
