"""What the Zalo Bot Platform needs to be told once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_SECRET = re.compile(r"[A-Za-z0-9_-]{8,256}")


@dataclass(frozen=True, slots=True)
class ZaloBotConfig:
    """Token from Zalo Bot Creator, the webhook's secret, where the API is and where this service is.

    ``public_url`` empty: no webhook, updates are fetched (polling). The token never runs out and stands in the path of
    every call: addresses of calls must not be logged.
    """

    token: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    public_url: str = ""
    api_root: str = "https://bot-api.zaloplatforms.com"
    path: str = "/channels/zalo-bot"

    def __post_init__(self) -> None:
        if not _SECRET.fullmatch(self.webhook_secret):
            raise ValueError("The Zalo Bot webhook secret takes 8 to 256 of A-Z, a-z, 0-9, _ and -.")

    @property
    def bot_id(self) -> str:
        """Id of the bot, which is the part of the token that is no secret."""
        return self.token.partition(":")[0]

    @property
    def webhook_url(self) -> str:
        """Address the platform posts to."""
        return f"{self.public_url}{self.path}"
