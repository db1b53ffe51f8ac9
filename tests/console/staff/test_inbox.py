"""The inbox: claim, answer, pass on, give back; two at once; masked facts; words of citizens are never markup."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.conversation.ledger import Ledger
from bot.messages import Author, InboundMessage, MessageKind, Reply
from bot.tables import CONVERSATION
from console.deps import ToldCase

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
