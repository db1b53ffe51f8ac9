"""Telegram end to end over real HTTP: webhook or polling in, gateway, outbox, Bot API out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from bot.channels.telegram import (
    TelegramConfig,
    TelegramPolling,
    TelegramReceiver,
    TelegramRegistration,
    TelegramSender,
    make_bot,
    telegram_router,
)
from bot.channels.telegram.registration import set_webhook, webhook_info
from bot.channels.telegram.updates import UpdateReader
from bot.channels.whereabouts import Whereabouts
from bot.delivery import DeliveryLoop
from bot.errors import StorageUnavailable
from bot.messages import Acceptance, Delivery, InboundMessage
from core.clock import SystemClock
from core.database import Database
from tests.bot.conftest import Bot
from tests.bot.fakes import until
from tests.contracts.server import serving
from tests.contracts.telegram.fake import FakeTelegram

SECRET = "webhook-secret_1"
STICKER = {"width": 1, "height": 1, "is_animated": False, "is_video": False}


class BrokenInbox:
    """An inbox whose database is away for the next few messages."""

    def __init__(self, inner: object) -> None:
        self.inner, self.failures = inner, 0

    async def accept(self, message: InboundMessage) -> Acceptance:
        if self.failures:
            self.failures -= 1
            raise StorageUnavailable(message.channel, "key")
        return await self.inner.accept(message)  # type: ignore[attr-defined, no-any-return]


@dataclass
class Service:
    """The service with its Telegram channel, and the Telegram it talks to."""

    bot: Bot
    telegram: FakeTelegram
    config: TelegramConfig
    inbox: BrokenInbox
    registration: TelegramRegistration
    receiver: TelegramReceiver
    url: str

    async def post(self, content: bytes, **headers: str | bytes) -> httpx.Response:
        async with httpx.AsyncClient() as client:
            return await client.post(self.url, content=content, headers=headers)  # type: ignore[arg-type]


@pytest.fixture
async def service(sqlite_database: Database) -> AsyncIterator[Service]:
    telegram = FakeTelegram()
    app = FastAPI()
    async with serving(telegram.app) as api_root, serving(app) as root:
        config = TelegramConfig(telegram.token, SECRET, public_url=root, api_root=api_root)
        client = make_bot(config)
        sender = TelegramSender(client, seconds_between_messages=0.05)
        bot = Bot(sqlite_database, SystemClock(), sender=sender, presences={"telegram": sender})  # type: ignore[arg-type]
        registration = TelegramRegistration(client, config)
        inbox = BrokenInbox(bot.inbox)
        receiver = TelegramReceiver(
            UpdateReader(config.bot_id, bot.vault, Whereabouts.load().near),
            inbox,
            bot.clock,
            bot.tally,
            acknowledge=sender.acknowledge,
            username=lambda: registration.username,
        )
        app.include_router(telegram_router(config, receiver))
        await bot.start()
        await registration.start()
        await until(lambda: telegram.webhook)
        yield Service(bot, telegram, config, inbox, registration, receiver, root + config.path)
        await registration.stop()
        await bot.stop()
        await client.request.shutdown()


async def test_text_is_answered(service: Service) -> None:
    await service.telegram.deliver(service.telegram.text_update("mẹ tôi 76 tuổi <b>&"))

    await until(lambda: service.telegram.sent)

    (sent,) = service.telegram.sent
    assert (sent["chat"], sent["text"]) == (501, "nghe: mẹ tôi 76 tuổi <b>&")
    assert service.telegram.webhook["secret_token"] == SECRET
    assert "sendChatAction" in service.telegram.calls


async def test_buttons_go_out_by_id_and_come_back_as_payload(service: Service) -> None:
    await service.telegram.deliver(service.telegram.text_update("hỏi"))
    await until(lambda: service.telegram.sent)
    (_, (title, data)) = service.telegram.sent[0]["buttons"]

    await service.telegram.deliver(service.telegram.press_update(data))
    await until(lambda: len(service.telegram.sent) == 2)

    assert title == "Hộ cận nghèo"
    assert service.bot.dialogue.heard[-1][1] == '/inform{"h":"near_poor"}'
    await until(lambda: "answerCallbackQuery" in service.telegram.calls)


async def test_repeated_update_is_answered_once(service: Service) -> None:
    update = service.telegram.text_update("một lần")
    statuses = [await service.telegram.deliver(update) for _ in range(5)]
    await service.telegram.deliver(service.telegram.text_update("hai"))

    await until(lambda: len(service.telegram.sent) == 2)

    assert statuses == [200] * 5
    assert [sent["text"] for sent in service.telegram.sent] == ["nghe: một lần", "nghe: hai"]


async def test_updates_out_of_order_are_answered_as_they_come(service: Service) -> None:
    """After trouble Telegram may send an older update behind a newer one; neither is a repeat of the other."""
    older, newer = service.telegram.text_update("một"), service.telegram.text_update("hai")

    for update in (newer, older, newer):
        await service.telegram.deliver(update)
    await until(lambda: len(service.telegram.sent) == 2)

    assert [sent["text"] for sent in service.telegram.sent] == ["nghe: hai", "nghe: một"]


async def test_wrong_or_missing_secret_is_refused(service: Service) -> None:
    body = b'{"update_id": 1}'

    wrong = await service.post(body, **{"X-Telegram-Bot-Api-Secret-Token": "x", "Content-Type": "application/json"})
    missing = await service.post(body, **{"Content-Type": "application/json"})
    strange = await service.post(body, **{"X-Telegram-Bot-Api-Secret-Token": "bí mật".encode()})

    assert [wrong.status_code, missing.status_code, strange.status_code] == [403, 403, 403]


@pytest.mark.parametrize(
    ("content", "type", "status"),
    [
        (b"{}", "text/plain", 415),
        (b'{"update_id": ', "application/json", 400),
        (b"[1]", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"a":"' + b"x" * (1 << 20) + b'"}', "application/json", 413),
        (b"{}", "application/json", 200),
        (b'{"update_id": "7"}', "application/json", 200),
        (b'{"update_id": 7, "message": {"text": 3}}', "application/json", 200),
        (b'{"update_id": 7, "message": [1]}', "application/json; charset=utf-8", 200),
    ],
)
async def test_bad_input_is_answered_as_telegram_needs_it(
    service: Service, content: bytes, type: str, status: int
) -> None:
    """Refuse what never comes from Telegram; take what would only be repeated for ever."""
    response = await service.post(content, **{"X-Telegram-Bot-Api-Secret-Token": SECRET, "Content-Type": type})

    assert response.status_code == status


async def test_update_is_asked_for_again_while_storage_is_away(service: Service) -> None:
    service.inbox.failures = 2

    status = await service.telegram.deliver(service.telegram.text_update("chào"), tries=1)
    again = await service.telegram.deliver(service.telegram.text_update("chào"))

    assert (status, again) == (503, 200)


async def test_flood_is_waited_out(service: Service) -> None:
    service.telegram.floods = [1]

    await service.telegram.deliver(service.telegram.text_update("chào"))
    await until(lambda: service.telegram.sent, seconds=10)

    assert service.telegram.calls.count("sendMessage") == 2


async def test_server_errors_are_tried_again(service: Service) -> None:
    service.telegram.crashes = 1

    await service.telegram.deliver(service.telegram.text_update("chào"))
    await until(lambda: service.telegram.sent, seconds=10)

    assert [sent["text"] for sent in service.telegram.sent] == ["nghe: chào"]


async def test_blocked_user_is_given_up(service: Service) -> None:
    service.telegram.blocked = {501}

    await service.telegram.deliver(service.telegram.text_update("chào"))
    await until(lambda: service.bot.tally.count("telegram", "undeliverable"))

    assert service.telegram.calls.count("sendMessage") == 1


async def test_long_answer_is_split_by_utf16_units(service: Service) -> None:
    """Telegram counts an emoji as two; python's len does not."""
    long = "Được 🙂 ạ. " * 330
    service.bot.dialogue.respond = _answer_with(long)  # type: ignore[method-assign]

    await service.telegram.deliver(service.telegram.text_update("dài"))
    await until(lambda: len(service.telegram.sent) == 1 and not service.telegram.refusals, seconds=10)

    assert service.telegram.sent[0]["text"] == long.strip()


async def test_very_long_answer_keeps_every_word_and_its_marks(service: Service) -> None:
    long = "\n".join(f"**Dòng {n}** 🙂 theo 335/2026/NĐ-CP, Điều 11 khoản 1." for n in range(200))
    service.bot.dialogue.respond = _answer_with(long)  # type: ignore[method-assign]

    await service.telegram.deliver(service.telegram.text_update("dài"))
    await until(lambda: len(service.telegram.sent) == 3, seconds=10)

    joined = "\n".join(sent["text"] for sent in service.telegram.sent)
    assert joined == long.replace("**", "")
    assert not service.telegram.refusals


def _answer_with(text: str) -> object:
    from bot.messages import Reply

    async def respond(conversation_id: str, asked: str, *, metadata: object) -> list[Reply]:
        return [Reply(text)]

    return respond


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ({"photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]}, "photo"),
        ({"voice": {"file_id": "a", "file_unique_id": "b", "duration": 3}}, "voice"),
        ({"location": {"latitude": 17.97, "longitude": 102.6}}, "location"),
        ({"sticker": {"file_id": "a", "file_unique_id": "b", "type": "regular"} | STICKER}, "sticker"),
        ({"video": {"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1, "duration": 1}}, "video"),
        ({"dice": {"emoji": "🎲", "value": 3}}, "other"),
        ({"contact": {"phone_number": "0912345678", "first_name": "Lan"}}, "contact"),
        ({"document": {"file_id": "a", "file_unique_id": "b"}}, "file"),
    ],
)
async def test_what_is_not_text_is_answered_kindly(service: Service, content: dict[str, object], key: str) -> None:
    await service.telegram.deliver(service.telegram.message_update(**content))

    await until(lambda: service.telegram.sent)

    assert service.telegram.sent[0]["text"] == service.bot.phrases[key]
    assert not service.bot.dialogue.heard


async def test_position_becomes_a_province_to_confirm_and_is_dropped(service: Service) -> None:
    """A position is sensitive: what is kept is at most the name of a province, and it counts only once confirmed."""
    await service.telegram.deliver(
        service.telegram.message_update(location={"latitude": 11.9404, "longitude": 108.4583}),
    )
    await until(lambda: service.telegram.sent)
    (asked,) = service.telegram.sent
    ((title, token), *_) = asked["buttons"]
    await service.telegram.deliver(service.telegram.press_update(token))
    await until(lambda: len(service.telegram.sent) == 2)

    assert title == "Lâm Đồng"
    assert [heard for _, heard in service.bot.dialogue.heard] == ["Tôi ở Lâm Đồng"]
    with service.bot.database.engine.connect() as connection:
        bodies = connection.execute(sa.text("SELECT body FROM bot_inbox")).scalars().all()
    assert not any("11.9" in repr(service.bot.vault.open(body)) for body in bodies if body)


async def test_place_that_is_shared_by_name_counts_like_a_position(service: Service) -> None:
    venue = {"location": {"latitude": 16.047, "longitude": 108.206}, "title": "Chợ Hàn", "address": "Đà Nẵng"}
    await service.telegram.deliver(service.telegram.message_update(venue=venue))
    await until(lambda: service.telegram.sent)

    assert service.telegram.sent[0]["buttons"][0][0] == "Đà Nẵng"


async def test_one_chat_gets_a_message_a_second_and_others_do_not_wait_for_it(service: Service) -> None:
    """More to one chat makes Telegram refuse; here a second is 0.2 seconds long."""
    client = make_bot(service.config)
    sender = TelegramSender(client, seconds_between_messages=0.2)
    started = asyncio.get_running_loop().time()
    took: dict[int, float] = {}

    async def send(number: int, chat: int) -> None:
        await sender.send(Delivery(number, "telegram", "c", str(chat), f"tin {number}"))
        took[number] = asyncio.get_running_loop().time() - started

    await asyncio.gather(*(send(number, 501) for number in range(3)), send(9, 502))
    await client.request.shutdown()

    assert took[1] >= 0.2
    assert took[2] >= 0.4
    assert took[9] < took[2]


async def test_every_sign_of_html_is_said_as_it_is(service: Service) -> None:
    service.bot.dialogue.respond = _answer_with("Thu nhập < 5 & > 3: <b>không</b> **đậm** &amp;")  # type: ignore[method-assign]

    await service.telegram.deliver(service.telegram.text_update("gì"))
    await until(lambda: service.telegram.sent)

    assert service.telegram.sent[0]["text"] == "Thu nhập < 5 & > 3: <b>không</b> đậm &amp;"
    assert "<b>đậm</b>" in service.telegram.sent[0]["raw"]


async def test_who_blocked_the_bot_gets_nothing_until_she_writes_again(service: Service) -> None:
    """Telegram tells of the block; every further try would count against the bot."""
    member = {"user": service.telegram.person(12345), "status": "member"}
    blocked = {
        "chat": {"id": 501, "type": "private"},
        "from": service.telegram.person(501),
        "date": 1795312487,
        "old_chat_member": member,
        "new_chat_member": member | {"status": "kicked", "until_date": 0},
    }
    service.telegram.crashes = 3
    await service.telegram.deliver(service.telegram.text_update("chào"))
    await until(lambda: "sendMessage" in service.telegram.calls)
    await service.telegram.deliver(service.telegram._update("my_chat_member", blocked))
    await until(lambda: service.bot.tally.count("telegram", "answered") == 2)

    service.telegram.crashes = 0
    await service.telegram.deliver(service.telegram.text_update("tôi quay lại"))
    await until(lambda: service.telegram.sent)

    assert [sent["text"] for sent in service.telegram.sent] == ["nghe: tôi quay lại"]


async def test_caption_of_a_photo_is_read(service: Service) -> None:
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
    await service.telegram.deliver(service.telegram.message_update(photo=photo, caption="giấy này là gì"))

    await until(lambda: service.telegram.sent)

    assert service.telegram.sent[0]["text"] == "nghe: giấy này là gì"


async def test_start_and_commands_are_words_for_the_dialogue(service: Service) -> None:
    for text in ("/start abc", "/canbo@ansinh_bot", '/check{"age":"81"}'):
        await service.telegram.deliver(service.telegram.text_update(text))

    await until(lambda: len(service.telegram.sent) == 3)

    assert [heard for _, heard in service.bot.dialogue.heard] == ["xin chào", "gặp cán bộ", 'check{"age":"81"}']


async def test_edited_text_asks_for_a_new_message(service: Service) -> None:
    update = service.telegram.text_update("86 tuổi")
    update["edited_message"] = update.pop("message") | {"edit_date": 1795312490}
    await service.telegram.deliver(update)

    await until(lambda: service.telegram.sent)

    assert service.telegram.sent[0]["text"] == service.bot.phrases["edited"]


async def test_group_talk_is_left_alone_and_each_member_has_a_conversation(service: Service) -> None:
    group = {"id": -9, "type": "supergroup", "title": "Tổ dân phố"}
    service.telegram.chats.add(-9)
    mention = [{"type": "mention", "offset": 0, "length": 11}]
    await until(lambda: service.registration.username)

    talk = service.telegram.text_update("ăn cơm chưa")
    talk["message"]["chat"] = group
    await service.telegram.deliver(talk)
    for person in (501, 502):
        update = service.telegram.message_update(text="@ansinh_bot mẹ 76", entities=mention)
        update["message"] |= {"chat": group, "from": service.telegram.person(person)}
        await service.telegram.deliver(update)
    await until(lambda: len(service.telegram.sent) == 2)

    assert {heard for _, heard in service.bot.dialogue.heard} == {"mẹ 76"}
    assert len({conversation for conversation, _ in service.bot.dialogue.heard}) == 2
    assert all(metadata["is_group"] for metadata in service.bot.dialogue.metadata)
    assert {sent["chat"] for sent in service.telegram.sent} == {-9}


async def test_webhook_info_is_readable(service: Service) -> None:
    client = make_bot(service.config)
    await set_webhook(client, service.config)

    info = await webhook_info(client)

    assert info["url"] == service.url
    await client.request.shutdown()


async def test_polling_stores_before_it_confirms(service: Service) -> None:
    """What was fetched while the database was away is fetched again, not lost."""
    client = make_bot(service.config)
    service.inbox.failures = 1
    polling = TelegramPolling(client, service.receiver, long_poll_seconds=1)
    service.telegram.updates = [
        service.telegram.text_update("một"),
        service.telegram.message_update(chat="x", text=["unreadable"]),
        service.telegram.text_update("hai"),
    ]

    await polling.start()
    await until(lambda: len(service.telegram.sent) == 2, seconds=10)
    await polling.stop()

    assert [sent["text"] for sent in service.telegram.sent] == ["nghe: một", "nghe: hai"]
    assert not service.telegram.webhook
    await client.request.shutdown()


async def test_service_starts_without_network(sqlite_database: Database) -> None:
    """A laptop without network, or Telegram down, must not keep the other channels from starting."""
    config = TelegramConfig("1:x", SECRET, public_url="https://example.org", api_root="http://127.0.0.1:9")
    client = make_bot(config)
    bot = Bot(sqlite_database, SystemClock(), sender=TelegramSender(client))  # type: ignore[arg-type]
    registration = TelegramRegistration(client, config)
    polling = TelegramPolling(client, TelegramReceiver(UpdateReader("1", bot.vault), bot.inbox, bot.clock, bot.tally))

    await asyncio.gather(bot.start(), registration.start(), polling.start())
    await until(lambda: registration.problem and polling.problem)

    assert (registration.problem, polling.problem) == ("NetworkError", "NetworkError")
    await asyncio.gather(registration.stop(), polling.stop())
    await DeliveryLoop.stop(bot.delivery)
    await bot.stop()
    await client.request.shutdown()
