"""Offer reminders in the conversation: beside a verdict that will change, with consent asked before anything is kept.

Fills ``bot.conversation.gateway.Reminding``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Protocol

import structlog

from bot.errors import origin
from bot.messages import Channel, Choice, InboundMessage, Reply
from bot.reminders.agreements import Agreements
from bot.reminders.prospects import Prospects
from bot.reminders.wording import NO, REMIND, YES, ReminderWording
from core.clock import Clock

HORIZON = timedelta(days=2 * 365)  # what lies farther ahead rests on facts that will have changed
VERDICT = "verdict"  # the dialogue's name for an answer that decides
MOST_CHOICES = 4  # beside the offer; Zalo shows five
# Where somebody can be reached long after her last word, or where staff can see that she cannot.
CHANNELS = frozenset({Channel.TELEGRAM, Channel.ZALO_OA, Channel.ZALO_BOT, Channel.WEB})


class ConsentLog(Protocol):
    """Keeps the proof of what was decided, beyond the life of the data itself."""

    def note(self, message: InboundMessage, act: str, notice: str) -> None:
        """Keep that *message* meant *act* (``given``, ``refused``, ``withdrawn``) towards the words of *notice*."""
        ...


class Offering:
    """Asks, notes the answer, and keeps the case of those who agreed as it was told last."""

    def __init__(
        self,
        agreements: Agreements,
        prospects: Prospects,
        wording: ReminderWording,
        clock: Clock,
        *,
        consents: ConsentLog | None = None,
    ) -> None:
        self._agreements, self._prospects, self._wording, self._clock = agreements, prospects, wording, clock
        self._consents = consents
        self._log = structlog.get_logger("bot.reminders")

    async def take(self, message: InboundMessage, asked: str) -> Reply | None:
        """Answer what is about reminders; ``None`` for everything else."""
        if asked == REMIND:
            return await self._ask(message)
        if asked == YES:
            return await self._agree(message)
        if asked == NO:
            await self._refuse(message, "refused")
            return self._wording.said("refused")
        if self._wording.ends_reminders(asked) and await self._agreements.answer_of(message.conversation_id):
            await self._refuse(message, "withdrawn")
            return self._wording.said("stopped")
        return None

    async def follow(self, message: InboundMessage, replies: Sequence[Reply]) -> list[Reply]:
        """Return *replies*, with the offer beside a verdict that is known to change; never raise."""
        given = list(replies)
        if message.is_group or message.channel not in CHANNELS or not given or not _is_verdict(given[-1]):
            return given
        try:
            if await self._is_to_be_offered(message):
                given[-1] = _with(given[-1], self._wording.offer)
        except Exception as error:  # an answer must not fail because of an offer
            self._log.warning("not_offered", error=type(error).__name__, at=origin(error))
        return given

    async def _is_to_be_offered(self, message: InboundMessage) -> bool:
        answer = await self._agreements.answer_of(message.conversation_id)
        if answer is None:
            return await self._next(message) is not None
        if answer and (case := await asyncio.to_thread(self._prospects.case, message.conversation_id)):
            await self._agreements.refresh(message.conversation_id, case)
        return False

    async def _ask(self, message: InboundMessage) -> Reply:
        on = await self._next(message)
        return self._wording.question(on, message.channel) if on else self._wording.said("nothing_ahead")

    async def _agree(self, message: InboundMessage) -> Reply:
        on = await self._next(message)
        case = await asyncio.to_thread(self._prospects.case, message.conversation_id)
        if on is None or case is None:
            return self._wording.said("nothing_ahead")
        notice = self._wording.digest(message.channel)
        await self._agreements.keep(message.conversation_id, notice=notice, case=case)
        await self._note(message, "given", notice)
        self._log.info("agreed", conversation=message.conversation_id)
        return self._wording.said("agreed", on)

    async def _refuse(self, message: InboundMessage, act: str) -> None:
        await self._agreements.erase(message.conversation_id)
        notice = self._wording.digest(message.channel)
        await self._agreements.keep(message.conversation_id, notice=notice, case=None)
        await self._note(message, act, notice)

    async def _note(self, message: InboundMessage, act: str, notice: str) -> None:
        if self._consents:
            await asyncio.to_thread(self._consents.note, message, act, notice)

    async def _next(self, message: InboundMessage) -> date | None:
        """Return the first day on which an answer of hers changes."""
        today = self._clock.today()

        def look() -> date | None:
            case = self._prospects.case(message.conversation_id)
            ahead = self._prospects.ahead(case, told_on=today, until=today + HORIZON) if case else ()
            return ahead[0].on if ahead else None

        return await asyncio.to_thread(look)


def _is_verdict(reply: Reply) -> bool:
    return reply.data.get("action") == VERDICT


def _with(reply: Reply, choice: Choice) -> Reply:
    return replace(reply, choices=(*reply.choices, choice)) if len(reply.choices) <= MOST_CHOICES else reply
