"""What a citizen hears when a person is wanted: whether staff are there, and when she will be answered."""

from __future__ import annotations

from datetime import datetime

from bot.conversation.phrases import Phrases
from bot.handover.hours import OfficeHours
from bot.handover.queue import Queue
from core.clock import VIETNAM, Clock
from core.vietnamese.format import day


class Office:
    """Fills the gateway's ``StaffNews``."""

    def __init__(self, queue: Queue, clock: Clock, *, hours: OfficeHours, phrases: Phrases) -> None:
        self._queue, self._clock, self._hours, self._phrases = queue, clock, hours, phrases

    async def when(self) -> str:
        """Say when a person will answer somebody who asks now."""
        now = self._clock.now()
        opens = self._hours.opens(now)
        if opens is None:
            return self._phrases["staff_unknown"]
        if opens > now:
            return self._phrases["staff_later"].format(opens=self._shown(opens))
        ahead = await self._queue.waiting()
        return self._phrases["staff_soon"].format(ahead=ahead) if ahead else self._phrases["staff_next"]

    def _shown(self, moment: datetime) -> str:
        local = moment.astimezone(VIETNAM)
        weekday = self._phrases[f"weekday_{local.weekday()}"]
        return self._phrases["moment"].format(time=f"{local:%H:%M}", weekday=weekday, day=day(local.date()))
