"""What Telegram refuses: floods, its own errors, people who blocked the bot."""

from __future__ import annotations

import asyncio

from bot.channels.telegram import (
    TelegramSender,
    make_bot,
)
from bot.messages import Delivery
from tests.bot.fakes import until
from tests.contracts.telegram.service import Service


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
