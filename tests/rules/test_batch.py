"""A list is judged like each person in it: same outcomes, groups, missing facts, figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.batch import Batch, Judged
from rules.engine.model import Outcome
from rules.facts.vocabulary import FactDefinition, Vocabulary
from rules.service import EligibilityService
from tests.examples import often

VOCABULARY = Vocabulary.load()
MONEY = [0, 1, 499_999, 500_000, 540_000, 1_500_000, 2_000_000, 2_000_001, 60_000_000, 900_000_000]
LISTS = settings(
    max_examples=often(20), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
CODES = {Outcome.ELIGIBLE: 1, Outcome.INELIGIBLE: 0, Outcome.UNDETERMINED: -1}


def spans(numbers: st.SearchStrategy[int]) -> st.SearchStrategy[dict[str, int]]:
    return st.tuples(numbers, numbers).map(lambda ends: {"min": min(ends), "max": max(ends)})


def values_of(fact: FactDefinition) -> st.SearchStrategy[Any]:
    match fact.type:
        case "bool":
            return st.booleans()
        case "enum" if fact.multiple:
            others = [value for value in fact.values if value != "none"]
            several = st.lists(st.sampled_from(others), min_size=1, max_size=2, unique=True)
            return several | st.just("none") if "none" in fact.values else several
        case "enum":
            one = st.sampled_from(list(fact.values))
            return one | st.lists(one, min_size=2, max_size=2, unique=True)
        case "date":
            days = st.dates(date(1930, 1, 1), date(2026, 12, 31)).map(date.isoformat)
            return days | days.map(lambda day: day[:4]) | days.map(lambda day: day[:7]) | st.just("none")
        case "money_vnd":
            money = st.sampled_from(MONEY)
            return money | spans(money) | st.integers(0, 3_000_000)
        case "percent":
            return st.sampled_from([0, 10, 29.9, 30, 100])
        case _:
            return st.integers(0, 90) | spans(st.integers(0, 90))


def people() -> st.SearchStrategy[dict[str, Any]]:
    known = {f.id: values_of(f) for f in VOCABULARY.facts.values() if f.id != "former_province"}
    some = st.sets(st.sampled_from(sorted(known)), max_size=len(known))
    return some.flatmap(lambda names: st.fixed_dictionaries({name: known[name] for name in sorted(names)}))


def assert_like_one_by_one(
    service: EligibilityService, judged: Judged, told: Sequence[dict[str, Any]], **options: Any
) -> None:
    missing = {name: judged.missing(name) for name in judged.benefits}
    outcomes = {name: judged.outcomes(name) for name in judged.benefits}
    groups = {name: judged.groups(name) for name in judged.benefits}
    figures = {name: judged.figures(name) for name in judged.benefits}
    granted_anyhow = {name: judged.granted(name) for name in judged.benefits}
    by_outcome = {name: {g.id: g.outcome for g in service.release.benefits[name].groups} for name in judged.benefits}
    for row, facts in enumerate(told):
        if row in judged.wrong:
            assert service.check(facts, as_of=judged.as_of)
            continue
        verdicts = service.verdicts(facts, as_of=judged.as_of, **options)
        assessment = service.assess(facts, as_of=judged.as_of, explain=False, **options)
        for verdict, decision in zip(verdicts, assessment.decisions, strict=True):
            name = verdict.benefit
            place = groups[name][1][row]
            assert outcomes[name][row] == CODES[verdict.outcome], (name, facts)
            assert {fact for fact, who in missing[name].items() if who[row]} == set(verdict.missing), (name, facts)
            assert (groups[name][0][place] if place >= 0 else None) == verdict.group, (name, facts)
            kind = figures[name][1][row]
            found = figures[name][0][kind] if kind >= 0 else {}
            granted = decision.outcome is Outcome.ELIGIBLE
            assert found == (decision.results if granted else {}), (name, facts)
            if granted_anyhow[name][row]:
                assert {by_outcome[name][one] for one in verdict.candidates} <= {Outcome.ELIGIBLE}, (name, facts)
                assert verdict.outcome is not Outcome.INELIGIBLE, (name, facts)


@LISTS
@given(
    told=st.lists(people(), min_size=1, max_size=12),
    day=st.dates(date(2021, 7, 1), date(2027, 6, 30)),
    conversational=st.booleans(),
    province=st.sampled_from([None, "ha_noi", "ho_chi_minh", "hai_phong", "binh_duong"]),
)
def test_a_list_is_judged_like_each_person_in_it(
    told: list[dict[str, Any]], day: date, conversational: bool, province: str | None, service: EligibilityService
) -> None:
    """Whatever is told or left out, exactly or vaguely, on any day: no one is judged otherwise for being in a list."""
    batch = Batch(service)

    judged = batch.judge(batch.columns(told), len(told), as_of=day, province=province, conversational=conversational)

    assert_like_one_by_one(service, judged, told, province=province, conversational=conversational)


@LISTS
@given(
    told=st.lists(people(), min_size=1, max_size=8),
    status=st.sampled_from(["poor", "near_poor", "other"]),
    day=st.dates(date(2024, 7, 1), date(2027, 6, 30)),
)
def test_people_of_whom_only_the_group_is_open_are_judged_like_one_by_one(
    told: list[dict[str, Any]], status: str, day: date, service: EligibilityService
) -> None:
    """Nobody else pays for their card: what is open is by which group the State does, and how much."""
    known = {"work_roles": "none", "monthly_pension_vnd": 0, "monthly_benefit_kind": "none", "household_status": status}
    told = [{**{fact: facts[fact] for fact in sorted(facts)[::3]}, **known} for facts in told]
    batch = Batch(service)

    judged = batch.judge(batch.columns(told), len(told), as_of=day, benefits=["health_insurance_card"])

    assert_like_one_by_one(service, judged, told, benefits=["health_insurance_card"])
