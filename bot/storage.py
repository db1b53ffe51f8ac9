"""Run database work beside the event loop.

SQLite has one writer at a time: writes queue up in one thread here rather than in SQLite's own polling wait, and each
takes the write lock before it reads, so that what it read still holds when it writes. PostgreSQL gets several threads.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy.orm import Session

from core.database import Database

T = TypeVar("T")


class Storage:
    """Sessions of one database for asynchronous callers; every call is one transaction."""

    def __init__(self, database: Database, *, threads: int = 4) -> None:
        self.database = database
        self.is_sqlite = database.is_sqlite
        self._readers = ThreadPoolExecutor(threads, thread_name_prefix="bot-db-read")
        self._writers = (
            ThreadPoolExecutor(1, thread_name_prefix="bot-db-write") if database.is_sqlite else self._readers
        )

    async def write(self, work: Callable[[Session], T]) -> T:
        """Run *work* in a transaction that may change things, and commit it as a whole."""
        return await asyncio.get_running_loop().run_in_executor(self._writers, self._write, work)

    async def read(self, work: Callable[[Session], T]) -> T:
        """Run *work* in a transaction that only looks."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, work)

    def close(self) -> None:
        """Wait for what is running and let the threads go."""
        self._writers.shutdown()
        self._readers.shutdown()

    def _write(self, work: Callable[[Session], T]) -> T:
        with self.database.session() as session:
            if self.is_sqlite:
                session.connection().exec_driver_sql("BEGIN IMMEDIATE")
            return work(session)

    def _read(self, work: Callable[[Session], T]) -> T:
        with self.database.session() as session:
            return work(session)
