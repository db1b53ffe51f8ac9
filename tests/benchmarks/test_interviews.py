"""The simulation of interviews: every order ends with the same verdicts, and the planner keeps its promises in it."""

from __future__ import annotations

import random

import pytest

from rules.planner import Planner
from rules.prior import Prior
from rules.service import EligibilityService
from tests.benchmarks.interviews import TALKS, Orders, Talk, _interview, _subject, simulate


@pytest.fixture(scope="module")
def service() -> EligibilityService:
    return EligibilityService.load()


@pytest.mark.parametrize("talk", TALKS[2:], ids=[talk.name for talk in TALKS[2:]])
def test_orders_differ_in_length_alone(service: EligibilityService, talk: Talk) -> None:
    """Whoever asks, as many verdicts stay open in the end; nothing is asked twice, sensitive questions come last."""
    planner, prior, chance = Planner(service), Prior.load(service.vocabulary), random.Random(5)
    person = _subject(service, prior, chance, talk)
    orders = Orders(service, planner, talk.asked(service), chance)

    ends = set()
    for name, way in orders.all(planner):
        asked, open_ = _interview(orders, person, talk.told, way(person))
        shy = [service.vocabulary.facts[fact].sensitive for fact in asked]
        assert len(set(asked)) == len(asked)
        assert shy == sorted(shy) or "last" not in name
        ends.add(open_[-1])

    assert len(ends) == 1


def test_the_planner_asks_no_more_than_counting_under_the_same_rule(service: EligibilityService) -> None:
    """Sensitive facts last for both: what it knows of people and of the law is worth something."""
    only = ("planner", "count, sensitive last", "random, sensitive last")

    planned, counted, at_random = simulate(service, Planner(service), TALKS[:1], people=12, seed=7, only=only)

    assert planned.questions <= counted.questions < at_random.questions
    assert planned.sensitive < at_random.sensitive
