"""Telegram: webhook or polling in, python-telegram-bot out."""

from bot.channels.telegram.config import TelegramConfig
from bot.channels.telegram.polling import TelegramPolling
from bot.channels.telegram.receiver import TelegramReceiver
from bot.channels.telegram.registration import TelegramRegistration
from bot.channels.telegram.sender import TelegramSender, make_bot
from bot.channels.telegram.webhook import telegram_router

__all__ = [
    "TelegramConfig",
    "TelegramPolling",
    "TelegramReceiver",
    "TelegramRegistration",
    "TelegramSender",
    "make_bot",
    "telegram_router",
]
