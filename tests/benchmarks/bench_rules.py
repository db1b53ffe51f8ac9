"""Measure the rules: loading, judging, planning. Prints one table.

``python -m tests.benchmarks.bench_rules [--people 1000] [--interviews 60] [--seed 7]``. People are drawn from the
population prior, half of their facts unknown; nobody is judged twice, and of no verdict is anything remembered. What a
single value says of the conditions is: a case is therefore built both with that emptied and after other people; and so
is the wording of conditions. Why a decision is as it is, is written when it is read: the rows say how much of it is.
Time is that of the processor; on a busy machine compare the plain loop of the first row, timed beside each way of
judging.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from app.tuning import settle
from rules.engine import source
from rules.engine.case import Case
from rules.engine.decision import Decision
from rules.planner import Planner
from rules.prior import Prior
from rules.service import EligibilityService
from tests.benchmarks.interviews import DAY, FIVE, choosing_times, drawn


def half(facts: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    """Forget half of the facts."""
    return {fact: value for fact, value in facts.items() if chance.random() < 0.5}


def timed(run: Callable[[Any], object], subjects: Iterable[Any]) -> list[float]:
    """Return the seconds of processor time *run* took for each of *subjects*, sorted."""
    taken: list[float] = []
    clock = time.thread_time_ns
    for subject in subjects:
        start = clock()
        run(subject)
        taken.append((clock() - start) / 1e9)
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


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; ``p50`` and ``p95`` in ``unit``, ``target`` the p50 aimed at where there is one."""

    what: str
    unit: str
    p50: float
    p95: float | None = None
    target: float | None = None
    note: str = ""


def measure(people: int, interviews: int, seed: int) -> list[Row]:
    """Return every figure of the rules; people are drawn by *seed*."""
    chance = random.Random(seed)
    calibration = timed(lambda _n: spin(), range(20))
    rows = [
        Row("100,000 turns of a plain loop", "ms", share(calibration, 0.5) * 1e3, note="how fast the machine is now")
    ]
    rows += _load_rows()
    service = EligibilityService.load()
    service.engine.snapshot(DAY, DAY)
    settle()  # as the service does once it has started
    prior = Prior.load(service.vocabulary)
    drawn_people = [drawn(service, prior, chance) for _ in range(2 * people)]
    rows += _judge_rows(service, [half(person, chance) for person in drawn_people], people)
    rows += _plan_rows(service, interviews, seed)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [*rows, Row("memory of the process", "MB", memory, note="at most, with everything above")]


def _row(what: str, times: Sequence[float], unit: str, target: float | None = None, note: str = "") -> Row:
    size = {"ms": 1e3, "µs": 1e6}[unit]
    return Row(what, unit, share(times, 0.5) * size, share(times, 0.95) * size, target, note)


def _load_rows() -> list[Row]:
    fresh = timed(lambda _n: EligibilityService.load(), range(5))
    with tempfile.TemporaryDirectory() as folder:
        EligibilityService.load(cache=Path(folder))
        again = timed(lambda _n: EligibilityService.load(cache=Path(folder)), range(5))
    services = [EligibilityService.load() for _ in range(3)]
    first = timed(lambda service: (source.forget(), service.assess({}, as_of=DAY)), services)
    return [
        _row("load, reading every file", fresh, "ms", note="with all checks"),
        _row("load, kept from last time", again, "ms", 150),
        _row("compile the law of one day, judge once", first, "ms", note="once per stretch of days"),
    ]


def _judge_rows(service: EligibilityService, people: Sequence[Mapping[str, Any]], warm: int) -> list[Row]:
    snapshot = service.engine.snapshot(DAY, DAY)
    names = list(snapshot.benefits)

    def case(facts: Mapping[str, Any]) -> Case:
        return service.case(facts, as_of=DAY, known_on=DAY)

    def first_case(facts: Mapping[str, Any]) -> Case:
        case(facts).table.forget()
        service.vocabulary.forget()
        start = clock()
        built = case(facts)
        taken.append((clock() - start) / 1e9)
        return built

    taken: list[float] = []
    clock = time.thread_time_ns
    for facts in people[:200]:
        first_case(facts)
    for facts in people[:warm]:
        case(facts)
    built = timed(case, people[warm:])
    rows = [
        _row("build the case: values never told before", sorted(taken), "µs", note="parse, derive, presume"),
        _row(f"build the case: after {warm} other people", built, "µs", note="what single values say is remembered"),
    ]
    ways: list[tuple[str, float | None, Callable[[Case], object]]] = [
        ("verdicts and missing facts", 100, lambda case: snapshot.verdicts(names, case)),
        ("decisions with figures", None, lambda case: snapshot.decide_all(names, case, explain=False)),
        ("decisions with figures and trace", 300, lambda case: snapshot.decide_all(names, case)),
        ("the same, why written of five", 300, lambda case: _read(snapshot.decide_all(names, case), FIVE)),
        ("the same, why written of all", 300, lambda case: _read(snapshot.decide_all(names, case), names)),
    ]
    for name, target, run in ways:
        for facts in people[:warm]:  # functions and wording are written when they are first asked for
            run(case(facts))
        loop = timed(lambda _n: spin(), range(10))
        times = timed(run, map(case, people[warm:]))  # judged as in a service: right after it was built
        loop += timed(lambda _n: spin(), range(10))
        note = f"{len(names)} benefits, half untold; plain loop {share(sorted(loop), 0.5) * 1e3:.2f} ms"
        rows.append(_row(name, times, "µs", target, note=note))
    fresh = map(case, people[warm : warm + 200])
    bare = timed(lambda one: (one.table.forget(), run(one)), fresh)
    return [*rows, _row(f"{name}: nothing kept", bare, "µs", note="wording of conditions and articles kept nowhere")]


def _read(decisions: Iterable[Decision], benefits: Collection[str]) -> None:
    """Read all of why the decisions on *benefits* are as they are: articles, presumptions, sureness, every record."""
    for decision in decisions:
        if decision.benefit in benefits:
            why = decision.why.found
            len(why.reasons)


def _plan_rows(service: EligibilityService, interviews: int, seed: int) -> list[Row]:
    taken = choosing_times(service, Planner(service), people=interviews, seed=seed)
    return [_row("choose the next question", taken, "ms", note="in interviews of every kind; p95 aimed at: 5 ms")]


def shown(rows: Sequence[Row]) -> Table:
    """Return the table of *rows*."""
    table = Table("what", "p50", "p95", "aim", "note", title=f"Rules, Python {sys.version.split()[0]}")
    for row in rows:
        table.add_row(row.what, *(_figure(value, row.unit) for value in (row.p50, row.p95, row.target)), row.note)
    return table


def _figure(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    return f"{value:.{0 if value >= 100 else 1 if value >= 10 else 2}f} {unit}".strip()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--interviews", type=int, default=60)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    Console(width=140).print(shown(measure(options.people, options.interviews, options.seed)))


if __name__ == "__main__":
    main()
