"""Change tables as somebody does who got past what guards them."""

from __future__ import annotations

from sqlalchemy import text

from core.database import Database


def tamper(database: Database, statement: str) -> None:
    """Run *statement* with the guards of append-only tables out of the way."""
    with database.engine.begin() as connection:
        if database.is_sqlite:
            for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(statement))
