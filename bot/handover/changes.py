"""What changed for staff, in an order that a cursor can follow: live pages ask for everything after it.

A row is only written while nobody else is writing one, so that a lower number never shows up after a higher one was
read (PostgreSQL numbers rows before they are committed).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, bindparam, delete, func, insert, select, text

from bot.handover.tables import CHANGE
from bot.signals import Signals
from bot.storage import Storage

TOPIC = "desk"
LOOK_AGAIN_SECONDS = 1.0  # another process may have written
LOCK = 20_811  # any number, the same in every process

_ADD = insert(CHANGE)
_ALONE = text(f"SELECT pg_advisory_xact_lock({LOCK})")
_SINCE = select(CHANGE).where(CHANGE.c.seq > bindparam("after")).order_by(CHANGE.c.seq).limit(bindparam("limit"))
_NEWEST = select(func.max(CHANGE.c.seq))


class ChangeKind(StrEnum):
    """What staff see happening."""

    WANTED = "wanted"  # a citizen wants a person
    CLAIMED = "claimed"
    TRANSFERRED = "transferred"
    RELEASED = "released"  # the bot has it again
    CITIZEN_SAID = "citizen_said"
    STAFF_SAID = "staff_said"
    BOT_SAID = "bot_said"
    NOTED = "noted"
    TAGGED = "tagged"
    VIEWED = "viewed"  # somebody looked at what is masked
    ERASED = "erased"  # something is gone: read the whole list again


@dataclass(frozen=True, slots=True)
class Change:
    """One change; ``conversation_id`` is ``None`` where the conversation no longer exists."""

    seq: int
    conversation_id: str | None
    kind: ChangeKind
    staff: str | None
    at: datetime


def note_changes(
    connection: Connection, conversation_id: str | None, kinds: Sequence[ChangeKind], at: datetime, *, staff: str | None
) -> None:
    """Add what happened, within the caller's transaction and as its last step."""
    if not kinds:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(_ALONE)
    connection.execute(
        _ADD, [{"conversation_id": conversation_id, "kind": kind, "staff": staff, "at": at} for kind in kinds]
    )


def forget_changes(connection: Connection, conversation_id: str, at: datetime) -> None:
    """Remove what names the conversation; live pages are told to read their list again."""
    gone = connection.execute(delete(CHANGE).where(CHANGE.c.conversation_id == conversation_id)).rowcount
    if gone:
        note_changes(connection, None, [ChangeKind.ERASED], at, staff=None)


class Feed:
    """Follows the changes."""

    def __init__(self, storage: Storage, signals: Signals) -> None:
        self._storage, self._signals = storage, signals

    async def newest(self) -> int:
        """Return the cursor of now: take it before reading a list, then follow ``since`` it."""
        return await self._storage.read(lambda connection: connection.scalar(_NEWEST) or 0)

    async def since(self, after: int, *, limit: int = 200) -> Sequence[Change]:
        """Return the changes with ``seq > after``, oldest first; the last one's ``seq`` is the next cursor."""
        given = {"after": after, "limit": limit}
        rows = await self._storage.read(lambda connection: connection.execute(_SINCE, given).all())
        return [Change(row.seq, row.conversation_id, ChangeKind(row.kind), row.staff, row.at) for row in rows]

    async def changed(self, after: int, *, timeout_seconds: float) -> bool:
        """Wait until there is a change after the cursor; tell whether there is one."""
        time = asyncio.get_running_loop().time
        deadline = time() + timeout_seconds
        while True:
            version = self._signals.version(TOPIC)
            if await self.newest() > after:
                return True
            if (left := deadline - time()) <= 0:
                return False
            await self._signals.wait(TOPIC, version, min(left, LOOK_AGAIN_SECONDS))
