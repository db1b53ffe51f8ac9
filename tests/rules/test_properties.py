"""What must hold for every case, whatever the law says."""

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.engine.model import Outcome
from rules.facts.vocabulary import FactDefinition, Vocabulary
from rules.service import EligibilityService
from tests.examples import often

VOCABULARY = Vocabulary.load()
DAYS = st.dates(date(2021, 7, 1), date(2027, 6, 30))
SETTLED = settings(max_examples=often(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])


def values_of(fact: FactDefinition) -> st.SearchStrategy[Any]:
    match fact.type:
        case "bool":
            return st.booleans()
        case "enum" if fact.multiple:
            others = [value for value in fact.values if value != "none"]
            return st.lists(st.sampled_from(others), min_size=1, max_size=2, unique=True)
        case "enum":
            return st.sampled_from(list(fact.values))
        case "date":
            return st.dates(date(1930, 1, 1), date(2021, 6, 30)).map(date.isoformat)
        case "money_vnd":
            return st.sampled_from([0, 1, 499_999, 500_000, 540_000, 1_500_000, 2_000_001, 60_000_000])
        case _:
            return st.integers(0, 5)


def facts(
    without: frozenset[str] = frozenset({"age_years", "former_province", "date_of_death"}),
) -> st.SearchStrategy[dict[str, Any]]:
    known = {f.id: values_of(f) for f in VOCABULARY.facts.values() if f.id not in without}
    return st.fixed_dictionaries({}, optional=known)


@SETTLED
@given(told=facts(), day=DAYS, kept=st.randoms())
def test_learning_a_fact_never_flips_a_settled_verdict(
    told: dict[str, Any], day: date, kept: Any, service: EligibilityService
) -> None:
    """What was promised on less must still hold on more; presumptions aside, and what follows from being a child."""
    child = VOCABULARY.child_presumption
    of_age = [*VOCABULARY.age_implied, *([child] if child is not None else [])]
    presumed = {*VOCABULARY.presumed, *(fact for implied in of_age for fact in implied.facts)}
    some = {k: v for k, v in told.items() if k in presumed or kept.random() < 0.5}

    before = service.assess(some, as_of=day, explain=False)
    after = service.assess(told, as_of=day, explain=False)

    for early, late in zip(before.decisions, after.decisions, strict=True):
        if early.outcome is not Outcome.UNDETERMINED:
            assert late.outcome is early.outcome, early.benefit


@SETTLED
@given(day=DAYS)
def test_nobody_is_eligible_by_saying_nothing(day: date, service: EligibilityService) -> None:
    """Silence is not a fact."""
    assessment = service.assess({}, as_of=day)

    assert all(decision.outcome is not Outcome.ELIGIBLE for decision in assessment.decisions)


@SETTLED
@given(told=facts(), day=DAYS, order=st.randoms())
def test_the_order_of_telling_does_not_matter(
    told: dict[str, Any], day: date, order: Any, service: EligibilityService
) -> None:
    """People tell things in any order."""
    shuffled = list(told.items())
    order.shuffle(shuffled)

    assert service.assess(told, as_of=day).to_json() == service.assess(dict(shuffled), as_of=day).to_json()


@SETTLED
@given(told=facts(), day=DAYS)
def test_same_release_and_facts_give_the_same_decision_later_in_the_same_stretch(
    told: dict[str, Any], day: date, service: EligibilityService
) -> None:
    """The law of a day does not depend on which day was judged before."""
    first = service.assess(told, as_of=day).to_json()
    service.assess(told, as_of=day + timedelta(days=400), known_on=day + timedelta(days=800))

    assert service.assess(told, as_of=day).to_json() == first
