"""Whatever arrives at a channel's parser or door is taken or refused as the channel needs it, never with a 500."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.channels.telegram import TelegramConfig, TelegramReceiver, telegram_router
from bot.channels.telegram.updates import UpdateReader
from bot.channels.web.guards import RequestRefused
from bot.channels.web.submission import Submission, read_form
from bot.channels.whereabouts import Whereabouts
from bot.channels.zalo_bot import ZaloBotConfig, ZaloBotReceiver, zalo_bot_router
from bot.channels.zalo_bot.events import EventReader as ZaloBotEventReader
from bot.channels.zalo_oa import ZaloConfig, ZaloReceiver, zalo_router
from bot.channels.zalo_oa.events import EventReader, Ignored
from bot.conversation.words import tidy
from bot.messages import Acceptance, InboundMessage, MessageKind
from bot.tally import Tally
from bot.vault import Vault
from core.clock import SystemClock
from tests.contracts.zalo_oa.fake import APP_ID, OA_SECRET, mac, now_ms
from tests.examples import often

SECRET = "webhook-secret_1"
VAULT = Vault("a key for the tests only")
NEAR = Whereabouts.load().near
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def check(message: InboundMessage) -> None:
    """Take a message as the inbox does: it must be one indeed, and storable."""
    assert isinstance(message.text, str)
    assert isinstance(message.kind, MessageKind)
    assert message.received_at.tzinfo is not None
    text = tidy(message.text)
    VAULT.seal([text, message.sender, message.message_id, dict(message.metadata)])
    VAULT.message_key(message.channel, message.message_id)


class KeepingInbox:
    """Keeps what it is given, if it is a message indeed."""

    def __init__(self) -> None:
        self.messages: list[InboundMessage] = []

    async def accept(self, message: InboundMessage) -> Acceptance:
        check(message)
        self.messages.append(replace(message, text=tidy(message.text)))
        return Acceptance.STORED


@dataclass
class Door:
    """One channel's webhook, with what it needs to be believed."""

    path: str
    headers: dict[str, str]
    router: Callable[[KeepingInbox], Any]
    answers: set[int]  # to bytes of any kind
    inbox: KeepingInbox = field(default_factory=KeepingInbox)

    def __post_init__(self) -> None:
        self.app = FastAPI()
        self.app.include_router(self.router(self.inbox))

    async def post(self, body: bytes, headers: dict[str, str]) -> int:
        transport = httpx.ASGITransport(self.app)  # raises what the app raises
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return (await client.post(self.path, content=body, headers=headers)).status_code


def telegram(inbox: KeepingInbox) -> Any:
    reader = UpdateReader("12345", VAULT, NEAR)
    return telegram_router(TelegramConfig("12345:x", SECRET), TelegramReceiver(reader, inbox, SystemClock(), Tally()))


def zalo_oa(inbox: KeepingInbox) -> Any:
    config = ZaloConfig(APP_ID, OA_SECRET)
    return zalo_router(config, ZaloReceiver(config, EventReader(VAULT, NEAR), inbox, SystemClock(), Tally()))


def zalo_bot(inbox: KeepingInbox) -> Any:
    receiver = ZaloBotReceiver(ZaloBotEventReader("1", VAULT), inbox, SystemClock(), Tally())
    return zalo_bot_router(ZaloBotConfig("1:x", SECRET), receiver)


JSON = {"Content-Type": "application/json"}
DOORS = {
    "telegram": Door(
        "/channels/telegram", JSON | {"X-Telegram-Bot-Api-Secret-Token": SECRET}, telegram, {200, 400, 403, 415}
    ),
    "zalo_oa": Door("/channels/zalo", JSON, zalo_oa, {200}),
    "zalo_bot": Door("/channels/zalo-bot", JSON | {"X-Bot-Api-Secret-Token": SECRET}, zalo_bot, {200, 400, 403, 415}),
}

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False)
SCALARS |= st.text(st.characters(), max_size=8)  # lone surrogates too: JSON can spell them
TELEGRAM_KEYS = [
    *("update_id", "message", "edited_message", "callback_query", "my_chat_member", "chat", "from", "text", "date"),
    *("id", "type", "data", "entities", "offset", "length", "photo", "location", "voice", "message_id", "is_bot"),
    *("first_name", "new_chat_member", "old_chat_member", "status", "user", "reply_to_message", "caption"),
    *("latitude", "longitude", "venue", "title", "address", "sticker", "contact", "message_thread_id"),
]
ZALO_KEYS = [
    *("event_name", "message", "sender", "recipient", "follower", "user_id", "text", "msg_id", "attachments", "id"),
    *("admin_id", "conversation_id", "payload", "coordinates", "latitude", "longitude", "type"),
]
ZALO_EVENTS = [
    *("user_send_text", "user_send_image", "user_send_location", "user_click_button", "follow", "user_withdraw"),
    *("oa_send_text", "anonymous_send_text", "user_click_chatnow", "x"),
]
ZALO_BOT_KEYS = [
    *("event_name", "message", "from", "chat", "id", "text", "message_id", "date", "is_bot", "chat_type", "result"),
    *("ok", "photo", "caption", "sticker", "url"),
]
ZALO_BOT_EVENTS = [f"message.{kind}.received" for kind in ("text", "image", "sticker", "voice", "unsupported", "x")]
WEB_KEYS = ["id", "text", "choice", "token"]


def nested(keys: list[str]) -> st.SearchStrategy[Any]:
    return st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(keys), inner, max_size=6),
        max_leaves=25,
    )


def objects(keys: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(keys), nested(keys), max_size=6)


SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
PARSER = settings(max_examples=often(150), deadline=None, suppress_health_check=SLOW)
AT_THE_DOOR = settings(max_examples=often(25), deadline=None, suppress_health_check=SLOW)
PERSON = {"id": 5, "is_bot": False, "first_name": "L"}
MESSAGE = {"message_id": 1, "date": 1795312487, "chat": {"id": 5, "type": "private"}, "from": PERSON}


# --- the parsers ---


@PARSER
@given(content=objects(TELEGRAM_KEYS), whole=st.booleans())
@example({"chat": {"id": "\ud800", "type": "private"}, "text": "\ud800x"}, True)
@example({"location": {"latitude": "x", "longitude": []}}, True)
async def test_any_json_from_telegram_is_taken(content: dict[str, Any], whole: bool) -> None:
    """What cannot be read is dropped: an error would make Telegram send it again for ever."""
    inbox = KeepingInbox()
    receiver = TelegramReceiver(UpdateReader("12345", VAULT, NEAR), inbox, SystemClock(), Tally())

    await receiver.receive({"update_id": 7, "message": MESSAGE | content} if whole else {"update_id": 7} | content)


@PARSER
@given(content=objects(ZALO_KEYS), event=st.sampled_from(ZALO_EVENTS))
@example({"sender": {"id": "\ud800"}, "message": {"text": "\ud800x", "msg_id": "\ud800"}}, "user_send_text")
def test_any_event_of_zalo_is_read(content: dict[str, Any], event: str) -> None:
    values = {"event_name": event} | content | {"timestamp": str(now_ms())}

    read = EventReader(VAULT, NEAR).read(values, json.dumps(values).encode())
    if not isinstance(read, Ignored):
        check(read)


@PARSER
@given(content=objects(ZALO_BOT_KEYS), event=st.sampled_from(ZALO_BOT_EVENTS), wrapped=st.booleans())
@example({"message": {"from": {"id": "\ud800"}, "text": "\ud800x", "date": 10**30}}, ZALO_BOT_EVENTS[0], False)
def test_any_event_of_the_zalo_bot_is_read(content: dict[str, Any], event: str, wrapped: bool) -> None:
    values = {"event_name": event} | content

    read = ZaloBotEventReader("1", VAULT).read({"ok": True, "result": values} if wrapped else values, now=NOW)
    if isinstance(read, InboundMessage):
        check(read)
        assert read.received_at <= NOW


@PARSER
@given(body=st.binary(max_size=200) | objects(WEB_KEYS).map(lambda values: json.dumps(values).encode()))
@example(b"[" * 50_000)
@example(b'{"id": "abcdefgh", "text": "\\ud800"}')
def test_any_body_of_the_web_page_is_read_or_refused(body: bytes) -> None:
    for read in (Submission.from_json, lambda body: Submission.from_form(read_form(body))):
        with contextlib.suppress(RequestRefused):
            submission = read(body)
            VAULT.seal([submission.id, submission.text, submission.choice])


# --- the doors ---


@pytest.mark.parametrize("name", DOORS)
@AT_THE_DOOR
@given(
    body=st.binary(max_size=200),
    secret=st.sampled_from([SECRET, "x", ""]),
    type=st.text("abc/json ;=", max_size=20) | st.just("application/json"),
)
async def test_any_bytes_at_the_door_are_answered_as_the_channel_needs(
    name: str, body: bytes, secret: str, type: str
) -> None:
    door = DOORS[name]
    headers = {header: secret if "Token" in header else value for header, value in door.headers.items()}

    assert await door.post(body, headers | {"Content-Type": type}) in door.answers


@AT_THE_DOOR
@given(content=objects(ZALO_KEYS), event=st.sampled_from(ZALO_EVENTS))
async def test_any_signed_json_from_zalo_is_answered_200(content: dict[str, Any], event: str) -> None:
    values = {"event_name": event} | content | {"app_id": APP_ID, "timestamp": str(now_ms())}
    body = json.dumps(values).encode()

    assert await DOORS["zalo_oa"].post(body, {"X-ZEvent-Signature": f"mac={mac(values, body, OA_SECRET)}"}) == 200


async def test_half_characters_in_what_is_signed_are_answered_200() -> None:
    body = b'{"app_id": "\\ud800", "timestamp": "\\ud800"}'

    assert await DOORS["zalo_oa"].post(body, {"X-ZEvent-Signature": "mac=1"}) == 200
