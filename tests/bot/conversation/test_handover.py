"""Handing a conversation to a person and back, on each kind of database."""

from __future__ import annotations

import pytest

from bot.conversation.handover import Handover
from bot.conversation.reply import TELEGRAM
from bot.errors import NotYours
from bot.tables import Holder
from tests.bot.conftest import Bot
from tests.bot.fakes import message, until


def desk(bot: Bot) -> Handover:
    return Handover(
        bot.storage,
        bot.vault,
        bot.clock,
        signals=bot.signals,
        phrases=bot.phrases,
        formats={"telegram": TELEGRAM},
    )


async def test_whole_way_of_a_handover(bot: Bot) -> None:
    """Asked for, claimed, answered by a person, given back; nobody else can answer meanwhile."""
    await bot.inbox.accept(message("gặp cán bộ", id="1"))
    await until(lambda: bot.sender.sent)
    (waiting,) = await desk(bot).queue()
    assert (waiting.holder, waiting.reason) == (Holder.WAITING, "asked")

    await desk(bot).claim(waiting.conversation_id, "lan")
    with pytest.raises(NotYours):
        await desk(bot).claim(waiting.conversation_id, "minh")
    with pytest.raises(NotYours):
        await desk(bot).say(waiting.conversation_id, "minh", "chen vào")
    await desk(bot).say(waiting.conversation_id, "lan", "Chào bác, số 0912345678 bác xóa đi nhé")
    await bot.inbox.accept(message("cảm ơn", id="2"))
    await until(lambda: len(bot.sender.sent) == 2 and bot.tally.count("telegram", "answered") == 2)
    await desk(bot).release(waiting.conversation_id, "lan")
    await bot.inbox.accept(message("chào lại", id="3"))
    await until(lambda: len(bot.sender.sent) == 3)

    assert [d.text for d in bot.sender.sent] == [
        "Đợi chút nhé.",
        "Chào bác, số [phone] bác xóa đi nhé",
        "nghe: chào lại",
    ]
    assert await desk(bot).queue() == []


async def test_only_a_claimed_conversation_can_be_answered(bot: Bot) -> None:
    await bot.inbox.accept(message("gặp cán bộ", id="1"))
    await until(lambda: bot.sender.sent)

    with pytest.raises(NotYours):
        await desk(bot).say("telegram-lan", "lan", "chào")
    with pytest.raises(NotYours):
        await desk(bot).claim("telegram-nobody", "lan")
