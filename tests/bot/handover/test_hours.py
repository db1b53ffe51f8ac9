"""Office hours in Vietnam's time."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from bot.conversation.gateway import Gateway
from bot.conversation.phrases import Phrases
from bot.handover.desk import HandoverDesk
from bot.handover.hours import OfficeHours, UnreadableHours
from core.clock import VIETNAM
from tests.bot.conftest import Bot
from tests.bot.fakes import EchoDialogue, EmptyMemory, HandClock, message
from tests.bot.handover.conftest import HOURS, LAN

OFFICE = OfficeHours.parse(HOURS, days_off=[date(2026, 11, 24)])


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=VIETNAM)  # the 23rd is a Monday


@pytest.mark.parametrize(
    ("moment", "is_open", "opens"),
    [
        (at(23, 7, 30), True, at(23, 7, 30)),
        (at(23, 11, 30), False, at(23, 13, 30)),
        (at(23, 16, 59), True, at(23, 16, 59)),
        (at(23, 17, 0), False, at(25, 7, 30)),  # the 24th is a day off
        (at(22, 12), False, at(23, 7, 30)),  # Sunday
        (at(28, 12), False, datetime(2026, 11, 30, 7, 30, tzinfo=VIETNAM)),
    ],
)
def test_when_staff_answer(moment: datetime, is_open: bool, opens: datetime) -> None:
    assert (OFFICE.is_open(moment), OFFICE.opens(moment)) == (is_open, opens)


def test_due_counts_working_time_only() -> None:
    assert OFFICE.due(at(23, 11, 20), timedelta(minutes=30)) == at(23, 13, 50)
    assert OFFICE.due(at(23, 16, 45), timedelta(minutes=30)) == at(25, 7, 45)


def test_always_and_never() -> None:
    assert OfficeHours.parse("always").is_open(at(22, 3))
    assert OfficeHours.parse("").opens(at(22, 3)) is None


@pytest.mark.parametrize(
    "line", ["Mo 07:30-11:30", "Mon 7-11", "Mon 11:00-10:00", "Mon 07:30-25:00", "Mon 08:00-24:30"]
)
def test_unreadable_hours_are_named(line: str) -> None:
    with pytest.raises(UnreadableHours):
        OfficeHours.parse(line)


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (at(23, 18), "Bây giờ ngoài giờ làm việc. Cán bộ trả lời tại đây từ 07:30 thứ Ba, 24/11/2026."),
        (at(23, 9), "Cán bộ đang trong giờ làm việc, anh/chị là người tiếp theo."),
    ],
)
async def test_the_citizen_hears_when_a_person_answers(
    idle: Bot, idle_desk: HandoverDesk, clock: HandClock, moment: datetime, said: str
) -> None:
    clock.moment = moment
    gateway = Gateway(EchoDialogue(), EmptyMemory(), Phrases.load(), clock, staff_news=idle_desk.office)

    replies = await gateway.handle(message("gặp cán bộ"))

    assert [reply.text for reply in replies] == ["Đợi chút nhé.", said]


async def test_place_waiting_time_and_target(idle: Bot, idle_desk: HandoverDesk, clock: HandClock) -> None:
    clock.moment = at(23, 9)
    for number, who in enumerate(("an", "binh")):
        await idle.inbox.accept(message("gặp cán bộ", id=str(number), who=who))
        task = await idle.inbox.claim()
        assert task is not None
        await idle.inbox.finish(task, await idle.gateway.turn(task.message, task.known), [])
        clock.advance(minutes=20)

    first, second = await idle_desk.queue.all()
    said = await idle_desk.office.when()
    await idle_desk.holding.claim(first.conversation_id, LAN)
    await idle_desk.holding.say(first.conversation_id, LAN, "chào bác")
    clock.advance(minutes=5)
    one = await idle_desk.queue.one(first.conversation_id)
    left = await idle_desk.queue.one(second.conversation_id)

    assert [(h.place, h.waited, h.due_at, h.is_late) for h in (first, second)] == [
        (1, timedelta(minutes=40), at(23, 9, 30), True),
        (2, timedelta(minutes=20), at(23, 9, 50), False),
    ]
    assert said == "Cán bộ đang trong giờ làm việc. Số người đang chờ trước anh/chị: 2."
    assert one is not None
    assert (one.place, one.waited, one.due_at, one.staff) == (None, timedelta(minutes=40), None, "lan")
    assert left is not None
    assert left.place == 1
