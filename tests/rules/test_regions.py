"""A vague fact leaves nothing open where every way it may turn out is judged alike."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings

from rules.engine.model import Outcome
from rules.service import Decision, EligibilityService
from tests.examples import often
from tests.rules.test_properties import DAYS, facts

AUTUMN = date(2026, 11, 21)
NO_PENSION = {"monthly_pension_vnd": 0, "monthly_social_insurance_benefit_vnd": 0}


def decide(service: EligibilityService, benefit: str, told: dict[str, Any], day: date = AUTUMN) -> Decision:
    return service.assess(told, as_of=day, benefits=[benefit]).decision(benefit)


def test_born_in_1951_and_poor_is_due_either_way(service: EligibilityService) -> None:
    """75 since some day of the year or still 74 and poor: the pension is due on both grounds."""
    decision = decide(service, "social_pension", {"date_of_birth": "1951", "household_status": "poor", **NO_PENSION})

    assert decision.outcome is Outcome.ELIGIBLE
    assert decision.group is None
    assert set(decision.candidates) == {"age_75", "age_70_74_poor"}
    assert decision.results["amount_vnd_per_month"] == 540000
    assert decision.missing == ()


def test_born_in_1951_and_not_poor_waits_for_the_birthday(service: EligibilityService) -> None:
    """Only one of the two ways is due: the day of birth has to be asked."""
    decision = decide(service, "social_pension", {"date_of_birth": "1951", "household_status": "other", **NO_PENSION})

    assert decision.outcome is Outcome.UNDETERMINED
    assert decision.missing == ("date_of_birth",)


def test_over_seventy_and_poor_is_due_at_any_age_of_the_span(service: EligibilityService) -> None:
    """'Hơn 70' is cut at 75, and both parts are due."""
    told = {"age_years": {"min": 70, "max": 79}, "household_status": "near_poor", **NO_PENSION}

    assert decide(service, "social_pension", told).outcome is Outcome.ELIGIBLE


def test_figures_that_differ_between_the_ways_are_left_out(service: EligibilityService) -> None:
    """16 or just 15: the allowance is due, its coefficient waits for the day of birth."""
    told = {"date_of_birth": "2010", "disability_degree": "severe", "care_arrangement": "own_household"}
    decision = decide(service, "social_allowance", told)

    assert decision.outcome is Outcome.ELIGIBLE
    assert "coefficient" not in decision.results
    assert "date_of_birth" in decision.missing


@settings(max_examples=often(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(told=facts(), day=DAYS)
def test_bare_verdict_is_that_of_the_full_decision(
    told: dict[str, Any], day: date, service: EligibilityService
) -> None:
    """Two ways through the same law must meet."""
    told = {**told, **({"date_of_birth": str(told["date_of_birth"])[:4]} if "date_of_birth" in told else {})}
    full = service.assess(told, as_of=day).decisions
    bare = service.verdicts(told, as_of=day)

    assert [(d.benefit, d.outcome, d.group) for d in full] == [(v.benefit, v.outcome, v.group) for v in bare]
    for decision, verdict in zip(full, bare, strict=True):
        assert set(verdict.missing) <= set(decision.missing)
