"""Telegram's buttons as telemelya plays them, which nobody here wrote.

It sends no secret header; what stands in front of the webhook here adds it, as a proxy may.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.servers import ADMIN, TELEMELYA, relay, service, telemelya

pytestmark = [
    pytest.mark.skipif(not os.environ.get("E2E"), reason="left out: run by make e2e"),
    pytest.mark.skipif(not TELEMELYA.exists(), reason="left out: telemelya is not installed"),
]

TOKEN, SECRET, CHAT = "123456:ABC", "webhook-secret_1", 501


@pytest.fixture
def root(tmp_path: Path) -> Iterator[str]:
    with telemelya(tmp_path) as root:
        yield root


class Lan:
    """A person with Telegram, driven through telemelya's control API."""

    def __init__(self, root: str) -> None:
        headers = {"Authorization": f"Bearer {ADMIN}", "X-Test-Session": "lan"}
        self._client = httpx.AsyncClient(base_url=root, headers=headers, timeout=20)

    async def send(self, **update: Any) -> int:
        answer = await self._client.post(
            "/api/v1/test/send_update", params={"bot_token": TOKEN}, json={"chat_id": CHAT, **update}
        )
        answer.raise_for_status()
        return int(answer.json()["delivery"]["status_code"])

    async def responses(self, method: str) -> list[dict[str, Any]]:
        answer = await self._client.get("/api/v1/test/responses", params={"session_id": "lan"})
        return [one for one in answer.json()["responses"] if one["method"] == method]

    async def messages(self, count: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for _ in range(200):
            found = await self.responses("sendMessage")
            if len(found) >= count:
                break
            await asyncio.sleep(0.05)
        return found


async def test_buttons_go_out_and_come_back(root: str, tmp_path: Path) -> None:
    """Text, a command, and a pressed button whose waiting state ends."""
    async with relay({"X-Telegram-Bot-Api-Secret-Token": SECRET}) as (front, targets):
        settings = {"telegram_bot_token": TOKEN, "telegram_webhook_secret": SECRET, "telegram_api_root": root}
        async with service(tmp_path, **settings, public_url=front) as (_, dialogue, here):
            targets.append(here)
            lan = Lan(root)
            await _registered(lan)
            statuses = [await lan.send(text="hỏi")]
            (asked,) = await lan.messages(1)
            markup = asked["reply_markup"]
            rows = (json.loads(markup) if isinstance(markup, str) else markup)["inline_keyboard"]
            statuses.append(await lan.send(callback_data=rows[1][0]["callback_data"], callback_message_id=1))
            await lan.messages(2)
            statuses.append(await lan.send(command="/canbo"))
            await lan.messages(3)
            acknowledged = await lan.responses("answerCallbackQuery")

    assert statuses == [200, 200, 200]
    assert [row[0]["text"] for row in rows] == ["Hộ nghèo", "Hộ cận nghèo"]
    assert [heard for _, heard in dialogue.heard] == ["hỏi", '/inform{"h":"near_poor"}', "gặp cán bộ"]
    assert acknowledged


async def _registered(lan: Lan) -> None:
    """Wait until the service told telemelya where its webhook is."""
    for _ in range(200):
        info = (await lan._client.post(f"/bot{TOKEN}/getWebhookInfo")).json()
        if info["result"]["url"]:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("no webhook was set")
