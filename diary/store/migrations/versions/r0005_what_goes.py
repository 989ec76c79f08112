"""What is removed, or waits to be, found at once: indexes of such rows alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_GOES = sa.text("destroy_ms IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_records_destroy_ms", table_name="records")
    for name, columns in (
        ("ix_records_destroy_ms", ["destroy_ms"]),
        ("ix_records_diary_id_n", ["diary_id", "n"]),
    ):
        op.create_index(
            name,
            "records",
            columns,
            unique=False,
            sqlite_where=_GOES,
            postgresql_where=_GOES,
        )
