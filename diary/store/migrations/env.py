"""How Alembic runs a migration here: on the caller's connection, in the caller's transaction."""

from __future__ import annotations

from alembic import context

from diary.store.models import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
