"""The webhook Zalo posts to, and the page its authorisation comes back to.

Every call is answered 200 within two seconds, also one that is unsigned or unreadable: Zalo probes the address without
a valid signature and switches a webhook off that answers anything else.
"""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.requests import ClientDisconnect

from bot.channels.http import BodyTooLarge, read_body
from bot.channels.zalo_oa.authorization import RETURN_PATH
from bot.channels.zalo_oa.config import ZaloConfig
from bot.channels.zalo_oa.receiver import ZaloReceiver
from bot.channels.zalo_oa.signature import HEADER

LARGEST_BODY = 1 << 20  # bytes
AUTHORISED_PAGE = Path(__file__).with_name("authorized.html")


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

    @router.get(RETURN_PATH, include_in_schema=False)
    async def authorized() -> HTMLResponse:
        return HTMLResponse(
            AUTHORISED_PAGE.read_text(encoding="utf-8"),
            headers={"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"},
        )

    return router
