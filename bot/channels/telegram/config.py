"""What Telegram needs to be told once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.channels.bot_config import BotConfig

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")


@dataclass(frozen=True, slots=True)
class TelegramConfig(BotConfig):
    """Token from BotFather, the webhook's secret, where the Bot API is and where this service is."""

    platform: ClassVar[str] = "Telegram"

    api_root: str = "https://api.telegram.org"
    path: str = "/channels/telegram"
