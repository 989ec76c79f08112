"""The way back with a helper: its halves, and who asks."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_SIZE = 988  # of a row's sealed halves in this revision


def upgrade() -> None:
    helpers = op.create_table(
        "helpers",
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_helpers_account_id_accounts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_helpers")),
    )
    # Accounts from before have no helper, and look like those that have one.
    accounts = op.get_bind().execute(sa.text("SELECT id FROM accounts")).scalars().all()
    rows = [{"account_id": one, "sealed": secrets.token_bytes(_SIZE)} for one in accounts]
    op.bulk_insert(helpers, rows)
    op.create_table(
        "asked",
        sa.Column("id", sa.LargeBinary(length=32), nullable=False),
        sa.Column("name_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("asked_ms", sa.BigInteger(), nullable=False),
        sa.Column("handed", sa.LargeBinary(), nullable=False),
        sa.Column("met_ms", sa.BigInteger(), nullable=True),
        sa.Column("stopped_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked")),
    )
    op.create_index(op.f("ix_asked_name_hash"), "asked", ["name_hash"], unique=False)
    op.create_index(op.f("ix_asked_asked_ms"), "asked", ["asked_ms"], unique=False)
