"""What the citizen told, beside the chat: masked where it is sensitive, shown on demand, and every look is noted."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from sqlalchemy import Connection, bindparam, select

from bot.errors import NotYours
from bot.handover.changes import TOPIC, ChangeKind, note_changes
from bot.handover.covering import Covering
from bot.handover.holding import Staff
from bot.messages import Author, Entry
from bot.signals import Signals
from bot.storage import Storage
from bot.tables import CONVERSATION, Holder
from core.clock import Clock

_HOLDER = select(CONVERSATION.c.holder, CONVERSATION.c.holder_name).where(CONVERSATION.c.id == bindparam("id"))


@dataclass(frozen=True, slots=True)
class ToldFact:
    """A fact as staff read it. ``value`` is ``None`` while it is masked."""

    person: str
    fact: str
    label: str
    value: str | None = field(repr=False)
    is_sensitive: bool


class FactSource(Protocol):
    """Knows what a conversation told."""

    def told(self, conversation_id: str) -> Sequence[ToldFact]:
        """Return every fact, unmasked."""
        ...

    @property
    def covering(self) -> Covering:
        """Return what hides such facts in the words of the bot."""
        ...


class ViewLog(Protocol):
    """Keeps who looked at what, for the one it is about and for the authority."""

    def viewed(self, staff: str, conversation_id: str, reason: str) -> None:
        """Note a look; raise where it cannot be noted: then nothing is shown."""
        ...


class NoFacts:
    """Knows nothing."""

    covering = Covering()

    def told(self, conversation_id: str) -> Sequence[ToldFact]:  # noqa: ARG002
        """Return nothing."""
        return ()


class NoLog:
    """Keeps nothing beyond the desk's own list of changes."""

    def viewed(self, staff: str, conversation_id: str, reason: str) -> None:
        """Do nothing."""


class MaskedFacts:
    """Shows facts to staff."""

    def __init__(self, storage: Storage, clock: Clock, signals: Signals, *, source: FactSource, views: ViewLog) -> None:
        self._storage, self._clock, self._signals = storage, clock, signals
        self._source, self._views = source, views

    async def masked(self, conversation_id: str) -> Sequence[ToldFact]:
        """Return the facts, sensitive ones without their value."""
        facts = await asyncio.to_thread(self._source.told, conversation_id)
        return [replace(fact, value=None) if fact.is_sensitive else fact for fact in facts]

    async def covered(self, conversation_id: str, lines: Sequence[Entry]) -> Sequence[Entry]:
        """Return *lines* with the sensitive facts hidden in those of the bot."""
        if not any(line.author is Author.BOT for line in lines):
            return lines
        facts = await asyncio.to_thread(self._source.told, conversation_id)
        cover = self._source.covering.cover
        return [replace(one, text=cover(one.text, facts)) if one.author is Author.BOT else one for one in lines]

    async def revealed(self, conversation_id: str, staff: Staff, *, reason: str) -> Sequence[ToldFact]:
        """Return everything to the one who has the conversation, and note the look; raise ``NotYours``."""
        await self._storage.write(lambda connection: self._note(connection, conversation_id, staff))
        await asyncio.to_thread(self._views.viewed, staff.username, conversation_id, reason)
        self._signals.notify(TOPIC)
        return await asyncio.to_thread(self._source.told, conversation_id)

    def _note(self, connection: Connection, id: str, staff: Staff) -> None:
        row = connection.execute(_HOLDER, {"id": id}).one_or_none()
        if row is None or row.holder != Holder.HUMAN or row.holder_name != staff.username:
            raise NotYours(id, staff.username, row.holder_name if row else None)
        note_changes(connection, id, [ChangeKind.VIEWED], self._clock.now(), staff=staff.username)
