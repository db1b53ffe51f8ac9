"""The outbox: messages to citizens, sent in order per conversation until the channel took them or never will.

A message that was handed to a channel and not yet marked when the process died is sent again: channels have no way to
ask whether they had it, and a lost answer is worse than a repeated one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Row, bindparam, func, select, update

from bot.conversation.ledger import Ledger, choices_of, make_unreachable
from bot.errors import LaneLost
from bot.holds import Holds
from bot.messages import Delivery
from bot.storage import Storage
from bot.tables import CONVERSATION, OUTBOX, OutboxStatus
from bot.vault import Vault
from bot.worker import Worker, can_be_taken
from core.clock import Clock

_DUE = (
    select(CONVERSATION.c.id)
    .where(
        CONVERSATION.c.channel == bindparam("via"),
        CONVERSATION.c.outbox_due_at <= bindparam("now"),
        can_be_taken(CONVERSATION.c.writer),
    )
    .order_by(CONVERSATION.c.outbox_due_at)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_CLAIM = (
    update(CONVERSATION)
    .where(CONVERSATION.c.id == _DUE.scalar_subquery())
    .values(writer=bindparam("worker"))
    .returning(*CONVERSATION.c)
)
_NEXT = (
    select(OUTBOX)
    .where(OUTBOX.c.conversation_id == bindparam("id"), OUTBOX.c.status == OutboxStatus.WAITING)
    .order_by(OUTBOX.c.seq)
    .limit(1)
)
_HELD = select(CONVERSATION).where(CONVERSATION.c.id == bindparam("id")).with_for_update()
_RELEASE = (
    update(CONVERSATION)
    .where(CONVERSATION.c.id == bindparam("of"))
    .values(writer=None, outbox_due_at=bindparam("due_at"))
)
_END = (
    update(OUTBOX)
    .where(OUTBOX.c.seq == bindparam("of"), OUTBOX.c.status == OutboxStatus.WAITING)
    .values(
        status=bindparam("status"),
        sent_at=bindparam("sent_at"),
        error=bindparam("error"),
        channel_message_id=bindparam("channel_message_id"),
        attempts=OUTBOX.c.attempts + 1,
    )
)


def topic_of(channel: str) -> str:
    """Return the signal that a channel has something to send."""
    return f"outbox:{channel}"


@dataclass(frozen=True, slots=True)
class OutboxTask:
    """The oldest waiting message of a conversation this worker holds; ``trace`` names what it answers."""

    delivery: Delivery
    created_at: datetime
    trace: str
    claim: int = 0


class SqlOutbox:
    """The outbox in the database."""

    def __init__(self, storage: Storage, vault: Vault, clock: Clock, worker: Worker) -> None:
        self._storage, self._vault, self._clock, self._worker = storage, vault, clock, worker
        self._ledger = Ledger(vault, clock)
        self._held = Holds()

    async def claim(self, channel: str) -> OutboxTask | None:
        """Take a conversation of *channel* with a message that is due and not held by anybody alive."""
        given = {
            "via": channel,
            "now": self._clock.now(),
            "alive_at": self._worker.alive_at(),
            "worker": self._worker.id,
            "held": self._held.all(),
        }
        task = await self._storage.write(lambda connection: self._claim(connection, given))
        return replace(task, claim=self._held.take(task.delivery.conversation_id)) if task else None

    async def sent(self, task: OutboxTask, channel_message_id: str) -> OutboxTask | None:
        """Mark as sent; return the next message of the lane, or let the lane go."""
        id = channel_message_id[:120]
        end = {"status": OutboxStatus.SENT, "sent_at": self._clock.now(), "error": None, "channel_message_id": id}
        return await self._end(task, end, gone=False)

    async def failed(self, task: OutboxTask, reason: str, *, gone: bool) -> OutboxTask | None:
        """Give the message up; with *gone*, everything else that waits for this citizen too."""
        end = {"status": OutboxStatus.FAILED, "sent_at": None, "error": reason[:200], "channel_message_id": None}
        return await self._end(task, end, gone=gone)

    async def postpone(self, task: OutboxTask, until: datetime, reason: str) -> None:
        """Leave the message, and what stands behind it, waiting until then."""
        await self._storage.write(lambda connection: self._postpone(connection, task, until, reason))
        self.let_go(task)

    def let_go(self, task: OutboxTask) -> None:
        """Forget that this process works on the lane; harmless when it was given up already."""
        self._held.let_go(task.delivery.conversation_id, task.claim)

    async def counts(self) -> Mapping[tuple[str, str], int]:
        """Return how many messages are in each (channel, status)."""
        query = select(OUTBOX.c.channel, OUTBOX.c.status, func.count()).group_by(OUTBOX.c.channel, OUTBOX.c.status)
        return await self._storage.read(lambda connection: {(c, s): n for c, s, n in connection.execute(query)})

    async def _end(self, task: OutboxTask, end: Mapping[str, object], *, gone: bool) -> OutboxTask | None:
        following = await self._storage.write(lambda connection: self._ended(connection, task, end, gone))
        if following is None:
            self.let_go(task)
            return None
        return replace(following, claim=task.claim)

    def _claim(self, connection: Connection, given: dict[str, object]) -> OutboxTask | None:
        conversation = connection.execute(_CLAIM, given).one_or_none()
        return self._next(connection, conversation) if conversation is not None else None

    def _next(self, connection: Connection, conversation: Row[Any]) -> OutboxTask | None:
        if row := connection.execute(_NEXT, {"id": conversation.id}).one_or_none():
            return self._task(row, conversation)
        if conversation.erased_at is None or not self._ledger.is_gone(connection, conversation.id):
            connection.execute(_RELEASE, {"of": conversation.id, "due_at": None})
        return None

    def _task(self, row: Row[Any], conversation: Row[Any]) -> OutboxTask:
        body = cast(dict[str, Any], self._vault.open(row.body))
        delivery = Delivery(
            id=row.seq,
            channel=row.channel,
            conversation_id=conversation.id,
            address=cast(str, self._vault.open(conversation.address)),
            text=body["text"],
            choices=choices_of(body),
            attempt=row.attempts + 1,
            last_inbound_at=conversation.last_inbound_at,
        )
        return OutboxTask(delivery, row.created_at, row.key.rpartition(":")[0])

    def _hold(self, connection: Connection, task: OutboxTask) -> Row[Any]:
        id = task.delivery.conversation_id
        conversation = connection.execute(_HELD, {"id": id}).one_or_none()
        if conversation is None or conversation.writer != self._worker.id:
            raise LaneLost(id, self._worker.id)
        return conversation

    def _ended(
        self, connection: Connection, task: OutboxTask, end: Mapping[str, object], gone: bool
    ) -> OutboxTask | None:
        conversation = self._hold(connection, task)
        connection.execute(_END, {"of": task.delivery.id, **end})
        if gone:
            changes = make_unreachable(connection, conversation.id, self._clock.now())
            connection.execute(update(CONVERSATION).where(CONVERSATION.c.id == conversation.id).values(changes))
        return self._next(connection, conversation)

    def _postpone(self, connection: Connection, task: OutboxTask, until: datetime, reason: str) -> None:
        conversation = self._hold(connection, task)
        connection.execute(
            update(OUTBOX)
            .where(OUTBOX.c.seq == task.delivery.id)
            .values(due_at=until, error=reason[:200], attempts=OUTBOX.c.attempts + 1)
        )
        connection.execute(_RELEASE, {"of": conversation.id, "due_at": until})
