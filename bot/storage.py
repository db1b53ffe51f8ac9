"""Run database work beside the event loop.

SQLite has one writer at a time: writes queue up in one thread here rather than in SQLite's own polling wait, and each
takes the write lock before it reads, so that what it read still holds when it writes. PostgreSQL gets several threads.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, cast

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from core.database import Database

T = TypeVar("T")


class Storage:
    """Transactions of one database for asynchronous callers; every call is one."""

    def __init__(self, database: Database, *, threads: int = 4) -> None:
        self.database = database
        self.is_sqlite = database.is_sqlite
        self._readers = ThreadPoolExecutor(threads, thread_name_prefix="bot-db-read")
        self._writers = (
            ThreadPoolExecutor(1, thread_name_prefix="bot-db-write") if database.is_sqlite else self._readers
        )

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run *work* in a transaction that may change things, and commit it as a whole."""
        return await asyncio.get_running_loop().run_in_executor(self._writers, self._write, work)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run *work* in a transaction that only looks."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, work)

    def upsert(self, table: type) -> sqlite.Insert:
        """Return an INSERT that knows ON CONFLICT; both databases spell it alike."""
        if self.is_sqlite:
            return sqlite.insert(cast(Any, table))
        return cast(sqlite.Insert, postgresql.insert(cast(Any, table)))

    def close(self) -> None:
        """Wait for what is running and let the threads go."""
        self._writers.shutdown()
        self._readers.shutdown()

    def _write(self, work: Callable[[Connection], T]) -> T:
        with self.database.engine.begin() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            return work(connection)

    def _read(self, work: Callable[[Connection], T]) -> T:
        with self.database.engine.connect() as connection:
            return work(connection)
