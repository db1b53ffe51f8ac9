"""A Zalo Bot Platform that refuses what the real one refuses.

Tokens, method names by case, text of 1–2000 characters, parameters it does not know (there are no buttons), webhook
against getUpdates, addresses without https, secrets of 8–256 characters, a used-up quota. ``getUpdates`` hands out one
event a call, knows no offset and answers 408 when nothing came; the webhook is waited for five seconds.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

USER, OTHER, STRANGER = "6ede9afa66b88fe6d6a9", "aa11bb22cc33", "ffffffffffff"
KNOWN_PARAMETERS = {
    "sendMessage": {"chat_id", "text", "parse_mode", "text_styles"},
    "sendChatAction": {"chat_id", "action"},
    "setWebhook": {"url", "secret_token"},
    "getUpdates": {"timeout"},
}


@dataclass
class FakeZaloBot:
    """State of the fake; ``app`` is the server."""

    token: str = "987654321:bot-secret"
    chats: set[str] = field(default_factory=lambda: {USER, OTHER})
    blocked: set[str] = field(default_factory=set)
    errors: list[int] = field(default_factory=list)  # of the next sendMessage calls
    sent: list[tuple[str, str]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    webhook: dict[str, Any] = field(default_factory=dict)
    updates: list[dict[str, Any]] = field(default_factory=list)
    trial_outcome: str = "webhook.ok"
    counter: int = 0

    @property
    def app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/bot{token}/{method}")
        async def call(token: str, method: str, request: Request) -> JSONResponse:
            self.calls.append(method)
            if token != self.token:
                return refuse(401, "Unauthorized")
            given = await request.json()
            handler = getattr(self, f"_{method}", None)
            if handler is None:
                return refuse(404, "Not Found")
            if set(given) - KNOWN_PARAMETERS.get(method, set()):
                return refuse(400, "Bad Request: unknown parameter")
            return await handler(given)

        return app

    def text_event(self, text: str, **more: Any) -> dict[str, Any]:
        return self.event("message.text.received", text=text, **more)

    def event(self, name: str, *, user: str = USER, chat_type: str = "PRIVATE", **content: Any) -> dict[str, Any]:
        self.counter += 1
        message = {
            "from": {"id": user, "display_name": "Lan", "is_bot": False},
            "chat": {"id": user if chat_type == "PRIVATE" else "group1", "chat_type": chat_type},
            "message_id": f"{self.counter:020x}",
            "date": 1750316131602,
        }
        return {"event_name": name, "message": message | content}

    async def deliver(
        self, event: Any, *, wrapped: bool = False, secret: str | None = None, body: bytes | None = None, **headers: str
    ) -> int:
        """Post *event* to the registered webhook, as the platform does."""
        given = {"X-Bot-Api-Secret-Token": self.webhook.get("secret_token", "") if secret is None else secret}
        given |= {"User-Agent": "Java/17.0.9"} | headers
        shape = {"ok": True, "result": event} if wrapped else event
        async with httpx.AsyncClient(timeout=5) as client:
            if body is not None:
                response = await client.post(self.webhook["url"], content=body, headers=given)
            else:
                response = await client.post(self.webhook["url"], json=shape, headers=given)
        return response.status_code

    async def _getMe(self, given: dict[str, Any]) -> JSONResponse:
        return accept(
            {"id": "987654321", "account_name": "bot.ansinh", "account_type": "BASIC", "can_join_groups": False}
        )

    async def _setWebhook(self, given: dict[str, Any]) -> JSONResponse:
        if not given["url"].startswith(("https://", "http://127.0.0.1")):
            return refuse(400, "Bad Request: url must use HTTPS")
        if not 8 <= len(given["secret_token"]) <= 256:
            return refuse(400, "Bad Request: secret_token must have 8 to 256 characters")
        self.webhook = given
        verification = {"ok": self.trial_outcome == "webhook.ok", "outcome": self.trial_outcome, "hint": "…"}
        return accept({"url": given["url"], "verification": verification})

    async def _deleteWebhook(self, given: dict[str, Any]) -> JSONResponse:
        self.webhook = {}
        return accept(True)

    async def _getWebhookInfo(self, given: dict[str, Any]) -> JSONResponse:
        return accept({"url": self.webhook["url"]}) if self.webhook else refuse(404, "Not Found")

    async def _getUpdates(self, given: dict[str, Any]) -> JSONResponse:
        if self.webhook:
            return refuse(400, "Bad Request: webhook is set")
        if not self.updates:
            await asyncio.sleep(min(0.05, float(given.get("timeout", 0))))
        return accept(self.updates.pop(0)) if self.updates else refuse(408, "Request timeout")

    async def _sendChatAction(self, given: dict[str, Any]) -> JSONResponse:
        return accept(True) if given["action"] == "typing" else refuse(400, "Bad Request: action")

    async def _sendMessage(self, given: dict[str, Any]) -> JSONResponse:
        if self.errors:
            return refuse(self.errors.pop(0), "refused")
        if given["chat_id"] in self.blocked:
            return refuse(403, "Forbidden")
        if given["chat_id"] not in self.chats:
            return refuse(404, "Not Found: chat")
        if not 1 <= len(given["text"]) <= 2000:
            return refuse(400, "Bad Request: text must have 1 to 2000 characters")
        self.sent.append((given["chat_id"], given["text"]))
        return accept({"message_id": f"m{len(self.sent)}", "date": 1750316131602})


def accept(result: Any) -> JSONResponse:
    return JSONResponse({"ok": True, "result": result})


def refuse(code: int, description: str) -> JSONResponse:
    return JSONResponse({"ok": False, "error_code": code, "description": description}, status_code=code)
