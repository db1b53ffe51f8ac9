"""One process's name on the queues and its sign of life.

A conversation that a worker has taken is its own for as long as the worker lives; a killed worker's conversations are
free again ``TIME_TO_LIVE`` later, at once when it ran on this machine and is seen to be gone. Where the database was
away, everybody was silent: nobody is taken for dead until the others had as long again to show life.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import uuid
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import Column, ColumnElement, Connection, and_, bindparam, delete, insert, not_, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from bot.storage import Storage
from bot.tables import CONVERSATION, WORKER
from bot.tasks import end
from core.clock import Clock

TIME_TO_LIVE = timedelta(seconds=10)
BEAT_SECONDS = 3.0

_LIVING_HERE: set[str] = set()  # workers of this very process


class Worker:
    """Enter it before taking lanes: ``start`` … ``stop``."""

    def __init__(self, storage: Storage, clock: Clock, *, id: str | None = None) -> None:
        self.id = id or uuid.uuid4().hex
        self._storage, self._clock = storage, clock
        self._host, self._pid = _host(), os.getpid()
        self._beating: asyncio.Task[None] | None = None
        self._steady_since, self._last_beat = clock.now() - TIME_TO_LIVE, clock.now()
        self._silent_since = self._steady_since
        self._log = structlog.get_logger("bot.worker").bind(worker=self.id)

    async def start(self) -> None:
        """Sign in, free the lanes of workers that died on this machine, and begin to beat."""
        _LIVING_HERE.add(self.id)
        await self._storage.write(self._sign_in)
        self._beating = asyncio.create_task(self._beat(), name="bot-worker-beat")

    async def stop(self) -> None:
        """Stop beating and free every lane at once."""
        await end(self._beating)
        with contextlib.suppress(SQLAlchemyError):  # the database is away: the lanes run out by themselves
            await self._storage.write(lambda connection: self._remove(connection, self.id))
        _LIVING_HERE.discard(self.id)

    def alive_at(self) -> datetime:
        """Return the moment at which a worker must have been alive for its lanes to be its own."""
        now = self._clock.now()
        return self._silent_since if now - self._steady_since < TIME_TO_LIVE else now

    def _note_beat(self) -> None:
        now = self._clock.now()
        if now - self._last_beat >= TIME_TO_LIVE:
            self._silent_since, self._steady_since = self._last_beat, now
        self._last_beat = now

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            try:
                await self._storage.write(self._renew, urgent=True)
                self._note_beat()
            except SQLAlchemyError as error:
                self._log.warning("heartbeat_failed", error=type(error).__name__)

    def _sign_in(self, connection: Connection) -> None:
        for id, pid in connection.execute(select(WORKER.c.id, WORKER.c.pid).where(WORKER.c.host == self._host)).all():
            if id not in _LIVING_HERE and (pid == self._pid or not _runs(pid)):
                self._remove(connection, id)
        connection.execute(delete(WORKER).where(WORKER.c.alive_until < self._clock.now() - TIME_TO_LIVE))
        self._insert(connection)

    def _insert(self, connection: Connection) -> None:
        alive_until = self._clock.now() + TIME_TO_LIVE
        connection.execute(insert(WORKER).values(id=self.id, host=self._host, pid=self._pid, alive_until=alive_until))

    def _renew(self, connection: Connection) -> None:
        alive_until = self._clock.now() + TIME_TO_LIVE
        if (
            connection.execute(update(WORKER).where(WORKER.c.id == self.id).values(alive_until=alive_until)).rowcount
            == 0
        ):
            self._insert(connection)

    @staticmethod
    def _remove(connection: Connection, id: str) -> None:
        connection.execute(update(CONVERSATION).where(CONVERSATION.c.reader == id).values(reader=None))
        connection.execute(update(CONVERSATION).where(CONVERSATION.c.writer == id).values(writer=None))
        connection.execute(delete(WORKER).where(WORKER.c.id == id))


def can_be_taken(owner: Column[str | None]) -> ColumnElement[bool]:
    """Return the condition that a lane is free for worker ``:worker``, who holds the lanes ``:held``.

    Free is what nobody has who was alive at ``:alive_at``, and what this worker took and let go of without a trace.
    What it holds it never takes again, not even when its own sign of life is late (a clock put on, a laptop asleep).
    """
    alive = select(WORKER.c.id).where(WORKER.c.alive_until > bindparam("alive_at"))
    held_here = CONVERSATION.c.id.in_(bindparam("held", expanding=True))
    return and_(not_(held_here), or_(owner.is_(None), owner == bindparam("worker"), not_(owner.in_(alive))))


def _host() -> str:
    """Name the set of processes whose numbers can be compared: the machine, and the container on it."""
    namespace = Path("/proc/self/ns/pid")
    return f"{socket.gethostname()}/{namespace.stat().st_ino if namespace.exists() else 0}"


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
