"""Tell Telegram where the webhook is and learn the bot's own name, in the background until it succeeds."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping

import structlog
from telegram.error import TelegramError

from bot.channels.telegram.config import ALLOWED_UPDATES, TelegramConfig
from bot.channels.telegram.sender import Bot

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 2.0, 300.0
MOST_CONNECTIONS = 40


class TelegramRegistration:
    """``start`` … ``stop``. Without network the service runs, and registers when there is one."""

    def __init__(self, bot: Bot, config: TelegramConfig) -> None:
        self._bot, self._config = bot, config
        self.username: str | None = None
        self.problem: str | None = None
        self._task: asyncio.Task[None] | None = None
        self._log = structlog.get_logger("bot.telegram")

    async def start(self) -> None:
        """Begin to register."""
        self._task = asyncio.create_task(self._run(), name="telegram-registration")

    async def stop(self) -> None:
        """Stop trying. The webhook stays: Telegram keeps what comes meanwhile for a day."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def register(self) -> None:
        """Learn the bot's name and, with a public address, set the webhook; raise ``TelegramError``."""
        self.username = (await self._bot.get_me()).username
        if self._config.public_url:
            await set_webhook(self._bot, self._config)

    async def _run(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                await self.register()
            except TelegramError as error:
                self.problem = type(error).__name__
                self._log.warning("registration_failed", error=self.problem, again_after_seconds=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            else:
                self.problem = None
                self._log.info("registered", webhook=bool(self._config.public_url))
                return


async def set_webhook(bot: Bot, config: TelegramConfig) -> None:
    """Make Telegram post to this service, with the secret; raise ``TelegramError``."""
    await bot.set_webhook(
        config.webhook_url,
        secret_token=config.webhook_secret,
        allowed_updates=ALLOWED_UPDATES,
        max_connections=MOST_CONNECTIONS,
    )


async def webhook_info(bot: Bot) -> Mapping[str, object]:
    """Return what Telegram says about the webhook: address, what waits, the last error."""
    info = await bot.get_webhook_info()
    return {
        "url": info.url,
        "pending_updates": info.pending_update_count,
        "last_error": info.last_error_message,
        "last_error_at": info.last_error_date.isoformat() if info.last_error_date else None,
    }


async def delete_webhook(bot: Bot) -> None:
    """Make Telegram keep updates for whoever fetches them; raise ``TelegramError``."""
    await bot.delete_webhook()
