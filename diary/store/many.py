"""Inserting rows by the thousand, as the driver takes them.

SQLAlchemy reads each value of each row on its way, which costs as much as the insertion itself.
What goes here needs no reading: texts, whole numbers, bytes and nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sqlalchemy import Connection, Table

Value = str | int | bytes | None


def add_all(
    conn: Connection, table: Table, names: tuple[str, ...], rows: Sequence[tuple[Value, ...]]
) -> None:
    """Insert rows of these columns; IntegrityError as for one."""
    mark = "?" if conn.dialect.paramstyle == "qmark" else "%s"
    if rows:
        conn.exec_driver_sql(_statement(table, names, mark), list(rows))


@cache
def _statement(table: Table, names: tuple[str, ...], mark: str) -> str:
    # Names from our own tables, checked against them: nothing here comes from anybody.
    columns = [table.c[name].name for name in names]
    marks = ", ".join([mark] * len(columns))
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608
