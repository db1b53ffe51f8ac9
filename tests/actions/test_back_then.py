"""After a verdict a former day can be asked about: the case at hand by the law of then."""

from __future__ import annotations

from datetime import timedelta

import pytest

from actions.back_then import younger
from actions.build import Dialogue
from tests.actions.conftest import Say

YEAR = timedelta(days=365.25)


def test_last_year_is_answered_for_the_person_at_hand(dialogue: Dialogue, say: Say) -> None:
    """The day is said, and that things are taken to have been as they are now."""
    dialogue.turn.step(say("mẹ 79 tuổi không có lương hưu không trợ cấp gì, hỏi hưu trí xã hội"))

    said = dialogue.turn.step(say("thế năm ngoái thì được bao nhiêu"))

    assert said.text.startswith("Tính theo luật ngày 31/12/2025, nếu hoàn cảnh khi ấy cũng như bây giờ:")
    assert "đủ điều kiện" in said.text


def test_without_a_verdict_nothing_is_made_up(dialogue: Dialogue, say: Say) -> None:
    """Of a case that is still open no former day is told."""
    dialogue.turn.step(say("hưu trí xã hội cho mẹ 79 tuổi"))

    said = dialogue.turn.step(say("thế năm ngoái thì được bao nhiêu"))

    assert "Tính theo luật ngày" not in said.text


@pytest.mark.parametrize(
    ("facts", "by", "then"),
    [
        ({"age_years": 76}, YEAR * 1, {"age_years": {"min": 75, "max": 75}}),
        ({"age_years": 76}, YEAR * 1.4, {"age_years": {"min": 74, "max": 75}}),
        ({"age_years": {"min": 75}}, YEAR * 2, {"age_years": {"min": 73}}),
        ({"age_years": 0}, YEAR * 3, {"age_years": {"min": 0, "max": 0}}),
        ({"date_of_birth": "1951-03", "age_years": 75}, YEAR, {"date_of_birth": "1951-03", "age_years": 75}),
    ],
)
def test_an_age_told_today_was_less_then(facts: dict[str, object], by: timedelta, then: dict[str, object]) -> None:
    """Between birthdays it may have been either; a date of birth stays what it is."""
    assert younger(facts, by) == then
