"""An inbox as channels meet it on a bad day."""

from __future__ import annotations

import asyncio

from bot.errors import StorageUnavailable
from bot.messages import Acceptance, InboundMessage


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
