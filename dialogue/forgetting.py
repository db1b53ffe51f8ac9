"""A door by which the service makes Rasa forget a conversation at once, on loopback and by token only.

``DELETE /webhooks/forgetting/<sender>`` removes the tracker; ``GET`` tells whether there is one.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

TOKEN_HEADER = "x-ansinh-actions"  # noqa: S105 - the name of a header


class ForgettingInput(InputChannel):
    """Takes no messages: it only lets trackers go."""

    @classmethod
    def name(cls) -> str:
        return "forgetting"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:  # noqa: ARG002
        """Return the two routes."""
        routes = Blueprint("forgetting")

        @routes.route("/<sender>", methods=["GET", "DELETE"])
        async def trackers(request: Request, sender: str) -> HTTPResponse:
            token = os.environ.get("ANSINH_ACTIONS_TOKEN", "")
            if not token or not hmac.compare_digest(request.headers.get(TOKEN_HEADER, ""), token):
                return response.json({"error": "forbidden"}, status=403)
            store = _innermost(request.app.ctx.agent.tracker_store)
            if request.method == "DELETE":
                await store.delete(sender)
            return response.json({"kept": int(sender in set(await store.keys()))})

        return routes


def _innermost(store: Any) -> Any:
    """Return the store itself: Rasa wraps it in others, which cannot delete."""
    while (inner := getattr(store, "_tracker_store", None)) is not None:
        store = inner
    return store
