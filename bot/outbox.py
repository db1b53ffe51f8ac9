"""The outbox: messages to citizens, sent in order per conversation until the channel took them or never will.

A message that was handed to a channel and not yet marked when the process died is sent again: channels have no way to
ask whether they had it, and a lost answer is worse than a repeated one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from bot.conversation.ledger import Ledger, choices_of, make_unreachable
from bot.errors import LaneLost
from bot.messages import Delivery
from bot.storage import Storage
from bot.tables import ConversationRow, OutboxRow, OutboxStatus
from bot.vault import Vault
from bot.worker import Worker, is_free
from core.clock import Clock


def topic_of(channel: str) -> str:
    """Return the signal that a channel has something to send."""
    return f"outbox:{channel}"


@dataclass(frozen=True, slots=True)
class OutboxTask:
    """The oldest waiting message of a conversation this worker holds."""

    delivery: Delivery
    created_at: datetime


class SqlOutbox:
    """The outbox in the database."""

    def __init__(self, storage: Storage, vault: Vault, clock: Clock, worker: Worker) -> None:
        self._storage, self._vault, self._clock, self._worker = storage, vault, clock, worker
        self._ledger = Ledger(vault, clock)
        self._held: set[str] = set()

    async def claim(self, channel: str) -> OutboxTask | None:
        """Take a conversation of *channel* with a message that is due and not held by anybody alive."""
        held = frozenset(self._held)
        task = await self._storage.write(lambda session: self._claim(session, channel, held))
        if task:
            self._held.add(task.delivery.conversation_id)
        return task

    async def sent(self, task: OutboxTask, channel_message_id: str) -> OutboxTask | None:
        """Mark as sent; return the next message of the lane, or let the lane go."""
        values = {"status": OutboxStatus.SENT, "sent_at": self._clock.now(), "error": None}
        return await self._end(task, values | {"channel_message_id": channel_message_id[:120]}, gone=False)

    async def failed(self, task: OutboxTask, reason: str, *, gone: bool) -> OutboxTask | None:
        """Give the message up; with *gone*, everything else that waits for this citizen too."""
        return await self._end(task, {"status": OutboxStatus.FAILED, "error": reason[:200]}, gone=gone)

    async def postpone(self, task: OutboxTask, until: datetime, reason: str) -> None:
        """Leave the message, and what stands behind it, waiting until then."""
        await self._storage.write(lambda session: self._postpone(session, task, until, reason))
        self.let_go(task)

    def let_go(self, task: OutboxTask) -> None:
        """Forget that this process works on the lane; harmless when it was given up already."""
        self._held.discard(task.delivery.conversation_id)

    async def counts(self) -> Mapping[tuple[str, str], int]:
        """Return how many messages are in each (channel, status)."""
        query = select(OutboxRow.channel, OutboxRow.status, func.count()).group_by(OutboxRow.channel, OutboxRow.status)
        return await self._storage.read(lambda session: {(c, s): n for c, s, n in session.execute(query)})

    async def _end(self, task: OutboxTask, values: dict[str, object], *, gone: bool) -> OutboxTask | None:
        following = await self._storage.write(lambda session: self._ended(session, task, values, gone))
        if following is None:
            self.let_go(task)
        return following

    def _claim(self, session: Session, channel: str, held: frozenset[str]) -> OutboxTask | None:
        row = ConversationRow
        ours_and_idle = and_(row.writer == self._worker.id, row.id.not_in(held))
        query = (
            select(row.id)
            .where(
                row.channel == channel,
                row.outbox_due_at <= self._clock.now(),
                or_(is_free(row.writer, self._clock), ours_and_idle),
            )
            .order_by(row.outbox_due_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        id = session.scalar(query)
        if id is None:
            return None
        session.execute(update(row).where(row.id == id).values(writer=self._worker.id))
        return self._next(session, session.get_one(row, id))

    def _next(self, session: Session, conversation: ConversationRow) -> OutboxTask | None:
        query = (
            select(OutboxRow)
            .where(OutboxRow.conversation_id == conversation.id, OutboxRow.status == OutboxStatus.WAITING)
            .order_by(OutboxRow.seq)
            .limit(1)
        )
        if found := session.scalar(query):
            return self._task(found, conversation)
        conversation.writer, conversation.outbox_due_at = None, None
        if conversation.erased_at is not None:
            self._ledger.drop_if_empty(session, conversation)
        return None

    def _task(self, row: OutboxRow, conversation: ConversationRow) -> OutboxTask:
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
        return OutboxTask(delivery, row.created_at)

    def _hold(self, session: Session, task: OutboxTask) -> ConversationRow:
        id = task.delivery.conversation_id
        conversation = session.get(ConversationRow, id, with_for_update=True)
        if conversation is None or conversation.writer != self._worker.id:
            raise LaneLost(id, self._worker.id)
        return conversation

    def _ended(self, session: Session, task: OutboxTask, values: dict[str, object], gone: bool) -> OutboxTask | None:
        conversation = self._hold(session, task)
        session.execute(
            update(OutboxRow)
            .where(OutboxRow.seq == task.delivery.id, OutboxRow.status == OutboxStatus.WAITING)
            .values(**values, attempts=OutboxRow.attempts + 1)
        )
        if gone:
            make_unreachable(session, conversation, self._clock.now())
        return self._next(session, conversation)

    def _postpone(self, session: Session, task: OutboxTask, until: datetime, reason: str) -> None:
        conversation = self._hold(session, task)
        session.execute(
            update(OutboxRow)
            .where(OutboxRow.seq == task.delivery.id)
            .values(due_at=until, error=reason[:200], attempts=OutboxRow.attempts + 1)
        )
        conversation.writer, conversation.outbox_due_at = None, until
