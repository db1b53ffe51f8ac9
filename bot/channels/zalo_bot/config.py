"""What the Zalo Bot Platform needs to be told once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.channels.bot_config import BotConfig


@dataclass(frozen=True, slots=True)
class ZaloBotConfig(BotConfig):
    """Token from Zalo Bot Creator, the webhook's secret, where the API is and where this service is.

    The token never runs out and stands in the path of every call: addresses of calls must not be logged.
    """

    platform: ClassVar[str] = "Zalo Bot"
    shortest_secret: ClassVar[int] = 8

    api_root: str = "https://bot-api.zaloplatforms.com"
    path: str = "/channels/zalo-bot"
