"""The Zalo Bot Platform end to end over real HTTP: webhook or polling in, gateway, outbox, sendMessage out."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from bot.channels.zalo_bot import (
    ZaloBotApi,
    ZaloBotConfig,
    ZaloBotPolling,
    ZaloBotReceiver,
    ZaloBotRegistration,
    ZaloBotSender,
    zalo_bot_router,
)
from bot.channels.zalo_bot.events import EventReader
from bot.channels.zalo_bot.registration import delete_webhook, set_webhook, webhook_info
from bot.errors import RetryLater, Undeliverable
from bot.messages import Delivery, Reply
from bot.spool import SpooledInbox
from core.clock import SystemClock
from core.database import Database
from tests.bot.conftest import Bot
from tests.bot.fakes import until
from tests.contracts.inbox import StuckInbox
from tests.contracts.server import serving
from tests.contracts.zalo_bot.fake import OTHER, STRANGER, USER, FakeZaloBot

SECRET = "webhook-secret_1"


@dataclass
class Service:
    """The service with its Zalo Bot, and the platform it talks to."""

    bot: Bot
    zalo: FakeZaloBot
    config: ZaloBotConfig
    api: ZaloBotApi
    sender: ZaloBotSender
    receiver: ZaloBotReceiver
    inbox: StuckInbox
    spool: SpooledInbox

    def delivery(self, text: str = "chào", to: str = USER) -> Delivery:
        return Delivery(id=1, channel="zalo_bot", conversation_id="c", address=to, text=text)


@pytest.fixture
async def service(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[Service]:
    zalo, app = FakeZaloBot(), FastAPI()
    async with serving(zalo.app) as api_root, serving(app) as root, httpx.AsyncClient() as client:
        config = ZaloBotConfig(zalo.token, SECRET, public_url=root, api_root=api_root)
        api = ZaloBotApi(config, client)
        sender = ZaloBotSender(api)
        bot = Bot(sqlite_database, SystemClock(), sender=sender, presences={"zalo_bot": sender})  # type: ignore[arg-type]
        inbox = StuckInbox(bot.inbox)
        spool = SpooledInbox(inbox, tmp_path / "zalo_bot.sealed", bot.vault)
        receiver = ZaloBotReceiver(EventReader(config.bot_id, bot.vault), spool, bot.clock, bot.tally)
        app.include_router(zalo_bot_router(config, receiver))
        await bot.start()
        registration = ZaloBotRegistration(api, config)
        await registration.start()
        await until(lambda: zalo.webhook)
        yield Service(bot, zalo, config, api, sender, receiver, inbox, spool)
        await registration.stop()
        await bot.stop()


@pytest.mark.parametrize("wrapped", [False, True])
async def test_text_is_answered_in_both_shapes(service: Service, wrapped: bool) -> None:
    """Its pages show the event wrapped in a result, its servers were seen to send it bare."""
    status = await service.zalo.deliver(service.zalo.text_event("mẹ em 76 tuổi"), wrapped=wrapped)
    await until(lambda: service.zalo.sent)

    assert status == 200
    assert service.zalo.sent == [(USER, "nghe: mẹ em 76 tuổi")]
    assert "sendChatAction" in service.zalo.calls


async def test_choices_are_numbered_and_answered_by_number_or_words(service: Service) -> None:
    """The platform has no buttons."""
    await service.zalo.deliver(service.zalo.text_event("hỏi"))
    await until(lambda: service.zalo.sent)
    await service.zalo.deliver(service.zalo.text_event("2"))
    await service.zalo.deliver(service.zalo.text_event("hỏi"))
    await service.zalo.deliver(service.zalo.text_event("Hộ nghèo"))
    await until(lambda: len(service.zalo.sent) == 4)

    assert "1. Hộ nghèo\n2. Hộ cận nghèo" in service.zalo.sent[0][1]
    assert [text for _, text in service.bot.dialogue.heard] == [
        "hỏi",
        '/inform{"h":"near_poor"}',
        "hỏi",
        '/inform{"h":"poor"}',
    ]


async def test_long_answer_is_split_at_2000_and_bears_no_marks(service: Service) -> None:
    text = "\n".join(f"**Bước {n}**: nộp đơn tại xã theo 176/2025/NĐ-CP Điều {n}." for n in range(120))

    async def respond(*_: object, **__: object) -> list[Reply]:
        return [Reply(text)]

    service.bot.dialogue.respond = respond  # type: ignore[method-assign, assignment]

    await service.zalo.deliver(service.zalo.text_event("hồ sơ"))
    await until(lambda: len(service.zalo.sent) >= 4)

    assert all(len(part) <= 2000 and "*" not in part for _, part in service.zalo.sent)
    assert sum(part.count("Bước") for _, part in service.zalo.sent) == 120


@pytest.mark.parametrize(
    ("event", "content", "key"),
    [
        ("message.image.received", {"photo_url": "https://x/y.jpg"}, "photo"),
        ("message.sticker.received", {"sticker": "s", "url": "https://x"}, "sticker"),
        ("message.voice.received", {"voice_url": "https://x.aac"}, "voice"),
        ("message.unsupported.received", {}, "other"),
        ("message.something_new.received", {}, "other"),
    ],
)
async def test_what_is_not_text_is_answered_kindly(
    service: Service, event: str, content: dict[str, str], key: str
) -> None:
    await service.zalo.deliver(service.zalo.event(event, **content))
    await until(lambda: service.zalo.sent)

    assert service.zalo.sent == [(USER, service.bot.phrases[key])]


async def test_start_caption_and_commands_are_words_for_the_dialogue(service: Service) -> None:
    await service.zalo.deliver(service.zalo.text_event("/canbo"))
    await service.zalo.deliver(service.zalo.event("message.image.received", photo="p", caption="giấy này là gì"))
    await service.zalo.deliver(service.zalo.text_event("/start", user=OTHER))
    await until(lambda: len(service.zalo.sent) == 3)

    assert {text for _, text in service.bot.dialogue.heard} == {"gặp cán bộ", "giấy này là gì", "xin chào"}


async def test_repeated_event_is_answered_once(service: Service) -> None:
    event = service.zalo.text_event("một lần")
    for _ in range(3):
        assert await service.zalo.deliver(event) == 200
    await service.zalo.deliver(service.zalo.text_event("hai"))
    await until(lambda: len(service.zalo.sent) == 2)

    assert [text for _, text in service.zalo.sent] == ["nghe: một lần", "nghe: hai"]


async def test_members_of_a_group_do_not_share_a_conversation(service: Service) -> None:
    service.zalo.chats.add("group1")
    await service.zalo.deliver(service.zalo.text_event("một", chat_type="GROUP"))
    await service.zalo.deliver(service.zalo.text_event("hai", chat_type="GROUP", user=OTHER))
    await until(lambda: len(service.zalo.sent) == 2)

    assert len({conversation for conversation, _ in service.bot.dialogue.heard}) == 2
    assert all(metadata["is_group"] for metadata in service.bot.dialogue.metadata)


async def test_clock_ahead_of_ours_is_taken_as_now(service: Service) -> None:
    await service.zalo.deliver(service.zalo.text_event("từ ngày mai", date=4102444800000))
    await until(lambda: service.zalo.sent)

    conversation = service.bot.vault.conversation("zalo_bot", USER)
    (said, _) = await service.bot.transcript.since(conversation)
    assert said.said_at <= service.bot.clock.now()


async def test_bad_input_is_answered_as_the_platform_needs_it(service: Service) -> None:
    zalo, event = service.zalo, service.zalo.text_event("chào")
    json_type = {"Content-Type": "application/json"}

    assert await zalo.deliver(event, secret="wrong") == 403
    assert await zalo.deliver(event, secret="") == 403
    assert await zalo.deliver(event, body=json.dumps(event).encode(), **{"Content-Type": "text/plain"}) == 415
    assert await zalo.deliver(event, body=b"\xff\xfe{", **json_type) == 400
    assert await zalo.deliver(event, body=json.dumps(event).encode()[:-9], **json_type) == 400
    assert await zalo.deliver(event, body=b"[1]", **json_type) == 400
    assert await zalo.deliver(event, body=b"[" * 100_000, **json_type) == 400
    assert await zalo.deliver(event, body=b'"' + b"x" * (1 << 20) + b'"', **json_type) == 413
    assert await zalo.deliver({"event_name": "new.event"}) == 200
    assert await zalo.deliver({"ok": True, "result": {"event_name": 7, "message": []}}) == 200
    bot_itself = {"from": {"id": "1", "is_bot": True}}
    assert await zalo.deliver(zalo.text_event("bot") | {"message": bot_itself}) == 200
    assert await service.bot.inbox.counts() == {}


async def test_nothing_is_lost_while_the_database_is_away(service: Service) -> None:
    service.inbox.is_away = True
    assert await service.zalo.deliver(service.zalo.text_event("mất điện")) == 200
    assert service.spool.has_waiting

    service.inbox.is_away = False
    await service.zalo.deliver(service.zalo.text_event("có điện"))
    await until(lambda: len(service.zalo.sent) == 2)

    assert [text for _, text in service.zalo.sent] == ["nghe: mất điện", "nghe: có điện"]


@pytest.mark.parametrize("code", [401, 408, 426, 429, 500, 502])
async def test_what_may_pass_later_is_kept(service: Service, code: int) -> None:
    service.zalo.errors.append(code)

    with pytest.raises(RetryLater):
        await service.sender.send(service.delivery())


@pytest.mark.parametrize(("to", "gone"), [(STRANGER, False), (OTHER, True)])
async def test_who_cannot_be_written_to_is_given_up(service: Service, to: str, gone: bool) -> None:
    service.zalo.blocked.add(OTHER)

    with pytest.raises(Undeliverable) as refused:
        await service.sender.send(service.delivery(to=to))

    assert refused.value.gone is gone


async def test_polling_takes_one_event_at_a_time_and_needs_no_webhook(service: Service) -> None:
    """The platform forgets what it handed out, so it must be stored whatever happens to the database."""
    polling = ZaloBotPolling(service.api, service.receiver, long_poll_seconds=1)
    service.zalo.updates += [service.zalo.text_event("một"), service.zalo.text_event("hai")]

    await polling.start()
    await until(lambda: len(service.zalo.sent) == 2)
    service.inbox.is_away = True
    service.zalo.updates.append(service.zalo.text_event("ba"))
    await until(lambda: service.spool.has_waiting)
    await polling.stop()
    service.inbox.is_away = False
    await service.spool.put_back()
    await until(lambda: len(service.zalo.sent) == 3)

    assert service.zalo.webhook == {}
    assert [text for _, text in service.zalo.sent] == ["nghe: một", "nghe: hai", "nghe: ba"]


async def test_event_fetched_by_a_process_that_is_killed_is_answered_by_the_next(
    service: Service, tmp_path: Path
) -> None:
    """The platform hands an event out once and knows no offset: it must be on the disk before anything else."""
    service.zalo.updates.append(service.zalo.text_event("mẹ em 76 tuổi"))
    file = tmp_path / "polled.sealed"
    arguments = ("-m", "tests.contracts.zalo_bot.kill_child", service.config.api_root, service.zalo.token, str(file))
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments)
    killed = await asyncio.wait_for(process.wait(), 60)
    with_the_platform, words = list(service.zalo.updates), file.with_suffix(".draining").read_text(encoding="ascii")

    following = SpooledInbox(service.inbox, file, service.bot.vault, ahead=True)
    await following.start()
    await until(lambda: service.zalo.sent)
    await following.stop()

    assert (killed, with_the_platform) == (-signal.SIGKILL, [])
    assert "76 tu" not in words
    assert words.strip()
    assert service.zalo.sent == [(USER, "nghe: mẹ em 76 tuổi")]
    assert not following.has_waiting


async def test_webhook_is_set_shown_and_deleted(service: Service) -> None:
    service.zalo.trial_outcome = "webhook.http.403"

    trial = await set_webhook(service.api, service.config)
    shown = await webhook_info(service.api)
    await delete_webhook(service.api)

    assert (trial["trial_ok"], trial["trial_outcome"]) == (False, "webhook.http.403")
    assert shown == {"url": service.config.webhook_url}
    assert await webhook_info(service.api) == {"url": ""}


async def test_token_shows_in_no_error_and_no_log(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    """The token is part of every address, and httpx logs addresses."""
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("httpx").setLevel(logging.WARNING)  # as app.logs does
        unreachable = ZaloBotApi(
            ZaloBotConfig(service.zalo.token, SECRET, api_root="http://127.0.0.1:9"), httpx.AsyncClient()
        )
        with pytest.raises(RetryLater) as failed:
            await ZaloBotSender(unreachable).send(service.delivery())

    assert "bot-secret" not in f"{failed.value!r} {failed.value.__cause__!r} {service.config!r}"
    assert "bot-secret" not in caplog.text


def test_secret_that_the_platform_would_refuse_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="8 to 256"):
        ZaloBotConfig("1:x", "short")
