"""One table: every kind of bad input at every door, what the caller hears, what is stored, what is logged.

Never a 500, and one line in the log for each call that is refused or passed over.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from structlog.testing import capture_logs

from bot.channels.web import WebConfig, WebDeps, web_router
from bot.messages import Acceptance, InboundMessage
from core.clock import SystemClock
from tests.bot.fakes import EchoDialogue
from tests.bot.web.conftest import SAME_ORIGIN, token_of
from tests.bot.web.memory import Conversations
from tests.contracts.test_any_input import DOORS, VAULT, KeepingInbox
from tests.contracts.test_bad_input import event, headers_of
from tests.contracts.zalo_oa.fake import APP_ID, now_ms

AHEAD_MS = 5 * 60 * 1000
WORDS = "mẹ em 76 tuổi"
WEB_PATH = "/web/messages"
SECRETS = ("X-Telegram-Bot-Api-Secret-Token", "X-Bot-Api-Secret-Token", "X-ZEvent-Signature", "X-Ansinh")


class StoringInbox(KeepingInbox):
    """Knows a message by its channel and id, as the table in the database does."""

    async def accept(self, message: InboundMessage) -> Acceptance:
        known = {VAULT.message_key(one.channel, one.message_id) for one in self.messages}
        if VAULT.message_key(message.channel, message.message_id) in known:
            return Acceptance.DUPLICATE
        return await super().accept(message)


@dataclass
class Call:
    """One request at a door."""

    body: bytes
    headers: dict[str, str]


Make = Callable[[str, Mapping[str, str]], Sequence[Call]]


def honest(name: str, web: Mapping[str, str], text: str = WORDS, *, number: int = 1, **more: Any) -> Call:
    """Return the call *name* makes when somebody writes."""
    values = {"id": f"message-{number}", "text": text} if name == "web" else event(name, text, number=number, **more)
    return whole(name, web, values)


def whole(name: str, web: Mapping[str, str], values: dict[str, Any]) -> Call:
    body = json.dumps(values, ensure_ascii=False).encode()
    return Call(body, dict(web) if name == "web" else headers_of(name, body, values))


def raw(name: str, web: Mapping[str, str], body: bytes) -> Call:
    return Call(body, dict(web if name == "web" else DOORS[name].headers))


def unsigned(name: str, web: Mapping[str, str]) -> Sequence[Call]:
    call = honest(name, web)
    return [Call(call.body, {key: value for key, value in call.headers.items() if key not in SECRETS})]


def skewed(name: str, web: Mapping[str, str]) -> Sequence[Call]:
    stamp = now_ms() + AHEAD_MS
    more = {"telegram": {"date": stamp // 1000}, "zalo_bot": {"date": stamp}, "zalo_oa": {"timestamp": str(stamp)}}
    return [honest(name, web, **more.get(name, {}))]


def unknown(name: str, web: Mapping[str, str]) -> Sequence[Call]:
    values = {"update_id": 7, "event_name": "something.new", "app_id": APP_ID, "timestamp": str(now_ms())}
    return [whole(name, web, values)]


def wrong_type(name: str, web: Mapping[str, str]) -> Sequence[Call]:
    call = honest(name, web)
    return [Call(call.body, call.headers | {"Content-Type": "text/plain"})]


BAD: dict[str, Make] = {
    "unsigned": unsigned,
    "replayed": lambda name, web: [honest(name, web)] * 3,
    "reordered": lambda name, web: [honest(name, web, f"tin {n}", number=n) for n in (3, 1, 2)],
    "truncated": lambda name, web: [raw(name, web, honest(name, web).body[:-9])],
    "oversized": lambda name, web: [raw(name, web, b'"' + b"x" * (1 << 20) + b'"')],
    "wrong_content_type": wrong_type,
    "unknown_event": unknown,
    "invalid_utf8": lambda name, web: [raw(name, web, honest(name, web).body.replace("mẹ".encode(), b"\xff\xfe"))],
    "ten_thousand_characters": lambda name, web: [honest(name, web, "mẹ em 76 tuổi. " * 700)],
    "clock_skew": skewed,
}


@dataclass(frozen=True)
class Due:
    """What a call comes to: status, stored messages, and lines in the log where nothing new was stored."""

    status: int
    stored: int = 0


def everywhere(telegram: Due, zalo_oa: Due, zalo_bot: Due, web: Due) -> dict[str, Due]:
    return {"telegram": telegram, "zalo_oa": zalo_oa, "zalo_bot": zalo_bot, "web": web}


TAKEN = everywhere(Due(200, 1), Due(200, 1), Due(200, 1), Due(202, 1))
UNREADABLE = everywhere(Due(400), Due(200), Due(400), Due(400))
DUE = {
    "unsigned": everywhere(Due(403), Due(200), Due(403), Due(403)),
    "replayed": TAKEN,
    "reordered": everywhere(Due(200, 3), Due(200, 3), Due(200, 3), Due(202, 3)),
    "truncated": UNREADABLE,
    "oversized": everywhere(Due(413), Due(200), Due(413), Due(413)),
    # Zalo must hear 200 whatever it sends, and its signature counts; the page is known by its token.
    "wrong_content_type": everywhere(Due(415), Due(200, 1), Due(415), Due(202, 1)),
    "unknown_event": everywhere(Due(200), Due(200), Due(200), Due(400)),
    "invalid_utf8": UNREADABLE,
    # The page has its own limit and says so while one types; the others hear that only the beginning was read.
    "ten_thousand_characters": everywhere(Due(200, 1), Due(200, 1), Due(200, 1), Due(422)),
    "clock_skew": TAKEN,
}


@dataclass
class Answered:
    statuses: set[int] = field(default_factory=set)
    lines: list[str] = field(default_factory=list)


async def knock(name: str, make: Make) -> tuple[Answered, StoringInbox]:
    """Make the calls at a door of its own; return what came of them."""
    inbox, app = StoringInbox(), FastAPI()
    deps = WebDeps(WebConfig(key=b"k"), inbox, Conversations(lambda _: ()), EchoDialogue(), SystemClock())
    app.include_router(web_router(deps) if name == "web" else DOORS[name].router(inbox))
    path = WEB_PATH if name == "web" else DOORS[name].path
    answered = Answered()
    transport = httpx.ASGITransport(app)  # raises what the app raises
    async with httpx.AsyncClient(transport=transport, base_url="http://chat.test") as client:
        web: dict[str, str] = {}
        if name == "web":
            web = SAME_ORIGIN | {"X-Ansinh": token_of((await client.get("/")).text)}
        for call in make(name, web):
            with capture_logs() as logs:
                response = await client.post(path, content=call.body, headers=call.headers)
            answered.statuses.add(response.status_code)
            answered.lines += [line["event"] for line in logs]
    return answered, inbox


@pytest.mark.parametrize("name", [*DOORS, "web"])
@pytest.mark.parametrize("kind", BAD)
async def test_bad_input_is_answered_as_the_channel_needs_and_logged_once(kind: str, name: str) -> None:
    due = DUE[kind][name]

    answered, inbox = await knock(name, BAD[kind])

    assert (answered.statuses, len(inbox.messages)) == ({due.status}, due.stored)
    if not due.stored:
        assert len(answered.lines) == 1, answered.lines
    assert not re.search("76", " ".join(answered.lines))


@pytest.mark.parametrize("name", [*DOORS, "web"])
async def test_what_comes_in_another_order_is_kept_in_the_order_it_came(name: str) -> None:
    """Numbers of channels are no order one may wait for: one that is missing would hold up everything."""
    _, inbox = await knock(name, BAD["reordered"])

    assert [message.text for message in inbox.messages] == ["tin 3", "tin 1", "tin 2"]
