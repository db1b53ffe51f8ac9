"""How much waits in each direction, and for how long: one cheap question to the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from bot.storage import Storage
from bot.tables import CONVERSATION, INBOX, OUTBOX, Holder, InboxStatus, OutboxStatus
from core.clock import Clock

# Only conversations with something due are looked at, by their index: never the whole table.
_INBOX = (
    select(INBOX.c.channel, func.count(), func.min(INBOX.c.received_at))
    .join(CONVERSATION, CONVERSATION.c.id == INBOX.c.conversation_id)
    .where(CONVERSATION.c.inbox_due_at.is_not(None), INBOX.c.status == InboxStatus.WAITING)
    .group_by(INBOX.c.channel)
)
_OUTBOX = (
    select(OUTBOX.c.channel, func.count(), func.min(OUTBOX.c.created_at))
    .join(CONVERSATION, CONVERSATION.c.id == OUTBOX.c.conversation_id)
    .where(CONVERSATION.c.outbox_due_at.is_not(None), OUTBOX.c.status == OutboxStatus.WAITING)
    .group_by(OUTBOX.c.channel)
)
_HELD = (
    select(CONVERSATION.c.holder, func.count())
    .where(CONVERSATION.c.holder.in_([Holder.WAITING, Holder.HUMAN]))
    .group_by(CONVERSATION.c.holder)
)


@dataclass(frozen=True, slots=True)
class Queued:
    """What waits on one channel in one direction (``in``, ``out``); ``lag``: how old the oldest is."""

    direction: str
    channel: str
    depth: int
    lag: timedelta


class Backlog:
    """Looks at the queues."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    async def queues(self) -> Sequence[Queued]:
        """Return the queues that hold something."""
        return await self._storage.read(self._queues)

    async def with_people(self) -> dict[str, int]:
        """Return how many conversations wait for a person (``waiting``) and have one (``human``)."""
        return await self._storage.read(lambda connection: {row[0]: row[1] for row in connection.execute(_HELD)})

    def _queues(self, connection: Connection) -> list[Queued]:
        now = self._clock.now()
        return [
            Queued(direction, channel, depth, _age(oldest, now))
            for direction, query in (("in", _INBOX), ("out", _OUTBOX))
            for channel, depth, oldest in connection.execute(query)
        ]


def _age(oldest: datetime | None, now: datetime) -> timedelta:
    return max(timedelta(), now - oldest) if oldest else timedelta()
