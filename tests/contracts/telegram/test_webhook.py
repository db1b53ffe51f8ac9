"""What Telegram sends is stored before it is confirmed, once, by webhook and by polling."""

from __future__ import annotations

import asyncio

import pytest

from bot.channels.telegram import (
    TelegramConfig,
    TelegramPolling,
    TelegramReceiver,
    TelegramRegistration,
    TelegramSender,
    make_bot,
)
from bot.channels.telegram.registration import set_webhook, webhook_info
from bot.channels.telegram.updates import UpdateReader
from bot.delivery import DeliveryLoop
from core.clock import SystemClock
from core.database import Database
from tests.bot.conftest import Bot
from tests.bot.fakes import until
from tests.contracts.telegram.service import SECRET, Service


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
