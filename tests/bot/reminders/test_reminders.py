"""Offered beside a verdict that will change, agreed to, listed, sent once within the channel's window, forgotten."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from bot.channels.web import WebConfig, WebDeps, web_router
from bot.kept import PassingTalks
from bot.messages import MessageKind
from bot.reminders.sending import Standing
from bot.reminders.tables import AGREEMENT, REMINDED
from bot.retention import Retention
from tests.bot.reminders.conftest import BIRTHDAY, DECREE, TOLD_ON, Desk


def titles(replies: list) -> list[str]:  # type: ignore[type-arg]
    return [choice.title for choice in replies[-1].choices]


async def rows(desk: Desk, table: sa.Table) -> int:
    return await desk.bot.storage.read(lambda c: c.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


async def test_offer_stands_beside_a_verdict_that_will_change(desk: Desk) -> None:
    """And nowhere else: five choices are what Zalo shows."""
    verdict = await desk.say("mẹ em 74 tuổi")
    small_talk = await desk.say("cảm ơn")
    desk.prospects.changes = []
    settled = await desk.say("bố em 80 tuổi", who="mai")

    assert titles(verdict)[-1] == "Nhắc tôi"
    assert len(titles(verdict)) == 5
    assert titles(small_talk) == []
    assert "Nhắc tôi" not in titles(settled)


@pytest.mark.parametrize("more", [{"is_group": True}, {"channel": "terminal"}])
async def test_no_offer_where_a_reminder_could_not_reach_her_alone(desk: Desk, more: dict[str, object]) -> None:
    assert "Nhắc tôi" not in titles(await desk.say("mẹ em 74 tuổi", **more))


async def test_nothing_is_kept_before_she_agreed_knowing_what_for(desk: Desk) -> None:
    """Consent: what is kept, what for, how long, how to end it; two equal answers."""
    await desk.say("mẹ em 74 tuổi")
    (question,) = await desk.say("Nhắc tôi")
    asked = await rows(desk, AGREEMENT)
    (agreed,) = await desk.say("Đồng ý")

    assert [choice.title for choice in question.choices] == ["Đồng ý", "Không"]
    assert all(words in question.text for words in ("01/3/2027", "mã hóa", "3 năm", "thôi nhắc", "xóa"))
    assert asked == 0
    assert "01/3/2027" in agreed.text
    assert await rows(desk, AGREEMENT) == 1


async def test_every_decision_is_proved_with_the_words_it_answered(desk: Desk) -> None:
    await desk.agree()
    await desk.say("thôi nhắc")
    await desk.say("mẹ em 74 tuổi", who="mai")
    await desk.say("Nhắc tôi", who="mai")
    await desk.say("Không", who="mai")

    notice = desk.wording.digest("telegram")
    assert desk.consents.acts == [
        ("telegram-lan", "given", notice),
        ("telegram-lan", "withdrawn", notice),
        ("telegram-mai", "refused", notice),
    ]


async def test_zalos_window_is_told_before_she_agrees(desk: Desk) -> None:
    await desk.say("mẹ em 74 tuổi", channel="zalo_oa")
    (question,) = await desk.say("Nhắc tôi", channel="zalo_oa")

    assert "48 giờ" in question.text


async def test_who_refused_is_not_asked_again_and_nothing_of_her_is_kept(desk: Desk) -> None:
    await desk.say("mẹ em 74 tuổi")
    await desk.say("Nhắc tôi")
    await desk.say("Không")

    again = await desk.say("mẹ em 74 tuổi")

    assert "Nhắc tôi" not in titles(again)
    assert await desk.agreements.all() == []
    case = await desk.bot.storage.read(lambda c: c.scalar(sa.select(AGREEMENT.c.case)))
    assert case == ""


async def test_case_is_sealed_and_follows_what_she_tells_later(desk: Desk) -> None:
    await desk.agree()
    desk.prospects.cases["telegram-lan"] = {"age": 70}
    desk.clock.advance(days=3)
    await desk.say("à mẹ em 70 tuổi thôi")

    (agreement,) = await desk.agreements.all()
    raw = await desk.bot.storage.read(lambda c: c.scalar(sa.select(AGREEMENT.c.case)))

    assert (agreement.case, agreement.told_on) == ({"age": 70}, TOLD_ON + timedelta(days=3))
    assert "70" not in raw[:10]
    assert "age" not in raw


async def test_due_is_only_looked_at_and_send_sends_it_once(desk: Desk) -> None:
    """Staff read the list first; listing again and sending again must change nothing."""
    await desk.agree()
    await desk.sent()
    early = await desk.reminders.due(days_ahead=7, today=date(2027, 2, 1))
    due = await desk.reminders.due(days_ahead=7, today=date(2027, 2, 23))
    again = await desk.reminders.due(days_ahead=7, today=date(2027, 2, 23))
    sent, twice = await desk.reminders.send(due), await desk.reminders.send(due)
    (text,) = await desk.sent()
    after = await desk.reminders.due(days_ahead=7, today=date(2027, 2, 23))

    assert (early, after) == ([], [])
    assert [one.to_json() for one in due] == [one.to_json() for one in again]
    assert [(one.prospect, one.standing) for one in due] == [(BIRTHDAY, Standing.SENDS)]
    assert (sent, twice) == (1, 0)
    assert all(w in text for w in ("đủ 75 tuổi", "01/3/2027", "540.000 đ/tháng", "176/2025/NĐ-CP", "22/11/2026"))
    assert (await desk.bot.said("telegram-lan"))[-1] == ("bot", text)


async def test_decree_that_came_late_is_still_told_and_a_corrected_amount_again(desk: Desk) -> None:
    await desk.agree()
    due = await desk.reminders.due(days_ahead=0, today=date(2027, 8, 15))
    await desk.reminders.send(due)
    desk.prospects.changes = [replace(DECREE, change="decree-corrected", sentence="Mẹ anh/chị: 650.000 đ/tháng.")]

    corrected = await desk.reminders.due(days_ahead=0, today=date(2027, 8, 16))

    assert [one.prospect.change for one in due] == ["decree"]
    assert "theo quy định" in due[0].reply.text
    assert [one.prospect.change for one in corrected] == ["decree-corrected"]
    assert await desk.reminders.due(days_ahead=0, today=date(2027, 12, 1)) == []


@pytest.mark.parametrize(
    ("silent_hours", "standing"),
    [(47, Standing.SENDS), (49, Standing.CHARGED), (24 * 7 + 1, Standing.WINDOW_CLOSED)],
)
async def test_outside_zalos_windows_it_is_listed_and_not_sent(
    desk: Desk, silent_hours: int, standing: Standing
) -> None:
    await desk.agree(channel="zalo_oa")
    await desk.sent("zalo_oa")
    desk.clock.advance(hours=silent_hours)

    due = await desk.reminders.due(days_ahead=7, today=date(2027, 2, 23))
    sent = await desk.reminders.send(due)

    assert [one.standing for one in due] == [standing]
    assert sent == (1 if standing is Standing.SENDS else 0)
    assert len(await desk.sent("zalo_oa")) == sent


async def test_who_blocked_the_service_or_is_with_a_person_is_left_to_staff(desk: Desk) -> None:
    await desk.agree()
    await desk.agree(who="mai")
    await desk.say("", kind=MessageKind.BLOCKED)
    await desk.say("chào bác, tôi là Lan", who="mai", kind=MessageKind.STAFF)

    due = await desk.reminders.due(days_ahead=7, today=date(2027, 2, 23))

    assert {one.conversation_id: one.standing for one in due} == {
        "telegram-lan": Standing.UNREACHABLE,
        "telegram-mai": Standing.WITH_PERSON,
    }
    assert await desk.reminders.send(due) == 0


@pytest.mark.parametrize("words", ["Thôi nhắc", "đừng nhắc tôi nữa!", "thoi nhac"])
async def test_a_word_ends_it_and_removes_what_was_kept(desk: Desk, words: str) -> None:
    await desk.agree()
    due = await desk.reminders.due(days_ahead=7, today=date(2027, 2, 23))

    (said,) = await desk.say(words)

    assert said.text == desk.wording.sentences["stopped"]
    assert await desk.agreements.all() == []
    assert await desk.reminders.send(due) == 0


@pytest.mark.parametrize("kind", [MessageKind.WITHDRAWN])
async def test_erasure_takes_the_reminders_with_it(desk: Desk, kind: MessageKind) -> None:
    await desk.agree()
    await desk.reminders.send(await desk.reminders.due(days_ahead=7, today=date(2027, 2, 23)))

    await desk.say("", kind=kind)

    assert (await rows(desk, AGREEMENT), await rows(desk, REMINDED)) == (0, 0)


async def test_retention_keeps_whom_a_reminder_is_for_and_three_years_end_it(desk: Desk) -> None:
    """The address goes with the conversation; without it nobody can be reminded."""
    await desk.agree()
    await desk.say("mẹ em 74 tuổi", who="mai")
    await desk.sent()
    retention = Retention(desk.bot.storage, desk.clock)
    desk.clock.advance(days=200)
    await retention.run()
    await retention.run()
    reachable = await desk.agreements.all()
    desk.clock.advance(days=3 * 365)
    expired = await desk.agreements.expire()
    await retention.run()

    assert [one.conversation_id for one in reachable] == ["telegram-lan"]
    assert expired == 1
    assert await desk.agreements.all() == []


async def test_what_will_be_open_asks_her_back_and_promises_nothing(desk: Desk) -> None:
    """A card that ends, or a year of birth only: the old answer no longer holds, a new one is not known."""
    desk.prospects.changes = [
        replace(BIRTHDAY, change="a", sentence="", citations=()),
        replace(BIRTHDAY, change="b", sentence="", citations=(), age=None, by_birth=True),
    ]
    await desk.agree()

    ended, of_age = await desk.reminders.due(days_ahead=7, today=date(2027, 2, 25))

    assert "có thể không còn đúng" in ended.reply.text
    assert "ngày, tháng, năm sinh" in of_age.reply.text
    assert "540.000" not in ended.reply.text + of_age.reply.text


async def test_answer_does_not_fail_because_of_an_offer(desk: Desk) -> None:
    desk.prospects.is_broken = True

    replies = await desk.say("mẹ em 74 tuổi")

    assert titles(replies) == ["Vì sao?", "Giấy tờ cần có", "Còn gì nữa?", "Gặp cán bộ"]


async def test_the_web_page_is_not_written_to_but_shows_it_when_opened(desk: Desk) -> None:
    """The page cannot be reached; who opens it after the day finds the reminder there, once."""
    question = (await desk.say("mẹ em 74 tuổi", channel="web"), await desk.say("Nhắc tôi", channel="web"))[1][0]
    await desk.say("Đồng ý", channel="web")
    desk.clock.moment = datetime(2027, 2, 25, 3, tzinfo=UTC)
    (due,) = await desk.reminders.due(days_ahead=7)
    pushed = await desk.reminders.send([due])

    early = await desk.reminders.show("web-lan", days_ahead=0)
    shown = [await desk.reminders.show("web-lan", days_ahead=7) for _ in range(2)]

    assert "mở lại trang" in question.text
    assert (due.standing, pushed, early, shown) == (Standing.WHEN_OPENED, 0, 0, [1, 0])
    assert (await desk.bot.said("web-lan"))[-1] == ("bot", due.reply.text)
    assert await desk.reminders.show("web-mai", days_ahead=7) == 0


async def test_what_was_just_shown_outlives_the_silence_before(desk: Desk) -> None:
    """She was silent for months; the reminder itself begins a new talk."""
    await desk.agree(channel="web")
    desk.clock.moment = datetime(2027, 2, 25, 3, tzinfo=UTC)
    await desk.reminders.show("web-lan", days_ahead=7)

    await PassingTalks(desk.bot.storage, desk.clock).run()
    kept = await desk.bot.said("web-lan")
    desk.clock.advance(hours=2)
    await PassingTalks(desk.bot.storage, desk.clock).run()

    assert [author for author, _ in kept] == ["bot"]
    assert await desk.bot.said("web-lan") == []


async def test_who_waits_for_a_reminder_keeps_her_way_back_to_the_page(desk: Desk) -> None:
    """The cookie is the only way to her conversation: it lasts as long as browsers allow."""

    class Given:
        async def opened(self, conversation_id: str) -> bool:
            opened.append(conversation_id)
            return len(opened) == 1

    opened: list[str] = []
    deps = WebDeps(
        WebConfig(key=b"k"), desk.bot.inbox, desk.bot.transcript, desk.bot.dialogue, desk.clock, reminding=Given()
    )
    app = FastAPI()
    app.include_router(web_router(deps))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://chat.test") as page:
        ages = [re.findall(r"Max-Age=(\d+)", (await page.get("/")).headers["set-cookie"]) for _ in range(3)]

    assert len(opened) == 2  # not for a browser that has never been here
    assert ages == [[str(30 * 86400)], [str(400 * 86400)], [str(30 * 86400)]]
