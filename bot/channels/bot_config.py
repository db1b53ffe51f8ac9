"""What a platform needs to be told once where a bot is a token and its webhook carries a shared secret."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class BotConfig:
    """Token of the bot, the webhook's secret, where the platform's API is and where this service is.

    ``public_url`` empty: no webhook, updates are fetched (polling). A platform names itself and where its API is.
    """

    platform: ClassVar[str]
    shortest_secret: ClassVar[int] = 1  # characters

    token: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    public_url: str = ""
    api_root: str = ""
    path: str = ""

    def __post_init__(self) -> None:
        if not re.fullmatch(rf"[A-Za-z0-9_-]{{{self.shortest_secret},256}}", self.webhook_secret):
            raise ValueError(
                f"The {self.platform} webhook secret takes {self.shortest_secret} to 256 of A-Z, a-z, 0-9, _ and -."
            )

    @property
    def bot_id(self) -> str:
        """Id of the bot, which is the part of the token that is no secret."""
        return self.token.partition(":")[0]

    @property
    def webhook_url(self) -> str:
        """Address the platform posts to."""
        return f"{self.public_url}{self.path}"
