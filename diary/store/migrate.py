"""Bringing the database up to date (Alembic), in one transaction and one process at a time."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from diary.store.db import Store

ONE_AT_A_TIME = 0x6D6967  # any fixed number: PostgreSQL's advisory lock for migrating


def migrate(store: Store, *, to: str = "head") -> None:
    """Run every migration that has not run yet; all of them are kept, or none."""
    with store.write() as conn:
        if conn.dialect.name == "postgresql":
            conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
        command.upgrade(config(conn), to)


def config(conn: Connection) -> Config:
    """Return Alembic's configuration: its files lie beside this one, on this connection."""
    made = Config()
    made.set_main_option("script_location", "diary.store:migrations")
    made.attributes["connection"] = conn
    return made
