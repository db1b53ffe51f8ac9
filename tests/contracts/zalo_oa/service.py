"""The service with its channel, and the channel it talks to."""

from __future__ import annotations

from dataclasses import dataclass

from bot.channels.zalo_oa import (
    ZaloConfig,
    ZaloSender,
    ZaloTokens,
)
from bot.spool import SpooledInbox
from tests.bot.conftest import Bot
from tests.contracts.inbox import StuckInbox
from tests.contracts.zalo_oa.fake import FakeZalo


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
