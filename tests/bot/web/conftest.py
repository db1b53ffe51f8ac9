"""The page with conversations in memory, driven over ASGI."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import httpx
import pytest
from fastapi import FastAPI

from bot.channels.web import WebConfig, WebDeps, web_router
from bot.messages import Choice, InboundMessage, Reply
from tests.bot.web.memory import Conversations

SAME_ORIGIN = {"X-Ansinh": "1", "Sec-Fetch-Site": "same-origin", "Origin": "http://chat.test"}


def echo(message: InboundMessage) -> Sequence[Reply]:
    """Repeat what was said, and offer two choices where asked to."""
    choices = (Choice("Có", "/yes"), Choice("Không", "/no")) if "?" in message.text else ()
    return [Reply(f"Đã nghe: {message.text}", choices)]


@dataclass
class Browser:
    """A citizen's browser: keeps cookies, calls the page as its script and its forms do."""

    client: httpx.AsyncClient
    conversations: Conversations
    headers: dict[str, str] = field(default_factory=lambda: dict(SAME_ORIGIN))

    async def open(self) -> str:
        page = (await self.client.get("/")).text
        self.headers["X-Ansinh"] = token_of(page)
        return page

    async def send(self, text: str, identity: str = "message-1", **extra: object) -> httpx.Response:
        return await self.client.post(
            "/web/messages", json={"id": identity, "text": text, **extra}, headers=self.headers
        )

    async def news(self, after: int = 0) -> dict[str, object]:
        return (await self.client.get(f"/web/messages?after={after}", headers=self.headers)).json()

    async def submit(self, path: str, page: str, **fields: str) -> httpx.Response:
        token, identity = (re.findall(rf'name="{name}" value="([^"]+)"', page)[-1] for name in ("token", "id"))
        return await self.client.post(path, data={"token": token, "id": identity, **fields})


def token_of(page: str) -> str:
    """Return the token the page's forms and script carry."""
    return page.partition('name="token" value="')[2].partition('"')[0]


@pytest.fixture
def conversations() -> Conversations:
    return Conversations(echo)


@pytest.fixture
def config() -> WebConfig:
    return WebConfig(key=b"a key for tests", form_wait_seconds=1.0, stream_beat_seconds=0.05)


@pytest.fixture
async def browser(conversations: Conversations, config: WebConfig) -> AsyncIterator[Browser]:
    async with visit(conversations, config) as client:
        yield Browser(client, conversations)


def visit(conversations: Conversations, config: WebConfig, **extra: object) -> httpx.AsyncClient:
    """Return a client of a page set up with *config*."""
    app = FastAPI()
    app.include_router(web_router(WebDeps(config, *[conversations] * 3, **extra)))  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://chat.test")
