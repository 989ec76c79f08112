"""Bringing a database up to date: Alembic revisions, in order, all or nothing.

Both databases change their tables inside a transaction, so a start that is cut off half-way leaves
the database as it was. Of two processes that start at once, one waits for the other.
"""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, text

from diary.errors import SettingsError
from diary.store.db import Store
from diary.text import N_

_LOCK = 0x6D6967  # any fixed number: PostgreSQL's advisory lock for changing tables


def migrate(store: Store, *, to: str = "head") -> None:
    """Apply every revision that the database does not have yet."""
    with store.write() as conn:
        if conn.dialect.name == "postgresql":
            conn.execute(text("SET LOCAL lock_timeout = 0"))  # the other one may take long
            conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        try:
            command.upgrade(config(conn), to)
        except CommandError as error:  # its revision is none of ours
            raise SettingsError(
                N_("A newer version made this database. Run that one, or put back your backup.")
            ) from error


def config(conn: Connection | None = None) -> Config:
    """Return Alembic's configuration; nothing of it lies in a file."""
    settings = Config()
    settings.set_main_option("script_location", "diary:store/migrations")
    settings.set_main_option("path_separator", "os")
    settings.attributes["connection"] = conn
    return settings
