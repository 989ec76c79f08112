"""Reading is one consistent view from first to last; what was "saved" outlives a power cut."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from sqlalchemy import QueuePool, func, insert, select
from sqlalchemy.exc import IntegrityError

from diary.domain.entry import Entry
from diary.errors import (
    DiaryError,
    StoreDamagedError,
    StoreFullError,
    StoreUnavailableError,
)
from diary.services.house import House
from diary.store import db
from diary.store.models import metadata, records
from diary.vault.vault import Vault
from tests.database import admin_url

COUNT = select(func.count()).select_from(records)


def test_what_comes_in_meanwhile_is_not_seen(house: House, vault: Vault) -> None:
    with house.store.read() as conn:
        before = conn.execute(COUNT).scalar_one()
        with house.store.write() as other:
            vault.keep(other, Entry(), at=house.now())
        assert conn.execute(COUNT).scalar_one() == before
    with house.store.read() as conn:
        assert conn.execute(COUNT).scalar_one() == before + 1


def test_only_reading_has_it(house: House) -> None:
    with house.store.write() as conn:
        usual = conn.get_isolation_level()
    with house.store.read() as conn:
        conn.execute(COUNT)
    with house.store.write() as conn:
        assert conn.get_isolation_level() == usual


SETTINGS = [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1)]


@pytest.mark.skipif(bool(admin_url()), reason="SQLite's own settings")
@pytest.mark.parametrize(("pragma", "value"), SETTINGS)
def test_every_connection_is_safe_against_a_power_cut(
    house: House, pragma: str, value: object
) -> None:
    """2 is FULL: what was answered "saved" is on the disk (sqlite.org/pragma.html)."""
    with house.store.write() as conn, house.store.read() as other:
        for one in (conn, other):
            assert one.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value


@pytest.mark.skipif(not admin_url(), reason="PostgreSQL's own settings")
def test_no_connection_gives_up_what_the_server_promises(house: House) -> None:
    with house.store.write() as conn:
        found = "SELECT source FROM pg_settings WHERE name = 'synchronous_commit'"
        assert conn.exec_driver_sql(found).scalar_one() in {"default", "command line"}


SAID = [
    ("25006", StoreUnavailableError),  # it may only be read: a standby, or a full disk
    ("40P01", StoreUnavailableError),
    ("55P03", StoreUnavailableError),
    ("53100", StoreFullError),
    ("XX001", StoreDamagedError),
]


@pytest.mark.skipif(not admin_url(), reason="PostgreSQL's own numbers")
@pytest.mark.parametrize(("number", "said"), SAID)
def test_what_the_server_says_is_told_in_words(
    house: House, number: str, said: type[DiaryError]
) -> None:
    raising = f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{number}'; END $$"
    with pytest.raises(said), house.store.write() as conn:
        conn.exec_driver_sql(raising)


def test_when_every_connection_is_in_use_it_is_said_in_words(house: House) -> None:
    pool = house.store.engine.pool
    assert isinstance(pool, QueuePool)
    pool._timeout = 0.1
    with ExitStack() as held:
        for _ in range(40):
            held.enter_context(house.store.engine.connect())
        with pytest.raises(StoreUnavailableError), house.store.read():
            pass
        assert not house.store.writable(0)


def test_whoever_waits_for_another_writer_is_told_after_a_while(
    house: House, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "BUSY_MS", 200)
    hasty = db.Store(db.open_engine(house.settings.url), house.store.blobs)
    with house.store.write() as conn:
        vault.keep(conn, Entry(), at=house.now())
        for _ in range(2):  # a connection that was rolled back has it too
            with pytest.raises(StoreUnavailableError), hasty.write() as other:
                vault.keep(other, Entry(), at=house.now())
    hasty.engine.dispose()


def test_a_row_that_points_at_nothing_is_refused(house: House) -> None:
    slots = metadata.tables["slots"]
    made = {column.name: b"x" if column.type.python_type is bytes else 1 for column in slots.c}
    with pytest.raises(IntegrityError), house.store.write() as conn:
        conn.execute(insert(slots), made | {"account_id": "0" * 32})
