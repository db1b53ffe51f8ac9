"""The planner asks what settles most, never what is told, never what changes nothing."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from rules.engine.model import Outcome
from rules.planner import Planner
from rules.prior import Prior
from rules.profiles import Profiles
from rules.service import EligibilityService
from tests.benchmarks.interviews import drawn_of_age
from tests.examples import often
from tests.rules.test_properties import DAYS, facts

AUTUMN = date(2026, 11, 21)
NO_PENSION = {"monthly_pension_vnd": 0, "monthly_social_insurance_benefit_vnd": 0}


@pytest.fixture(scope="session")
def planner(service: EligibilityService) -> Planner:
    return Planner(service)


def asked(planner: Planner, told: dict[str, Any], *benefits: str, **how: Any) -> str | None:
    question = planner.next_question(told, as_of=AUTUMN, benefits=benefits or None, **how)
    return question.fact if question else None


def test_the_age_comes_first_where_it_decides(planner: Planner) -> None:
    """Of the social pension most people are simply too young."""
    assert asked(planner, {}, "social_pension") == "date_of_birth"


def test_between_70_and_75_the_list_of_the_commune_decides(planner: Planner) -> None:
    """72 years old and no pension: poor or near-poor is all that is open."""
    assert asked(planner, {"age_years": 72, **NO_PENSION}, "social_pension") == "household_status"


def test_loan_of_poor_households_begins_with_the_list(planner: Planner) -> None:
    """What the money is for does not matter to a household that is not on the list."""
    assert asked(planner, {}, "loan.poor_household") == "household_status"


def test_what_cannot_be_answered_is_not_asked_again(planner: Planner) -> None:
    """'Không biết' is an answer: the rougher fact is asked instead, then nothing of the kind."""
    assert asked(planner, {}, "social_pension", unanswerable=["date_of_birth"]) == "age_years"
    second = asked(planner, {}, "social_pension", unanswerable=["date_of_birth", "age_years"])

    assert second not in ("date_of_birth", "age_years")


def test_nothing_is_asked_when_nothing_is_open(planner: Planner) -> None:
    """A child of five gets no social pension, whatever else is true of it."""
    assert asked(planner, {"date_of_birth": "2021-05-01"}, "social_pension") is None


def test_a_child_is_not_asked_about_work_or_pension(planner: Planner) -> None:
    """In a conversation a child is presumed not to work, as the answer says."""
    told: dict[str, Any] = {"date_of_birth": "2017-05-01"}
    unanswerable: set[str] = set()
    seen = []
    while (fact := asked(planner, told, "health_insurance_card", unanswerable=unanswerable)) is not None:
        seen.append(fact)
        unanswerable.add(fact)

    assert not {"work_roles", "labour_contract_months", "monthly_pension_vnd", "marital_status"} & set(seen)


def test_sensitive_questions_come_last(planner: Planner, service: EligibilityService) -> None:
    """Nobody is asked about a disability before the plain questions are through."""
    told: dict[str, Any] = {"age_years": 40}
    unanswerable: set[str] = set()
    order = []
    while (fact := asked(planner, told, "social_allowance", unanswerable=unanswerable)) is not None:
        order.append(service.vocabulary.facts[fact].sensitive)
        unanswerable.add(fact)

    assert order
    assert order == sorted(order)


def test_nobody_who_asks_about_everything_is_asked_about_a_death(planner: Planner) -> None:
    """'Tôi được hưởng gì?' is no reason to ask when somebody died; 'mai táng phí' is."""
    told: dict[str, Any] = {"age_years": 80, "household_status": "poor"}
    unanswerable: set[str] = set()
    while (question := planner.next_question(told, as_of=AUTUMN, unanswerable=unanswerable)) is not None:
        unanswerable.add(question.fact)

    assert not {"date_of_death", "emergency_harm", "hospital_days"} & unanswerable
    assert asked(planner, told, "funeral_support") is not None


@settings(max_examples=often(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(told=facts(), day=DAYS)
def test_a_told_fact_is_never_asked_and_a_useless_one_neither(
    told: dict[str, Any], day: date, planner: Planner, service: EligibilityService
) -> None:
    """A question costs patience: the answer must be new and must be able to move something."""
    question = planner.next_question(told, as_of=day)
    if question is None:
        return

    assert question.fact not in told
    assert any(
        outcome_after != outcome_before
        for outcome_before, outcome_after in moves(service, planner, told, day, question.fact, question.benefits)
    )


def moves(
    service: EligibilityService, planner: Planner, told: dict[str, Any], day: date, fact: str, benefits: Any
) -> Any:
    """Yield (before, after) for every kind of answer, without what merely follows from the fact being told."""

    def state(values: dict[str, Any]) -> Any:
        decisions = service.assess(values, as_of=day, benefits=benefits, conversational=True, explain=False).decisions
        return [(d.outcome, d.group, dict(d.results), set(d.missing) - {fact}) for d in decisions]

    before = state(told)
    definition = service.vocabulary.facts[fact]
    for raw in examples(definition.type, list(definition.values)):
        try:
            yield before, state({**told, fact: raw})
        except ValueError:
            continue


def examples(kind: str, values: list[str]) -> list[Any]:
    amounts = [0, 1, 100_000, 499_999, 540_000, 1_500_000, 2_100_000, 2_500_000, 3_500_000, 5_000_000, 60_000_000]
    days = ["none", "1930-01-01", "1940-06-01", "1953-01-01", "1955-06-01", "1963-01-01", "1990-01-01", "2008-01-01"]
    days += [f"{year}-03-01" for year in range(2011, 2027)]
    by_type: dict[str, list[Any]] = {
        "bool": [True, False],
        "enum": values,
        "date": days,
        "money_vnd": amounts,
        "percent": [0, 50, 100],
    }
    return by_type.get(kind, [*range(13), 24, 36, 60, 90])


@pytest.mark.parametrize("benefit", ["social_pension", "loan.poor_household"])
def test_an_interview_ends_with_a_verdict(benefit: str, planner: Planner, service: EligibilityService) -> None:
    """Answering every question leads to a verdict, in few questions."""
    person: dict[str, Any] = {
        "date_of_birth": "1953-02-01", "household_status": "poor", "loan_purpose": "production_business", **NO_PENSION,
    }  # fmt: skip
    told: dict[str, Any] = {}
    count = 0
    while (question := planner.next_question(told, as_of=AUTUMN, benefits=[benefit])) is not None:
        told[question.fact] = person[question.fact]
        count += 1

    decision = service.assess(told, as_of=AUTUMN, benefits=[benefit], conversational=True).decision(benefit)
    assert decision.outcome is Outcome.ELIGIBLE
    assert count <= 4


def test_every_answer_of_a_threshold_is_seen(planner: Planner, service: EligibilityService) -> None:
    """The classes of answers cover both sides of every threshold, or a question might seem useless."""
    told = {"age_years": 76}
    case = service.case(told, as_of=AUTUMN, known_on=AUTUMN, conversational=True)
    snapshot = service.engine.snapshot(AUTUMN, AUTUMN)
    profiles: Profiles = planner._profiles_for(snapshot, case)

    shares = [one.share for one in profiles.spread("monthly_pension_vnd", case).answers]

    assert len(shares) >= 2
    assert sum(shares) == pytest.approx(1.0)


def test_a_day_told_by_its_year_is_asked_for_exactly(service: EligibilityService) -> None:
    """'Ra tù năm 2021': whether the term is over hangs on the day, though no likely answer lies in that year."""
    told = {
        "sentence_completed_on": "2021",
        "commune_confirmed_for_loan": True,
        "loan_purpose": "production_business",
    }
    day = date(2026, 11, 21)

    question = Planner(service).next_question(told, as_of=day, benefits=["loan.ex_prisoner"], conversational=False)

    assert question is not None
    assert question.fact == "sentence_completed_on"


def test_two_unknowns_that_decide_only_together_are_asked_for(service: EligibilityService) -> None:
    """As long as the mother may live, the father's death settles nothing; both together do."""
    told: dict[str, Any] = {"date_of_birth": "2022-11-21", "care_arrangement": "own_household"}
    answers = {"father_status": "dead", "mother_status": "dead"}
    unanswerable: list[str] = []
    asked: list[str] = []
    for _ in range(20):
        question = Planner(service).next_question(
            told,
            as_of=date(2026, 11, 22),
            benefits=["social_allowance"],
            unanswerable=unanswerable,
            conversational=False,
        )
        if question is None:
            break
        asked.append(question.fact)
        if question.fact in answers:
            told[question.fact] = answers[question.fact]
        else:
            unanswerable.append(question.fact)

    (verdict,) = service.verdicts(told, as_of=date(2026, 11, 22), benefits=["social_allowance"])
    assert set(answers) <= set(asked)
    assert verdict.outcome is Outcome.ELIGIBLE


def test_only_facts_are_missing(service: EligibilityService) -> None:
    """A day before the first rate: the figures wait for the law, not for the citizen, and nothing is asked."""
    told = {"household_status": "poor", "study_level": "college"}
    day, benefit = date(2008, 9, 5), "loan.student_disadvantaged"

    decision = service.assess(told, as_of=day, benefits=[benefit]).decision(benefit)

    assert set(decision.missing) <= service.vocabulary.facts.keys()
    assert [reason.id for reason in decision.refer_reasons] == ["no_value_in_force"]
    assert Planner(service).next_question(told, as_of=day, benefits=[benefit], conversational=False) is None


def test_what_is_remembered_of_others_changes_no_question(planner: Planner, service: EligibilityService) -> None:
    """What an answer tells is worked out once for all who say the same: nobody may be asked otherwise for it."""
    prior = Prior.load(service.vocabulary)
    chance = random.Random(3)
    for age in (4, 30, 72):
        person = drawn_of_age(service, prior, chance, age)
        told: dict[str, Any] = {}
        for _ in range(8):
            question = planner.next_question(told, as_of=AUTUMN)
            assert question == Planner(service, prior).next_question(told, as_of=AUTUMN)
            if question is None or question.fact not in person:
                break
            told[question.fact] = person[question.fact]
