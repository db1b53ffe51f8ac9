"""The contract tests stand on the bot's own fixtures."""

from __future__ import annotations

from tests.bot.conftest import clock, database, postgres_url, sqlite_database

__all__ = ["clock", "database", "postgres_url", "sqlite_database"]
