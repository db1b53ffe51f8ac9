"""Run database work beside the event loop.

SQLite has one writer at a time: writes queue up for one thread here rather than in SQLite's own polling wait, and each
takes the write lock before it reads, so that what it read still holds when it writes. PostgreSQL gets several threads.
What a channel waits for is *urgent* and goes before what only citizens wait for; urgent work that piles up is committed
together, each piece behind a savepoint of its own.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar, cast

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError

from core.database import Database

T = TypeVar("T")


MOST_TOGETHER = 32  # pieces of urgent work in one transaction


class Storage:
    """Transactions of one database for asynchronous callers; every call is one."""

    def __init__(self, database: Database, *, threads: int = 4) -> None:
        self.database = database
        self.is_sqlite = database.is_sqlite
        self._readers: Executor = ThreadPoolExecutor(threads, thread_name_prefix="bot-db-read")
        writer = _Writer(self._write_together)
        self._urgent = writer
        # SQLite's only writer takes everything; PostgreSQL has one more for what cannot wait.
        self._writers: Executor = writer if database.is_sqlite else self._readers

    async def write(self, work: Callable[[Connection], T], *, urgent: bool = False, key: str = "") -> T:
        """Run *work* in a transaction that may change things, and commit it as a whole.

        *urgent* work may share its transaction with others': it must not commit or roll back by itself, and *key*
        names what it locks, so that two processes lock in the same order.
        """
        if urgent:
            return cast(T, await asyncio.wrap_future(self._urgent.put_urgent(key, work)))
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
        for executor in (self._urgent, self._readers):
            executor.shutdown()

    def _write(self, work: Callable[[Connection], T], *, is_urgent: bool = False) -> T:
        with self.database.engine.begin() as connection:
            self._lock(connection, is_urgent=is_urgent)
            return work(connection)

    def _write_together(self, pieces: Sequence[_Piece]) -> None:
        """Run all *pieces* in one transaction; one that fails alone leaves the others alone."""
        if len(pieces) == 1:
            pieces[0].settle(lambda: self._write(pieces[0].work, is_urgent=True))
            return
        try:
            with self.database.engine.begin() as connection:
                self._lock(connection, is_urgent=True)
                results = [piece.attempt(connection) for piece in sorted(pieces, key=lambda piece: piece.key)]
        except Exception as error:  # nothing was committed
            for piece in pieces:
                piece.future.set_exception(error)
        else:
            for result in results:
                result()

    def _lock(self, connection: Connection, *, is_urgent: bool) -> None:
        """Take SQLite's only write lock, and have urgent work on the disk before its commit returns.

        That commit carries all earlier ones to the disk with it.
        """
        if self.is_sqlite:
            connection.exec_driver_sql(f"PRAGMA synchronous={'FULL' if is_urgent else 'NORMAL'}")
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    def _read(self, work: Callable[[Connection], T]) -> T:
        with self.database.engine.connect() as connection:
            return work(connection)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Urgent work that is waited for."""

    key: str
    work: Callable[[Connection], Any]
    future: Future[Any]

    def attempt(self, connection: Connection) -> Callable[[], None]:
        """Do the work behind a savepoint; return how to tell the result once everything is committed."""
        connection.exec_driver_sql("SAVEPOINT piece")
        try:
            result = self.work(connection)
        except OperationalError:
            raise  # the database itself: the whole transaction is lost
        except Exception as failure:  # belongs to whoever waits for it
            connection.exec_driver_sql("ROLLBACK TO SAVEPOINT piece")
            return partial(self.future.set_exception, failure)
        connection.exec_driver_sql("RELEASE SAVEPOINT piece")
        return partial(self.future.set_result, result)

    def settle(self, work: Callable[[], Any]) -> None:
        """Do *work* and tell the result."""
        try:
            result = work()
        except BaseException as error:  # belongs to whoever waits for it
            self.future.set_exception(error)
        else:
            self.future.set_result(result)


class _Writer(Executor):
    """One thread: urgent pieces first, as many as wait in one transaction; then the other jobs in their order."""

    def __init__(self, write_together: Callable[[Sequence[_Piece]], None]) -> None:
        self._write_together = write_together
        self._pieces: deque[_Piece] = deque()
        self._jobs: deque[tuple[Future[Any], Callable[[], Any]]] = deque()
        self._changed = threading.Condition()
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="bot-db-write", daemon=True)
        self._thread.start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self._put(self._jobs, (future, partial(fn, *args, **kwargs)))
        return future

    def put_urgent(self, key: str, work: Callable[[Connection], Any]) -> Future[Any]:
        """Take urgent *work*; the future tells its result after the commit."""
        piece = _Piece(key, work, Future())
        self._put(self._pieces, piece)
        return piece.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002
        with self._changed:
            self._is_closed = True
            self._changed.notify()
        if wait:
            self._thread.join()

    def _put(self, queue: deque[Any], job: object) -> None:
        with self._changed:
            if self._is_closed:
                raise RuntimeError("The storage is closed; nothing more can be written.")
            queue.append(job)
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not (self._pieces or self._jobs or self._is_closed):
                    self._changed.wait()
                pieces = [self._pieces.popleft() for _ in range(min(len(self._pieces), MOST_TOGETHER))]
                job = self._jobs.popleft() if self._jobs and not pieces else None
            if pieces := [piece for piece in pieces if piece.future.set_running_or_notify_cancel()]:
                self._write_together(pieces)
            elif job is not None:
                _do(*job)
            elif self._is_closed:
                return


def _do(future: Future[Any], job: Callable[[], Any]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = job()
    except BaseException as error:  # belongs to whoever waits for it
        future.set_exception(error)
    else:
        future.set_result(result)
