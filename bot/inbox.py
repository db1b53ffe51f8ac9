"""The inbox: every message stored exactly once, worked on in order, finished together with all it led to.

``accept`` is the only thing a channel waits for. ``claim`` … ``finish`` belong to the worker; ``finish`` commits the
transcript, the outgoing messages and the state of the conversation in one transaction, and only if the lane is still
held. Between ``claim`` and ``finish`` nothing is written, so a process killed there leaves the message waiting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Insert, and_, func, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.conversation.ledger import Ledger
from bot.conversation.redaction import redact
from bot.conversation.turn import Part, Turn
from bot.conversation.words import tidy
from bot.errors import LaneLost, StorageUnavailable
from bot.messages import Acceptance, InboundMessage, MessageKind
from bot.signals import Signals
from bot.storage import Storage
from bot.tables import ConversationRow, InboxRow, InboxStatus
from bot.vault import Vault
from bot.worker import Worker, is_free
from core.clock import Clock
from core.database import UtcDateTime

TOPIC = "inbox"

_NOT_FROM_CITIZEN = {MessageKind.STAFF, MessageKind.WITHDRAWN, MessageKind.BLOCKED}


@dataclass(frozen=True, slots=True)
class InboxTask:
    """The oldest waiting message of a conversation this worker holds. ``attempts``: how often it failed before."""

    seq: int
    message_key: str
    message: InboundMessage
    attempts: int


class SqlInbox:
    """The inbox in the database."""

    def __init__(self, storage: Storage, vault: Vault, clock: Clock, worker: Worker, signals: Signals) -> None:
        self._storage, self._vault, self._clock, self._signals = storage, vault, clock, signals
        self._worker = worker
        self._ledger = Ledger(vault, clock)
        self._held: set[str] = set()

    async def accept(self, message: InboundMessage) -> Acceptance:
        """Store *message* once, with its identity numbers blanked; raise ``StorageUnavailable`` if that fails."""
        row = self._row(message)
        try:
            stored = await self._storage.write(lambda session: self._accept(session, message, row))
        except SQLAlchemyError as error:
            raise StorageUnavailable(message.channel, str(row["message_key"])) from error
        if stored:
            self._signals.notify(TOPIC)
        return Acceptance.STORED if stored else Acceptance.DUPLICATE

    async def claim(self) -> InboxTask | None:
        """Take a conversation with a message that is due and not held by anybody alive."""
        held = frozenset(self._held)
        task = await self._storage.write(lambda session: self._claim(session, held))
        if task:
            self._held.add(task.message.conversation_id)
        return task

    async def finish(self, task: InboxTask, turn: Turn, parts: Sequence[Part]) -> InboxTask | None:
        """Commit everything *turn* leads to; return the next message of the lane, or let the lane go.

        Raise ``LaneLost`` when another worker took over meanwhile: then nothing is stored.
        """
        following = await self._storage.write(lambda session: self._finish(session, task, turn, parts))
        if following is None:
            self.let_go(task)
        return following

    async def postpone(self, task: InboxTask, until: datetime, *, error: str | None = None) -> None:
        """Leave the message waiting until then; with *error*, count a failed attempt."""
        await self._storage.write(lambda session: self._postpone(session, task, until, error))
        self.let_go(task)

    def let_go(self, task: InboxTask) -> None:
        """Forget that this process works on the lane; harmless when it was given up already."""
        self._held.discard(task.message.conversation_id)

    async def wake(self) -> None:
        """Make everything that was postponed due now: what it waited for is back."""
        await self._storage.write(self._wake)
        self._signals.notify(TOPIC)

    async def counts(self) -> Mapping[str, int]:
        """Return how many messages are in each status."""
        query = select(InboxRow.status, func.count()).group_by(InboxRow.status)
        return await self._storage.read(lambda session: {row[0]: row[1] for row in session.execute(query)})

    def _row(self, message: InboundMessage) -> dict[str, object]:
        words = redact(tidy(message.text))
        body = {"text": words.text, "blanked": words.blanked, "metadata": dict(message.metadata)}
        now = self._clock.now()
        return {
            "message_key": self._vault.message_key(message.channel, message.message_id),
            "channel": message.channel,
            "conversation_id": message.conversation_id,
            "kind": message.kind,
            "body": self._vault.seal(body),
            "received_at": message.received_at,
            "status": InboxStatus.WAITING,
            "attempts": 0,
            "due_at": now,
        }

    def _accept(self, session: Session, message: InboundMessage, row: dict[str, object]) -> bool:
        # The conversation first: its row is the lock that keeps accept and finish apart.
        session.execute(self._upsert_conversation(message))
        insert = self._insert(InboxRow).values(**row).on_conflict_do_nothing(index_elements=["message_key"])
        if session.execute(insert.returning(InboxRow.seq)).first() is None:
            session.rollback()
            return False
        return True

    def _upsert_conversation(self, message: InboundMessage) -> Insert:
        now = self._clock.now()
        insert = self._insert(ConversationRow).values(
            id=message.conversation_id,
            channel=message.channel,
            address=self._vault.seal(message.sender),
            is_group=message.is_group,
            holder="bot",
            created_at=now,
            last_inbound_at=now,
            inbox_due_at=now,
        )
        changes: dict[str, object] = {"inbox_due_at": func.coalesce(ConversationRow.inbox_due_at, literal(now, UtcDateTime()))}
        if message.kind not in _NOT_FROM_CITIZEN:
            fresh = insert.excluded
            changes |= {"address": fresh.address, "last_inbound_at": now, "unreachable_at": None, "erased_at": None}
        return insert.on_conflict_do_update(index_elements=["id"], set_=changes)

    def _insert(self, table: type) -> sqlite.Insert:
        if self._storage.is_sqlite:
            return sqlite.insert(cast(Any, table))
        return cast(sqlite.Insert, postgresql.insert(cast(Any, table)))  # the same clauses, the same names

    def _claim(self, session: Session, held: frozenset[str]) -> InboxTask | None:
        row = ConversationRow
        ours_and_idle = and_(row.reader == self._worker.id, row.id.not_in(held))
        query = (
            select(row.id)
            .where(row.inbox_due_at <= self._clock.now(), or_(is_free(row.reader, self._clock), ours_and_idle))
            .order_by(row.inbox_due_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        id = session.scalar(query)
        if id is None:
            return None
        session.execute(update(row).where(row.id == id).values(reader=self._worker.id))
        return self._next(session, id)

    def _next(self, session: Session, conversation_id: str) -> InboxTask | None:
        query = (
            select(InboxRow)
            .where(InboxRow.conversation_id == conversation_id, InboxRow.status == InboxStatus.WAITING)
            .order_by(InboxRow.seq)
            .limit(1)
        )
        if found := session.scalar(query):
            return self._task(session, found)
        self._release(session, conversation_id, None)
        return None

    def _task(self, session: Session, row: InboxRow) -> InboxTask:
        conversation = session.get_one(ConversationRow, row.conversation_id)
        body = cast(dict[str, Any], self._vault.open(row.body))
        metadata = body["metadata"] | ({"blanked": True} if body["blanked"] else {})
        message = InboundMessage(
            channel=row.channel,
            message_id=row.message_key,
            conversation_id=conversation.id,
            sender=cast(str, self._vault.open(conversation.address)),
            text=body["text"],
            kind=MessageKind(row.kind),
            received_at=row.received_at,
            is_group=conversation.is_group,
            metadata=metadata,
        )
        return InboxTask(row.seq, row.message_key, message, row.attempts)

    def _finish(self, session: Session, task: InboxTask, turn: Turn, parts: Sequence[Part]) -> InboxTask | None:
        conversation = self._hold(session, task)
        done = (
            update(InboxRow)
            .where(InboxRow.seq == task.seq, InboxRow.status == InboxStatus.WAITING)
            .values(
                status=InboxStatus.SET_ASIDE if turn.set_aside else InboxStatus.DONE,
                error=turn.set_aside,
                done_at=self._clock.now(),
            )
        )
        if session.execute(done.returning(InboxRow.seq)).first() is None:
            raise LaneLost(conversation.id, self._worker.id)
        self._ledger.write(session, conversation, turn, parts, seq=task.seq, said_at=task.message.received_at)
        session.flush()
        return self._next(session, conversation.id)

    def _hold(self, session: Session, task: InboxTask) -> ConversationRow:
        id = task.message.conversation_id
        conversation = session.get(ConversationRow, id, with_for_update=True)
        if conversation is None or conversation.reader != self._worker.id:
            raise LaneLost(id, self._worker.id)
        return conversation

    def _postpone(self, session: Session, task: InboxTask, until: datetime, error: str | None) -> None:
        conversation = self._hold(session, task)
        values: dict[str, object] = {"due_at": until}
        if error is not None:
            values |= {"attempts": InboxRow.attempts + 1, "error": error[:120]}
        session.execute(update(InboxRow).where(InboxRow.seq == task.seq).values(values))
        self._release(session, conversation.id, until)

    def _release(self, session: Session, conversation_id: str, due_at: datetime | None) -> None:
        session.execute(
            update(ConversationRow)
            .where(ConversationRow.id == conversation_id)
            .values(reader=None, inbox_due_at=due_at)
        )

    def _wake(self, session: Session) -> None:
        now = self._clock.now()
        session.execute(update(ConversationRow).where(ConversationRow.inbox_due_at > now).values(inbox_due_at=now))
