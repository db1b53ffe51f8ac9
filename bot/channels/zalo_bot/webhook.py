"""The webhook the Zalo Bot Platform posts to, within the 5 seconds it waits.

Whether it sends a refused event again is not documented: the inbox given here should be one that takes a message also
while the database is away.
"""

from __future__ import annotations

from fastapi import APIRouter

from bot.channels.secret_webhook import secret_webhook
from bot.channels.zalo_bot.config import ZaloBotConfig
from bot.channels.zalo_bot.receiver import ZaloBotReceiver

SECRET_HEADER = "X-Bot-Api-Secret-Token"  # noqa: S105 - the name of the header


def zalo_bot_router(config: ZaloBotConfig, receiver: ZaloBotReceiver) -> APIRouter:
    """Return the route of the webhook."""
    return secret_webhook(config.path, receiver, header=SECRET_HEADER, secret=config.webhook_secret)
