"""A webhook whose caller sends one JSON object and a shared secret in a header.

Anything but 2xx can make a platform send an event again. A wrong secret, content type or size never comes from it and
is refused; an event that cannot be stored now may be sent again (503); one that cannot be read may not.
"""

from __future__ import annotations

import hmac
import json
from typing import Any, Protocol

from fastapi import APIRouter, Request, Response, status
from starlette.requests import ClientDisconnect

from bot.channels.http import BodyTooLarge, is_json, read_body
from bot.errors import StorageUnavailable

LARGEST_BODY = 1 << 20  # bytes; events are a few kB


class Receiver(Protocol):
    """Takes the events of one platform."""

    async def receive(self, data: dict[str, Any]) -> str:
        """Store the event and return what became of it; raise ``StorageUnavailable``."""
        ...

    def refuse(self, reason: str) -> None:
        """Count and log a call that is not the platform's, or not readable."""
        ...


def secret_webhook(path: str, receiver: Receiver, *, header: str, secret: str) -> APIRouter:
    """Return the route at *path*: whoever posts there knows *secret* and names it in *header*."""
    router = APIRouter()

    def refused(reason: str, code: int) -> Response:
        receiver.refuse(reason)
        return Response(status_code=code)

    @router.post(path, include_in_schema=False)
    async def receive(request: Request) -> Response:
        if not _is_same(request.headers.get(header, ""), secret):
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


def _is_same(given: str, secret: str) -> bool:
    """Compare in a time that does not tell how much of the secret was right."""
    return hmac.compare_digest(given.encode("utf-8"), secret.encode("utf-8"))
