"""Verdicts in two or three words, and their figures."""

from __future__ import annotations

import pytest

from console.verdicts import VerdictWords
from rules.engine.decision import Decision
from rules.engine.model import Outcome

CARD = "health_insurance_card"


@pytest.mark.parametrize(
    ("payer", "chip"),
    [
        ("social_insurance", "Nơi khác đóng thẻ"),
        ("employer_and_worker", "Nơi khác đóng thẻ"),
        ("self", "Không thuộc diện"),
        ("self_by_wage", "Không thuộc diện"),
    ],
)
def test_card_somebody_else_pays_is_no_refusal(payer: str, chip: str) -> None:
    """A caller with a pension has a card: the desk must not read as if she had none."""
    decision = Decision(CARD, Outcome.INELIGIBLE, results={"payer": payer})

    assert VerdictWords.load().chip(decision).text == chip


def test_who_pays_is_shown_once_it_is_decided() -> None:
    """Where the law names two payers, neither is shown."""
    results: dict[str, int | float | str | bool] = {"payer": "social_insurance", "benefit_percent": 100}
    shown = VerdictWords.load().figures

    decided = {one.name: one.value for one in shown(Decision(CARD, Outcome.INELIGIBLE, results=results))}
    undecided = {one.name for one in shown(Decision(CARD, Outcome.UNDETERMINED, results=results))}

    assert decided["payer"] == "cơ quan bảo hiểm xã hội"
    assert undecided == {"benefit_percent"}
