"""The inbox: every message stored exactly once, worked on in order, finished together with all it led to.

``accept`` is the only thing a channel waits for. ``claim`` … ``finish`` belong to the worker; ``finish`` commits the
transcript, the outgoing messages and the state of the conversation in one transaction, and only if the lane is still
held. Between ``claim`` and ``finish`` nothing is written, so a process killed there leaves the message waiting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

import structlog
from sqlalchemy import Connection, Row, bindparam, func, select, update
from sqlalchemy.exc import SQLAlchemyError

from bot.conversation.ledger import Ledger
from bot.conversation.memory import Recollection
from bot.conversation.recall import recall
from bot.conversation.redaction import redact
from bot.conversation.turn import Part, Turn
from bot.conversation.words import tidy
from bot.errors import LaneLost, StorageUnavailable
from bot.holds import Holds
from bot.homes import LONGEST_WAIT, is_at_home
from bot.kept import empty_unless_kept
from bot.messages import Acceptance, Author, InboundMessage, MessageKind, Reply
from bot.signals import Signals
from bot.storage import Storage
from bot.tables import CONVERSATION, INBOX, ConversationRow, Holder, InboxRow, InboxStatus
from bot.vault import Vault
from bot.worker import Worker, can_be_taken
from core.clock import Clock

TOPIC = "inbox"

_NOT_FROM_CITIZEN = {MessageKind.STAFF, MessageKind.WITHDRAWN, MessageKind.BLOCKED}

_DUE = (
    select(CONVERSATION.c.id)
    .where(CONVERSATION.c.inbox_due_at <= bindparam("now"), can_be_taken(CONVERSATION.c.reader), is_at_home())
    .order_by(CONVERSATION.c.inbox_due_at)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_CLAIM = (
    update(CONVERSATION)
    .where(CONVERSATION.c.id == _DUE.scalar_subquery())
    .values(reader=bindparam("worker"))
    .returning(*CONVERSATION.c)
)
_NEXT = (
    select(INBOX)
    .where(INBOX.c.conversation_id == bindparam("id"), INBOX.c.status == InboxStatus.WAITING)
    .order_by(INBOX.c.seq)
    .limit(1)
)
_HELD = select(CONVERSATION).where(CONVERSATION.c.id == bindparam("id")).with_for_update()
_DONE = (
    update(INBOX)
    .where(INBOX.c.seq == bindparam("of"), INBOX.c.status == InboxStatus.WAITING)
    .values(status=bindparam("status"), error=bindparam("error"), done_at=bindparam("done_at"))
)
_WITHDRAWN = select(func.count()).where(
    INBOX.c.conversation_id == bindparam("id"),
    INBOX.c.status == InboxStatus.WAITING,
    INBOX.c.kind == MessageKind.WITHDRAWN,
)
_CHANGE = update(CONVERSATION).where(CONVERSATION.c.id == bindparam("of"))


@dataclass(frozen=True, slots=True)
class InboxTask:
    """The oldest waiting message of a conversation this worker holds, and what is known of the conversation.

    ``attempts``: how often it failed before. ``has_moved``: another worker answered last, so what this process
    remembers of the conversation is out of date.
    """

    seq: int
    message_key: str
    message: InboundMessage
    known: Recollection
    attempts: int
    has_moved: bool = False
    claim: int = 0


class SqlInbox:
    """The inbox in the database."""

    def __init__(self, storage: Storage, vault: Vault, clock: Clock, worker: Worker, signals: Signals) -> None:
        self._storage, self._vault, self._clock, self._signals = storage, vault, clock, signals
        self._worker = worker
        self._ledger = Ledger(vault, clock)
        self._held = Holds()
        self._log = structlog.get_logger("bot.inbox")
        upsert = storage.upsert(ConversationRow)
        waits = {"inbox_due_at": func.coalesce(CONVERSATION.c.inbox_due_at, upsert.excluded.inbox_due_at)}
        fresh = {name: upsert.excluded[name] for name in ("address", "last_inbound_at", "unreachable_at", "erased_at")}
        self._touch = upsert.on_conflict_do_update(index_elements=["id"], set_=waits)
        self._meet = upsert.on_conflict_do_update(index_elements=["id"], set_=waits | fresh)
        self._store = (
            storage.upsert(InboxRow).on_conflict_do_nothing(index_elements=["message_key"]).returning(INBOX.c.seq)
        )

    async def accept(self, message: InboundMessage) -> Acceptance:
        """Store *message* once, with its identity numbers blanked; raise ``StorageUnavailable`` if that fails."""
        row = self._row(message)
        try:
            stored = await self._storage.write(
                lambda connection: self._accept(connection, message, row), urgent=True, key=message.conversation_id
            )
        except SQLAlchemyError as error:
            raise StorageUnavailable(message.channel, str(row["message_key"])) from error
        outcome = Acceptance.STORED if stored else Acceptance.DUPLICATE
        self._log.info(
            "accepted",
            trace=row["message_key"],
            conversation=message.conversation_id,
            channel=message.channel,
            kind=message.kind,
            outcome=outcome,
        )
        if stored:
            self._signals.notify(TOPIC)
        return outcome

    async def claim(self) -> InboxTask | None:
        """Take a conversation with a message that is due and not held by anybody alive."""
        held = self._held.all()
        task = await self._storage.write(lambda connection: self._claim(connection, held))
        return replace(task, claim=self._held.take(task.message.conversation_id)) if task else None

    async def finish(self, task: InboxTask, turn: Turn, parts: Sequence[Part]) -> InboxTask | None:
        """Commit everything *turn* leads to; return the next message of the lane, or let the lane go.

        Raise ``LaneLost`` when another worker took over meanwhile: then nothing is stored.
        """
        following = await self._storage.write(lambda connection: self._finish(connection, task, turn, parts))
        if following is None:
            self.let_go(task)
            return None
        return replace(following, claim=task.claim)

    async def postpone(self, task: InboxTask, until: datetime, *, error: str | None = None) -> None:
        """Leave the message waiting until then; with *error*, count a failed attempt."""
        await self._storage.write(lambda connection: self._postpone(connection, task, until, error))
        self.let_go(task)

    async def put_off(
        self, task: InboxTask, until: datetime, *, since: datetime, notice: Reply, parts: Sequence[Part]
    ) -> bool:
        """Leave the message waiting, telling the citizen so once *since* then; tell whether she was told now."""
        return await self._storage.write(lambda c: self._put_off(c, task, until, since, notice, parts))

    async def is_withdrawn(self, task: InboxTask) -> bool:
        """Tell whether a wish to be deleted waits behind the message."""
        given = {"id": task.message.conversation_id}
        return bool(await self._storage.read(lambda connection: connection.scalar(_WITHDRAWN, given)))

    def let_go(self, task: InboxTask) -> None:
        """Forget that this process works on the lane; harmless when it was given up already."""
        self._held.let_go(task.message.conversation_id, task.claim)

    async def wake(self) -> None:
        """Make everything that was postponed due now: what it waited for is back."""
        now = self._clock.now()
        late = update(CONVERSATION).where(CONVERSATION.c.inbox_due_at > now).values(inbox_due_at=now)
        await self._storage.write(lambda connection: connection.execute(late))
        self._signals.notify(TOPIC)

    async def counts(self) -> Mapping[str, int]:
        """Return how many messages are in each status."""
        query = select(INBOX.c.status, func.count()).group_by(INBOX.c.status)
        return await self._storage.read(lambda connection: {row[0]: row[1] for row in connection.execute(query)})

    def _row(self, message: InboundMessage) -> dict[str, object]:
        words = redact(tidy(message.text))
        body = {"text": words.text, "blanked": words.blanked, "metadata": dict(message.metadata)}
        return {
            "message_key": self._vault.message_key(message.channel, message.message_id),
            "channel": message.channel,
            "conversation_id": message.conversation_id,
            "kind": message.kind,
            "body": self._vault.seal(body),
            "received_at": message.received_at,
            "status": InboxStatus.WAITING,
            "attempts": 0,
            "due_at": self._clock.now(),
        }

    def _accept(self, connection: Connection, message: InboundMessage, row: dict[str, object]) -> bool:
        # A worker that finishes this conversation now either waits for its row here and then finds the message, or
        # has let the lane go before, and the row says again that something is due.
        if connection.execute(self._store, row).first() is None:
            return False
        now = self._clock.now()
        conversation = {
            "id": message.conversation_id,
            "channel": message.channel,
            "address": self._vault.seal(message.sender),
            "is_group": message.is_group,
            "holder": Holder.BOT,
            "created_at": now,
            "last_inbound_at": now,
            "inbox_due_at": now,
            "unreachable_at": None,
            "erased_at": None,
        }
        connection.execute(self._touch if message.kind in _NOT_FROM_CITIZEN else self._meet, conversation)
        return True

    def _claim(self, connection: Connection, held: list[str]) -> InboxTask | None:
        given = {"now": self._clock.now(), "alive_at": self._worker.alive_at(), "worker": self._worker.id, "held": held}
        given["overdue"] = self._clock.now() - LONGEST_WAIT
        conversation = connection.execute(_CLAIM, given).one_or_none()
        if conversation is None:
            return None
        task = self._next(connection, conversation, conversation.holder, conversation.home)
        if task is None:
            self._change(connection, conversation.id, {"reader": None, "inbox_due_at": None})
        return task

    def _next(self, connection: Connection, conversation: Row[Any], holder: str, home: str | None) -> InboxTask | None:
        row = connection.execute(_NEXT, {"id": conversation.id}).one_or_none()
        if row is None:
            return None
        body = cast(dict[str, Any], self._vault.open(row.body))
        message = InboundMessage(
            channel=row.channel,
            message_id=row.message_key,
            conversation_id=conversation.id,
            sender=cast(str, self._vault.open(conversation.address)),
            text=body["text"],
            kind=MessageKind(row.kind),
            received_at=row.received_at,
            is_group=conversation.is_group,
            metadata=body["metadata"] | ({"blanked": True} if body["blanked"] else {}),
        )
        known = recall(connection, self._ledger, conversation.id, holder, conversation.last_staff_at)
        has_moved = home not in (None, self._worker.id)
        return InboxTask(row.seq, row.message_key, message, known, row.attempts, has_moved)

    def _finish(self, connection: Connection, task: InboxTask, turn: Turn, parts: Sequence[Part]) -> InboxTask | None:
        conversation = self._hold(connection, task)
        status = InboxStatus.SET_ASIDE if turn.set_aside else InboxStatus.DONE
        done = {"of": task.seq, "status": status, "error": turn.set_aside, "done_at": self._clock.now()}
        if connection.execute(_DONE, done).rowcount == 0:
            raise LaneLost(conversation.id, self._worker.id)
        changes = self._ledger.write(
            connection,
            conversation,
            turn,
            parts,
            seq=task.seq,
            trace=task.message_key,
            said_at=task.message.received_at,
        )
        empty_unless_kept(connection, conversation.id, task.seq)
        changes["home"] = home = self._worker.id
        following = self._next(connection, conversation, str(changes.get("holder", conversation.holder)), home)
        if following is None:
            changes |= {"reader": None, "inbox_due_at": None}
        if changes.get("erased_at") and self._ledger.is_gone(connection, conversation.id):
            return None
        self._change(connection, conversation.id, changes)
        return following

    def _hold(self, connection: Connection, task: InboxTask) -> Row[Any]:
        id = task.message.conversation_id
        conversation = connection.execute(_HELD, {"id": id}).one_or_none()
        if conversation is None or conversation.reader != self._worker.id:
            raise LaneLost(id, self._worker.id)
        return conversation

    def _postpone(self, connection: Connection, task: InboxTask, until: datetime, error: str | None) -> None:
        conversation = self._hold(connection, task)
        # Without an error it goes on waiting for the dialogue: of this process, or after a while of any other.
        if error is not None:
            failed = {"due_at": until, "attempts": INBOX.c.attempts + 1, "error": error[:120]}
            connection.execute(update(INBOX).where(INBOX.c.seq == task.seq).values(failed))
        self._change(connection, conversation.id, {"reader": None, "inbox_due_at": until})

    def _put_off(
        self,
        connection: Connection,
        task: InboxTask,
        until: datetime,
        since: datetime,
        notice: Reply,
        parts: Sequence[Part],
    ) -> bool:
        conversation, now = self._hold(connection, task), self._clock.now()
        changes: dict[str, object] = {"reader": None, "inbox_due_at": until}
        told = conversation.told_paused_at
        is_news = told is None or told < since
        if is_news:
            changes["told_paused_at"] = now
            self._ledger.say(connection, conversation.id, [(Author.BOT, notice, now)], seq=None)
            key = f"paused:{task.message_key}:{int(since.timestamp())}"
            if self._ledger.enqueue(connection, conversation, parts, key=key):
                changes["outbox_due_at"] = now
        connection.execute(update(INBOX).where(INBOX.c.seq == task.seq).values(due_at=until))
        self._change(connection, conversation.id, changes)
        return is_news

    @staticmethod
    def _change(connection: Connection, id: str, changes: dict[str, object]) -> None:
        if changes:
            connection.execute(_CHANGE.values({name: bindparam(name) for name in changes}), {"of": id, **changes})
