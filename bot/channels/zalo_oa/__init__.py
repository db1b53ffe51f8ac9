"""Zalo Official Account: signed webhook in, consultation messages out."""

from bot.channels.zalo_oa.config import ZaloConfig
from bot.channels.zalo_oa.receiver import ZaloReceiver
from bot.channels.zalo_oa.sender import ZaloSender
from bot.channels.zalo_oa.tokens import ZaloTokens
from bot.channels.zalo_oa.verification import verification_meta, zalo_verification_router
from bot.channels.zalo_oa.webhook import zalo_router

__all__ = [
    "ZaloConfig",
    "ZaloReceiver",
    "ZaloSender",
    "ZaloTokens",
    "verification_meta",
    "zalo_router",
    "zalo_verification_router",
]
