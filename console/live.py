"""Live pages: server-sent events that carry fragments of HTML, for htmx's ``sse`` extension.

@router.get("/inbox/live", needs=Permission.INBOX_READ)
async def live(visit: CurrentVisit) -> Response:
    return stream(visit, changes(visit))          # changes: async iterator of Event or None (nothing new: a beat)
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from console.visit import Visit

LIFETIME_SECONDS: Final = 20 * 60
BEAT_SECONDS: Final = 15.0
_RETRY_MS: Final = 2000


@dataclass(frozen=True, slots=True)
class Event:
    """One event: its name (``sse-swap="name"``) and the HTML to put in place."""

    name: str
    html: str

    def frame(self) -> str:
        """Return the event as it goes over the wire."""
        lines = "\n".join(f"data: {line}" for line in self.html.splitlines() or [""])
        return f"event: {self.name}\n{lines}\n\n"


def stream(visit: Visit, events: AsyncIterator[Event | None]) -> StreamingResponse:
    """Answer with *events* until the session is over, the service stops, or the stream has lived its time.

    *events* should yield ``None`` at least every 15 seconds: a beat keeps the connection and checks the session.
    """
    return StreamingResponse(
        _frames(visit, events), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"}
    )


async def _frames(visit: Visit, events: AsyncIterator[Event | None]) -> AsyncIterator[str]:
    time = asyncio.get_running_loop().time
    end = time() + LIFETIME_SECONDS
    yield f"retry: {_RETRY_MS}\n\n"
    async for event in events:
        if time() > end or visit.gate.deps.stopping.is_set():
            return
        if event is not None:
            yield event.frame()
            continue
        if not await run_in_threadpool(visit.gate.sessions.still_counts, visit.session.digest):
            yield Event("over", "").frame()
            return
        yield ": beat\n\n"
