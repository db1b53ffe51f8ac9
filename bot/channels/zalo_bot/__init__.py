"""Zalo Bot Platform: webhook with a secret header or long polling in, plain text out. Not the Official Account."""

from bot.channels.zalo_bot.api import ZaloBotApi
from bot.channels.zalo_bot.config import ZaloBotConfig
from bot.channels.zalo_bot.polling import ZaloBotPolling
from bot.channels.zalo_bot.receiver import ZaloBotReceiver
from bot.channels.zalo_bot.registration import ZaloBotRegistration
from bot.channels.zalo_bot.sender import ZaloBotSender
from bot.channels.zalo_bot.webhook import zalo_bot_router

__all__ = [
    "ZaloBotApi",
    "ZaloBotConfig",
    "ZaloBotPolling",
    "ZaloBotReceiver",
    "ZaloBotRegistration",
    "ZaloBotSender",
    "zalo_bot_router",
]
