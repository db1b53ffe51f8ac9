"""A Bot API that refuses what the real one refuses.

Tokens, 4096 UTF-16 units after parsing, HTML that does not close, 64 bytes of callback data, blocked users, unknown
chats, flood (429 with ``retry_after``), webhook against polling, the secret header and redelivery of updates.
"""

from __future__ import annotations

import asyncio
import html.parser
import json
from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

ALLOWED_TAGS = {"b", "i", "u", "s", "a", "code", "pre", "tg-spoiler", "blockquote"}


@dataclass
class FakeTelegram:
    """State of the fake; ``app`` is the server."""

    token: str = "12345:secret-token"
    chats: set[int] = field(default_factory=lambda: {501, 502, 503})
    blocked: set[int] = field(default_factory=set)
    sent: list[dict[str, Any]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    floods: list[int] = field(default_factory=list)  # retry_after of the next sendMessage calls
    crashes: int = 0  # next sendMessage calls that answer 502
    webhook: dict[str, Any] = field(default_factory=dict)
    updates: list[dict[str, Any]] = field(default_factory=list)
    next_update: int = 1000
    next_message: int = 1

    @property
    def app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/bot{token}/{method}")
        async def call(token: str, method: str, request: Request) -> JSONResponse:
            self.calls.append(method)
            if token != self.token:
                return self._refuse(401, "Unauthorized")
            body = request.headers.get("content-type", "")
            given = await request.json() if "json" in body else dict(await request.form())
            handlers = {name.lower(): name for name in dir(self) if name.startswith("_") and "__" not in name}
            handler = getattr(self, handlers.get(f"_{method}".lower(), ""), None)  # case does not matter to Telegram
            return await handler(given) if handler else self._refuse(404, "Not Found")

        return app

    def person(self, chat: Any) -> dict[str, Any]:
        return {"id": chat, "is_bot": False, "first_name": "Lan", "last_name": "Nguyễn"}

    def text_update(self, text: str, *, chat: int = 501, **more: Any) -> dict[str, Any]:
        """Return the update of a text message; commands are marked as Telegram marks them."""
        entities = []
        if text.startswith("/"):
            entities = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        return self.message_update(chat=chat, text=text, entities=entities, **more)

    def message_update(self, *, chat: Any = 501, **content: Any) -> dict[str, Any]:
        return self._update("message", self._message(chat, **content))

    def press_update(self, data: str, *, chat: int = 501) -> dict[str, Any]:
        """Return the update of a pressed inline button."""
        query = {
            "id": f"cb{self.next_update}",
            "from": self.person(chat),
            "chat_instance": "1",
            "data": data,
            "message": self._message(chat, text="Chọn:"),
        }
        return self._update("callback_query", query)

    def _update(self, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        self.next_update += 1
        return {"update_id": self.next_update, kind: content}

    def _message(self, chat: Any, **content: Any) -> dict[str, Any]:
        self.next_message += 1
        base = {"message_id": self.next_message, "date": 1795312487, "chat": {"id": chat, "type": "private"}}
        return base | {"from": self.person(chat)} | content

    async def deliver(self, update: dict[str, Any], *, tries: int = 5, secret: str | None = None) -> int:
        """Post *update* to the registered webhook, again until it is taken; return the last status."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret or self.webhook.get("secret_token", "")}
        async with httpx.AsyncClient() as client:
            for _ in range(tries):
                response = await client.post(self.webhook["url"], json=update, headers=headers)
                if response.is_success:
                    break
                await asyncio.sleep(0.02)
        return response.status_code

    async def _getMe(self, given: dict[str, Any]) -> JSONResponse:
        return self._ok({"id": 12345, "is_bot": True, "first_name": "An Sinh", "username": "ansinh_bot"})

    async def _setWebhook(self, given: dict[str, Any]) -> JSONResponse:
        if not given["url"].startswith(("https://", "http://127.0.0.1")):
            return self._refuse(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        self.webhook = dict(given)
        return self._ok(True)

    async def _deleteWebhook(self, given: dict[str, Any]) -> JSONResponse:
        self.webhook = {}
        return self._ok(True)

    async def _getWebhookInfo(self, given: dict[str, Any]) -> JSONResponse:
        return self._ok(
            {"url": self.webhook.get("url", ""), "has_custom_certificate": False, "pending_update_count": 0}
        )

    async def _getUpdates(self, given: dict[str, Any]) -> JSONResponse:
        if self.webhook:
            return self._refuse(409, "Conflict: can't use getUpdates method while webhook is active")
        offset = int(given.get("offset", 0))
        self.updates = [u for u in self.updates if u["update_id"] >= offset]
        if not self.updates:
            await asyncio.sleep(min(0.05, float(given.get("timeout", 0))))
        return self._ok(self.updates[:100])

    async def _sendChatAction(self, given: dict[str, Any]) -> JSONResponse:
        return self._ok(True)

    async def _answerCallbackQuery(self, given: dict[str, Any]) -> JSONResponse:
        return self._ok(True)

    async def _sendMessage(self, given: dict[str, Any]) -> JSONResponse:
        if self.floods:
            after = self.floods.pop(0)
            return self._refuse(429, f"Too Many Requests: retry after {after}", retry_after=after)
        if self.crashes:
            self.crashes -= 1
            return self._refuse(502, "Bad Gateway")
        chat = int(given["chat_id"])
        if chat in self.blocked:
            return self._refuse(403, "Forbidden: bot was blocked by the user")
        if chat not in self.chats:
            return self._refuse(400, "Bad Request: chat not found")
        try:
            text = _parse_html(given["text"]) if given.get("parse_mode") == "HTML" else given["text"]
        except ValueError as error:
            return self._refuse(400, f"Bad Request: can't parse entities: {error}")
        if not text.strip():
            return self._refuse(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > 4096:
            return self._refuse(400, "Bad Request: message is too long")
        buttons = _buttons(given.get("reply_markup"))
        if any(not 1 <= len(data.encode()) <= 64 for _, data in buttons):
            return self._refuse(400, "Bad Request: BUTTON_DATA_INVALID")
        message = self._message(chat, text=text)
        self.sent.append({"chat": chat, "text": text, "raw": given["text"], "buttons": buttons})
        return self._ok(message)

    def _ok(self, result: Any) -> JSONResponse:
        return JSONResponse({"ok": True, "result": result})

    def _refuse(self, code: int, description: str, **parameters: Any) -> JSONResponse:
        self.refusals.append(description)
        body = {"ok": False, "error_code": code, "description": description}
        return JSONResponse(body | ({"parameters": parameters} if parameters else {}), status_code=code)


def _buttons(markup: str | None) -> list[tuple[str, str]]:
    keyboard = json.loads(markup)["inline_keyboard"] if markup else []
    return [(button["text"], button.get("callback_data", "")) for row in keyboard for button in row]


class _Html(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.open = "", []  # type: ignore[var-annotated]

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in ALLOWED_TAGS:
            raise ValueError(f'Unsupported start tag "{tag}"')
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise ValueError(f'Unexpected end tag "{tag}"')

    def handle_data(self, data: str) -> None:
        self.text += data


def _parse_html(text: str) -> str:
    parser = _Html()
    parser.feed(text)
    parser.close()
    if parser.open:
        raise ValueError(f'Can\'t find end tag corresponding to start tag "{parser.open[-1]}"')
    return parser.text
