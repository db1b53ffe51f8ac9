"""From the inbox to the sender, with everything running, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.answering import MOST_ATTEMPTS
from bot.errors import RetryLater, Undeliverable
from bot.messages import MessageKind
from tests.bot.conftest import Bot
from tests.bot.fakes import EchoDialogue, message, until


async def test_message_is_answered_end_to_end(bot: Bot) -> None:
    await bot.inbox.accept(message("mẹ tôi 76 tuổi", id="1"))

    await until(lambda: bot.sender.sent)

    (delivery,) = bot.sender.sent
    assert (delivery.address, delivery.text) == ("address of lan", "nghe: mẹ tôi 76 tuổi")
    assert await bot.said("telegram-lan") == [("citizen", "mẹ tôi 76 tuổi"), ("bot", "nghe: mẹ tôi 76 tuổi")]


async def test_each_conversation_keeps_its_order_while_all_run_at_once(bot: Bot) -> None:
    """20 people write 10 messages each; nobody's words are answered out of turn, and nobody waits for the others."""
    bot.dialogue.delay_seconds = 0.002
    for number in range(10):
        await asyncio.gather(
            *(bot.inbox.accept(message(f"{number}", id=f"{who}-{number}", who=f"p{who}")) for who in range(20))
        )

    await until(lambda: len(bot.sender.sent) == 200, seconds=30)

    for who in range(20):
        texts = [d.text for d in bot.sender.sent if d.conversation_id == f"telegram-p{who}"]
        assert texts == [f"nghe: {number}" for number in range(10)]


async def test_message_waits_for_the_dialogue_and_is_answered_when_it_is_ready(bot: Bot) -> None:
    """Rasa takes a minute to start; what is written meanwhile is neither lost nor answered with an error."""
    bot.dialogue.is_up = False
    await bot.inbox.accept(message("chào", id="1"))
    await asyncio.sleep(0.2)
    assert await bot.transcript.pending("telegram-lan") == 1
    assert not bot.sender.sent

    bot.dialogue.is_up = True
    await until(lambda: bot.sender.sent)

    assert bot.sender.sent[0].text == "nghe: chào"


async def test_poison_message_is_set_aside_with_an_apology(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    """One message nobody can answer must not silence the conversation for ever."""
    monkeypatch.setattr("bot.answering.pause_after", lambda attempt: timedelta(milliseconds=1))
    bot.dialogue.fails["độc"] = 99
    await bot.inbox.accept(message("độc", id="1"))
    await bot.inbox.accept(message("lành", id="2"))

    await until(lambda: len(bot.sender.sent) == 2, seconds=20)

    assert [d.text for d in bot.sender.sent] == [bot.phrases["failed"], "nghe: lành"]
    assert bot.dialogue.fails["độc"] == 99 - MOST_ATTEMPTS
    assert await bot.inbox.counts() == {"set_aside": 1, "done": 1}


async def test_delivery_is_tried_again_and_stays_in_order(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.delivery.pause_after", lambda attempt: timedelta(milliseconds=20))
    bot.sender.errors = [RetryLater("flood", timedelta(milliseconds=30)), RetryLater("network")]
    await bot.inbox.accept(message("một", id="1"))
    await bot.inbox.accept(message("hai", id="2"))

    await until(lambda: len(bot.sender.sent) == 2, seconds=10)

    assert [d.text for d in bot.sender.sent] == ["nghe: một", "nghe: hai"]
    assert bot.sender.sent[0].attempt == 3


async def test_unreachable_citizen_is_not_tried_again_until_she_writes(bot: Bot) -> None:
    bot.sender.errors = [Undeliverable("blocked", gone=True)]
    await bot.inbox.accept(message("một", id="1"))
    await until(lambda: bot.tally.count("telegram", "undeliverable") == 1)
    assert await _eventually(bot, {("telegram", "failed"): 1})

    await bot.inbox.accept(message("hai", id="2"))
    await until(lambda: bot.sender.sent)

    assert [d.text for d in bot.sender.sent] == ["nghe: hai"]


async def test_button_sends_the_offered_payload(bot: Bot) -> None:
    await bot.inbox.accept(message("hỏi", id="1"))
    await until(lambda: bot.sender.sent)
    token = bot.sender.sent[0].choices[1].token
    assert len(token.encode()) <= 64

    await bot.inbox.accept(message(token, id="2", kind=MessageKind.CHOICE))
    await until(lambda: len(bot.sender.sent) == 2)

    assert bot.dialogue.heard[-1][1] == '/inform{"h":"near_poor"}'
    assert ("citizen", "Hộ cận nghèo") in await bot.said("telegram-lan")


async def test_nobody_can_press_another_conversations_button(bot: Bot) -> None:
    """A forged token would otherwise put words into the dialogue that were never offered."""
    await bot.inbox.accept(message("hỏi", id="1"))
    await until(lambda: bot.sender.sent)
    token = bot.sender.sent[0].choices[0].token

    await bot.inbox.accept(message(token, id="2", who="minh", kind=MessageKind.CHOICE))
    await until(lambda: len(bot.sender.sent) == 2)

    assert bot.sender.sent[1].text == bot.phrases["old_choice"]
    assert len(bot.dialogue.heard) == 1


async def test_typed_number_names_the_choice(bot: Bot) -> None:
    await bot.inbox.accept(message("hỏi", id="1"))
    await bot.inbox.accept(message("2", id="2"))

    await until(lambda: len(bot.sender.sent) == 2)

    assert bot.dialogue.heard[-1][1] == '/inform{"h":"near_poor"}'


async def test_person_in_charge_silences_the_bot(bot: Bot) -> None:
    await bot.inbox.accept(message("để tôi trả lời", id="1", kind=MessageKind.STAFF))
    await bot.inbox.accept(message("cảm ơn", id="2"))

    await until(lambda: bot.tally.count("telegram", "answered") == 2)

    assert await bot.said("telegram-lan") == [("staff", "để tôi trả lời"), ("citizen", "cảm ơn")]
    assert not bot.dialogue.heard


async def test_withdrawal_erases_everything_and_stays_erased(bot: Bot) -> None:
    await bot.inbox.accept(message("mẹ tôi khuyết tật", id="1"))
    await until(lambda: bot.sender.sent)

    await bot.inbox.accept(message("", id="2", kind=MessageKind.WITHDRAWN))
    await until(lambda: bot.tally.count("telegram", "answered") == 2)

    assert await bot.said("telegram-lan") == []
    assert await _eventually(bot, {})
    assert await bot.inbox.counts() == {"erased": 2}


async def test_erasure_asked_in_words_is_confirmed_and_then_forgotten(bot: Bot) -> None:
    await bot.inbox.accept(message("xóa dữ liệu của tôi", id="1"))

    await until(lambda: bot.sender.sent)

    assert bot.sender.sent[0].text == "Đã xóa."
    assert await bot.said("telegram-lan") == []
    assert await _eventually(bot, {})


async def _eventually(bot: Bot, counts: dict[tuple[str, str], int]) -> bool:
    for _ in range(200):
        if await bot.outbox.counts() == counts:
            return True
        await asyncio.sleep(0.01)
    return False


async def test_two_processes_share_one_database(bot: Bot) -> None:
    """A second worker takes its share; every message is answered once, in order."""
    second = Bot(bot.database, bot.clock, dialogue=EchoDialogue(), sender=bot.sender)
    bot.dialogue.delay_seconds = second.dialogue.delay_seconds = 0.003
    await second.start()
    for number in range(60):
        await bot.inbox.accept(message(f"{number}", id=str(number), who=f"p{number % 12}"))

    await until(lambda: len(bot.sender.sent) >= 60, seconds=30)
    await second.stop()

    assert len(bot.sender.sent) == 60
    for who in range(12):
        texts = [d.text for d in bot.sender.sent if d.conversation_id == f"telegram-p{who}"]
        assert texts == [f"nghe: {number}" for number in range(who, 60, 12)]


async def test_logs_name_nobody_and_repeat_nothing(bot: Bot, capsys: pytest.CaptureFixture[str]) -> None:
    """Logs carry ids: neither words, nor addresses, nor what an error quoted of them."""
    bot.dialogue.fails["mẹ tôi khuyết tật"] = 1
    bot.sender.errors = [RetryLater("network"), Undeliverable("bad_request")]
    await bot.inbox.accept(message("mẹ tôi khuyết tật", id="1"))
    await bot.inbox.accept(message("bố tôi ốm", id="2"))

    await until(lambda: bot.sender.sent, seconds=15)

    logs = capsys.readouterr().out
    assert "answer_failed" in logs
    assert "undeliverable" in logs
    for secret in ("khuyết", "ốm", "address of", "broke"):
        assert secret not in logs
