"""Conversations kept in memory: inbox and transcript in one, small and real, for the tests of the page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.errors import StorageUnavailable
from bot.messages import Acceptance, Author, Choice, Entry, InboundMessage, MessageKind, Reply
from core.clock import VIETNAM

Answer = Callable[[InboundMessage], Sequence[Reply]]


@dataclass
class Conversations:
    """Stores each message once, answers it after *delay* seconds, keeps every line in order.

    Implements ``Inbox``, ``Transcript`` and the page's ``Readiness``. ``broken`` makes storing fail.
    """

    answer: Answer
    delay: float = 0.0
    is_ready: bool = True
    broken: bool = False
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    accepted: dict[str, InboundMessage] = field(default_factory=dict)
    _seq: int = 0
    _waiting: dict[str, int] = field(default_factory=dict)
    _changes: dict[str, asyncio.Event] = field(default_factory=dict)
    _lanes: dict[str, asyncio.Lock] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def accept(self, message: InboundMessage) -> Acceptance:
        if self.broken:
            raise StorageUnavailable(message.channel, message.message_id)
        if message.message_id in self.accepted:
            return Acceptance.DUPLICATE
        self.accepted[message.message_id] = message
        self._waiting[message.conversation_id] = self._waiting.get(message.conversation_id, 0) + 1
        task = asyncio.create_task(self._work(message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return Acceptance.STORED

    async def since(self, conversation_id: str, after: int = 0, *, limit: int = 200) -> Sequence[Entry]:
        return [entry for entry in self.entries.get(conversation_id, []) if entry.seq > after][:limit]

    async def changed(self, conversation_id: str, after: int, *, timeout_seconds: float) -> bool:
        if await self.since(conversation_id, after, limit=1):
            return True
        event = self._changes.setdefault(conversation_id, asyncio.Event())
        try:
            await asyncio.wait_for(event.wait(), timeout_seconds)
        except TimeoutError:
            return False
        return bool(await self.since(conversation_id, after, limit=1))

    async def pending(self, conversation_id: str) -> int:
        return self._waiting.get(conversation_id, 0)

    async def ready(self) -> bool:
        return self.is_ready

    def say(
        self,
        conversation_id: str,
        author: Author,
        text: str,
        *,
        choices: Sequence[Choice] = (),
        citations: Sequence[str] = (),
        at: datetime | None = None,
    ) -> Entry:
        """Add a line to a conversation."""
        self._seq += 1
        offered = tuple(Choice(c.title, c.payload, f"{self._seq}.{i}") for i, c in enumerate(choices))
        said_at = at or datetime.now(VIETNAM)
        entry = Entry(self._seq, author, "text", text, offered, tuple(citations), said_at)
        self.entries.setdefault(conversation_id, []).append(entry)
        self.wake(conversation_id)
        return entry

    def wake(self, conversation_id: str) -> None:
        """Tell those who wait that the conversation has changed."""
        self._changes.pop(conversation_id, asyncio.Event()).set()

    def erase(self, conversation_id: str) -> None:
        """Delete every line of a conversation."""
        self.entries.pop(conversation_id, None)
        self.wake(conversation_id)

    def forget(self) -> None:
        """Be as new: nothing said, nothing waiting, nothing broken."""
        for task in self._tasks:
            task.cancel()
        for kept in (self.entries, self.accepted, self._waiting, self._lanes):
            kept.clear()
        self.delay, self.is_ready, self.broken = 0.0, True, False

    async def _work(self, message: InboundMessage) -> None:
        conversation = message.conversation_id
        async with self._lanes.setdefault(conversation, asyncio.Lock()):
            await self._until_ready()
            await asyncio.sleep(self.delay)
            self._waiting[conversation] -= 1
            if message.kind is MessageKind.WITHDRAWN:
                self.erase(conversation)
                return
            replies = self.answer(message)
            if any(reply.erase for reply in replies):
                self.erase(conversation)
            else:
                self.say(conversation, Author.CITIZEN, self._words(message))
            for reply in replies:
                self.say(conversation, Author.BOT, reply.text, choices=reply.choices, citations=reply.citations)

    async def _until_ready(self) -> None:
        while not self.is_ready:
            await asyncio.sleep(0.02)

    def _words(self, message: InboundMessage) -> str:
        if message.kind is not MessageKind.CHOICE:
            return message.text
        offered = (choice for entry in self.entries[message.conversation_id] for choice in entry.choices)
        return next(choice.title for choice in offered if choice.token == message.text)
