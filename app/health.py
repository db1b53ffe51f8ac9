"""Whether the service lives, and whether it can answer: ``/healthz`` and ``/readyz``."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from fastapi import APIRouter, Response
from sqlalchemy.exc import SQLAlchemyError

from app.desk import Desk
from app.running import Running
from bot.backlog import Queued

SECONDS_TO_LOOK = 2.0


def health_router(running: Running, desk: Desk, stopping: asyncio.Event) -> APIRouter:
    """Return the two routes; neither tells anything about a person."""
    router = APIRouter(include_in_schema=False)

    @router.get("/healthz")
    async def alive() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/readyz")
    async def ready(response: Response) -> dict[str, object]:
        """Ready is who can store a message and have it answered; who is stopping takes no more."""
        queues = await _queues(desk)
        dialogue = await running.client.ready()
        is_ready = dialogue and queues is not None and not stopping.is_set()
        response.status_code = 200 if is_ready else 503
        return {
            "dialogue": "ready" if dialogue else str(running.supervisor.state),
            "database": "ready" if queues is not None else "away",
            "stopping": stopping.is_set(),
            "restarts": sum(supervisor.restarts for supervisor in running.supervisors),
            "waiting": {f"{queue.direction}:{queue.channel}": queue.depth for queue in queues or ()},
        }

    return router


async def _queues(desk: Desk) -> Sequence[Queued] | None:
    try:
        async with asyncio.timeout(SECONDS_TO_LOOK):
            return await desk.backlog.queues()
    except (SQLAlchemyError, TimeoutError):
        return None
