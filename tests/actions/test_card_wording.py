"""The health-insurance card in words: who pays it where the budget does not, and only what was decided."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import rules
from actions.build import Dialogue
from actions.phrasebook import Phrasebook
from actions.whatif import Branch
from actions.wording import Wording
from core.citations import Citation
from tests.actions.conftest import DAY
from tests.actions.engine import Decision, Leaf

CARD = "health_insurance_card"
RULES = Path(rules.__file__).parent / "benefits" / CARD / "rules.yaml"


@pytest.fixture
def wording(dialogue: Dialogue) -> Wording:
    return dialogue.wording


def refused(payer: str, *reasons: Leaf, **results: object) -> Decision:
    return Decision(
        CARD, "ineligible", results={"payer": payer, "state_support_percent": 0, **results}, reasons=reasons
    )


def test_card_paid_by_social_insurance_is_not_told_to_be_bought(wording: Wording) -> None:
    """Who draws a pension has a card and pays nothing: being sent to buy one by household would be false."""
    said = wording.sentence("mother", refused("social_insurance", benefit_percent=95), as_of=DAY)

    assert "cơ quan bảo hiểm xã hội đóng" in said
    assert "95%" in said
    assert "hộ gia đình" not in said
    assert "0%" not in said


def test_card_bought_by_household_names_what_it_costs(wording: Wording) -> None:
    """The one who buys the card herself is told the price and what it covers."""
    decision = refused("self", self_pay_vnd_per_month=113_850, benefit_percent=80)

    said = wording.sentence("mother", decision, as_of=DAY)

    assert "theo hộ gia đình: **tự đóng 113.850 đ/tháng, đi khám đúng tuyến được hưởng 80%**" in said


def test_refusal_is_not_blamed_on_what_would_bring_no_card_of_the_budget(wording: Wording) -> None:
    """A pension would not have made the budget pay; being on the commune's list of poor households would."""
    pension = Leaf("monthly_pension_vnd", False, 0, 0, "Đang hưởng lương hưu")
    poor = Leaf("household_status", False, "other", "poor", "Hộ nghèo theo danh sách của xã")

    said = wording.because(refused("self", pension, poor))

    assert "hộ nghèo" in said
    assert "lương hưu" not in said


def test_every_payer_in_the_rules_can_be_said() -> None:
    """A payer nobody has written a sentence for would end a talk with an error."""
    groups = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    payers = {group["values"]["payer"] for group in groups if group.get("outcome") == "ineligible"}
    sentences = Phrasebook.load().responses

    for payer in payers - {"self"}:
        assert f"utter_ineligible_card_{payer}" in sentences
        assert f"utter_short_ineligible_card_{payer}" in sentences


def test_card_of_an_open_group_is_told_without_naming_one(wording: Wording) -> None:
    """Where who pays is sure and the group is not, no empty name stands in the sentence."""
    decision = Decision(CARD, "eligible", results={"payer": "state", "state_support_percent": 100})

    assert "**được cấp thẻ BHYT**: **Nhà nước đóng 100%**" in wording.sentence("mother", decision, as_of=DAY)
    assert wording.short(decision, as_of=DAY) == "**được cấp thẻ BHYT**: Nhà nước đóng 100%"


def test_support_of_a_province_is_cited_among_the_first(wording: Wording) -> None:
    """A figure of a province is never told on national articles alone."""
    local = "56/2025/NQ-HĐND (TP. Hồ Chí Minh)"

    line = wording.citations(Citation(text) for text in ("1/2024/QH15", "2/2024/QH15", "3/2024/QH15", local))

    assert line.text.endswith(f"1/2024/QH15; 2/2024/QH15; {local}.")


def test_open_fact_tells_each_way_a_card_may_go(wording: Wording) -> None:
    """A fact still open is told with what each answer brings: a card of the State, or one paid at work."""
    poor = Decision(CARD, "eligible", "poor", {"payer": "state", "state_support_percent": 100})
    ways = [
        Branch({"work_roles": ("none",)}, poor),
        Branch({"work_roles": ("employee",)}, refused("employer_and_worker")),
    ]

    free, paid, *_ = (line.text for line in wording.conditional("mother", ways, as_of=DAY))

    assert "được cấp thẻ BHYT: Nhà nước đóng 100%" in free
    assert paid.endswith("thẻ BHYT đóng qua nơi làm việc.")
