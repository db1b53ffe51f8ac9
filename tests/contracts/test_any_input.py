"""Whatever arrives at a webhook, it is answered as the channel needs it, and never with a 500."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import httpx
from fastapi import FastAPI
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.channels.telegram import TelegramConfig, TelegramReceiver, telegram_router
from bot.channels.telegram.updates import UpdateReader
from bot.channels.zalo_oa import ZaloConfig, ZaloReceiver, zalo_router
from bot.channels.zalo_oa.events import EventReader
from bot.conversation.words import tidy
from bot.messages import Acceptance, InboundMessage
from bot.tally import Tally
from bot.vault import Vault
from core.clock import SystemClock
from tests.contracts.zalo_oa.fake import APP_ID, OA_SECRET, mac, now_ms

SECRET = "s3cret"
VAULT = Vault("a key for the tests only")


class KeepingInbox:
    """Keeps what it is given, if it is a message indeed."""

    def __init__(self) -> None:
        self.messages: list[InboundMessage] = []

    async def accept(self, message: InboundMessage) -> Acceptance:
        assert isinstance(message.text, str)
        message = replace(message, text=tidy(message.text))
        VAULT.seal([message.text, message.sender, message.message_id, dict(message.metadata)])
        self.messages.append(message)
        return Acceptance.STORED


def telegram_app() -> FastAPI:
    app, config = FastAPI(), TelegramConfig("12345:x", SECRET)
    receiver = TelegramReceiver(UpdateReader("12345", VAULT), KeepingInbox(), SystemClock(), Tally())
    app.include_router(telegram_router(config, receiver))
    return app


def zalo_app() -> FastAPI:
    app, config = FastAPI(), ZaloConfig(APP_ID, OA_SECRET)
    app.include_router(
        zalo_router(config, ZaloReceiver(config, EventReader(VAULT), KeepingInbox(), SystemClock(), Tally()))
    )
    return app


async def post(app: FastAPI, path: str, body: bytes, headers: dict[str, str]) -> int:
    transport = httpx.ASGITransport(app)  # raises what the app raises
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return (await client.post(path, content=body, headers=headers)).status_code


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False)
SCALARS |= st.text(st.characters(), max_size=8)  # lone surrogates too: JSON can spell them
TELEGRAM_KEYS = [
    *("update_id", "message", "edited_message", "callback_query", "my_chat_member", "chat", "from", "text", "date"),
    *("id", "type", "data", "entities", "offset", "length", "photo", "location", "voice", "message_id", "is_bot"),
    *("first_name", "new_chat_member", "old_chat_member", "status", "user", "reply_to_message", "caption"),
]
ZALO_KEYS = [
    *("event_name", "message", "sender", "recipient", "follower", "user_id", "text", "msg_id", "attachments", "id"),
    *("admin_id", "conversation_id", "payload", "coordinates"),
]
ZALO_EVENTS = [
    "user_send_text",
    "user_send_image",
    "follow",
    "user_withdraw",
    "oa_send_text",
    "anonymous_send_text",
    "x",
]


def nested(keys: list[str]) -> st.SearchStrategy[Any]:
    return st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(keys), inner, max_size=6),
        max_leaves=25,
    )


FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PERSON = {"id": 5, "is_bot": False, "first_name": "L"}
MESSAGE = {"message_id": 1, "date": 1795312487, "chat": {"id": 5, "type": "private"}, "from": PERSON}


@FUZZ
@given(content=st.dictionaries(st.sampled_from(TELEGRAM_KEYS), nested(TELEGRAM_KEYS), max_size=6), whole=st.booleans())
@example({"chat": {"id": "\ud800", "type": "private"}, "text": "\ud800x"}, True)
async def test_any_json_from_telegram_is_taken(content: dict[str, Any], whole: bool) -> None:
    """With the right secret it is Telegram's; anything but 200 would make it come back for ever."""
    update = {"update_id": 7, "message": MESSAGE | content} if whole else {"update_id": 7} | content

    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET, "Content-Type": "application/json"}
    assert await post(telegram_app(), "/channels/telegram", json.dumps(update).encode(), headers) == 200


@FUZZ
@given(
    body=st.binary(max_size=200), secret=st.sampled_from([SECRET, "x", ""]), type=st.text("abc/json ;=", max_size=20)
)
async def test_any_bytes_to_telegrams_door_are_refused_properly(body: bytes, secret: str, type: str) -> None:
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret, "Content-Type": type}

    assert await post(telegram_app(), "/channels/telegram", body, headers) in {200, 400, 403, 415}


@FUZZ
@given(
    content=st.dictionaries(st.sampled_from(ZALO_KEYS), nested(ZALO_KEYS), max_size=6),
    event=st.sampled_from(ZALO_EVENTS),
)
@example({"sender": {"id": "\ud800"}, "message": {"text": "\ud800x", "msg_id": "\ud800"}}, "user_send_text")
async def test_any_signed_json_from_zalo_is_taken(content: dict[str, Any], event: str) -> None:
    values = {"event_name": event} | content | {"app_id": APP_ID, "timestamp": str(now_ms())}
    body = json.dumps(values).encode()

    headers = {"X-ZEvent-Signature": f"mac={mac(values, body, OA_SECRET)}"}
    assert await post(zalo_app(), "/channels/zalo", body, headers) == 200


@FUZZ
@given(body=st.binary(max_size=200), signature=st.text("mac=0f ", max_size=70))
async def test_any_bytes_to_zalos_door_are_answered_200(body: bytes, signature: str) -> None:
    assert await post(zalo_app(), "/channels/zalo", body, {"X-ZEvent-Signature": signature}) == 200


async def test_half_characters_in_what_is_signed_are_answered_200() -> None:
    body = b'{"app_id": "\\ud800", "timestamp": "\\ud800"}'

    assert await post(zalo_app(), "/channels/zalo", body, {"X-ZEvent-Signature": "mac=1"}) == 200
