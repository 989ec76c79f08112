"""Migrations: the newest is what the models say, and none loses a row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, LargeBinary, MetaData, String, Table, func, insert, select

from diary.settings import Settings
from diary.store.db import Store, open_store
from diary.store.migrate import config, migrate
from diary.store.models import metadata
from tests.database import admin_url, fresh_database

FOLDER = Path(__file__).parent.parent.parent / "diary/store/migrations"
REVISIONS = [script.revision for script in ScriptDirectory(str(FOLDER)).walk_revisions()]


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    """A store whose database has nothing in it at all."""
    if admin := admin_url():
        with fresh_database(admin) as url:
            store = open_store(
                Settings(data=tmp_path, blobs=tmp_path / "blobs", database_url=url), part=1
            )
            yield store
            store.engine.dispose()
    else:
        store = open_store(Settings(data=tmp_path, blobs=tmp_path / "blobs"), part=1)
        yield store
        store.engine.dispose()


def test_the_newest_migration_is_what_the_models_say(empty: Store) -> None:
    migrate(empty)
    with empty.read() as conn:
        assert compare_metadata(MigrationContext.configure(conn), metadata) == []


def test_migrating_twice_changes_nothing(empty: Store) -> None:
    migrate(empty)
    migrate(empty)
    with empty.read() as conn:
        assert MigrationContext.configure(conn).get_current_revision() == REVISIONS[0]


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_revision_comes_up_with_its_data(empty: Store, revision: str) -> None:
    migrate(empty, to=revision)
    with empty.write() as conn:
        before = {table.name: fill(conn, table) for table in tables(conn)}
    migrate(empty)
    with empty.read() as conn:
        after = {
            table.name: conn.execute(select(func.count()).select_from(table)).scalar_one()
            for table in tables(conn)
        }
        assert {name: after[name] for name in before} == before


def test_a_failing_migration_leaves_nothing_behind(
    empty: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(conn: Connection) -> object:
        made = config(conn)
        metadata.tables["tries"].create(conn)
        raise RuntimeError(made.get_main_option("script_location"))

    monkeypatch.setattr("diary.store.migrate.config", broken)
    with pytest.raises(RuntimeError):
        migrate(empty)
    with empty.read() as conn:
        assert tables(conn) == []


def tables(conn: Connection) -> list[Table]:
    """The tables as they are there now, those that others point at first."""
    found = MetaData()
    found.reflect(conn)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def fill(conn: Connection, table: Table) -> int:
    """Put one row into a table; whatever points at another row points at that one row."""
    values = {column.name: value_for(column.type) for column in table.columns}
    conn.execute(insert(table), values)
    return 1


def value_for(kind: object) -> object:
    if isinstance(kind, LargeBinary):
        return b"\1" * 32
    return "a" * 32 if isinstance(kind, String) else 1
