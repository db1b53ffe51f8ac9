"""How many questions an interview takes: ways of choosing the next one, over typical talks, people drawn by the prior.

Every way stops when no missing fact is left that could be told. ``python -m tests.benchmarks.interviews`` prints the
table; ``--json`` one object.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from rules.engine.model import Outcome
from rules.planner import Planner
from rules.prior import Prior, raw_value
from rules.service import EligibilityService

DAY: Final = date(2026, 11, 21)
FIVE: Final = ("social_pension", "social_allowance", "health_insurance_card", "loan.poor_household", "care_support")
_NEVER_DRAWN: Final = frozenset({"age_years", "former_province", "date_of_death"})
_LONGEST: Final = 80  # questions
_EARLY: Final = 5  # questions after which it is counted what is settled

Facts = Mapping[str, Any]
Ask = Callable[[dict[str, Any], set[str]], str | None]
Making = Callable[[Facts], Ask]  # a way of asking one person


@dataclass(frozen=True, slots=True)
class Talk:
    """How a talk begins: what was told, and the areas or benefits asked about; ``None``: about everything."""

    name: str
    told: Facts
    areas: tuple[str, ...] = ()
    benefits: tuple[str, ...] = ()

    def asked(self, service: EligibilityService) -> tuple[str, ...] | None:
        """Return the benefits asked about."""
        if self.benefits:
            return self.benefits
        named = service.release.benefits
        return tuple(name for name, one in named.items() if one.area in self.areas) if self.areas else None


TALKS: Final = (
    Talk("five benefits, nothing told", {}, benefits=FIVE),
    Talk("all benefits, nothing told", {}),
    Talk("a parent of 78", {"age_years": 78}, benefits=("social_pension", "social_allowance", "health_insurance_card")),
    Talk("a child of 4", {"age_years": 4}, benefits=("social_allowance", "health_insurance_card", "care_support")),
    Talk("a poor household that wants a loan", {"household_status": "poor"}, areas=("loans",)),
)


@dataclass(frozen=True, slots=True)
class Length:
    """What one way of asking takes in one talk: questions, of them sensitive ones, both averages; and how many of the
    verdicts that it settles are settled after the first questions (a share)."""

    talk: str
    order: str
    questions: float
    p95: float
    sensitive: float
    early: float
    first_sensitive: float


def drawn(service: EligibilityService, prior: Prior, chance: random.Random) -> dict[str, Any]:
    """Draw one person with every fact."""
    age = chance.choices(range(len(prior.ages)), prior.ages)[0]
    return drawn_of_age(service, prior, chance, age)


def drawn_of_age(service: EligibilityService, prior: Prior, chance: random.Random, age: int) -> dict[str, Any]:
    """Draw one person of *age* with every fact."""
    facts: dict[str, Any] = {}
    for fact in service.vocabulary.facts.values():
        if fact.id == "date_of_birth":
            born = date(DAY.year - age, chance.randint(1, 11), chance.randint(1, 21))
            facts[fact.id] = born.isoformat()
        elif fact.id not in _NEVER_DRAWN:
            values, weights = zip(*prior.facts[fact.id].at(age), strict=True)
            facts[fact.id] = raw_value(fact, chance.choices(values, weights)[0], DAY)
    return facts


class Orders:
    """The ways of choosing the next question about *benefits*."""

    def __init__(
        self, service: EligibilityService, planner: Planner, benefits: Sequence[str] | None, chance: random.Random
    ) -> None:
        self._service, self._planner, self._benefits, self._chance = service, planner, benefits, chance
        self._sensitive = {fact.id for fact in service.vocabulary.facts.values() if fact.sensitive}

    def all(self, unshy: Planner) -> Iterator[tuple[str, Making]]:
        """Yield every way with its name; *unshy* is a planner for whom nothing is sensitive.

        Who knows the answers asks what leaves fewest facts missing: no way of asking can be expected to do better.
        """
        choices = {"count": self._by_count, "fixed": self._in_order, "random": self._at_random}
        yield "planner", lambda _person: self._planned(self._planner)
        for name, choose in choices.items():
            yield f"{name}, sensitive last", lambda _person, choose=choose: self._last(choose)  # type: ignore[misc]
        yield "who knows the answers, sensitive last", self._last_knowing
        yield "planner, were nothing sensitive", lambda _person: self._planned(unshy)
        for name, choose in choices.items():
            yield name, lambda _person, choose=choose: self._plain(choose)  # type: ignore[misc]

    def open_verdicts(self, told: dict[str, Any]) -> int:
        """Return how many verdicts are open."""
        return sum(one.outcome is Outcome.UNDETERMINED for one in self._verdicts(told))

    def _verdicts(self, told: dict[str, Any]) -> Sequence[Any]:
        return self._service.verdicts(told, as_of=DAY, benefits=self._benefits, conversational=True)

    def _missing(self, told: dict[str, Any], skipped: Collection[str]) -> list[str]:
        """Return every missing fact as often as an open verdict misses it."""
        asked = self._benefits is not None
        return [
            fact
            for verdict in self._verdicts(told)
            if verdict.outcome is Outcome.UNDETERMINED
            for fact in verdict.missing
            if fact not in skipped and (asked or self._planner.is_asked_unbidden(fact))
        ]

    def _planned(self, planner: Planner) -> Ask:
        def ask(told: dict[str, Any], skipped: set[str]) -> str | None:
            if not self._missing(told, skipped):
                return None
            question = planner.next_question(told, as_of=DAY, benefits=self._benefits, unanswerable=skipped)
            return question.fact if question else None

        return ask

    def _plain(self, choose: Callable[[list[str]], str | None]) -> Ask:
        return lambda told, skipped: choose(self._missing(told, skipped))

    def _last_knowing(self, person: Facts) -> Ask:
        def ask(told: dict[str, Any], skipped: set[str]) -> str | None:
            missing = self._missing(told, skipped)
            plain = sorted({fact for fact in missing if fact not in self._sensitive} or set(missing))

            def left(fact: str) -> tuple[int, int]:
                after = self._missing({**told, fact: person[fact]} if fact in person else told, {*skipped, fact})
                return len(set(after)), len(after)

            return min(plain, key=left, default=None)

        return ask

    def _last(self, choose: Callable[[list[str]], str | None]) -> Ask:
        def ask(told: dict[str, Any], skipped: set[str]) -> str | None:
            missing = self._missing(told, skipped)
            return choose([fact for fact in missing if fact not in self._sensitive] or missing)

        return ask

    @staticmethod
    def _by_count(missing: list[str]) -> str | None:
        return max(missing, key=missing.count) if missing else None

    def _in_order(self, missing: list[str]) -> str | None:
        return next((fact for fact in self._service.vocabulary.facts if fact in missing), None)

    def _at_random(self, missing: list[str]) -> str | None:
        return self._chance.choice(sorted(set(missing))) if missing else None


def simulate(
    service: EligibilityService, planner: Planner, talks: Sequence[Talk], *, people: int, seed: int,
    only: Collection[str] = (),
) -> Iterator[Length]:  # fmt: skip
    """Yield what every way of asking takes in every talk, each with the same *people*."""
    prior = Prior.load(service.vocabulary)
    facts = {name: replace(fact, sensitive=False) for name, fact in service.vocabulary.facts.items()}
    unshy = Planner(EligibilityService(service.release, replace(service.vocabulary, facts=facts), service.places))
    for talk in talks:
        chance = random.Random(seed)
        subjects = [_subject(service, prior, chance, talk) for _ in range(people)]
        orders = Orders(service, planner, talk.asked(service), chance)
        for name, way in orders.all(unshy):
            if not only or name in only:
                yield _length(service, talk, name, [_interview(orders, one, talk.told, way(one)) for one in subjects])


def _subject(service: EligibilityService, prior: Prior, chance: random.Random, talk: Talk) -> dict[str, Any]:
    """Draw somebody whom what was told at the beginning is true of."""
    age = talk.told.get("age_years")
    person = drawn(service, prior, chance) if age is None else drawn_of_age(service, prior, chance, age)
    return {**person, **talk.told}


def _interview(orders: Orders, person: Facts, begun: Facts, ask: Ask) -> tuple[list[str], list[int]]:
    """Return the questions put to *person*, and how many verdicts were open before each and at the end."""
    told, skipped = dict(begun), set[str]()
    asked: list[str] = []
    open_ = [orders.open_verdicts(told)]
    while len(asked) < _LONGEST and (fact := ask(told, skipped)) is not None:
        asked.append(fact)
        if fact in person:
            told[fact] = person[fact]
        else:
            skipped.add(fact)
        open_.append(orders.open_verdicts(told))
    return asked, open_


def _length(
    service: EligibilityService, talk: Talk, order: str, interviews: Sequence[tuple[list[str], list[int]]]
) -> Length:
    counts = sorted(len(asked) for asked, _open in interviews)
    shy = [[service.vocabulary.facts[fact].sensitive for fact in asked] for asked, _open in interviews]
    settled = sum(open_[0] - open_[-1] for _asked, open_ in interviews)
    early = sum(open_[0] - open_[min(_EARLY, len(open_) - 1)] for _asked, open_ in interviews)
    firsts = [flags.index(True) + 1 for flags in shy if any(flags)]
    return Length(
        talk.name, order, sum(counts) / len(counts), counts[int(len(counts) * 0.95)],
        sum(map(sum, shy)) / len(shy), early / settled if settled else 1.0,
        sum(firsts) / len(firsts) if firsts else 0.0,
    )  # fmt: skip


def choosing_times(service: EligibilityService, planner: Planner, *, people: int, seed: int) -> list[float]:
    """Return, sorted, the seconds of processor time that choosing took, in the middle of interviews of every talk."""
    prior, taken = Prior.load(service.vocabulary), list[float]()
    for talk in TALKS:
        chance, benefits = random.Random(seed), talk.asked(service)
        for _ in range(people):
            person, told = _subject(service, prior, chance, talk), dict(talk.told)
            for _ in range(_LONGEST):
                start = time.thread_time_ns()
                question = planner.next_question(told, as_of=DAY, benefits=benefits)
                taken.append((time.thread_time_ns() - start) / 1e9)
                if question is None or question.fact not in person:
                    break
                told[question.fact] = person[question.fact]
    return sorted(taken)


COLUMNS: Final = ("talk", "order", "questions", "p95", "of them sensitive", "first sensitive one",
                  f"settled after {_EARLY}")  # fmt: skip


def cells(one: Length) -> tuple[str, ...]:
    """Return the figures of one line as they are shown."""
    first = f"{one.first_sensitive:.1f}" if one.first_sensitive else "–"
    return (one.talk, one.order, f"{one.questions:.2f}", f"{one.p95:.0f}", f"{one.sensitive:.2f}", first,
            f"{one.early:.0%}")  # fmt: skip


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--talk", type=int, nargs="*", help="only these, from 0")
    parser.add_argument("--order", nargs="*", default=())
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    service = EligibilityService.load()
    planner = Planner(service)
    talks = TALKS if options.talk is None else [TALKS[place] for place in options.talk]
    found = list(simulate(service, planner, talks, people=options.people, seed=options.seed, only=options.order))
    if options.json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False))
        return
    table = Table(*COLUMNS)
    for one in found:
        table.add_row(*cells(one))
    Console(width=150).print(table)


if __name__ == "__main__":
    main()
