"""What the worked cases cannot say of the health-insurance card: reasons, presumptions, one source for each figure."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from rules.engine.parameters import look_up
from rules.service import Decision, EligibilityService, Outcome

CARD = "health_insurance_card"
TODAY = date(2026, 11, 21)
DAYS = (date(2024, 12, 31), date(2025, 6, 30), date(2025, 7, 1), date(2025, 12, 31), date(2026, 1, 1), TODAY)
# group -> the figures of prose that speak of it
FIGURES = {
    "child_under_6": "child_under_6",
    "poor_household": "poor_household",
    "near_poor_household": "near_poor",
    "near_poor_in_poor_commune": "near_poor_in_poor_commune",
    "near_poor_ethnic_in_ethnic_mountain_area": "near_poor_ethnic",
    "resident_especially_difficult_area": "difficult_area",
    "ethnic_minority_delisted_area": "delisted_area",
    "student": "student",
    "average_living_agri_household": "average_farm",
    "grassroots_security": "grassroots_security",
    "village_health_or_midwife": "village_health",
    "village_part_time_worker": "village_worker",
    "artisan": "artisan",
    "artisan_low_income": "artisan_low_income",
    "trafficking_victim": "trafficking",
    "ordnance_victim": "ordnance",
    "pensioner": "pensioner",
    "merit_person": "merit",
    "merit_relative": "merit_relative",
    "martyr_relative": "martyr_relative",
    "resistance_participant": "resistance",
    "social_assistance_beneficiary": "social_assistance",
    "survivor_75plus_or_70_near_poor": "survivor",
    "household_voluntary": "default",
}
PLAIN = {
    "date_of_birth": "1986-05-05",
    "work_roles": "none",
    "monthly_pension_vnd": 0,
    "monthly_benefit_kind": "none",
    "merit_status": "none",
    "special_status": "none",
    "current_allowance": "none",
    "household_status": "other",
    "is_ethnic_minority": False,
    "area_lists": "none",
    "commune_left_difficult_list_on": "none",
    "trafficking_victim_confirmed_on": "none",
    "study_level": "none",
}


def card(service: EligibilityService, told: dict[str, Any], *, talk: bool = False) -> Decision:
    return service.assess(told, as_of=TODAY, benefits=[CARD], conversational=talk).decision(CARD)


def test_who_chooses_the_household_form_keeps_the_better_benefit(service: EligibilityService) -> None:
    """Choosing who pays does not take away the near-poor card: the benefit is that of the best group one is in."""
    decision = card(service, {**PLAIN, "household_status": "near_poor", "chooses_household_form": True})

    assert decision.group == "household_voluntary"
    assert (decision.results["benefit_percent"], decision.results["benefit_group"]) == (100, "near_poor_household")


def test_who_is_left_to_the_household_form_hears_what_was_not_met(service: EligibilityService) -> None:
    """'You pay yourself' without a reason cannot be argued with."""
    decision = card(service, PLAIN)

    failed = {leaf.label_vi for leaf in decision.reasons if leaf.verdict is False}
    assert {"Hộ nghèo theo danh sách của xã", "Hộ cận nghèo theo danh sách của xã"} <= failed


def test_presumptions_behind_a_refusal_and_an_amount_are_said(service: EligibilityService) -> None:
    """A presumed fact that decided must be open to correction, also when it only sets the amount."""
    told = {key: value for key, value in PLAIN.items() if key not in ("merit_status", "work_roles")}

    decision = card(service, told, talk=True)

    assert decision.results["self_pay_vnd_per_month"] == 113_850
    assert {"merit_status": "none", "work_roles": "none", "hi_household_rank": 1}.items() <= decision.presumed.items()


@pytest.mark.parametrize(
    ("told", "group"),
    [
        ({"date_of_birth": "2020-12-10"}, "child_under_6"),
        (
            {
                "age_years": 40,
                "household_status": "near_poor",
                "household_is_agricultural": True,
                "monthly_pension_vnd": 0,
                "monthly_benefit_kind": "none",
                "is_ethnic_minority": False,
                "area_lists": "none",
            },
            "near_poor_household",
        ),
        (
            {"age_years": 79, "monthly_benefit_kind": "survivor", "monthly_pension_vnd": 0},
            "survivor_75plus_or_70_near_poor",
        ),
        (
            {
                "age_years": 76,
                "current_allowance": "social_pension",
                "monthly_pension_vnd": 0,
                "monthly_benefit_kind": "none",
            },
            "social_pension_beneficiary",
        ),
    ],
)
def test_a_talk_settles_with_few_facts(told: dict[str, Any], group: str, service: EligibilityService) -> None:
    """What people leave unsaid in a talk is presumed where the vocabulary allows: nobody answers twenty questions."""
    decision = card(service, told, talk=True)

    assert (decision.outcome, decision.group, decision.missing) == (Outcome.ELIGIBLE, group, ())


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize(("group", "figure"), FIGURES.items())
def test_prose_and_verdict_agree_on_support_and_benefit(
    group: str, figure: str, day: date, service: EligibilityService
) -> None:
    """A percentage that a guide names is the one the verdict gives on the same day."""
    snapshot = service.engine.snapshot(day, day)
    compiled = next((g for g in snapshot.benefits[CARD].groups if g.id == group), None)
    for value, part in (("state_support_percent", "support"), ("benefit_percent", "benefit")):
        parameter = service.release.parameters.get(
            f"health_insurance.{figure}{'_' if figure == 'default' else '.'}{part}"
        )
        if compiled is None or parameter is None:
            continue

        found = look_up(parameter, as_of=day, known_on=day, province=None, former=())

        assert {clause.fixed.settled for clause in compiled.values[value] if clause.fixed} == {found.span.lo}
