"""The webhook Telegram posts to.

Anything but 2xx makes Telegram send the update again: a wrong secret, content type or size never comes from it and is
refused; an update that cannot be stored now is asked for again (503); one that cannot be read is not.
"""

from __future__ import annotations

import hmac
import json

from fastapi import APIRouter, Request, Response, status
from starlette.requests import ClientDisconnect

from bot.channels.http import BodyTooLarge, is_json, read_body
from bot.channels.telegram.config import TelegramConfig
from bot.channels.telegram.receiver import TelegramReceiver
from bot.errors import StorageUnavailable

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of the header
LARGEST_BODY = 1 << 20  # bytes; updates are a few kB


def telegram_router(config: TelegramConfig, receiver: TelegramReceiver) -> APIRouter:
    """Return the route of the webhook."""
    router = APIRouter()

    def refused(reason: str, code: int) -> Response:
        receiver.refuse(reason)
        return Response(status_code=code)

    @router.post(config.path, include_in_schema=False)
    async def receive(request: Request) -> Response:
        if not _is_telegram(request, config):
            return refused("unsigned", status.HTTP_403_FORBIDDEN)
        if not is_json(request):
            return refused("wrong_content_type", status.HTTP_415_UNSUPPORTED_MEDIA_TYPE)
        try:
            data = json.loads(await read_body(request, LARGEST_BODY))
        except BodyTooLarge:
            return refused("too_large", status.HTTP_413_CONTENT_TOO_LARGE)
        except (ValueError, RecursionError, ClientDisconnect):
            return refused("unreadable", status.HTTP_400_BAD_REQUEST)
        if not isinstance(data, dict):
            return refused("unreadable", status.HTTP_400_BAD_REQUEST)
        try:
            await receiver.receive(data)
        except StorageUnavailable:
            return Response(status_code=status.HTTP_503_SERVICE_UNAVAILABLE)
        return Response(status_code=status.HTTP_200_OK)

    return router


def _is_telegram(request: Request, config: TelegramConfig) -> bool:
    given = request.headers.get(SECRET_HEADER, "")
    return hmac.compare_digest(given.encode("utf-8"), config.webhook_secret.encode("utf-8"))
