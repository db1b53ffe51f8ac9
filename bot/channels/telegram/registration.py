"""Tell Telegram where the webhook is and learn the bot's own name, in the background until it succeeds."""

from __future__ import annotations

from collections.abc import Mapping

from telegram.error import TelegramError

from bot.channels.registration import Registration
from bot.channels.telegram.config import ALLOWED_UPDATES, TelegramConfig
from bot.channels.telegram.sender import Bot

MOST_CONNECTIONS = 40


class TelegramRegistration(Registration):
    """Without a public address only the name is learnt. Telegram keeps what comes while we are away for a day."""

    def __init__(self, bot: Bot, config: TelegramConfig) -> None:
        super().__init__("telegram", TelegramError)
        self._bot, self._config = bot, config
        self.username: str | None = None

    async def register(self) -> bool:
        """Learn the bot's name and, with a public address, set the webhook; raise ``TelegramError``."""
        self.username = (await self._bot.get_me()).username
        if self._config.public_url:
            await set_webhook(self._bot, self._config)
        return bool(self._config.public_url)


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
