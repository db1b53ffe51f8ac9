"""What is kept of citizens, for how long, and what there is now: the proof that things are forgotten in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Table, func, select
from starlette.responses import Response

from bot.handover.tables import NOTE
from bot.retention import RetentionLimits
from bot.tables import CONVERSATION, INBOX, OUTBOX, TRANSCRIPT
from console.gate import Gate
from console.recent import Recent
from console.routing import ConsoleRouter
from console.security.permissions import Permission
from console.visit import CurrentVisit
from core.database import Base

_AGE: Final = timedelta(minutes=5)
_INTERVIEWS: Final = "interviews"
_LATE: Final = timedelta(days=2)  # the daily run may be a day behind


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of thing: its limit, how many there are, the oldest. ``is_late``: something outlived its limit."""

    name: str
    limit: timedelta
    count: int
    oldest: datetime | None
    is_late: bool


class RetentionPages:
    """The page of what is kept."""

    def __init__(self, gate: Gate) -> None:
        self._deps, self._limits = gate.deps, RetentionLimits()
        self._kept = Recent(self._look, gate.deps.clock, age=_AGE)

    def router(self) -> ConsoleRouter:
        """Return the routes."""
        router = ConsoleRouter("/retention")
        router.get("", needs=Permission.SWITCHES_READ)(self.retention)
        return router

    def retention(self, visit: CurrentVisit) -> Response:
        """Show every kind of thing that is kept of citizens."""
        return visit.page("service/retention.html", kept=self._kept.get())

    def _look(self) -> Sequence[Kept]:
        limits = self._limits
        with self._deps.database.engine.connect() as connection:
            return [
                self._one(connection, "transcript", TRANSCRIPT, "said_at", limits.transcripts),
                *self._interviews(connection),
                self._one(connection, "conversations", CONVERSATION, "last_inbound_at", limits.transcripts),
                self._one(connection, "notes", NOTE, "at", limits.transcripts),
                self._one(connection, "inbox", INBOX, "received_at", limits.keys),
                self._one(connection, "outbox", OUTBOX, "created_at", limits.worked_on),
            ]

    def _interviews(self, connection: Connection) -> Sequence[Kept]:
        """Return what the dialogue keeps: its table is known by name, its room is not ours to import."""
        table = Base.metadata.tables.get(_INTERVIEWS)
        if table is None:
            return ()
        limit = timedelta(days=self._deps.settings.interview_days)
        return (self._one(connection, "interviews", table, "touched_at", limit),)

    def _one(self, connection: Connection, name: str, table: Table, moment: str, limit: timedelta) -> Kept:
        count, oldest = connection.execute(select(func.count(), func.min(table.c[moment])).select_from(table)).one()
        late = oldest is not None and self._deps.clock.now() - oldest > limit + _LATE
        return Kept(name, limit, count, oldest, late)
