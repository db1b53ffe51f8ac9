"""One process's name on the queues and its sign of life.

A conversation that a worker has taken is its own for as long as the worker lives; a killed worker's conversations are
free again ``TIME_TO_LIVE`` later, at once when it ran on this machine and is seen to be gone.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import uuid
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy import ColumnElement, and_, delete, exists, not_, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.storage import Storage
from bot.tables import ConversationRow, WorkerRow
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
        self._log = structlog.get_logger("bot.worker").bind(worker=self.id)

    async def start(self) -> None:
        """Sign in, free the lanes of workers that died on this machine, and begin to beat."""
        _LIVING_HERE.add(self.id)
        await self._storage.write(self._sign_in)
        self._beating = asyncio.create_task(self._beat(), name="bot-worker-beat")

    async def stop(self) -> None:
        """Stop beating and free every lane at once."""
        if self._beating:
            self._beating.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._beating
        with contextlib.suppress(SQLAlchemyError):  # the database is away: the lanes run out by themselves
            await self._storage.write(self._sign_out)
        _LIVING_HERE.discard(self.id)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            try:
                await self._storage.write(self._renew)
            except SQLAlchemyError as error:
                self._log.warning("heartbeat_failed", error=type(error).__name__)

    def _sign_in(self, session: Session) -> None:
        for other in session.scalars(select(WorkerRow).where(WorkerRow.host == self._host)):
            if other.id not in _LIVING_HERE and (other.pid == self._pid or not _runs(other.pid)):
                self._remove(session, other.id)
        session.execute(delete(WorkerRow).where(WorkerRow.alive_until < self._clock.now() - TIME_TO_LIVE))
        self._insert(session)

    def _insert(self, session: Session) -> None:
        alive_until = self._clock.now() + TIME_TO_LIVE
        session.add(WorkerRow(id=self.id, host=self._host, pid=self._pid, alive_until=alive_until))

    def _renew(self, session: Session) -> None:
        alive_until = self._clock.now() + TIME_TO_LIVE
        renewed = session.execute(
            update(WorkerRow).where(WorkerRow.id == self.id).values(alive_until=alive_until).returning(WorkerRow.id)
        )
        if renewed.first() is None:
            self._insert(session)

    def _sign_out(self, session: Session) -> None:
        self._remove(session, self.id)

    @staticmethod
    def _remove(session: Session, id: str) -> None:
        session.execute(update(ConversationRow).where(ConversationRow.reader == id).values(reader=None))
        session.execute(update(ConversationRow).where(ConversationRow.writer == id).values(writer=None))
        session.execute(delete(WorkerRow).where(WorkerRow.id == id))


def is_free(owner: InstrumentedAttribute[str | None], clock: Clock) -> ColumnElement[bool]:
    """Return the condition that nobody alive has taken the lane."""
    alive = exists().where(and_(WorkerRow.id == owner, WorkerRow.alive_until > clock.now()))
    return or_(owner.is_(None), not_(alive))


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
