"""Whether the service lives, and whether it can answer: ``/healthz`` and ``/readyz``."""

from __future__ import annotations

from fastapi import APIRouter, Response

from app.desk import Desk
from app.running import Running


def health_router(running: Running, desk: Desk) -> APIRouter:
    """Return the two routes; neither tells anything about a person."""
    router = APIRouter(include_in_schema=False)

    @router.get("/healthz")
    async def alive() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/readyz")
    async def ready(response: Response) -> dict[str, object]:
        waiting = await desk.inbox.counts()
        dialogue = await running.client.ready()
        response.status_code = 200 if dialogue else 503
        return {
            "dialogue": "ready" if dialogue else str(running.supervisor.state),
            "restarts": running.supervisor.restarts,
            "inbox": dict(waiting),
        }

    return router
