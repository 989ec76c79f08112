"""The database: the newest revision is what the models say, and no row is lost on the way."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    func,
    insert,
    inspect,
    select,
    text,
)

from diary.settings import Settings
from diary.store import db
from diary.store.db import Store, open_store
from diary.store.migrate import _LOCK, config, migrate
from diary.store.models import metadata
from tests.database import admin_url, fresh_database

REVISIONS = [script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()]


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    """A store whose database has no table at all."""
    settings = Settings(data=tmp_path, blobs=tmp_path / "blobs")
    if admin := admin_url():
        with fresh_database(admin) as url:
            store = open_store(
                Settings(data=tmp_path, blobs=tmp_path / "blobs", database_url=url), part=1
            )
            yield store
            store.engine.dispose()
    else:
        store = open_store(settings, part=1)
        yield store
        store.engine.dispose()


def shape(conn: Connection) -> dict[str, object]:
    """Tables with their constraints and indexes, as the database tells them."""
    seen = inspect(conn)
    return {
        table: (
            sorted((c["name"], str(c["type"]), c["nullable"]) for c in seen.get_columns(table)),
            sorted(str(sorted(c.items())) for c in seen.get_foreign_keys(table)),
            sorted(str(c["column_names"]) for c in seen.get_unique_constraints(table)),
            sorted((str(c["name"]), str(c["column_names"])) for c in seen.get_indexes(table)),
            str(seen.get_pk_constraint(table)["constrained_columns"]),
        )
        for table in seen.get_table_names()
        if table != "alembic_version"
    }


def example(table: Table) -> dict[str, object]:
    """One row whose ids fit the rows of every other table."""
    row: dict[str, object] = {}
    for column in table.columns:
        if isinstance(column.type, Boolean):
            row[column.name] = True
        elif isinstance(column.type, Integer | BigInteger):
            row[column.name] = 1
        elif isinstance(column.type, LargeBinary) or str(column.type) == "BYTEA":
            row[column.name] = b"\x01" * 32
        else:
            row[column.name] = "a" * 32
    return row


def tables(conn: Connection) -> list[Table]:
    found = MetaData()
    found.reflect(conn)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def test_the_newest_revision_is_what_the_models_say(empty: Store, store: Store) -> None:
    migrate(empty)
    with empty.read() as conn:
        context = MigrationContext.configure(conn, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        migrated = shape(conn)
    with store.read() as conn:
        assert migrated == shape(conn)


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_row_survives_from_every_revision(empty: Store, revision: str) -> None:
    migrate(empty, to=revision)
    with empty.write() as conn:
        filled = tables(conn)
        for table in filled:
            conn.execute(insert(table), example(table))
    migrate(empty)
    with empty.read() as conn:
        names = {table.name for table in filled}
        kept = {
            table.name: conn.execute(select(func.count()).select_from(table)).scalar_one()
            for table in tables(conn)
            if table.name in names
        }
    assert kept == dict.fromkeys(names, 1)


def test_migrating_again_changes_nothing(empty: Store) -> None:
    migrate(empty)
    with empty.read() as conn:
        before = shape(conn)
    migrate(empty)
    with empty.read() as conn:
        assert shape(conn) == before


def test_a_start_that_is_cut_off_leaves_the_database_as_it_was(
    empty: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade = command.upgrade

    def cut_off(settings: Config, revision: str) -> None:
        upgrade(settings, revision)
        raise RuntimeError("power cut")

    monkeypatch.setattr(command, "upgrade", cut_off)
    with pytest.raises(RuntimeError, match="power cut"):
        migrate(empty)
    with empty.read() as conn:
        assert shape(conn) == {}


@pytest.mark.skipif(not admin_url(), reason="SQLite has one wait for all")
def test_whoever_starts_second_waits_longer_than_for_a_writer(
    empty: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "BUSY_MS", 200)
    with ThreadPoolExecutor(1) as pool, empty.write() as conn:
        conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        second = pool.submit(migrate, empty)
        with pytest.raises(TimeoutError):
            second.result(1)
        conn.rollback()
        second.result(60)


def test_there_is_one_line_of_revisions() -> None:
    assert len(ScriptDirectory.from_config(config()).get_heads()) == 1
