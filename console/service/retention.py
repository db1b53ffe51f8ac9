"""What is kept of citizens, for how long, and what there is now: the proof that things are forgotten in time.

Tables of rooms that are not ours to import are known by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Table, func, select
from starlette.responses import Response

from bot.erasure import TOMBSTONE
from bot.handover.tables import CHANGE, NOTE
from bot.reminders.agreements import LONGEST_KEPT
from bot.reminders.tables import AGREEMENT, REMINDED
from bot.retention import RetentionLimits
from bot.tables import CONVERSATION, INBOX, OUTBOX, TRANSCRIPT
from console.gate import Gate
from console.recent import Recent
from console.routing import ConsoleRouter
from console.security.permissions import Permission
from console.staff.screenings import KEPT_FOR, SCREENING
from console.visit import CurrentVisit
from core.database import Base

_AGE: Final = timedelta(minutes=5)
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

    def look_ahead(self) -> Iterator[object]:
        """Count before anybody asks."""
        yield self._kept.get()

    def _look(self) -> Sequence[Kept]:
        with self._deps.database.engine.connect() as connection:
            return [self._one(connection, *one) for one in self._kinds()]

    def _kinds(self) -> Iterator[tuple[str, Table, str, timedelta]]:
        """Give the name of each kind of thing, its table, the column its age is counted from, and its limit."""
        limits, settings = self._limits, self._deps.settings
        yield "transcript", TRANSCRIPT, "said_at", limits.transcripts
        yield from self._named("interviews", "interviews", "touched_at", timedelta(days=settings.interview_days))
        yield "conversations", CONVERSATION, "last_inbound_at", limits.transcripts
        yield "notes", NOTE, "at", limits.transcripts
        yield "desk_changes", CHANGE, "at", limits.transcripts
        yield "inbox", INBOX, "received_at", limits.keys
        yield "outbox", OUTBOX, "created_at", limits.worked_on
        yield "reminders", AGREEMENT, "answered_at", LONGEST_KEPT
        yield "reminded", REMINDED, "at", LONGEST_KEPT + limits.transcripts  # goes with the conversation
        yield "screenings", SCREENING, "created_at", KEPT_FOR
        yield from self._named("proofs", "privacy_events", "at", timedelta(days=settings.proof_days))
        yield "tombstones", TOMBSTONE, "erased_at", limits.tombstones

    @staticmethod
    def _named(name: str, table: str, moment: str, limit: timedelta) -> Iterator[tuple[str, Table, str, timedelta]]:
        found = Base.metadata.tables.get(table)
        if found is not None:
            yield name, found, moment, limit

    def _one(self, connection: Connection, name: str, table: Table, moment: str, limit: timedelta) -> Kept:
        all_of = select(func.count()).select_from(table).scalar_subquery()
        first = select(func.min(table.c[moment])).scalar_subquery()  # alone, it is the first of an index
        count, oldest = connection.execute(select(all_of, first)).one()
        late = oldest is not None and self._deps.clock.now() - oldest > limit + _LATE
        return Kept(name, limit, count, oldest, late)
