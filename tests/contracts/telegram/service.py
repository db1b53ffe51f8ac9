"""The service with its channel, and the channel it talks to."""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from bot.channels.telegram import (
    TelegramConfig,
    TelegramReceiver,
    TelegramRegistration,
)
from bot.errors import StorageUnavailable
from bot.messages import Acceptance, InboundMessage
from tests.bot.conftest import Bot
from tests.contracts.telegram.fake import FakeTelegram

SECRET = "webhook-secret_1"


class BrokenInbox:
    """An inbox whose database is away for the next few messages."""

    def __init__(self, inner: object) -> None:
        self.inner, self.failures = inner, 0

    async def accept(self, message: InboundMessage) -> Acceptance:
        if self.failures:
            self.failures -= 1
            raise StorageUnavailable(message.channel, "key")
        return await self.inner.accept(message)  # type: ignore[attr-defined, no-any-return]


@dataclass
class Service:
    """The service with its Telegram channel, and the Telegram it talks to."""

    bot: Bot
    telegram: FakeTelegram
    config: TelegramConfig
    inbox: BrokenInbox
    registration: TelegramRegistration
    receiver: TelegramReceiver
    url: str

    async def post(self, content: bytes, **headers: str | bytes) -> httpx.Response:
        async with httpx.AsyncClient() as client:
            return await client.post(self.url, content=content, headers=headers)  # type: ignore[arg-type]
