"""Run database work beside the event loop.

SQLite has one writer at a time: writes queue up for one thread here rather than in SQLite's own polling wait, and each
takes the write lock before it reads, so that what it read still holds when it writes. PostgreSQL gets several threads.
What a channel waits for is *urgent* and goes before what only citizens wait for.
"""

from __future__ import annotations

import asyncio
import itertools
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
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
        self._readers: Executor = ThreadPoolExecutor(threads, thread_name_prefix="bot-db-read")
        if database.is_sqlite:
            writer = _OneWriter()
            self._writers: Executor = writer
            self._urgent: Executor = writer.urgent
        else:
            self._writers = self._readers
            self._urgent = ThreadPoolExecutor(2, thread_name_prefix="bot-db-urgent")

    async def write(self, work: Callable[[Connection], T], *, urgent: bool = False) -> T:
        """Run *work* in a transaction that may change things, and commit it as a whole."""
        executor = self._urgent if urgent else self._writers
        return await asyncio.get_running_loop().run_in_executor(executor, self._write, work)

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
        for executor in (self._urgent, self._writers, self._readers):
            executor.shutdown()

    def _write(self, work: Callable[[Connection], T]) -> T:
        with self.database.engine.begin() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            return work(connection)

    def _read(self, work: Callable[[Connection], T]) -> T:
        with self.database.engine.connect() as connection:
            return work(connection)


class _OneWriter(Executor):
    """One thread that does the urgent jobs first and every kind in its order."""

    def __init__(self) -> None:
        self._jobs: queue.PriorityQueue[tuple[int, int, Future[Any] | None, Callable[[], Any]]] = queue.PriorityQueue()
        self._numbers = itertools.count()
        self._is_closed = False
        self.urgent = _Urgent(self)
        self._thread = threading.Thread(target=self._run, name="bot-db-write", daemon=True)
        self._thread.start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        return self.put(1, lambda: fn(*args, **kwargs))

    def put(self, priority: int, job: Callable[[], Any]) -> Future[Any]:
        if self._is_closed:
            raise RuntimeError("The storage is closed; nothing more can be written.")
        future: Future[Any] = Future()
        self._jobs.put((priority, next(self._numbers), future, job))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002
        if not self._is_closed:
            self._is_closed = True
            self._jobs.put((2, next(self._numbers), None, lambda: None))
        if wait:
            self._thread.join()

    def _run(self) -> None:
        while True:
            _, _, future, job = self._jobs.get()
            if future is None:
                return
            if not future.set_running_or_notify_cancel():
                continue
            try:
                result = job()
            except BaseException as error:  # belongs to whoever waits for it
                future.set_exception(error)
            else:
                future.set_result(result)


class _Urgent(Executor):
    """The door to the same thread for those who cannot wait."""

    def __init__(self, writer: _OneWriter) -> None:
        self._writer = writer

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        return self._writer.put(0, lambda: fn(*args, **kwargs))
