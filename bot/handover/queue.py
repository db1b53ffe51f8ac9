"""The list staff work through: who waits for a person, since when, in which place, and who has whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select

from bot.handover.hours import OfficeHours
from bot.handover.tables import TAG
from bot.handover.windows import Window, window_of
from bot.storage import Storage
from bot.tables import CONVERSATION, Holder
from core.clock import Clock

_WITH_STAFF = CONVERSATION.c.holder.in_([Holder.WAITING, Holder.HUMAN])
_QUEUE = select(CONVERSATION).where(_WITH_STAFF).order_by(CONVERSATION.c.wanted_at, CONVERSATION.c.id)
_TAGS = select(TAG.c.conversation_id, TAG.c.tag).join(CONVERSATION).where(_WITH_STAFF).order_by(TAG.c.tag)
_ONE = select(CONVERSATION).where(CONVERSATION.c.id == bindparam("id"))
_TAGS_OF_ONE = select(TAG.c.conversation_id, TAG.c.tag).where(TAG.c.conversation_id == bindparam("id"))
_WAITING = select(func.count()).where(CONVERSATION.c.holder == Holder.WAITING)
_AHEAD = _WAITING.where(CONVERSATION.c.wanted_at < bindparam("wanted_at"))


@dataclass(frozen=True, slots=True)
class Handed:
    """A conversation as staff see it in the list.

    ``version`` goes back with ``claim``. ``place``: 1 is next (``None``: it does not wait). ``waited``: since the
    citizen first wanted a person, until somebody answered her. ``due_at``: by when she should be answered, in working
    time (``None``: answered, or no time is known). ``awaits_answer_since``: her last word is the last one.
    """

    conversation_id: str
    channel: str
    holder: Holder
    staff: str | None
    reason: str | None
    version: int
    since: datetime | None
    wanted_at: datetime | None
    place: int | None
    waited: timedelta
    due_at: datetime | None
    is_late: bool
    last_inbound_at: datetime
    awaits_answer_since: datetime | None
    window: Window
    is_unreachable: bool
    tags: tuple[str, ...]


class Queue:
    """Reads the list. *target*: working time within which a citizen should be answered."""

    def __init__(self, storage: Storage, clock: Clock, *, hours: OfficeHours, target: timedelta) -> None:
        self._storage, self._clock, self._hours, self._target = storage, clock, hours, target

    async def all(self) -> Sequence[Handed]:
        """Return the conversations that wait for a person or have one, longest first."""
        rows, tags = await self._storage.read(
            lambda connection: (connection.execute(_QUEUE).all(), _tags(connection.execute(_TAGS).all()))
        )
        places = {row.id: at for at, row in enumerate((r for r in rows if r.holder == Holder.WAITING), start=1)}
        return [self._handed(row, places.get(row.id), tags[row.id]) for row in rows]

    async def one(self, conversation_id: str) -> Handed | None:
        """Return one conversation, whoever has it; ``None`` where there is none."""
        return await self._storage.read(lambda connection: self._one(connection, conversation_id))

    async def waiting(self) -> int:
        """Return how many citizens wait for a person."""
        return await self._storage.read(lambda connection: connection.scalar(_WAITING) or 0)

    def _one(self, connection: Connection, id: str) -> Handed | None:
        row = connection.execute(_ONE, {"id": id}).one_or_none()
        if row is None:
            return None
        place = None
        if row.holder == Holder.WAITING and row.wanted_at:
            place = (connection.scalar(_AHEAD, {"wanted_at": row.wanted_at}) or 0) + 1
        return self._handed(row, place, _tags(connection.execute(_TAGS_OF_ONE, {"id": id}).all())[id])

    def _handed(self, row: Row[Any], place: int | None, tags: Sequence[str]) -> Handed:
        now = self._clock.now()
        wanted = row.wanted_at
        due = self._hours.due(wanted, self._target) if wanted and not row.person_answered_at else None
        awaits = row.last_staff_at is None or row.last_inbound_at > row.last_staff_at
        return Handed(
            conversation_id=row.id,
            channel=row.channel,
            holder=Holder(row.holder),
            staff=row.holder_name,
            reason=row.handover_reason,
            version=row.version,
            since=row.holder_since,
            wanted_at=wanted,
            place=place,
            waited=(row.person_answered_at or now) - wanted if wanted else timedelta(),
            due_at=due,
            is_late=due is not None and now > due,
            last_inbound_at=row.last_inbound_at,
            awaits_answer_since=row.last_inbound_at if awaits else None,
            window=window_of(row.channel, row.last_inbound_at),
            is_unreachable=row.unreachable_at is not None,
            tags=tuple(tags),
        )


def _tags(rows: Sequence[Any]) -> Mapping[str, list[str]]:
    tags: defaultdict[str, list[str]] = defaultdict(list)
    for conversation_id, tag in rows:
        tags[conversation_id].append(tag)
    return tags
