"""Run the migrations on the database handed over by the caller."""

from __future__ import annotations

from alembic import context

from core.database import Base, Database


def run() -> None:
    """Migrate inside one transaction, so that a failure leaves the database as it was."""
    database: Database = context.config.attributes["database"]
    with database.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=database.is_sqlite,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
