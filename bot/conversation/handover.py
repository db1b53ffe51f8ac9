"""Hand a conversation to a person and back.

``waiting``: a person is wanted and the bot goes on answering. ``human``: a person has it and the bot is silent. A
person who falls silent loses it again after the gateway's patience.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from bot.conversation.ledger import Ledger
from bot.conversation.phrases import Phrases
from bot.conversation.redaction import redact
from bot.conversation.reply import Format, fit
from bot.conversation.transcript import topic_of as conversation_topic
from bot.errors import NotYours
from bot.messages import Author, Reply
from bot.outbox import topic_of as outbox_topic
from bot.signals import Signals
from bot.storage import Storage
from bot.tables import CONVERSATION, Holder
from bot.vault import Vault
from core.clock import Clock

_QUEUE = (
    select(CONVERSATION)
    .where(CONVERSATION.c.holder.in_([Holder.WAITING, Holder.HUMAN]))
    .order_by(CONVERSATION.c.holder_since, CONVERSATION.c.id)
)
_LOCKED = select(CONVERSATION).where(CONVERSATION.c.id == bindparam("id")).with_for_update()


@dataclass(frozen=True, slots=True)
class Handed:
    """A conversation that waits for a person or has one."""

    conversation_id: str
    channel: str
    holder: Holder
    holder_name: str | None
    reason: str | None
    since: datetime | None
    last_inbound_at: datetime


class Handover:
    """What staff do with conversations."""

    def __init__(
        self,
        storage: Storage,
        vault: Vault,
        clock: Clock,
        *,
        signals: Signals,
        phrases: Phrases,
        formats: Mapping[str, Format],
    ) -> None:
        self._storage, self._clock, self._signals = storage, clock, signals
        self._phrases, self._formats = phrases, formats
        self._ledger = Ledger(vault, clock)

    async def queue(self) -> Sequence[Handed]:
        """Return the conversations that wait for a person or have one, longest first."""
        rows = await self._storage.read(lambda connection: connection.execute(_QUEUE).all())
        return [
            Handed(
                conversation_id=row.id,
                channel=row.channel,
                holder=Holder(row.holder),
                holder_name=row.holder_name,
                reason=row.handover_reason,
                since=row.holder_since,
                last_inbound_at=row.last_inbound_at,
            )
            for row in rows
        ]

    async def claim(self, conversation_id: str, staff: str) -> None:
        """Give the conversation to *staff*; raise ``NotYours`` when somebody else has it."""

        def work(connection: Connection) -> None:
            self._held_by(connection, conversation_id, staff)
            now = self._clock.now()
            values = {"holder": Holder.HUMAN, "holder_name": staff, "holder_since": now, "last_staff_at": now}
            self._change(connection, conversation_id, values)

        await self._storage.write(work)

    async def release(self, conversation_id: str, staff: str) -> None:
        """Give the conversation back to the bot; raise ``NotYours`` when somebody else has it."""

        def work(connection: Connection) -> None:
            self._held_by(connection, conversation_id, staff)
            values = {"holder": Holder.BOT, "holder_name": None, "handover_reason": None}
            self._change(connection, conversation_id, values)

        await self._storage.write(work)

    async def say(self, conversation_id: str, staff: str, text: str) -> None:
        """Send *text* as *staff*, who must have the conversation; raise ``NotYours`` otherwise."""
        reply = Reply(redact(text).text)

        def work(connection: Connection) -> str:
            row = self._held_by(connection, conversation_id, staff)
            if row.holder != Holder.HUMAN:
                raise NotYours(conversation_id, staff, row.holder)
            now = self._clock.now()
            self._ledger.say(connection, row.id, [(Author.STAFF, reply, now)], seq=None)
            changes: dict[str, object] = {"last_staff_at": now}
            if format := self._formats.get(row.channel):
                parts = fit(reply, format, answer_by_number=self._phrases["answer_by_number"])
                if self._ledger.enqueue(connection, row, parts, key=f"staff:{uuid.uuid4().hex}"):
                    changes["outbox_due_at"] = now
            self._change(connection, row.id, changes)
            return str(row.channel)

        channel = await self._storage.write(work)
        self._signals.notify(outbox_topic(channel))
        self._signals.notify(conversation_topic(conversation_id))

    def _held_by(self, connection: Connection, id: str, staff: str) -> Row[Any]:
        row = connection.execute(_LOCKED, {"id": id}).one_or_none()
        if row is None or (row.holder == Holder.HUMAN and row.holder_name not in (None, staff)):
            raise NotYours(id, staff, row.holder_name if row else None)
        return row

    @staticmethod
    def _change(connection: Connection, id: str, values: Mapping[str, object]) -> None:
        connection.execute(update(CONVERSATION).where(CONVERSATION.c.id == id).values(values))
