"""Handing a conversation to a person and back, on each kind of database."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from bot.daily import DAILY
from bot.errors import CannotBeReached, NotYours, OutOfDate
from bot.handover.changes import ChangeKind
from bot.handover.desk import HandoverDesk
from bot.handover.holding import Staff
from bot.tables import Holder
from tests.bot.conftest import Bot
from tests.bot.fakes import HandClock, message, until
from tests.bot.handover.conftest import LAN, MINH

HERE = "Từ đây cán bộ Lan trả lời anh/chị; trợ lý tự động tạm dừng."
BACK = 'Từ đây trợ lý tự động trả lời tiếp. Cần cán bộ, anh/chị nhắn "gặp cán bộ".'


async def test_whole_way_of_a_handover(bot: Bot, desk: HandoverDesk) -> None:
    """Asked for, claimed, answered by a person, given back; nobody else can answer meanwhile."""
    await bot.inbox.accept(message("gặp cán bộ", id="1"))
    await until(lambda: bot.sender.sent)
    (waiting,) = await desk.queue.all()
    assert (waiting.holder, waiting.reason, waiting.place) == (Holder.WAITING, "asked", 1)

    await desk.holding.claim(waiting.conversation_id, LAN, version=waiting.version)
    with pytest.raises(NotYours):
        await desk.holding.claim(waiting.conversation_id, MINH)
    with pytest.raises(NotYours):
        await desk.holding.say(waiting.conversation_id, MINH, "chen vào")
    await desk.holding.say(waiting.conversation_id, LAN, "Số 0912345678 bác xóa nhé, gọi phường 028 3829 1234")
    await bot.inbox.accept(message("cảm ơn", id="2"))
    await until(lambda: len(bot.sender.sent) == 3 and bot.tally.count("telegram", "answered") == 2)
    await desk.holding.release(waiting.conversation_id, LAN)
    await bot.inbox.accept(message("chào lại", id="3"))
    await until(lambda: len(bot.sender.sent) == 5)

    assert [d.text for d in bot.sender.sent] == [
        "Đợi chút nhé.",
        HERE,
        "Số [phone] bác xóa nhé, gọi phường 028 3829 1234",
        BACK,
        "nghe: chào lại",
    ]
    assert await desk.queue.all() == []
    entries = await bot.transcript.since(waiting.conversation_id)
    assert [entry.by for entry in entries if entry.author == "staff"] == ["Lan"]
    kinds = [change.kind for change in await desk.feed.since(0)]
    assert kinds == [
        *(ChangeKind.CITIZEN_SAID, ChangeKind.BOT_SAID, ChangeKind.WANTED, ChangeKind.CLAIMED),
        *(ChangeKind.STAFF_SAID, ChangeKind.CITIZEN_SAID, ChangeKind.RELEASED),
    ]


async def test_of_two_who_claim_at_once_one_wins(bot: Bot, desk: HandoverDesk) -> None:
    """Both saw the same list; the slower one is told so instead of taking it away."""
    await bot.inbox.accept(message("gặp cán bộ", id="1"))
    await until(lambda: bot.sender.sent)
    (waiting,) = await desk.queue.all()
    staff = [Staff(f"s{number}", f"S{number}") for number in range(6)]

    results = await asyncio.gather(
        *(desk.holding.claim(waiting.conversation_id, one, version=waiting.version) for one in staff),
        return_exceptions=True,
    )

    (won,) = [one for one, result in zip(staff, results, strict=True) if isinstance(result, int)]
    assert all(isinstance(result, NotYours) for result in results if not isinstance(result, int))
    assert (await desk.queue.all())[0].staff == won.username


async def test_an_old_list_does_not_claim_what_came_back(idle: Bot, idle_desk: HandoverDesk) -> None:
    await _wanted(idle)
    (seen,) = await idle_desk.queue.all()
    await idle_desk.holding.claim(seen.conversation_id, MINH)
    await idle_desk.holding.release(seen.conversation_id, MINH)

    with pytest.raises(OutOfDate):
        await idle_desk.holding.claim(seen.conversation_id, LAN, version=seen.version)


async def test_how_long_she_waited_is_counted_by_the_day(idle: Bot, idle_desk: HandoverDesk, clock: HandClock) -> None:
    """Once for each wait, in spans of minutes, without anybody's name; a colleague who takes over ends no wait."""
    await _wanted(idle)
    clock.advance(minutes=7)
    await idle_desk.holding.claim("telegram-lan", LAN)
    await idle_desk.holding.transfer("telegram-lan", LAN, MINH)
    await idle_desk.holding.claim("telegram-lan", MINH)
    await idle_desk.holding.transfer("telegram-lan", MINH)
    clock.advance(minutes=50)
    await idle_desk.holding.claim("telegram-lan", LAN)

    rows = await idle.storage.read(lambda c: c.execute(select(DAILY).where(DAILY.c.measure == "wait")).all())

    assert sorted((row.channel, row.key, row.count) for row in rows) == [("telegram", "10", 1), ("telegram", "60", 1)]


async def test_transfer_to_a_colleague_and_back_to_those_who_wait(idle: Bot, idle_desk: HandoverDesk) -> None:
    await _wanted(idle)
    await idle_desk.holding.claim("telegram-lan", LAN)

    await idle_desk.holding.transfer("telegram-lan", LAN, MINH)
    (held,) = await idle_desk.queue.all()
    with pytest.raises(NotYours):
        await idle_desk.holding.say("telegram-lan", LAN, "còn tôi")
    await idle_desk.holding.transfer("telegram-lan", MINH)
    (waiting,) = await idle_desk.queue.all()

    assert (held.staff, held.holder, held.place) == ("minh", Holder.HUMAN, None)
    assert (waiting.staff, waiting.holder, waiting.place, waiting.reason) == (None, Holder.WAITING, 1, "transferred")


async def test_only_a_claimed_conversation_can_be_answered(idle: Bot, idle_desk: HandoverDesk) -> None:
    await _wanted(idle)

    with pytest.raises(NotYours):
        await idle_desk.holding.say("telegram-lan", LAN, "chào")
    with pytest.raises(NotYours):
        await idle_desk.holding.claim("telegram-nobody", LAN)


async def test_a_closed_window_is_said_instead_of_swallowed(
    idle: Bot, idle_desk: HandoverDesk, clock: HandClock
) -> None:
    """Zalo takes nothing after seven days: staff must telephone."""
    await _wanted(idle, channel="zalo_oa")
    clock.advance(days=2, hours=1)
    (costly,) = await idle_desk.queue.all()
    await idle_desk.holding.claim("zalo_oa-lan", LAN)
    clock.advance(days=5)

    with pytest.raises(CannotBeReached, match="window_closed"):
        await idle_desk.holding.say("zalo_oa-lan", LAN, "chào")

    assert (costly.window.is_free(clock.now()), costly.window.is_open(clock.now())) == (False, False)


async def test_everything_of_the_desk_goes_with_the_conversation(idle: Bot, idle_desk: HandoverDesk) -> None:
    """Notes, tags and changes name a person too; live pages are told to look again."""
    await _wanted(idle)
    await idle_desk.holding.claim("telegram-lan", LAN)
    await idle_desk.notes.add("telegram-lan", LAN, "mẹ 76 tuổi, cccd 079081012345")
    await idle_desk.notes.tag("telegram-lan", LAN, ["Người cao tuổi", "người cao tuổi ", "BHYT"])
    (note,) = await idle_desk.notes.of("telegram-lan")
    (held,) = await idle_desk.queue.all()
    cursor = await idle_desk.feed.newest()

    await idle.inbox.accept(message("", id="2", kind="withdrawn"))  # type: ignore[arg-type]
    await _work(idle)

    assert (note.text, held.tags) == ("mẹ 76 tuổi, cccd [id]", ("bhyt", "người cao tuổi"))
    assert await idle_desk.notes.of("telegram-lan") == []
    assert await idle_desk.notes.tags_in_use() == {}
    assert [(c.kind, c.conversation_id) for c in await idle_desk.feed.since(cursor)] == [(ChangeKind.ERASED, None)]


async def test_a_live_page_hears_of_a_change_at_once(bot: Bot, desk: HandoverDesk) -> None:
    cursor = await desk.feed.newest()
    waiting = asyncio.create_task(desk.feed.changed(cursor, timeout_seconds=5))

    await bot.inbox.accept(message("gặp cán bộ", id="1"))

    assert await waiting
    assert [change.kind for change in await desk.feed.since(cursor)][-1] is ChangeKind.WANTED


async def test_talk_between_citizen_and_bot_is_no_news_for_staff(bot: Bot, desk: HandoverDesk) -> None:
    """The list of changes stays small: most conversations never want a person."""
    await bot.inbox.accept(message("xin chào", id="1"))
    await until(lambda: bot.sender.sent)

    assert await desk.feed.since(0) == []


async def _wanted(bot: Bot, channel: str = "telegram") -> None:
    await bot.inbox.accept(message("gặp cán bộ", id="1", channel=channel))
    await _work(bot)


async def _work(bot: Bot) -> None:
    task = await bot.inbox.claim()
    while task is not None:
        task = await bot.inbox.finish(task, await bot.gateway.turn(task.message, task.known), [])
