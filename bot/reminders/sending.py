"""Who is to be reminded today, whom the channel would still take a message for, and the sending.

``due`` only looks: it is the list staff read first. ``send`` stores the reminder, its line in the transcript and its
message in the outbox together, once for each change.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from bot.conversation.ledger import Ledger
from bot.conversation.phrases import Phrases
from bot.conversation.reply import Format, fit
from bot.conversation.transcript import topic_of as conversation_topic
from bot.handover.windows import window_of
from bot.messages import Author, Channel, Reply
from bot.outbox import topic_of as outbox_topic
from bot.reminders.agreements import Agreement, Agreements
from bot.reminders.prospects import Prospect, Prospects
from bot.reminders.tables import AGREEMENT, REMINDED
from bot.reminders.wording import ReminderWording
from bot.signals import Signals
from bot.storage import Storage
from bot.tables import CONVERSATION, Holder
from bot.vault import Vault
from core.clock import Clock

LATE = timedelta(days=60)  # a decree may be taken in after its day; what is older is no news
_LOCKED = select(CONVERSATION).where(CONVERSATION.c.id == bindparam("id")).with_for_update()
_STILL_AGREED = select(AGREEMENT.c.agreed).where(AGREEMENT.c.conversation_id == bindparam("id"))
_REMINDED = select(REMINDED.c.change).where(
    REMINDED.c.conversation_id == bindparam("id"), REMINDED.c.change == bindparam("change")
)


class Standing(StrEnum):
    """Whether a reminder can be sent now; anything but the first two is for a person to look at."""

    SENDS = "sends"
    WHEN_OPENED = "when_opened"  # the channel brings nothing by itself: said when she opens the page
    CHARGED = "charged"  # the channel takes it but asks for money
    WINDOW_CLOSED = "window_closed"  # the channel refuses: too long since her last message
    UNREACHABLE = "unreachable"  # she blocked the service, or left
    WITH_PERSON = "with_person"  # a person has the conversation


@dataclass(frozen=True, slots=True)
class Due:
    """One reminder that is due."""

    conversation_id: str
    channel: str
    prospect: Prospect
    standing: Standing
    reply: Reply = field(repr=False)

    def to_json(self) -> dict[str, Any]:
        """Return the plain form, for staff."""
        return {
            "conversation": self.conversation_id,
            "channel": self.channel,
            "on": self.prospect.on.isoformat(),
            "why": list(self.prospect.why),
            "person": self.prospect.person,
            "benefit": self.prospect.benefit,
            "standing": str(self.standing),
            "text": self.reply.text,
        }


class Reminders:
    """Lists what is due and sends it. *formats*: how a message looks on each channel that is sent to."""

    def __init__(
        self,
        storage: Storage,
        vault: Vault,
        clock: Clock,
        *,
        signals: Signals,
        prospects: Prospects,
        wording: ReminderWording,
        phrases: Phrases,
        formats: Mapping[str, Format],
    ) -> None:
        self._storage, self._clock, self._signals = storage, clock, signals
        self._prospects, self._wording, self._phrases, self._formats = prospects, wording, phrases, formats
        self._agreements, self._ledger = Agreements(storage, vault, clock), Ledger(vault, clock)

    async def due(self, *, days_ahead: int, today: date | None = None) -> list[Due]:
        """Return what is due by *days_ahead* days after *today* and was not said yet, earliest first."""
        today = today or self._clock.today()
        found: list[Due] = []
        for agreement in await self._agreements.all():
            found += await asyncio.to_thread(self._due_to, agreement, today, today + timedelta(days=days_ahead))
        return sorted(found, key=lambda due: (due.prospect.on, due.conversation_id, due.prospect.change))

    async def send(self, due: Sequence[Due]) -> int:
        """Send those that can be sent; return how many were."""
        return await self._say(one for one in due if one.standing is Standing.SENDS)

    async def show(self, conversation_id: str, *, days_ahead: int) -> int:
        """Say what is due to her who opens her page now; return how much."""
        agreement, today = await self._agreements.of(conversation_id), self._clock.today()
        if agreement is None:
            return 0
        due = await asyncio.to_thread(self._due_to, agreement, today, today + timedelta(days=days_ahead))
        return await self._say(one for one in due if one.standing is Standing.WHEN_OPENED)

    async def _say(self, due: Iterable[Due]) -> int:
        said = 0
        for one in due:
            if await self._storage.write(partial(self._send, one)):
                said += 1
                self._signals.notify(outbox_topic(one.channel))
                self._signals.notify(conversation_topic(one.conversation_id))
        return said

    def _due_to(self, agreement: Agreement, today: date, until: date) -> list[Due]:
        ahead = self._prospects.ahead(agreement.case, told_on=agreement.told_on, until=until)
        standing = self._standing(agreement)
        return [
            Due(
                agreement.conversation_id,
                agreement.channel,
                prospect,
                standing,
                self._wording.reminder(prospect, agreement.told_on),
            )
            for prospect in ahead
            if prospect.on > today - LATE and prospect.change not in agreement.reminded
        ]

    def _standing(self, agreement: Agreement) -> Standing:
        window, now = window_of(agreement.channel, agreement.last_inbound_at), self._clock.now()
        is_web = agreement.channel == Channel.WEB
        if agreement.unreachable_at is not None or (agreement.channel not in self._formats and not is_web):
            return Standing.UNREACHABLE
        if agreement.holder == Holder.HUMAN:
            return Standing.WITH_PERSON
        if is_web:
            return Standing.WHEN_OPENED
        if not window.is_open(now):
            return Standing.WINDOW_CLOSED
        return Standing.SENDS if window.is_free(now) else Standing.CHARGED

    def _send(self, due: Due, connection: Connection) -> bool:
        conversation = connection.execute(_LOCKED, {"id": due.conversation_id}).one_or_none()
        if conversation is None or not connection.scalar(_STILL_AGREED, {"id": due.conversation_id}):
            return False
        named = {"id": due.conversation_id, "change": due.prospect.change}
        if connection.execute(_REMINDED, named).first() is not None:
            return False
        self._put(connection, conversation, due)
        return True

    def _put(self, connection: Connection, conversation: Row[Any], due: Due) -> None:
        now, id = self._clock.now(), due.conversation_id
        connection.execute(insert(REMINDED).values(conversation_id=id, change=due.prospect.change, at=now))
        self._ledger.say(connection, id, [(Author.BOT, due.reply, now)], seq=None)
        format, by_number = self._formats.get(due.channel), self._phrases["answer_by_number"]
        parts = fit(due.reply, format, answer_by_number=by_number) if format else []
        if self._ledger.enqueue(connection, conversation, parts, key=f"reminder:{id}:{due.prospect.change}"[-70:]):
            connection.execute(update(CONVERSATION).where(CONVERSATION.c.id == id).values(outbox_due_at=now))
