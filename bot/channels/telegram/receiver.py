"""Take one Telegram update, from the webhook or from polling, into the inbox."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import structlog
from telegram import Update
from telegram.error import TelegramError

from bot.channels.telegram.updates import Ignored, UpdateReader
from bot.errors import origin
from bot.messages import Channel, Inbox
from bot.tally import Tally
from core.clock import Clock


class TelegramReceiver:
    """Reads, stores, counts. *acknowledge* ends the waiting state of a pressed button; it must return at once."""

    def __init__(
        self,
        reader: UpdateReader,
        inbox: Inbox,
        clock: Clock,
        tally: Tally,
        *,
        acknowledge: Callable[[str], None] = lambda _: None,
        username: Callable[[], str | None] = lambda: None,
    ) -> None:
        self._reader, self._inbox, self._clock, self._tally = reader, inbox, clock, tally
        self._acknowledge, self._username = acknowledge, username
        self._log = structlog.get_logger("bot.telegram")

    async def receive(self, data: dict[str, Any]) -> str:
        """Store what the update says and return what became of it; raise ``StorageUnavailable``.

        What cannot be read is counted and dropped: Telegram would repeat it for ever otherwise.
        """
        outcome = await self._receive(data)
        self._tally.add(Channel.TELEGRAM, outcome)
        return outcome

    def refuse(self, reason: str) -> None:
        """Count and log a call that is not Telegram's, or not readable."""
        self._tally.add(Channel.TELEGRAM, reason)
        self._log.warning("refused", reason=reason)

    async def _receive(self, data: dict[str, Any]) -> str:
        try:
            update = _parse(data)
            message = self._reader.read(update, now=self._clock.now(), username=self._username())
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError, TelegramError) as error:
            self._log.warning("unreadable_update", error=type(error).__name__, at=origin(error))
            return "unreadable"
        if isinstance(message, Ignored):
            self._log.info("ignored", reason=message.reason)
            return message.reason
        outcome = await self._inbox.accept(message)
        if update.callback_query:
            with contextlib.suppress(RuntimeError):  # the loop is closing
                self._acknowledge(update.callback_query.id)
        self._log.info("received", kind=message.kind, outcome=outcome, conversation=message.conversation_id)
        return outcome


def _parse(data: dict[str, Any]) -> Update:
    if type(data.get("update_id")) is not int:
        raise TypeError("update_id is not a number")
    update = Update.de_json(data, None)
    text = (update.effective_message.text if update.effective_message else None) or ""
    if not isinstance(text, str):
        raise TypeError("text is not a string")
    return update
