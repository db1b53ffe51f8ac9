"""Read a webhook's body with a limit, before anything else looks at it."""

from __future__ import annotations

from fastapi import Request


class BodyTooLarge(Exception):
    """More bytes than a channel ever sends."""


async def read_body(request: Request, limit: int) -> bytes:
    """Return the exact bytes of the body; raise ``BodyTooLarge`` as soon as there are more than *limit*."""
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared) > limit:
        raise BodyTooLarge
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise BodyTooLarge
        chunks.append(chunk)
    return b"".join(chunks)


def is_json(request: Request) -> bool:
    """Tell whether the body says it is JSON."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"
