"""Fetch updates where Telegram cannot reach us: a laptop, a machine without a public address.

An update is confirmed to Telegram (by asking for the next ones) only after it is in the inbox.
"""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from telegram.error import RetryAfter, TelegramError

from bot.channels.telegram.config import ALLOWED_UPDATES
from bot.channels.telegram.receiver import TelegramReceiver
from bot.channels.telegram.sender import Bot
from bot.errors import StorageUnavailable
from bot.tasks import end

LONG_POLL_SECONDS = 25
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0


class TelegramPolling:
    """``start`` … ``stop``. No network, a wrong token or another poller only makes it try again later."""

    def __init__(self, bot: Bot, receiver: TelegramReceiver, *, long_poll_seconds: int = LONG_POLL_SECONDS) -> None:
        self._bot, self._receiver, self._long_poll_seconds = bot, receiver, long_poll_seconds
        self._offset: int | None = None
        self._task: asyncio.Task[None] | None = None
        self.problem: str | None = None
        self._log = structlog.get_logger("bot.telegram")

    async def start(self) -> None:
        """Begin to fetch."""
        self._task = asyncio.create_task(self._run(), name="telegram-polling")

    async def stop(self) -> None:
        """Stop fetching; what was fetched and not stored is fetched again next time."""
        await end(self._task)

    async def _run(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        is_free = False
        while True:
            try:
                if not is_free:
                    await self._bot.delete_webhook()
                    is_free = True
                await self._fetch()
                self.problem, pause = None, FIRST_PAUSE_SECONDS
            except (TelegramError, StorageUnavailable) as error:
                self.problem = type(error).__name__
                self._log.warning("polling_failed", error=self.problem, again_after_seconds=pause)
                await asyncio.sleep(_asked_pause(error) or pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                is_free = False

    async def _fetch(self) -> None:
        asked = {"timeout": self._long_poll_seconds, "allowed_updates": list(ALLOWED_UPDATES)}
        if self._offset is not None:
            asked["offset"] = self._offset
        # Raw (the library's own method is spelt getUpdates), so that one unreadable update does not spoil the others.
        updates = await self._bot.do_api_request(
            "getupdates", api_kwargs=asked, read_timeout=self._long_poll_seconds + 15
        )
        for update in updates if isinstance(updates, list) else []:
            await self._take(update)

    async def _take(self, update: Any) -> None:
        if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
            return
        await self._receiver.receive(update)
        self._offset = update["update_id"] + 1


def _asked_pause(error: Exception) -> float | None:
    if not isinstance(error, RetryAfter):
        return None
    after = error.retry_after
    return float(after if isinstance(after, int) else after.total_seconds())
