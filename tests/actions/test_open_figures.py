"""A verdict that stands while something of it is open: what is certain is said, what is not between its bounds."""

from __future__ import annotations

import pytest

from actions.build import Dialogue
from tests.actions.conftest import DAY
from tests.actions.engine import Decision


def test_a_rate_that_depends_on_more_is_told_between_its_bounds(dialogue: Dialogue) -> None:
    """Nobody is asked about an illness for a rate: both ends are said."""
    loan = Decision(
        "loan.employment_worker",
        "eligible",
        results={"max_loan_vnd": 200_000_000},
        bounds={"interest_percent_per_year": (6.24, 7.9248)},
    )

    said = dialogue.wording.sentence("self", loan, as_of=DAY)

    assert "6,24%" in said
    assert "7,9248%" in said


def test_a_card_of_one_group_or_another_is_granted_without_naming_one(dialogue: Dialogue) -> None:
    """That the State pays is certain; by which group is not said, and the least level is."""
    card = Decision(
        "health_insurance_card",
        "eligible",
        results={"state_support_percent": 100},
        bounds={"benefit_percent": (80, 100)},
    )

    said, short = dialogue.wording.sentence("self", card, as_of=DAY), dialogue.wording.short(card, as_of=DAY)

    assert "Nhà nước đóng 100%" in said
    assert "ít nhất 80%" in said
    assert "diện :" not in said
    assert "()" not in short


@pytest.mark.parametrize(
    ("benefit", "results", "said"),
    [
        ("loan.work_abroad", {"max_loan_vnd": 120_000_000}, "đủ điều kiện đề nghị vay"),
        ("health_insurance_card", {"state_support_percent": 100}, "được cấp thẻ BHYT"),
        ("social_pension", {"amount_vnd_per_month": 540_000}, "được hưởng"),
    ],
)
def test_what_is_due_anyhow_is_said_to_be(dialogue: Dialogue, benefit: str, results: dict[str, int], said: str) -> None:
    """Only a figure is open: nobody is told that nothing can be concluded, and what is sure is named."""
    decision = Decision(benefit, "undetermined", results=results, missing=("household_status",), granted_anyhow=True)

    sentence = dialogue.wording.sentence("self", decision, as_of=DAY)

    assert said in sentence
    assert "chưa kết luận" not in sentence
