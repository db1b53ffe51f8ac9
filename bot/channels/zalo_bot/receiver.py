"""Take one event of the Zalo Bot Platform, from the webhook or from polling, into the inbox."""

from __future__ import annotations

from typing import Any

import structlog

from bot.channels.zalo_bot.events import EventReader, Ignored
from bot.messages import Channel, Inbox
from bot.tally import Tally
from core.clock import Clock


class ZaloBotReceiver:
    """Reads, stores, counts."""

    def __init__(self, reader: EventReader, inbox: Inbox, clock: Clock, tally: Tally) -> None:
        self._reader, self._inbox, self._clock, self._tally = reader, inbox, clock, tally
        self._log = structlog.get_logger("bot.zalo_bot")

    async def receive(self, data: dict[str, Any]) -> str:
        """Store what the event says and return what became of it; raise ``StorageUnavailable``."""
        message = self._reader.read(data, now=self._clock.now())
        outcome = message.reason if isinstance(message, Ignored) else await self._inbox.accept(message)
        self._tally.add(Channel.ZALO_BOT, outcome)
        if isinstance(message, Ignored):
            self._log.info("ignored", reason=message.reason)
        else:
            self._log.info("received", kind=message.kind, outcome=outcome, conversation=message.conversation_id)
        return outcome

    def refuse(self, reason: str) -> None:
        """Count and log a call that is not the platform's, or not readable."""
        self._tally.add(Channel.ZALO_BOT, reason)
        self._log.warning("refused", reason=reason)
