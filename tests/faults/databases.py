"""The database under the service, and how its connections are cut."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa

from tests import postgres

NAME = "service"


class CuttableDatabase(Protocol):
    """A database whose connections can be cut."""

    url: str

    async def cut(self, seconds: float) -> None:
        """Keep the service out for *seconds*."""
        ...


class LockedSqlite:
    """SQLite has no connection to cut: somebody else holds the write lock instead, as a backup or an editor may."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "service.sqlite"
        self.url = f"sqlite:///{self.path}"

    async def cut(self, seconds: float) -> None:
        connection = sqlite3.connect(self.path, timeout=30, isolation_level=None, check_same_thread=False)
        try:
            with contextlib.suppress(sqlite3.OperationalError):  # the service itself held it all the time
                await asyncio.to_thread(connection.execute, "BEGIN EXCLUSIVE")
                await asyncio.sleep(seconds)
                connection.execute("ROLLBACK")
        finally:
            connection.close()


class CutPostgres:
    """Every connection of the service is ended by the server, and new ones are refused for a while."""

    def __init__(self, root: str) -> None:
        self.url = f"{root}/{NAME}"
        self._admin = sa.create_engine(f"{root}/postgres", poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
        self._do(f"CREATE DATABASE {NAME}")

    async def cut(self, seconds: float) -> None:
        await asyncio.to_thread(self._do, f"ALTER DATABASE {NAME} ALLOW_CONNECTIONS false")
        await asyncio.to_thread(
            self._do, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{NAME}'"
        )
        await asyncio.sleep(seconds)
        await asyncio.to_thread(self._do, f"ALTER DATABASE {NAME} ALLOW_CONNECTIONS true")

    def _do(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(sa.text(statement))


@contextlib.asynccontextmanager
async def database(kind: str, folder: Path) -> AsyncIterator[CuttableDatabase]:
    """Give a database of *kind* (``sqlite``, ``postgresql``); raise ``LookupError`` where there is no server."""
    if kind == "sqlite":
        yield LockedSqlite(folder)
        return
    binaries = postgres.find_binaries()
    if binaries is None:
        raise LookupError("There is no PostgreSQL server on this machine (initdb was not found).")
    with postgres.running_server(binaries) as root:
        yield CutPostgres(root)
