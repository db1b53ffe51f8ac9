"""How endings of dialogues are compared."""

from __future__ import annotations

from typing import Any

import pytest

from actions.evaluate import Ending, evaluate_dialogues

RESULT = {
    "person": "mother",
    "benefit": "social_pension",
    "outcome": "undetermined",
    "missing": ["household_status", "monthly_pension_vnd"],
    "group": ["a", "b"],
    "interest_percent_per_year": 7.92480001,
    "amount_vnd_per_month": 540000,
    "citations": ["335/2026/NĐ-CP, Điều 31 khoản 1"],
}
STATE = {
    "results": [RESULT],
    "asks_next": "household_status",
    "action": "handover",
    "facts": {"mother": {"age_years": 75}},
    "province": "ha_noi",
}


def _differences(after_last: dict[str, Any], state: dict[str, Any] = STATE) -> tuple[str, ...]:
    ending = Ending("d1", [["Chào chị"], ["Trả trong 7 ngày làm việc"]], state)
    return evaluate_dialogues([{"id": "d1", "after_last": after_last}], [ending])[0].differences


@pytest.mark.parametrize(
    "after_last",
    [
        {"results": [{"person": "mother", "benefit": "social_pension", "missing": ["household_status"]}]},
        {"results": [{"person": "mother", "benefit": "social_pension", "group": ["b", "a"]}]},
        {"results": [{"person": "mother", "benefit": "social_pension", "interest_percent_per_year": 7.9248}]},
        {"results": [{"person": "mother", "benefit": "social_pension", "cites": ["335/2026/NĐ-CP, Điều 31"]}]},
        {"asks_next": ["date_of_birth", "household_status"]},
        {"corrected_fact": {"person": "mother", "fact": "age_years", "value": 75}},
        {"answered_in_between": ["7 ngày làm việc"], "must_not_say": ["HIV"]},
        {"province": "ha_noi", "action": "handover", "twin": "d2"},
    ],
)
def test_only_what_is_named_is_compared(after_last: dict[str, Any]) -> None:
    """More in the state than expected is no difference."""
    assert _differences(after_last) == ()


@pytest.mark.parametrize(
    "after_last",
    [
        {"results": [{"person": "father", "benefit": "social_pension"}]},
        {"results": [{"person": "mother", "benefit": "social_pension", "amount_vnd_per_month": 500000}]},
        {"results": [{"person": "mother", "benefit": "social_pension", "missing": ["date_of_birth"]}]},
        {"asks_next": ["date_of_birth"]},
        {"must_not_say": ["chào chị"]},
        {"answered_in_between": ["10 ngày"]},
        {"facts_cleared": True},
    ],
)
def test_each_difference_is_named(after_last: dict[str, Any]) -> None:
    """A wrong ending says what is wrong."""
    assert len(_differences(after_last)) == 1


def test_dialogue_that_was_not_held_is_wrong() -> None:
    """A missing ending never counts as right."""
    assert not evaluate_dialogues([{"id": "d9", "after_last": {}}], [])[0].is_right


def test_twins_must_end_alike() -> None:
    """The same conversation without accents leads to the same verdicts."""
    items = [{"id": "d1", "after_last": {"twin": "d2"}}, {"id": "d2", "after_last": {}}]
    other = {**STATE, "results": [{**RESULT, "outcome": "eligible"}]}

    verdict, _ = evaluate_dialogues(items, [Ending("d1", [], STATE), Ending("d2", [], other)])

    assert verdict.differences == ("mother/social_pension: not as in its twin d2",)
