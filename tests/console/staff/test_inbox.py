"""The inbox: claim, answer, pass on, give back; two at once; masked facts; words of citizens are never markup."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.desk import Desk, handover_rules
from bot.conversation.ledger import Ledger
from bot.messages import Author, InboundMessage, MessageKind, Reply
from bot.tables import CONVERSATION
from console.deps import ToldCase
from core.clock import VIETNAM, FixedClock
from tests.console.desk import ConsoleUnderTest

ID = "zalo_oa-lan"


def arrived(desk, client, text="Tôi muốn gặp cán bộ <script>alert(1)</script>"):
    """Let a citizen write and want a person."""
    message = InboundMessage(
        channel="zalo_oa",
        message_id=f"m-{datetime.now(UTC).timestamp()}",
        conversation_id=ID,
        sender="lan",
        text=text,
        kind=MessageKind.TEXT,
        received_at=desk.clock.now(),
    )
    client.portal.call(desk.messages.inbox.accept, message)
    with desk.database.engine.begin() as connection:
        connection.execute(
            sa.update(CONVERSATION).values(holder="waiting", wanted_at=desk.clock.now(), handover_reason="asked")
        )


def conversation(desk):
    with desk.database.engine.connect() as connection:
        return connection.execute(sa.select(CONVERSATION)).one()


def said(client, desk):
    lines = client.portal.call(desk.messages.transcript.since, ID)
    return [line.text for line in lines if line.author is Author.STAFF]


@pytest.fixture
def staff(desk, signed_in):
    client = signed_in("staff", name="thu")
    arrived(desk, client)
    return client


def test_who_waits_is_listed_with_place_channel_and_window(staff):
    page = staff.see("/inbox").text
    for shown in ("Thứ 1", "Zalo OA", "Người dân xin gặp cán bộ", "để trả lời"):
        assert shown in page


def test_claiming_answering_and_giving_back_reaches_the_citizen(staff, desk):
    claimed = staff.submit(f"/inbox/{ID}/claim", {"version": conversation(desk).version})
    assert claimed.status_code == 303
    assert conversation(desk).holder_name == "thu"

    assert staff.submit(f"/inbox/{ID}/say", {"text": "Chào bà, tôi là Thu."}).status_code == 303
    assert staff.submit(f"/inbox/{ID}/release").status_code == 303

    assert conversation(desk).holder == "bot"
    assert "Chào bà, tôi là Thu." in said(staff, desk)
    assert [entry.action for entry in desk.audited()][:3] == [
        "conversation.release",
        "conversation.say",
        "conversation.claim",
    ]


def test_of_two_who_claim_at_once_the_second_is_told(staff, desk, signed_in):
    other = signed_in("staff", name="binh")
    version = conversation(desk).version
    staff.submit(f"/inbox/{ID}/claim", {"version": version})
    late = other.submit(f"/inbox/{ID}/claim", {"version": version})
    assert late.status_code == 409
    assert "Có người vừa nhận" in late.text
    assert conversation(desk).holder_name == "thu"


def test_an_answer_to_what_somebody_else_holds_is_kept_on_the_page(staff, desk, signed_in):
    other = signed_in("staff", name="binh")
    staff.submit(f"/inbox/{ID}/claim", {"version": conversation(desk).version})
    refused = other.submit(f"/inbox/{ID}/say", {"text": "Câu trả lời đã gõ dài"})
    assert refused.status_code == 409
    assert "Câu trả lời đã gõ dài" in refused.text
    assert "Câu trả lời đã gõ dài" not in said(staff, desk)


def test_after_seven_days_zalo_takes_no_answer_and_says_so(staff, desk):
    staff.submit(f"/inbox/{ID}/claim", {"version": conversation(desk).version})
    with desk.database.engine.begin() as connection:
        long_ago = desk.clock.now() - timedelta(days=7, hours=1)
        connection.execute(sa.update(CONVERSATION).values(last_inbound_at=long_ago))
    page = staff.submit(f"/inbox/{ID}/say", {"text": "muộn"})
    assert page.status_code == 409
    assert "Kênh không nhận tin nữa" in page.text
    assert "Kênh đã đóng" in page.text


def test_words_of_a_citizen_are_never_markup(staff, desk):
    said = (Author.CITIZEN, Reply("<img src=x onerror=alert(1)><script>alert(2)</script>"), desk.clock.now())
    with desk.database.engine.begin() as connection:
        Ledger(desk.vault, desk.clock).say(connection, ID, [said], seq=None)
    page = staff.see(f"/inbox/{ID}").text
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_notes_and_tags_stay_with_the_conversation(staff, desk):
    staff.submit(f"/inbox/{ID}/claim", {"version": conversation(desk).version})
    staff.submit(f"/inbox/{ID}/note", {"text": "Gọi lại sau 14 giờ"})
    staff.submit(f"/inbox/{ID}/tags", {"tags": "Gấp, nhà ở"})
    page = staff.see(f"/inbox/{ID}").text
    assert "Gọi lại sau 14 giờ" in page
    assert '<span class="tag">gấp</span>' in page


def test_a_prepared_answer_is_filled_in_for_the_one_who_uses_it(staff, desk):
    staff.submit(f"/inbox/{ID}/claim", {"version": conversation(desk).version})
    draft = staff.submit(f"/inbox/{ID}/prepared/chao").text
    assert "tôi là Thu" in draft


def test_every_opening_of_a_conversation_is_recorded(staff, desk):
    staff.see(f"/inbox/{ID}")
    entry = desk.audited()[0]
    assert (entry.action, entry.subject, entry.actor) == ("conversation.open", f"conversation/{ID}", "thu")


def test_an_unknown_conversation_is_a_page_of_its_own(staff):
    assert staff.see("/inbox/nobody").status_code == 404


def test_nobody_but_staff_reads_the_inbox(signed_in):
    assert signed_in("editor").see("/inbox").status_code == 403


class Told:
    """A conversation that told of a mother of 76 years without a pension."""

    def told(self, conversation_id):
        return ToldCase({"mother": {"age_years": 76, "monthly_pension_vnd": 0, "hiv_confirmed": True}}, {}, "nghe_an")


def test_verdicts_beside_the_chat_name_no_condition_until_uncovered(desk, signed_in):
    desk.__dict__["deps"] = dataclasses.replace(desk.deps, cases=Told())
    client = signed_in("staff", name="thu")
    arrived(desk, client)
    page = client.see(f"/inbox/{ID}").text
    assert "Trợ lý đã kết luận" in page
    assert "HIV" not in page


@pytest.fixture
def office(tmp_path):
    """The console of an authority with office hours on weekdays and half an hour to answer, as set up by settings."""

    def at(moment):
        desk = ConsoleUnderTest(tmp_path, clock=FixedClock(moment))
        settings = desk.settings.model_copy(update={"office_hours": "Mon-Fri 07:30-11:30 13:30-17:00"})
        desk.messages = Desk(desk.database, desk.vault, desk.clock, rules=handover_rules(settings))
        opened.append(desk)
        return desk

    opened = []
    yield at
    for desk in opened:
        desk.close()


def waiting_since(desk, client, minutes):
    arrived(desk, client)
    with desk.database.engine.begin() as connection:
        connection.execute(sa.update(CONVERSATION).values(wanted_at=desk.clock.now() - timedelta(minutes=minutes)))


@pytest.mark.parametrize(("minutes", "kind"), [(5, "none"), (25, "warn"), (31, "bad")])
def test_who_waits_too_long_is_marked_by_the_time_meant_to_answer(office, minutes, kind):
    """The mark follows the office's own target; half an hour of working time here."""
    desk = office(datetime(2026, 11, 23, 9, 0, tzinfo=VIETNAM))
    client = desk.signed_in("staff", name="thu")
    waiting_since(desk, client, minutes)

    page = client.see("/inbox").text

    assert f'class="chip {kind}" data-until=' in page
    assert f"{minutes} phút" in page


def test_the_time_to_answer_runs_in_office_hours_only(office):
    """Who asks on a Sunday is due on Monday morning, and whoever asks now is told when staff are back."""
    desk = office(datetime(2026, 11, 22, 20, 0, tzinfo=VIETNAM))
    client = desk.signed_in("staff", name="thu")
    waiting_since(desk, client, 60)

    page = client.see("/inbox").text

    assert "Hẹn trước 23/11/2026 08:00:00" in page
    assert 'class="chip none" data-until="2026-11-23T08:00:00+07:00"' in page
    assert "Cán bộ trả lời tại đây từ 07:30 thứ Hai, 23/11/2026" in page


def test_who_is_in_danger_stands_before_all_who_wait_longer(desk, staff):
    """A crisis is first in the list and named so, however late it came."""
    with desk.database.engine.begin() as connection:
        row = dict(connection.execute(sa.select(CONVERSATION)).one()._mapping)
        late = {"id": "web-crisis", "channel": "web", "handover_reason": "crisis"}
        connection.execute(sa.insert(CONVERSATION).values(row | late | {"wanted_at": desk.clock.now()}))

    page = staff.see("/inbox").text

    assert page.index("web-crisis") < page.index("zalo_oa-lan")
    assert "Cần giúp ngay" in page


def test_what_could_not_be_sent_stays_in_the_part_that_asked(staff, desk):
    """The page's script asks for the field only; what was typed is in it again, with the reason."""
    staff.submit(f"/inbox/{ID}/claim", {"version": conversation(desk).version})
    answer = staff.submit(f"/inbox/{ID}/say", {"text": "x" * 1801}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "x" * 1801 in answer.text
    assert "dài quá" in answer.text
    assert "<html" not in answer.text
