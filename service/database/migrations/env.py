"""What Alembic runs around the steps; `service.database.migrations.upgrade` hands it the connection."""

from __future__ import annotations

from alembic import context

from service.database.tables import metadata

connection = context.config.attributes.get("connection")
if connection is None:
    # Only for the command `alembic` of developers, with `--sql`: the service always hands one over.
    context.configure(url=context.config.get_main_option("sqlalchemy.url"), target_metadata=metadata)
else:
    # Alembic believes SQLite cannot roll back DDL; it can, once BEGIN is ours (service.database.engine).
    context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)

with context.begin_transaction():
    context.run_migrations()
