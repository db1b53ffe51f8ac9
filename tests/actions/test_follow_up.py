"""Why, which papers, what else, and beginning again."""

from __future__ import annotations

import pytest

from actions.build import Dialogue
from tests.actions.conftest import Say


@pytest.fixture
def told(dialogue: Dialogue, say: Say) -> Dialogue:
    dialogue.turn.step(say("mẹ 76 tuổi không có lương hưu không trợ cấp gì, hỏi hưu trí xã hội"))
    return dialogue


def test_why_names_each_condition_with_what_was_told(told: Dialogue, say: Say) -> None:
    """A verdict can be checked condition by condition, with its article."""
    said = told.follow_up.why(say("vì sao", "ask_why"))

    assert "✓ từ đủ 75 tuổi (76 tuổi)" in said.text
    assert "176/2025/NĐ-CP, Điều 3" in said.text


def test_papers_are_listed_with_place_and_time(told: Dialogue, say: Say) -> None:
    """One goes to the commune once, with everything."""
    said = told.follow_up.papers(say("cần giấy tờ gì", "ask_papers"))

    assert "- Văn bản đề nghị theo Mẫu số 01" in said.text
    assert "7 ngày làm việc" in said.text


def test_more_looks_at_everything(told: Dialogue, say: Say) -> None:
    """A named benefit does not hide the others."""
    told.follow_up.more(say("còn gì nữa không", "ask_more"))

    interview = told.store.load("c1")
    assert interview is not None
    assert {result["benefit"] for result in interview.results} == {"social_pension", "social_allowance"}


def test_follow_up_before_any_case_is_read_like_any_message(dialogue: Dialogue, say: Say) -> None:
    """'Why' without a verdict has nothing to explain."""
    said = dialogue.follow_up.why(say("vì sao mẹ 76 tuổi chưa có hưu trí xã hội", "ask_why"))

    assert "lương hưu" in said.text


def test_starting_over_forgets_the_case(told: Dialogue, say: Say) -> None:
    """The next case begins without the last one's facts."""
    told.follow_up.start_over(say("làm lại từ đầu", "start_over"))

    interview = told.store.load("c1")
    assert interview is not None
    assert interview.is_empty
    assert interview.action == "restart"
