"""What Telegram needs to be told once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")


@dataclass(frozen=True, slots=True)
class TelegramConfig:
    """Token from BotFather, the webhook's secret, where the Bot API is and where this service is.

    ``public_url`` empty: no webhook, updates are fetched (polling).
    """

    token: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    public_url: str = ""
    api_root: str = "https://api.telegram.org"
    path: str = "/channels/telegram"

    def __post_init__(self) -> None:
        if not _SECRET.fullmatch(self.webhook_secret):
            raise ValueError("The Telegram webhook secret takes 1 to 256 of A-Z, a-z, 0-9, _ and -.")

    @property
    def bot_id(self) -> str:
        """Id of the bot, which is the part of the token that is no secret."""
        return self.token.partition(":")[0]

    @property
    def webhook_url(self) -> str:
        """Address Telegram posts to."""
        return f"{self.public_url}{self.path}"
