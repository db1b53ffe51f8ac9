"""Kill switches of channels: kept, told once, answered later; on each kind of database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.answering import AnswerLoop
from bot.conversation.reply import TELEGRAM
from bot.messages import MessageKind
from bot.pauses import ChannelPauses, PauseWords
from bot.switches import NoReason, SwitchBoard, Switches, SwitchKind, UnknownSwitch
from core.audit import AuditLog
from core.clock import SystemClock
from core.database import Database
from tests.bot.conftest import Bot
from tests.bot.fakes import message, until

KNOWN = {SwitchKind.CHANNEL: ["telegram", "web"], SwitchKind.BENEFIT: ["elderly-allowance"]}
PAUSED = (
    "Trợ lý tự động trên kênh này đang tạm dừng. Tin của anh/chị được giữ lại và sẽ được trả lời khi hoạt động lại. "
    "Cần gấp, anh/chị gọi 1900 1234."
)


@pytest.fixture
def audit(database: Database) -> AuditLog:
    return AuditLog(database, SystemClock())


@pytest.fixture
def switches(database: Database, audit: AuditLog) -> Switches:
    return Switches(database, SystemClock(), audit, known=KNOWN)


@pytest.fixture
async def switched(database: Database, switches: Switches, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bot]:
    """A running bot that looks at its switches all the time."""
    monkeypatch.setattr("bot.switches.LOOK_SECONDS", 0.02)
    bot, board = Bot(database, SystemClock()), SwitchBoard(switches)
    bot.answering = AnswerLoop(
        bot.inbox,
        bot.gateway,
        bot.dialogue,
        phrases=bot.phrases,
        clock=bot.clock,
        signals=bot.signals,
        tally=bot.tally,
        formats={"telegram": TELEGRAM},
        pauses=ChannelPauses(board, PauseWords(bot.phrases, "1900 1234")),
    )
    await board.start()
    await bot.start()
    yield bot
    await bot.stop()
    await board.stop()


async def test_a_channel_that_is_off_says_so_once_and_answers_later(switched: Bot, switches: Switches) -> None:
    switches.turn_off(SwitchKind.CHANNEL, "telegram", reason="trả lời sai mức", actor="lan")
    await _seconds(switched, 0.2)
    for number in (1, 2):
        await switched.inbox.accept(message(f"tin {number}", id=str(number)))
    await until(lambda: switched.sender.sent)
    await _seconds(switched, 0.3)
    while_off = [delivery.text for delivery in switched.sender.sent]
    kept = await switched.transcript.pending("telegram-lan")

    switches.turn_on(SwitchKind.CHANNEL, "telegram", actor="lan")
    await _seconds(switched, 0.2)
    await switched.inbox.wake()
    await until(lambda: len(switched.sender.sent) == 3)

    assert (while_off, kept) == ([PAUSED], 2)
    assert [delivery.text for delivery in switched.sender.sent] == [PAUSED, "nghe: tin 1", "nghe: tin 2"]


async def test_a_wish_to_be_deleted_does_not_wait_for_the_switch(switched: Bot, switches: Switches) -> None:
    switches.turn_off(SwitchKind.CHANNEL, "telegram", reason="thử", actor="lan")
    await _seconds(switched, 0.2)
    await switched.inbox.accept(message("mẹ tôi 76 tuổi", id="1"))
    await until(lambda: switched.sender.sent)

    await switched.inbox.accept(message("", id="2", kind=MessageKind.WITHDRAWN))
    await switched.inbox.wake()
    for _ in range(100):
        if not await switched.transcript.since("telegram-lan"):
            break
        await _seconds(switched, 0.05)

    assert await switched.transcript.since("telegram-lan") == []
    assert await switched.transcript.pending("telegram-lan") == 0
    assert switched.dialogue.heard == []


def test_every_change_stands_in_the_audit_log(switches: Switches, audit: AuditLog) -> None:
    switches.turn_off(SwitchKind.BENEFIT, "elderly-allowance", reason="nghị định mới", actor="lan")
    switches.turn_off(SwitchKind.BENEFIT, "elderly-allowance", reason="chờ duyệt", actor="minh")
    (off,) = switches.off()

    assert switches.turn_on(SwitchKind.BENEFIT, "elderly-allowance", actor="lan")
    assert not switches.turn_on(SwitchKind.BENEFIT, "elderly-allowance", actor="lan")
    assert (off.reason, off.actor, switches.off()) == ("chờ duyệt", "minh", [])
    assert [(e.actor, e.action, e.subject) for e in audit.search()] == [
        ("lan", "switch.on", "benefit/elderly-allowance"),
        ("minh", "switch.off", "benefit/elderly-allowance"),
        ("lan", "switch.off", "benefit/elderly-allowance"),
    ]


def test_a_switch_needs_a_reason_and_something_to_switch(switches: Switches) -> None:
    with pytest.raises(NoReason):
        switches.turn_off(SwitchKind.CHANNEL, "telegram", reason=" ", actor="lan")
    with pytest.raises(UnknownSwitch, match="telegram, web"):
        switches.turn_off(SwitchKind.CHANNEL, "fax", reason="x", actor="lan")


async def _seconds(bot: Bot, seconds: float) -> None:
    import asyncio

    await asyncio.sleep(seconds)
