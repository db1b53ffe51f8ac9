"""The webhook Telegram posts to; it repeats an update until it hears 2xx."""

from __future__ import annotations

from fastapi import APIRouter

from bot.channels.secret_webhook import secret_webhook
from bot.channels.telegram.config import TelegramConfig
from bot.channels.telegram.receiver import TelegramReceiver

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of the header


def telegram_router(config: TelegramConfig, receiver: TelegramReceiver) -> APIRouter:
    """Return the route of the webhook."""
    return secret_webhook(config.path, receiver, header=SECRET_HEADER, secret=config.webhook_secret)
