"""Telegram and the Zalo Bot Platform as crabline plays them, which nobody here wrote."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.errors import StorageUnavailable
from bot.messages import Acceptance, InboundMessage
from tests.e2e.servers import CRABLINE, Crabline, crabline, service, until

pytestmark = [
    pytest.mark.skipif(not os.environ.get("E2E"), reason="left out: run by make e2e"),
    pytest.mark.skipif(not CRABLINE.exists(), reason="left out: crabline is not installed"),
]

TELEGRAM_TOKEN, ZALO_TOKEN = "12345:abc-xyz_abcdefghijklmnopqrstuvwxyz", "12345689:abc-xyz"
LAN = {"chatId": 7001, "fromId": 7001, "fromName": "Lan"}
MAI = {"chatId": "6ede9afa66b88fe6d6a9", "chatType": "PRIVATE", "senderId": "6ede9afa66b88fe6d6a9", "senderName": "Mai"}


@pytest.fixture
def telegram(tmp_path: Path) -> Iterator[Crabline]:
    with crabline("telegram", TELEGRAM_TOKEN, tmp_path) as server:
        yield server


@pytest.fixture
def zalo(tmp_path: Path) -> Iterator[Crabline]:
    with crabline("zalo", ZALO_TOKEN, tmp_path) as server:
        yield server


def said(server: Crabline) -> list[str]:
    """Return the texts the bot sent, in order."""
    return [text for call in server.calls("sendMessage") if (text := _text(call)) is not None]


def _text(record: Any) -> str | None:
    if isinstance(record, dict):
        if isinstance(record.get("text"), str) and "chat_id" in record:
            return str(record["text"])
        return next((found for value in record.values() if (found := _text(value)) is not None), None)
    return None


async def test_telegram_by_webhook(telegram: Crabline, tmp_path: Path) -> None:
    """Registered with the secret, answered in order, long answers within 4096 units."""
    async with service(tmp_path, telegram_bot_token=TELEGRAM_TOKEN, telegram_api_root=telegram.root) as running:
        _, dialogue, _ = running
        await until(lambda: telegram.calls("setWebhook"))
        for text in ("mẹ em 76 tuổi", "hộ cận nghèo", "Được 🙂 ạ. " * 300):
            await telegram.say(text, **LAN)
        await until(lambda: len(said(telegram)) >= 3)

    assert [heard for _, heard in dialogue.heard][:2] == ["mẹ em 76 tuổi", "hộ cận nghèo"]
    assert said(telegram)[:2] == ["nghe: mẹ em 76 tuổi", "nghe: hộ cận nghèo"]


async def test_telegram_sends_again_what_could_not_be_stored(
    telegram: Crabline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two times 503, then stored and answered once; the server's own back-off brings it back."""
    async with service(tmp_path, telegram_bot_token=TELEGRAM_TOKEN, telegram_api_root=telegram.root) as running:
        desk, dialogue, _ = running
        await until(lambda: telegram.calls("setWebhook"))
        accept, failures = desk.inbox.accept, [1, 2]

        async def failing(message: InboundMessage) -> Acceptance:
            if failures:
                failures.pop()
                raise StorageUnavailable(message.channel, "key")
            return await accept(message)

        monkeypatch.setattr(desk.inbox, "accept", failing)
        await telegram.say("mất điện", **LAN)
        await until(lambda: said(telegram))
        async with httpx.AsyncClient() as client:
            info = (await client.post(f"{telegram.root}/bot{TELEGRAM_TOKEN}/getWebhookInfo")).json()["result"]

    assert [heard for _, heard in dialogue.heard] == ["mất điện"]
    assert said(telegram) == ["nghe: mất điện"]
    assert "503" in info["last_error_message"]


async def test_telegram_by_polling(telegram: Crabline, tmp_path: Path) -> None:
    settings = {"telegram_bot_token": TELEGRAM_TOKEN, "telegram_api_root": telegram.root, "public_url": ""}
    async with service(tmp_path, **settings):
        await until(lambda: telegram.calls("deleteWebhook"))
        for text in ("một", "hai"):
            await telegram.say(text, **LAN)
        await until(lambda: len(said(telegram)) == 2)

    assert said(telegram) == ["nghe: một", "nghe: hai"]


async def test_zalo_bot_by_webhook(zalo: Crabline, tmp_path: Path) -> None:
    """Registered with the secret; choices come numbered and a number chooses."""
    async with service(tmp_path, zalo_bot_token=ZALO_TOKEN, zalo_bot_api_root=zalo.root) as running:
        _, dialogue, _ = running
        await until(lambda: zalo.calls("setWebhook"))
        await zalo.say("hỏi", **MAI)
        await until(lambda: said(zalo))
        await zalo.say("2", **MAI)
        await until(lambda: len(said(zalo)) == 2)

    assert "2. Hộ cận nghèo" in said(zalo)[0]
    assert [heard for _, heard in dialogue.heard] == ["hỏi", '/inform{"h":"near_poor"}']
    assert zalo.calls("sendChatAction")


async def test_zalo_bot_by_polling(zalo: Crabline, tmp_path: Path) -> None:
    """One event a call, nothing confirmed: each must be stored as it comes."""
    settings = {"zalo_bot_token": ZALO_TOKEN, "zalo_bot_api_root": zalo.root, "public_url": ""}
    async with service(tmp_path, **settings):
        await until(lambda: zalo.calls("deleteWebhook"))
        for text in ("một", "hai", "ba"):
            await zalo.say(text, **MAI)
        await until(lambda: len(said(zalo)) == 3)

    assert said(zalo) == ["nghe: một", "nghe: hai", "nghe: ba"]
