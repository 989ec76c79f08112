"""Migrations: the newest is what the models say, and none loses a row or changes a value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Boolean,
    Connection,
    LargeBinary,
    MetaData,
    String,
    Table,
    insert,
    select,
    text,
)

from diary.domain.entry import Entry
from diary.domain.ids import new_id
from diary.domain.when import When
from diary.services import check, entries, files, load, upkeep
from diary.services.house import House, open_house
from diary.settings import Settings
from diary.store.db import Store, open_store
from diary.store.grants import _GONE
from diary.store.migrate import config, migrate
from diary.store.models import metadata
from diary.vault.vault import Vault
from tests.conftest import PASSPHRASE
from tests.database import admin_url, fresh_database
from tests.media import phone_file

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


def test_what_is_removed_is_found_without_reading_what_is_not(empty: Store) -> None:
    migrate(empty)
    with empty.read() as conn:
        if conn.dialect.name == "postgresql":
            query = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'records'"
        else:
            query = "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'records'"
        made = {name: str(sql) for name, sql in conn.execute(text(query))}
        for name in ("ix_records_destroy_ms", "ix_records_diary_id_n"):
            assert "destroy_ms IS NOT NULL" in made[name]
        if conn.dialect.name == "sqlite":  # a bigger table is needed before PostgreSQL chooses it
            of_case = _GONE.compile(conn, compile_kwargs={"render_postcompile": True})
            said = {"diary": "d", "grant": "g"}
            plan = conn.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {of_case}",
                tuple(said[one] for one in of_case.positiontup or ()),
            )
            assert "ix_records_diary_id_n" in str(plan.all())


def test_migrating_twice_changes_nothing(empty: Store) -> None:
    migrate(empty)
    migrate(empty)
    with empty.read() as conn:
        assert MigrationContext.configure(conn).get_current_revision() == REVISIONS[0]


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_revision_comes_up_with_its_data(empty: Store, revision: str) -> None:
    migrate(empty, to=revision)
    with empty.write() as conn:
        for table in tables(conn):
            fill(conn, table)
        before = values(conn)
    migrate(empty)
    with empty.read() as conn:
        after = values(conn)
    for name, rows in before.items():
        assert rows
        assert [{key: row[key] for key in rows[0]} for row in after[name]] == rows, name


def test_a_diary_of_the_first_revision_opens_and_goes_on(
    empty: Store, house: House, vault: Vault
) -> None:
    """A real diary in the tables of the first revision: every row that they had a place for."""
    photo = phone_file("iphone-6.jpg")
    written = record(house, vault, "He waited outside.")
    received = files.take_in(house, "a.jpg", [photo])
    filed = files.add(house, vault, received, parent=written)
    assert upkeep.stamp(house)
    migrate(empty, to=REVISIONS[-1])
    carry_over(house.store, empty)
    migrate(empty)
    url = empty.engine.url.render_as_string(hide_password=False)
    later = open_house(replace(house.settings, database_url=url), clock=house.clock)
    opened = Vault(load.sign_in(later, name="Nad", passphrase=PASSPHRASE).unlocked)
    assert b"".join(files.original(later, opened, filed)[1].chunks()) == photo
    added = record(later, opened, "He came back.")
    assert told(later, opened) == {written: "He waited outside.", added: "He came back."}
    assert upkeep.stamp(later)
    assert not check.check(later).faults
    later.store.engine.dispose()


def record(house: House, vault: Vault, what: str) -> str:
    entry = Entry(when=When(), what_happened=what)
    return entries.record(house, vault, entry, record_id=new_id()).record_id


def told(house: House, vault: Vault) -> dict[str, str]:
    return {item.id: item.entry.what_happened for item in entries.timeline(house, vault).items}


def carry_over(newer: Store, older: Store) -> None:
    """Copy what the older tables have a place for; what only newer ones hold is not there."""
    with newer.read() as source, older.write() as target:
        rows = values(source)
        for table in tables(target):
            names = [column.name for column in table.columns]
            if kept := [{name: row[name] for name in names} for row in rows[table.name]]:
                target.execute(insert(table), kept)
        if target.dialect.name == "postgresql":  # as many numbers were given as there are rows
            last = "pg_get_serial_sequence('leaves', 'id'), (SELECT max(id) FROM leaves)"
            target.execute(text(f"SELECT setval({last})"))


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


def values(conn: Connection) -> dict[str, list[dict[str, object]]]:
    """Every value of every row, by table, in the order of the tables' keys."""
    return {
        table.name: [
            dict(row) for row in conn.execute(select(table).order_by(*table.primary_key)).mappings()
        ]
        for table in tables(conn)
    }


def fill(conn: Connection, table: Table) -> None:
    """Put one row into a table, each value unlike its neighbours; ids fit those of other rows."""
    conn.execute(
        insert(table),
        {
            column.name: value_for(column.type, 0 if is_id(table, column.name) else at)
            for at, column in enumerate(table.columns, start=1)
        },
    )


def is_id(table: Table, name: str) -> bool:
    """Tell whether other rows may point at it, or it points at one."""
    column = table.columns[name]
    return bool(column.primary_key or column.foreign_keys)


def value_for(kind: object, at: int = 1) -> object:
    if isinstance(kind, LargeBinary):
        return bytes([at]) * 32
    if isinstance(kind, Boolean):
        return True
    return f"{at:032x}" if isinstance(kind, String) else at
