"""The transcript: what was said in a conversation, for the citizen's page, for staff and for the gateway's memory."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.conversation.ledger import Ledger
from bot.conversation.memory import Recollection
from bot.messages import Author, Choice, Entry
from bot.signals import Signals
from bot.storage import Storage
from bot.tables import ConversationRow, EntryRow, Holder, InboxRow, InboxStatus
from bot.vault import Vault
from core.clock import Clock

LOOK_AGAIN_SECONDS = 1.0  # another process may have written


def topic_of(conversation_id: str) -> str:
    """Return the signal that a conversation has a new line."""
    return f"conversation:{conversation_id}"


class SqlTranscript:
    """Fills ``bot.messages.Transcript`` and ``bot.conversation.memory.Memory`` from the database."""

    def __init__(self, storage: Storage, vault: Vault, clock: Clock, signals: Signals) -> None:
        self._storage, self._signals = storage, signals
        self._ledger = Ledger(vault, clock)

    async def since(self, conversation_id: str, after: int = 0, *, limit: int = 200) -> Sequence[Entry]:
        """Return the entries with ``seq > after``, oldest first."""
        query = (
            select(EntryRow)
            .where(EntryRow.conversation_id == conversation_id, EntryRow.seq > after)
            .order_by(EntryRow.seq)
            .limit(limit)
        )
        return await self._storage.read(lambda session: [self._ledger.read(row) for row in session.scalars(query)])

    async def changed(self, conversation_id: str, after: int, *, timeout_seconds: float) -> bool:
        """Wait until there is an entry with ``seq > after``; tell whether there is one."""
        topic, time = topic_of(conversation_id), asyncio.get_running_loop().time
        deadline = time() + timeout_seconds
        while True:
            version = self._signals.version(topic)
            if await self._newest(conversation_id) > after:
                return True
            if (left := deadline - time()) <= 0:
                return False
            await self._signals.wait(topic, version, min(left, LOOK_AGAIN_SECONDS))

    async def pending(self, conversation_id: str) -> int:
        """Return how many accepted messages of the conversation still wait for their answer."""
        query = select(func.count()).where(
            InboxRow.conversation_id == conversation_id, InboxRow.status == InboxStatus.WAITING
        )
        return await self._storage.read(lambda session: session.scalar(query) or 0)

    async def recall(self, conversation_id: str) -> Recollection:
        """Return who has the conversation and what was offered last."""
        return await self._storage.read(lambda session: self._recall(session, conversation_id))

    async def choice(self, conversation_id: str, token: str) -> Choice | None:
        """Return the choice offered to this conversation under *token*."""
        seq, _, _ = token.partition(".")
        if not (seq.isascii() and seq.isdigit() and len(seq) <= 18):
            return None
        query = select(EntryRow).where(EntryRow.conversation_id == conversation_id, EntryRow.inbox_seq == int(seq))
        entries = await self._storage.read(lambda session: [self._ledger.read(row) for row in session.scalars(query)])
        return next((choice for entry in entries for choice in entry.choices if choice.token == token), None)

    async def _newest(self, conversation_id: str) -> int:
        query = select(func.max(EntryRow.seq)).where(EntryRow.conversation_id == conversation_id)
        return await self._storage.read(lambda session: session.scalar(query) or 0)

    def _recall(self, session: Session, conversation_id: str) -> Recollection:
        conversation = session.get(ConversationRow, conversation_id)
        if conversation is None:
            return Recollection()
        entries = self._last_turn(session, conversation_id)
        offering = next((e for e in reversed(entries) if e.choices or e.numeric_answer), None)
        return Recollection(
            holder=Holder(conversation.holder),
            offered=offering.choices if offering else (),
            numeric_answer=offering.numeric_answer if offering else False,
            last_said_at=entries[-1].said_at if entries else None,
            last_staff_at=conversation.last_staff_at,
        )

    def _last_turn(self, session: Session, conversation_id: str) -> list[Entry]:
        """Return the bot's lines of its last turn; none when a person spoke after it."""
        of_this = select(EntryRow).where(EntryRow.conversation_id == conversation_id)
        last = session.scalar(of_this.order_by(EntryRow.seq.desc()).limit(1))
        if last is None or last.author != Author.BOT:
            return []
        same_turn = of_this.where(EntryRow.inbox_seq == last.inbox_seq, EntryRow.author == Author.BOT)
        return [self._ledger.read(row) for row in session.scalars(same_turn.order_by(EntryRow.seq))]
