"""Alembic's way in: it works on the connection, and in the transaction, that it is given."""

from __future__ import annotations

from alembic import context

from diary.store.models import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
