"""What will change the answer and when; what nearly changes it now."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.engine.model import Outcome
from rules.outlook import Outlook
from rules.planner import Planner
from rules.service import EligibilityService
from tests.examples import often

AUTUMN = date(2026, 11, 21)
NO_PENSION = {"monthly_pension_vnd": 0, "monthly_social_insurance_benefit_vnd": 0}
NOT_POOR = {"date_of_birth": "1958-03-04", "household_status": "other", **NO_PENSION}


@pytest.fixture(scope="module")
def outlook(service: EligibilityService) -> Outlook:
    return Outlook(service, Planner(service))


def test_the_birthday_is_named_on_which_the_pension_begins(outlook: Outlook) -> None:
    """'Not yet' without 'from when' sends people home for nothing."""
    (change,) = outlook.changes(NOT_POOR, as_of=AUTUMN, benefits=["social_pension"])

    assert (change.on, change.age, change.why) == (date(2033, 3, 4), 75, ("time",))
    assert (change.before.outcome, change.after.outcome) == (Outcome.INELIGIBLE, Outcome.ELIGIBLE)
    assert [leaf.fact for leaf in change.because] == ["date_of_birth"]


def test_were_the_household_near_poor_it_would_be_seventy(outlook: Outlook) -> None:
    """The near miss names what would have to be otherwise, and from which age."""
    (miss,) = outlook.near_misses(NOT_POOR, as_of=AUTUMN, benefit="social_pension")

    assert (miss.fact, set(miss.values)) == ("household_status", {"poor", "near_poor"})
    assert (miss.since, miss.age) == (date(2028, 3, 4), 70)
    assert miss.results["amount_vnd_per_month"] == 540000
    assert miss.leaf.label_vi


def test_a_new_standard_changes_the_answer_on_its_day(outlook: Outlook) -> None:
    """1.9 million a head is average in 2026 and poor by the standard of 2027."""
    told = {"area_type": "rural", "income_per_head_vnd_per_month": 1_900_000, "deprivation_count": 3}

    first = outlook.changes(told, as_of=AUTUMN, benefits=["poverty_status"])[0]

    assert (first.on, first.why) == (date(2027, 1, 1), ("law",))
    assert (first.before.group, first.after.group) == ("average", "poor")


def test_a_birth_year_gives_the_last_day_it_can_be(outlook: Outlook) -> None:
    """Born in 1951: surely due at the end of 2026, and not promised sooner."""
    told = {"date_of_birth": "1951", "household_status": "other", **NO_PENSION}

    changes = outlook.changes(told, as_of=date(2026, 1, 2), benefits=["social_pension"])

    due = next(change for change in changes if change.after.outcome is Outcome.ELIGIBLE)
    assert due.on == date(2026, 12, 31)
    assert due.age is None


def test_a_small_pension_is_a_near_miss_with_its_threshold(outlook: Outlook) -> None:
    """Told what the limit is, she can see that she is over it."""
    told = {**NOT_POOR, "date_of_birth": "1950-01-01", "monthly_pension_vnd": 600_000}

    misses = outlook.near_misses(told, as_of=AUTUMN, benefit="social_pension")

    assert [miss.fact for miss in misses] == ["monthly_pension_vnd"]
    assert misses[0].leaf.threshold == 540000


def test_sensitive_facts_are_never_supposed_otherwise(outlook: Outlook, service: EligibilityService) -> None:
    """Nobody is told what she would get were she disabled."""
    told = {"date_of_birth": "1980-01-01", "household_status": "poor", "disability_degree": "none",
            "hiv_confirmed": False, "marital_status": "married"}  # fmt: skip

    misses = outlook.near_misses(told, as_of=AUTUMN, benefit="social_allowance")

    assert not any(service.vocabulary.facts[miss.fact].sensitive for miss in misses)


def test_nothing_misses_where_it_is_due(outlook: Outlook) -> None:
    """An answer that is yes needs no 'if'."""
    told = {**NOT_POOR, "date_of_birth": "1950-01-01"}

    assert outlook.near_misses(told, as_of=AUTUMN, benefit="social_pension") == ()


@settings(max_examples=often(25), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(born=st.dates(date(1945, 1, 1), date(2022, 1, 1)), status=st.sampled_from(["poor", "near_poor", "other"]))
def test_every_change_is_one_between_two_days(
    born: date, status: str, outlook: Outlook, service: EligibilityService
) -> None:
    """The answer on the eve is the old one, on the day the new one."""
    told: dict[str, Any] = {"date_of_birth": born.isoformat(), "household_status": status, **NO_PENSION}

    for change in outlook.changes(told, as_of=AUTUMN, benefits=["social_pension"]):
        eve = service.assess(told, as_of=change.on - timedelta(days=1), benefits=["social_pension"]).decisions[0]
        day = service.assess(told, as_of=change.on, benefits=["social_pension"]).decisions[0]
        assert (eve.outcome, dict(eve.results)) == (change.before.outcome, dict(change.before.results))
        assert (day.outcome, dict(day.results)) == (change.after.outcome, dict(change.after.results))
        assert (eve.outcome, dict(eve.results)) != (day.outcome, dict(day.results))
