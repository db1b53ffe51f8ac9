"""The transcript: what was said in a conversation, for the citizen's page, for staff and for the gateway's memory."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, func, select

from bot.conversation.ledger import Ledger
from bot.conversation.memory import Recollection
from bot.conversation.recall import recall
from bot.messages import Choice, Entry
from bot.signals import Signals
from bot.storage import Storage
from bot.tables import CONVERSATION, INBOX, TRANSCRIPT, InboxStatus
from bot.vault import Vault
from core.clock import Clock

LOOK_AGAIN_SECONDS = 1.0  # another process may have written

_OF_CONVERSATION = TRANSCRIPT.c.conversation_id == bindparam("id")
_SINCE = (
    select(TRANSCRIPT)
    .where(_OF_CONVERSATION, TRANSCRIPT.c.seq > bindparam("after"))
    .order_by(TRANSCRIPT.c.seq)
    .limit(bindparam("limit"))
)
_NEWEST = select(func.max(TRANSCRIPT.c.seq)).where(_OF_CONVERSATION)
_OF_TURN = select(TRANSCRIPT).where(_OF_CONVERSATION, TRANSCRIPT.c.inbox_seq == bindparam("seq"))
_PENDING = select(func.count()).where(INBOX.c.conversation_id == bindparam("id"), INBOX.c.status == InboxStatus.WAITING)
_STATE = select(CONVERSATION.c.holder, CONVERSATION.c.last_staff_at).where(CONVERSATION.c.id == bindparam("id"))


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
        given = {"id": conversation_id, "after": after, "limit": limit}
        rows = await self._storage.read(lambda connection: connection.execute(_SINCE, given).all())
        return [self._ledger.read(row) for row in rows]

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
        given = {"id": conversation_id}
        return await self._storage.read(lambda connection: connection.scalar(_PENDING, given) or 0)

    async def recall(self, conversation_id: str) -> Recollection:
        """Return who has the conversation and what was offered last."""
        return await self._storage.read(lambda connection: self._recall(connection, conversation_id))

    async def choice(self, conversation_id: str, token: str) -> Choice | None:
        """Return the choice offered to this conversation under *token*."""
        seq, _, _ = token.partition(".")
        if not (seq.isascii() and seq.isdigit() and len(seq) <= 18):
            return None
        given = {"id": conversation_id, "seq": int(seq)}
        rows = await self._storage.read(lambda connection: connection.execute(_OF_TURN, given).all())
        choices = (choice for row in rows for choice in self._ledger.read(row).choices)
        return next((choice for choice in choices if choice.token == token), None)

    async def _newest(self, conversation_id: str) -> int:
        given = {"id": conversation_id}
        return await self._storage.read(lambda connection: connection.scalar(_NEWEST, given) or 0)

    def _recall(self, connection: Connection, conversation_id: str) -> Recollection:
        state = connection.execute(_STATE, {"id": conversation_id}).one_or_none()
        if state is None:
            return Recollection()
        return recall(connection, self._ledger, conversation_id, state.holder, state.last_staff_at)
