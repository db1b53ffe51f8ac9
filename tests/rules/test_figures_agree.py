"""A coefficient or an age that prose shows is the one the verdict goes by, on every day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from rules.engine.calendar import add_years
from rules.engine.clauses import evaluate
from rules.engine.model import Outcome
from rules.figures import Figures
from rules.service import EligibilityService

DAYS = (date(2022, 1, 1), date(2024, 12, 31), date(2026, 8, 15), date(2026, 10, 4), date(2026, 10, 5), date(2027, 6, 1))
COEFFICIENTS = [
    ("social_allowance.child_no_carer.under_4", "social_allowance", "child_no_carer", 3),
    ("social_allowance.child_no_carer.from_4", "social_allowance", "child_no_carer", 4),
    ("social_allowance.former_child_student", "social_allowance", "former_child_no_carer_student", 17),
    ("social_allowance.child_hiv.under_4", "social_allowance", "child_hiv_poor", 3),
    ("social_allowance.child_hiv.from_4", "social_allowance", "child_hiv_poor", 4),
    ("social_allowance.elderly_poor.lower", "social_allowance", "elderly_poor_no_supporter", 60),
    ("social_allowance.elderly_poor.higher", "social_allowance", "elderly_poor_no_supporter", 80),
    ("social_allowance.elderly_fostered", "social_allowance", "elderly_fostered", 70),
    ("social_allowance.disabled_extremely_severe.child", "social_allowance", "disabled_extremely_severe", 15),
    ("social_allowance.disabled_extremely_severe.adult", "social_allowance", "disabled_extremely_severe", 16),
    ("social_allowance.disabled_extremely_severe.elderly", "social_allowance", "disabled_extremely_severe", 60),
    ("social_allowance.disabled_severe.child", "social_allowance", "disabled_severe", 15),
    ("social_allowance.disabled_severe.adult", "social_allowance", "disabled_severe", 59),
    ("social_allowance.disabled_severe.elderly", "social_allowance", "disabled_severe", 60),
    ("social_allowance.child_under_3", "social_allowance", "child_under3_difficult_area", 2),
    ("social_allowance.adult_hiv", "social_allowance", "adult_hiv_poor", 30),
    ("care_support.foster_child_under_4", "care_support", "foster_child_under4", 3),
    ("care_support.foster_child_4_15", "care_support", "foster_child_4_15", 5),
    ("care_support.foster_elderly", "care_support", "foster_elderly", 70),
    ("care_support.disabled_one_child", "care_support", "disabled_pregnant_or_one_child", 30),
    ("care_support.disabled_two_children", "care_support", "disabled_pregnant_and_child_or_two", 30),
    ("care_support.household_cares_extremely_severe", "care_support", "household_cares_extremely_severe", 30),
    ("care_support.foster_extremely_severe_adult", "care_support", "foster_extremely_severe_adult", 30),
    ("care_support.foster_extremely_severe_child", "care_support", "foster_extremely_severe_child", 10),
]
NO_PENSION = {"monthly_pension_vnd": 0, "monthly_social_insurance_benefit_vnd": 0}


@pytest.fixture(scope="module")
def figures(service: EligibilityService) -> Figures:
    return Figures.load(service)


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.parametrize(("key", "benefit", "group", "age"), COEFFICIENTS)
def test_coefficient_of_prose_is_that_of_the_group(
    key: str, benefit: str, group: str, age: int, day: date, service: EligibilityService, figures: Figures
) -> None:
    """The guide says 1.5 and the verdict pays 1.5, or one of them is wrong."""
    case = service.case({"age_years": age}, as_of=day, known_on=day)
    compiled = next(g for g in service.engine.snapshot(day, day).benefits[benefit].groups if g.id == group)

    judged = evaluate(compiled.values["coefficient"], case, {})

    assert judged.settled == figures.value(f"{key}.coefficient", as_of=day).raw


@pytest.mark.parametrize("day", [day for day in DAYS if day >= date(2025, 7, 1)], ids=str)
@pytest.mark.parametrize(("key", "status"), [("social_pension.age", "other"), ("social_pension.age_poor", "near_poor")])
def test_age_of_prose_is_the_birthday_from_which_it_is_due(
    key: str, status: str, day: date, service: EligibilityService, figures: Figures
) -> None:
    """Due on the birthday itself, not the day before."""
    years = figures.value(key, as_of=day).raw
    born = add_years(day, -int(years))  # type: ignore[arg-type]

    reached, not_yet = (
        service.assess(
            {"date_of_birth": birth.isoformat(), "household_status": status, **NO_PENSION},
            as_of=day,
            benefits=["social_pension"],
        ).decisions[0]
        for birth in (born, born + timedelta(days=1))
    )

    assert (reached.outcome, not_yet.outcome) == (Outcome.ELIGIBLE, Outcome.INELIGIBLE)


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2026, 10, 4), date(2026, 10, 5), date(2026, 11, 21)], ids=str)
def test_age_of_the_higher_coefficient_is_where_the_verdict_rises(
    day: date, service: EligibilityService, figures: Figures
) -> None:
    """80 until 2026-10-04, 75 since."""
    years = int(figures.value("social_allowance.elderly_poor.higher_age", as_of=day).raw)  # type: ignore[arg-type]
    told = {"household_status": "poor", "supporter_status": "none", "disability_degree": "none"}

    coefficients = [
        service.assess({**told, "age_years": age}, as_of=day, benefits=["social_allowance"])
        .decisions[0]
        .results["coefficient"]
        for age in (years - 1, years)
    ]

    assert coefficients == [1.5, 2]
