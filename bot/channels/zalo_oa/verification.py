"""Show Zalo that the domain is ours: by a file at the root or a tag on the home page."""

from __future__ import annotations

import html
import re

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

_CODE = re.compile(r"[A-Za-z0-9_-]{1,200}")


def verification_meta(code: str) -> str:
    """Return the tag for the ``<head>`` of the home page; empty without a code."""
    return f'<meta name="zalo-platform-site-verification" content="{html.escape(code)}">' if code else ""


def zalo_verification_router(code: str) -> APIRouter:
    """Return the route of ``/zalo_verifier<code>.html``; none without a usable code."""
    router = APIRouter()
    if not _CODE.fullmatch(code):
        return router

    @router.get(f"/zalo_verifier{code}.html", include_in_schema=False)
    async def verify() -> HTMLResponse:
        return HTMLResponse(f"<!doctype html><html><head>{verification_meta(code)}</head><body></body></html>")

    return router
