"""The webhook Zalo posts to.

Every call is answered 200 within two seconds, also one that is unsigned or unreadable: Zalo probes the address without
a valid signature and switches a webhook off that answers anything else.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.requests import ClientDisconnect

from bot.channels.http import BodyTooLarge, read_body
from bot.channels.zalo_oa.config import ZaloConfig
from bot.channels.zalo_oa.receiver import ZaloReceiver
from bot.channels.zalo_oa.signature import HEADER

LARGEST_BODY = 1 << 20  # bytes


def zalo_router(config: ZaloConfig, receiver: ZaloReceiver) -> APIRouter:
    """Return the route of the webhook."""
    router = APIRouter()

    @router.post(config.path, include_in_schema=False)
    async def receive(request: Request) -> JSONResponse:
        try:
            body = await read_body(request, LARGEST_BODY)
        except (BodyTooLarge, ClientDisconnect):
            body = b""
        await receiver.receive(body, request.headers.get(HEADER, ""))
        return JSONResponse({"error": 0})

    @router.get(config.path, include_in_schema=False)
    async def probe() -> JSONResponse:
        return JSONResponse({"error": 0})

    return router
