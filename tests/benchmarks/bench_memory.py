"""How much memory the service holds when it has judged many people in every province on several days.

``python -m tests.benchmarks.bench_memory [--people 20000] [--days 5] [--seed 7]``. People are drawn from the population
prior, half of their facts unknown; each is judged on all benefits in a province and on a day drawn at random, and why
is written of every decision. The resident memory is printed as it grows.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from app.tuning import settle
from rules.errors import InvalidFacts
from rules.prior import Prior
from rules.service import EligibilityService
from tests.benchmarks.bench_rules import half
from tests.benchmarks.interviews import DAY, drawn

_STEPS: Final = 10


def resident_mb() -> float:
    """Return the memory the process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def measure(people: int, days: int, seed: int) -> Table:
    """Judge *people*, each on one of *days* days in one of all provinces; return what was held as it went."""
    chance = random.Random(seed)
    service = EligibilityService.load()
    prior, provinces = Prior.load(service.vocabulary), sorted(service.places.units)
    on: list[date] = [DAY + timedelta(days=number) for number in range(days)]
    pool = [half(drawn(service, prior, chance), chance) for _ in range(2000)]
    for day in on:
        service.engine.snapshot(day, day)
    settle()
    gc.collect()
    table = Table("people judged", "memory, MB", "more than at first, MB", "µs a person, written of all")
    before = resident_mb()
    table.add_row("0", f"{before:.1f}", "", "")
    for step in range(1, _STEPS + 1):
        started = time.process_time()
        for _ in range(people // _STEPS):
            facts = {**chance.choice(pool), **half(chance.choice(pool), chance)}
            _judge(service, facts, chance.choice(on), chance.choice(provinces))
        taken = (time.process_time() - started) / (people // _STEPS)
        held = resident_mb()
        table.add_row(f"{step * people // _STEPS:,}", f"{held:.1f}", f"{held - before:.1f}", f"{taken * 1e6:,.0f}")
    return table


def _judge(service: EligibilityService, facts: dict[str, object], day: date, province: str) -> None:
    try:
        service.assess(facts, as_of=day, province=province).to_json()
    except InvalidFacts:
        return


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--days", type=int, default=5)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    Console(width=120).print(measure(options.people, options.days, options.seed))


if __name__ == "__main__":
    main()
