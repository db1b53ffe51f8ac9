"""``make bench``: one run, one table: our rules, lists, and other engines on the same rule set.

Prints the table; ``--json FILE`` writes every figure, ``--markdown FILE`` the page for the documentation.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
from rich.console import Console
from rich.table import Table

from rules.batch import Batch
from rules.engine.vector.columns import Column
from rules.planner import Planner
from rules.service import EligibilityService
from tests.benchmarks import bench_rules
from tests.benchmarks.bench_rules import DAY, Row
from tests.benchmarks.comparison import FACTS, Engine, compare, people
from tests.benchmarks.interviews import COLUMNS, TALKS, Length, cells, simulate
from tests.benchmarks.peers.ours_peer import columns

NAMES: Final = {"ours": "An Sinh", "openfisca": "openfisca-core", "zen": "zen-engine"}


def list_rows(count: int, seed: int) -> list[Row]:
    """Return how fast a list is judged by all our benefits, a tenth of every fact untold."""
    service = EligibilityService.load()
    told = _forgetful(service, count, seed)
    batch = Batch(service)

    def outcomes() -> None:
        judged = batch.judge(told, count, as_of=DAY)
        for name in judged.benefits:
            judged.outcomes(name)
            judged.missing(name)

    taken = []
    for _ in range(4):
        start = time.process_time()
        outcomes()
        taken.append(time.process_time() - start)
    note = f"{count:,} people, {len(service.release.benefits)} benefits, outcomes and missing facts"
    return [
        Row("a list, first time", "persons/s", count / taken[0], note=note),
        Row("a list, again", "persons/s", count / min(taken), note="the best of three"),
    ]


def _forgetful(service: EligibilityService, count: int, seed: int) -> list[Column]:

    chance = np.random.default_rng(seed)
    told = columns(service, {"facts": FACTS}, people(count, DAY, chance))
    return [Column(one.fact, np.where(chance.random(count) < 0.1, -1, one.codes), one.others, one.days) for one in told]


def comparison_table(engines: Sequence[Engine], count: int) -> Table:
    """Return the engines side by side."""
    table = Table("engine", "one decision", "persons/s", "load", "memory", "eligible with nothing told",
                  title=f"Ten programmes, {count:,} people with complete facts")  # fmt: skip
    for engine in engines:
        table.add_row(*_cells(engine))
    return table


def _cells(engine: Engine) -> list[str]:
    return [
        NAMES[engine.name], f"{engine.one_s * 1e6:,.0f} µs", f"{engine.persons_per_s:,.0f}",
        f"{engine.load_s * 1e3:.0f} ms", f"{engine.memory_mb:.0f} MB", ", ".join(engine.silent) or "none",
    ]  # fmt: skip


def markdown(
    rows: Sequence[Row], engines: Sequence[Engine], lengths: Sequence[Length], machine: dict[str, Any], count: int
) -> str:
    """Return the page."""
    lines = [
        "# Benchmarks",
        "",
        "Made by `make bench`: one run on one machine. Times are of the processor; singles are medians.",
        "",
        f"{machine['python']}, {machine['cpus']} cores, load {machine['load']} when it began, {machine['day']}.",
        "",
        f"## Ten programmes, {count:,} people",
        "",
        "The same ten programmes in each engine (`tests/benchmarks/peers`), the same people with complete facts; every",
        "verdict was compared. Ours works out the age from the day of birth and answers in three values; zen-engine is",
        "given the age. openfisca-core is timed with its inputs already in place. Memory is that of the whole process",
        "with the people in it.",
        "",
        "| engine | one decision | persons/s | load | memory | eligible with nothing told |",
        "|---|---|---|---|---|---|",
        *("| " + " | ".join(_cells(engine)) + " |" for engine in engines),
        "",
        "## All our benefits",
        "",
        "People drawn from `rules/prior.yaml`, half of what they could tell untold; nobody is judged twice, and no",
        "verdict is remembered: each is worked out by the functions written from the conditions. What a single value",
        "says of the conditions is kept, and the wording of what is the same for everybody. Every decision carries its",
        "trace: what was chosen, the doubts, the state of every condition. Articles, presumptions, sureness and the",
        "record of every condition are written from it when one of them is first read, which the rows show apart: not",
        "yet, of the five benefits that a talk is most often about (the health card with its 55 groups is one), of all",
        "30. The note says how long the plain loop of the first row took beside each: where it is long, the machine",
        "was slow just then.",
        "",
        "| what | p50 | p95 | aim | note |",
        "|---|---|---|---|---|",
        *(
            f"| {row.what} | {bench_rules._figure(row.p50, row.unit)} | {bench_rules._figure(row.p95, row.unit)} "
            f"| {bench_rules._figure(row.target, row.unit)} | {row.note} |"
            for row in rows
        ),
        "",
        *_interviews(lengths),
    ]
    return "\n".join(lines)


def _interviews(lengths: Sequence[Length]) -> list[str]:
    return [
        "## Questions of an interview",
        "",
        "People drawn from `rules/prior.yaml`, every talk with the same people (`tests/benchmarks/interviews.py`).",
        "The planner asks sensitive facts last and only where a verdict hangs on them; other orders are shown under",
        "that rule and without it. Who knows the answers asks what leaves fewest facts missing: under the rule hardly",
        "any order can do better. What the rule costs is the difference to the orders without it, which ask a stranger",
        "about disability, HIV or prison among their first questions.",
        "",
        "| " + " | ".join(COLUMNS) + " |",
        "|---" * len(COLUMNS) + "|",
        *("| " + " | ".join(cells(one)) + " |" for one in lengths),
        "",
    ]


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--interviews", type=int, default=60)
    parser.add_argument("--list", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--markdown", type=Path)
    options = parser.parse_args()
    machine = {
        "python": f"Python {platform.python_version()}",
        "cpus": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "day": date.today().isoformat(),  # noqa: DTZ011
    }
    engines = compare(options.list, DAY, options.seed)
    rows = list_rows(options.list, options.seed)
    rows += bench_rules.measure(options.people, options.interviews, options.seed)
    service = EligibilityService.load()
    lengths = list(simulate(service, Planner(service), TALKS, people=options.interviews, seed=options.seed))
    console = Console(width=150)
    console.print(comparison_table(engines, options.list))
    console.print(bench_rules.shown(rows))
    table = Table(*COLUMNS, title="Questions of an interview")
    for one in lengths:
        table.add_row(*cells(one))
    console.print(table)
    if options.json:
        found = {"machine": machine, "engines": [asdict(e) for e in engines], "rows": [asdict(row) for row in rows],
                 "interviews": [asdict(one) for one in lengths]}  # fmt: skip
        options.json.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    if options.markdown:
        options.markdown.write_text(markdown(rows, engines, lengths, machine, options.list), encoding="utf-8")


if __name__ == "__main__":
    main()
