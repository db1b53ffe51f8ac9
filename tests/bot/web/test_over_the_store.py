"""The page over the real inbox and transcript, with a dialogue that echoes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from bot.channels.web import WebConfig, WebDeps, web_router
from bot.messages import MessageKind
from tests.bot.conftest import Bot
from tests.bot.web.conftest import SAME_ORIGIN, token_of


@pytest.fixture
async def page(bot: Bot) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(web_router(WebDeps(WebConfig(key=b"k"), bot.inbox, bot.transcript, bot.dialogue)))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://chat.test", headers=SAME_ORIGIN) as client:
        client.headers["X-Ansinh"] = token_of((await client.get("/")).text)
        yield client


async def talk(page: httpx.AsyncClient, identity: str, **message: str) -> dict[str, list[dict[str, object]]]:
    """Send a message and return the news once it is answered."""
    response = await page.post("/web/messages", json={"id": identity, **message})
    assert response.status_code == 202
    for _ in range(400):
        news = (await page.get("/web/messages")).json()
        if not news["pending"]:
            return news
        await asyncio.sleep(0.01)
    raise AssertionError("no answer")


def said(news: dict[str, list[dict[str, object]]]) -> list[str]:
    def text(entry: dict[str, object]) -> str:
        parts = [*entry.get("shown", []), *entry.get("question", [])]  # type: ignore[misc]
        return str(entry.get("text") or "".join(run["t"] for part in parts for line in part["lines"] for run in line))

    return [text(entry) for entry in news["messages"]]


async def test_choice_and_number_are_understood(page: httpx.AsyncClient, bot: Bot) -> None:
    """A press and a typed number both name the choice that was offered; the page shows its title."""
    offered = (await talk(page, "message-1", text="hỏi"))["messages"][-1]
    (poor, _) = offered["choices"]  # type: ignore[misc]
    assert offered["numbered"] is True

    await talk(page, "message-2", choice=poor["token"])
    await talk(page, "message-3", text="hỏi")
    news = await talk(page, "message-4", text="2")

    assert [text for _, text in bot.dialogue.heard if text.startswith("/")] == [
        '/inform{"h":"poor"}',
        '/inform{"h":"near_poor"}',
    ]
    assert [text for text in said(news) if text.startswith("Hộ ") and not text.endswith("?")] == [
        "Hộ nghèo",
        "Hộ cận nghèo",
    ]


async def test_number_that_is_the_answer_has_no_numbered_choices(page: httpx.AsyncClient) -> None:
    """Where a count is asked, a number beside the only choice would mislead."""
    news = await talk(page, "message-1", text="mấy con")

    assert news["messages"][-1]["numbered"] is False


async def test_erasing_by_words_keeps_the_confirmation_only(page: httpx.AsyncClient) -> None:
    """Everything said before is gone; the citizen reads that it is."""
    await talk(page, "message-1", text="chào")

    news = await talk(page, "message-2", text="xóa dữ liệu của tôi")

    assert said(news) == ["Đã xóa."]


async def test_leaving_with_erasure_empties_the_store(page: httpx.AsyncClient, bot: Bot) -> None:
    """The menu's way to delete leaves no line behind, and the browser starts anew."""
    await talk(page, "message-1", text="chào")
    (conversation,) = {id for id, _ in bot.dialogue.heard}
    token = token_of((await page.get("/")).text)

    await page.post("/web/erase", data={"token": token, "id": f"{MessageKind.WITHDRAWN}-1"})
    for _ in range(400):
        if not await bot.said(conversation):
            break
        await asyncio.sleep(0.01)

    assert await bot.said(conversation) == []
    assert "nghe: chào" not in (await page.get("/")).text


async def test_message_waits_for_the_dialogue(page: httpx.AsyncClient, bot: Bot) -> None:
    """While the dialogue starts a message is kept; the page knows that it waits."""
    bot.dialogue.is_up = False
    await page.post("/web/messages", json={"id": "message-1", "text": "chào"})
    await asyncio.sleep(1.1)  # readiness is asked once a second

    waiting = (await page.get("/web/messages")).json()
    status = (await page.get("/web/status")).json()

    assert (waiting["pending"], status["ready"]) == (1, False)
