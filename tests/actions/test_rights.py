"""Consent, and the citizen's rights over what is known of her."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from actions.build import Dialogue
from actions.interviews import InMemoryInterviews, SqlInterviews
from actions.keeping import ConsentedInterviews, PassingInterviews
from actions.privacy_log import DELETED, GIVEN, InMemoryPrivacyLog, PrivacyDesk, PrivacyLog, SqlPrivacyLog
from core.clock import FixedClock
from core.database import Base, Database
from tests.actions.conftest import DAY, HELP_LINES, Say
from tests.actions.rooms import rooms


class Plain:
    """A cipher that shows what it was given."""

    def encrypt(self, data: bytes) -> bytes:
        return data

    def decrypt(self, token: bytes) -> bytes:
        return token


class Service:
    """A dialogue that keeps interviews as the service does."""

    def __init__(self) -> None:
        self.clock = FixedClock.on(DAY)
        self.durable, self.passing = InMemoryInterviews(self.clock), PassingInterviews(self.clock)
        self.log = InMemoryPrivacyLog()
        store = ConsentedInterviews(self.durable, self.passing, self.log)
        self.dialogue = Dialogue(rooms(), store, self.clock, help_lines=HELP_LINES, privacy=self.log)


@pytest.fixture
def service() -> Service:
    return Service()


def test_facts_are_shown_on_request(dialogue: Dialogue, say: Say) -> None:
    """Everyone may see what is known of her."""
    dialogue.turn.step(say("mẹ 76 tuổi hộ nghèo"))

    said = dialogue.rights.my_data(say("xem dữ liệu của tôi", "show_my_data"))

    assert "76 tuổi" in said.text
    assert "hộ nghèo" in said.text
    assert "chưa lưu" in said.text


@pytest.mark.parametrize("intent", ["delete_my_data", "withdraw_consent", "refuse_consent"])
def test_deletion_leaves_nothing_and_gives_a_receipt(dialogue: Dialogue, say: Say, intent: str) -> None:
    """Deletion happens at once and can be proved."""
    dialogue.turn.step(say("mẹ 76 tuổi hộ nghèo"))
    answer = dialogue.rights.my_data if intent == "delete_my_data" else dialogue.rights.consent

    said = answer(say("x", intent))

    interview = dialogue.store.load("c1")
    assert interview is not None
    assert interview.is_empty
    assert interview.to_state()["facts_cleared"] is True
    assert said.signal["erase"] is True
    assert said.signal["receipt"] in said.text
    assert "2 dữ kiện" in said.text


def test_facts_are_not_read_out_in_a_group(dialogue: Dialogue, say: Say) -> None:
    """Others read along."""
    dialogue.turn.step(say("mẹ 76 tuổi"))

    said = dialogue.rights.my_data(say("xem dữ liệu của tôi", "show_my_data", is_group=True))

    assert "76" not in said.text


def test_nothing_is_kept_durably_before_consent(service: Service, say: Say) -> None:
    """Going on talking is no consent: the interview stays in memory."""
    for text in ("hưu trí xã hội cho mẹ 76 tuổi", "không có lương hưu", "không trợ cấp gì"):
        service.dialogue.turn.step(say(text))

    assert service.durable.load("c1") is None
    assert service.dialogue.store.load("c1") is not None


def test_consent_is_asked_for_once_with_two_equal_answers(service: Service, say: Say) -> None:
    """Neither answer is hidden, and nobody is asked again and again."""
    first = service.dialogue.turn.step(say("mẹ 76 tuổi, hỏi hưu trí xã hội"))
    second = service.dialogue.turn.step(say("không có lương hưu"))

    assert first.messages[-1].choices[-2:] == ("Đồng ý lưu", "Không, chỉ hỏi chung")
    assert "đồng ý" not in second.text


def test_general_questions_need_no_consent(service: Service, say: Say) -> None:
    """Who only asks what the law says is asked for nothing."""
    said = service.dialogue.turn.step(say("được tính từ tháng nào", "ask_policy"))

    assert "đồng ý" not in said.text


def test_with_consent_what_was_told_is_kept_and_the_question_stands(service: Service, say: Say) -> None:
    """Consent in the middle of an interview loses neither facts nor place."""
    service.dialogue.turn.step(say("mẹ 76 tuổi, hỏi hưu trí xã hội"))

    said = service.dialogue.rights.consent(say("Đồng ý lưu", "give_consent"))

    kept = service.durable.load("c1")
    assert kept is not None
    assert kept.people["mother"]["age_years"] == 76
    assert "lương hưu" in said.text.splitlines()[-1]
    assert [event.act for event in service.log.events] == [GIVEN]
    assert service.log.events[0].notice.startswith("1:")


def test_withdrawal_removes_what_was_kept_and_is_remembered(service: Service, say: Say) -> None:
    """After a withdrawal nothing is kept, and she is not asked again."""
    service.dialogue.turn.step(say("mẹ 76 tuổi"))
    service.dialogue.rights.consent(say("Đồng ý lưu", "give_consent"))
    service.dialogue.rights.consent(say("rút đồng ý", "withdraw_consent"))
    service.dialogue.store.delete("c1")

    said = service.dialogue.turn.step(say("mẹ 76 tuổi"))

    assert service.durable.load("c1") is None
    assert "đồng ý" not in said.text


def test_a_correction_asked_for_gets_a_receipt(service: Service, say: Say) -> None:
    """Who mends what is known can prove it."""
    service.dialogue.turn.step(say("mẹ 76 tuổi"))
    service.dialogue.rights.my_data(say("sửa dữ liệu của tôi", "edit_my_data"))

    said = service.dialogue.turn.step(say("mẹ 74 tuổi"))

    assert "Biên nhận sửa" in said.text
    assert service.log.find(service.log.events[-1].receipt) == service.log.events[-1]


def test_a_talk_that_fell_silent_is_forgotten() -> None:
    """Without consent an hour of silence ends what is known."""
    clock = FixedClock.on(DAY)
    passing = PassingInterviews(clock)
    dialogue = Dialogue(rooms(), passing, clock, help_lines=HELP_LINES)
    dialogue.store.save(_known("c1"))

    passing._clock = FixedClock(clock.moment + timedelta(minutes=61))

    assert passing.load("c1") is None


def test_the_whole_notice_names_what_for_whom_and_how_long(service: Service, say: Say) -> None:
    """Consent is only valid of someone who could know."""
    text = service.dialogue.rights.privacy(say("quyền riêng tư", "ask_privacy")).text

    assert all(words in text for words in ("xét chế độ", "90 ngày", "rút đồng ý", "nhạy cảm"))
    assert len(text) <= 900


@pytest.fixture(params=["memory", "sql"])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> PrivacyLog:
    if request.param == "memory":
        return InMemoryPrivacyLog()
    database = Database(f"sqlite:///{tmp_path / 'log.sqlite'}")
    Base.metadata.create_all(database.engine)
    return SqlPrivacyLog(database)


def test_log_tells_what_stands_and_finds_receipts(log: PrivacyLog) -> None:
    """Both logs keep the same promise."""
    clock = FixedClock.on(DAY)
    desk = PrivacyDesk(log, clock)

    assert log.stands("c1") is None
    given = desk.note(GIVEN, "c1", notice="1:abc", message="m1", counts={"facts": 2})
    assert log.stands("c1") is True
    desk.note("withdrawn", "c1", message="m2")
    assert log.stands("c1") is False
    desk.note(DELETED, "c1", message="m3")

    assert log.stands("c1") is None
    found = log.find(given)
    assert found is not None
    assert (found.act, found.notice, dict(found.counts)) == (GIVEN, "1:abc", {"facts": 2})
    assert log.forget(clock.now() + timedelta(seconds=1)) == 3


def test_interviews_with_consent_are_in_the_database(tmp_path: Path, say: Say) -> None:
    """The durable store holds exactly those who agreed."""
    clock, log = FixedClock.on(DAY), InMemoryPrivacyLog()
    database = Database(f"sqlite:///{tmp_path / 'interviews.sqlite'}")
    Base.metadata.create_all(database.engine)
    durable = SqlInterviews(database, Plain(), clock)
    store = ConsentedInterviews(durable, PassingInterviews(clock), log)
    dialogue = Dialogue(rooms(), store, clock, help_lines=HELP_LINES, privacy=log)

    for conversation in ("asked", "agreed"):
        dialogue.turn.step(say("mẹ 76 tuổi", conversation=conversation))
    dialogue.rights.consent(say("Đồng ý lưu", "give_consent", conversation="agreed"))

    assert durable.load("asked") is None
    assert durable.load("agreed") is not None


def _known(conversation: str):
    from actions.interview import Interview

    interview = Interview(conversation)
    interview.learn("mother", "age_years", 76)
    return interview
