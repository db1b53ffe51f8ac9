"""A verdict that stands while something of it is open: what is certain is said, what is not between its bounds."""

from __future__ import annotations

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
