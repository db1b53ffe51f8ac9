"""``POST /rasa/actions``: where Rasa calls the actions, inside the application's own process."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter, HTTPException, Request, status
from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

TOKEN_HEADER = "x-ansinh-actions"  # noqa: S105  (the name of a header)
PATH = "/rasa/actions"
_log = logging.getLogger(__name__)


def actions_router(actions: Iterable[Action], *, token: str) -> APIRouter:
    """Return the route that runs *actions*; only who brings *token* in its header may call it."""
    executor = ActionExecutor()
    for action in actions:
        executor.register_action(action)
    router = APIRouter()

    @router.post(PATH)
    async def run(request: Request) -> dict[str, Any]:
        brought = request.headers.get(TOKEN_HEADER, "")
        if not hmac.compare_digest(brought.encode(), token.encode()):
            raise HTTPException(status.HTTP_403_FORBIDDEN)
        call = await request.json()
        # The executor insists on a domain; Rasa leaves it out, because no action needs it.
        call.setdefault("domain", {})
        return await _run(executor, call)

    return router


async def _run(executor: ActionExecutor, call: dict[str, Any]) -> dict[str, Any]:
    name = call.get("next_action")
    try:
        result = await executor.run(call)
    except ActionNotFoundException as exc:
        raise HTTPException(status.HTTP_404_NOT_FOUND, {"error": str(exc), "action_name": name}) from exc
    except ActionExecutionRejection as exc:
        raise HTTPException(status.HTTP_400_BAD_REQUEST, {"error": str(exc), "action_name": name}) from exc
    return result.model_dump() if result else {"events": [], "responses": []}
