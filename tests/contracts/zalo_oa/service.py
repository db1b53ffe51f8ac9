"""The service with its channel, and the channel it talks to."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.channels.zalo_oa import (
    ZaloConfig,
    ZaloSender,
    ZaloTokens,
)
from bot.errors import StorageUnavailable
from bot.messages import Acceptance, InboundMessage
from bot.spool import SpooledInbox
from tests.bot.conftest import Bot
from tests.contracts.zalo_oa.fake import FakeZalo


class StuckInbox:
    """An inbox whose database hangs or is away, as told."""

    def __init__(self, inner: object) -> None:
        self.inner, self.hangs, self.is_away = inner, False, False

    async def accept(self, message: InboundMessage) -> Acceptance:
        if self.hangs:
            await asyncio.sleep(60)
        if self.is_away:
            raise StorageUnavailable(message.channel, "key")
        return await self.inner.accept(message)  # type: ignore[attr-defined, no-any-return]


@dataclass
class Service:
    """The service with its Zalo channel, and the Zalo it talks to."""

    bot: Bot
    zalo: FakeZalo
    config: ZaloConfig
    tokens: ZaloTokens
    sender: ZaloSender
    inbox: StuckInbox
    spool: SpooledInbox
    root: str
