"""Measure the rules: loading, judging, planning. Prints one table.

``python tests/benchmarks/bench_rules.py [--people 1000] [--interviews 60]``. People are drawn from the population
prior, half of their facts unknown; every person is judged once, after others were judged to warm up. Time is that of
one core; on a busy machine compare the calibration in the first row.
"""

from __future__ import annotations

import argparse
import gc
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from rules.engine.case import Case
from rules.engine.model import Outcome
from rules.engine.trace import Reasons
from rules.planner import Planner
from rules.prior import Prior, raw_value
from rules.service import EligibilityService

DAY = date(2026, 11, 21)
FIVE = ("social_pension", "social_allowance", "health_insurance_card", "loan.poor_household", "care_support")
_NEVER_DRAWN = frozenset({"age_years", "former_province", "date_of_death"})
_LONGEST = 80  # questions


def drawn(service: EligibilityService, prior: Prior, chance: random.Random) -> dict[str, Any]:
    """Draw one person with every fact."""
    age = chance.choices(range(len(prior.ages)), prior.ages)[0]
    facts: dict[str, Any] = {}
    for fact in service.vocabulary.facts.values():
        if fact.id == "date_of_birth":
            born = date(DAY.year - age, chance.randint(1, 11), chance.randint(1, 21))
            facts[fact.id] = born.isoformat()
        elif fact.id not in _NEVER_DRAWN:
            values, weights = zip(*prior.facts[fact.id].at(age), strict=True)
            facts[fact.id] = raw_value(fact, chance.choices(values, weights)[0], DAY)
    return facts


def half(facts: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    """Forget half of the facts."""
    return {fact: value for fact, value in facts.items() if chance.random() < 0.5}


def timed(run: Callable[[Any], object], subjects: Sequence[Any]) -> list[float]:
    """Return the seconds *run* took for each of *subjects*, sorted."""
    taken: list[float] = []
    for subject in subjects:
        start = time.perf_counter()
        run(subject)
        taken.append(time.perf_counter() - start)
    return sorted(taken)


def share(sorted_times: Sequence[float], part: float) -> float:
    """Return the quantile *part*."""
    return sorted_times[min(len(sorted_times) - 1, int(len(sorted_times) * part))]


def spin() -> int:
    """A hundred thousand turns of a plain loop: how fast the machine is right now."""
    total = 0
    for number in range(100_000):
        total += number & 3
    return total


def interview_length(
    service: EligibilityService, person: Mapping[str, Any], ask: Callable[[dict[str, Any], set[str]], str | None]
) -> int:
    """Return how many questions *ask* puts to *person* until it has none left."""
    told: dict[str, Any] = {}
    unanswerable: set[str] = set()
    for count in range(_LONGEST):
        fact = ask(told, unanswerable)
        if fact is None:
            return count
        if fact in person:
            told[fact] = person[fact]
        else:
            unanswerable.add(fact)
    return _LONGEST


def orders(
    service: EligibilityService, planner: Planner, chance: random.Random
) -> Iterator[tuple[str, Callable[[dict[str, Any], set[str]], str | None]]]:
    """Yield ways of choosing the next question for the five benefits."""

    def missing(told: dict[str, Any], unanswerable: set[str]) -> list[list[str]]:
        verdicts = service.verdicts(told, as_of=DAY, benefits=FIVE, conversational=True)
        return [
            [fact for fact in verdict.missing if fact not in unanswerable]
            for verdict in verdicts
            if verdict.outcome is Outcome.UNDETERMINED
        ]

    facts = {name: replace(fact, sensitive=False) for name, fact in service.vocabulary.facts.items()}
    vocabulary = replace(service.vocabulary, facts=facts)
    unshy = Planner(EligibilityService(service.release, vocabulary, service.places))

    def planned(told: dict[str, Any], unanswerable: set[str], planner: Planner = planner) -> str | None:
        if not any(missing(told, unanswerable)):
            return None
        question = planner.next_question(told, as_of=DAY, benefits=FIVE, unanswerable=unanswerable)
        return question.fact if question else None

    def by_count(told: dict[str, Any], unanswerable: set[str]) -> str | None:
        facts = [fact for one in missing(told, unanswerable) for fact in one]
        return max(facts, key=facts.count) if facts else None

    def in_order(told: dict[str, Any], unanswerable: set[str]) -> str | None:
        facts = {fact for one in missing(told, unanswerable) for fact in one}
        return next((fact for fact in service.vocabulary.facts if fact in facts), None)

    def at_random(told: dict[str, Any], unanswerable: set[str]) -> str | None:
        facts = sorted({fact for one in missing(told, unanswerable) for fact in one})
        return chance.choice(facts) if facts else None

    yield from (
        ("planner", planned),
        ("planner, were nothing sensitive", lambda told, unanswerable: planned(told, unanswerable, unshy)),
        ("count", by_count),
        ("fixed", in_order),
        ("random", at_random),
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--interviews", type=int, default=60)
    options = parser.parse_args()
    table = Table("what", "p50", "p95", "note", title=f"Rules, Python {sys.version.split()[0]}")
    chance = random.Random(7)

    calibration = timed(lambda _n: spin(), range(20))
    table.add_row("100,000 turns of a plain loop", f"{share(calibration, 0.5) * 1e3:.1f} ms", "", "calibration")
    _load_rows(table)
    service = EligibilityService.load()
    service.engine.snapshot(DAY, DAY)
    gc.collect()
    gc.freeze()  # as a service does once it is loaded: the rules are no garbage
    prior = Prior.load(service.vocabulary)
    people = [drawn(service, prior, chance) for _ in range(2 * options.people)]
    _judge_rows(table, service, [half(person, chance) for person in people], options.people)
    _plan_rows(table, service, people[: options.interviews], chance)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    table.add_row("memory of the process", f"{memory:.0f} MB", "", "peak, with everything above")
    Console(width=120).print(table)


def _load_rows(table: Table) -> None:
    fresh = timed(lambda _n: EligibilityService.load(), range(5))
    table.add_row("load, reading every file", f"{share(fresh, 0.5) * 1e3:.0f} ms", "", "with all checks")
    with tempfile.TemporaryDirectory() as folder:
        EligibilityService.load(cache=Path(folder))
        again = timed(lambda _n: EligibilityService.load(cache=Path(folder)), range(5))
    table.add_row("load, kept from last time", f"{share(again, 0.5) * 1e3:.0f} ms", "", "")
    services = [EligibilityService.load() for _ in range(3)]
    first = timed(lambda service: service.engine.snapshot(DAY, DAY), services)
    table.add_row("compile the law of one day", f"{share(first, 0.5) * 1e3:.0f} ms", "", "once per stretch of days")


def _judge_rows(table: Table, service: EligibilityService, people: Sequence[Mapping[str, Any]], warm: int) -> None:
    snapshot = service.engine.snapshot(DAY, DAY)
    names = list(snapshot.benefits)
    built: list[Case] = []
    times = timed(lambda facts: built.append(service.case(facts, as_of=DAY, known_on=DAY)), people)
    note = f"{len(names)} benefits, half of the facts unknown"
    ways: list[tuple[str, Callable[[Case], object]]] = [
        ("verdicts and missing facts", lambda case: [snapshot.verdict(name, case) for name in names]),
        ("decisions with figures", lambda case: snapshot.decide_all(names, case, explain=False)),
        ("decisions with figures and why", lambda case: snapshot.decide_all(names, case)),
        ("the same, every leaf written", lambda case: [_write(d.reasons) for d in snapshot.decide_all(names, case)]),
    ]
    table.add_row("build the case from told facts", _us(times, 0.5), _us(times, 0.95), "parse, derive, presume")
    for name, run in ways:
        for case in built[:warm]:
            run(case)
        taken = timed(run, built[warm:])
        table.add_row(name, _us(taken, 0.5), _us(taken, 0.95), note)


def _write(reasons: Sequence[object]) -> int:
    return len(reasons.written()) if isinstance(reasons, Reasons) else len(reasons)


def _plan_rows(
    table: Table, service: EligibilityService, people: Sequence[Mapping[str, Any]], chance: random.Random
) -> None:
    planner = Planner(service)
    states: list[dict[str, Any]] = []
    for name, ask in orders(service, planner, chance):

        def watched(
            told: dict[str, Any], unanswerable: set[str], name: str = name, ask: Callable[..., str | None] = ask
        ) -> str | None:
            if name == "planner":
                states.append(dict(told))
            return ask(told, unanswerable)

        lengths = [interview_length(service, person, watched) for person in people]
        average = sum(lengths) / len(lengths)
        table.add_row(
            f"questions to settle {len(FIVE)} benefits: {name}", f"{average:.1f}", "", "average, all facts known"
        )
    taken = timed(lambda told: planner.next_question(told, as_of=DAY, benefits=FIVE), states)
    table.add_row("choose the next question", f"{share(taken, 0.5) * 1e3:.2f} ms", f"{share(taken, 0.95) * 1e3:.2f} ms",
                  f"{len(FIVE)} benefits, in the middle of interviews")  # fmt: skip


def _us(times: Sequence[float], part: float) -> str:
    return f"{share(times, part) * 1e6:.0f} µs"


if __name__ == "__main__":
    main()
