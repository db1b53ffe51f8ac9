"""The fault run: ``python -m tests.faults --seed 1 --messages 2000 --people 200`` (``make faults``).

People on Telegram and Zalo write to the real service while it, its Rasa and its database connection are killed at
random and the channels answer 429, 500 or nothing. Ends with 1 unless 0 were lost, 0 out of order, 0 answered twice.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.faults.run import Plan, Result, run

ROWS = ("lost", "out_of_order", "double_answers", "set_aside", "unavoidable_repeats", "asked_again")
DONE = ("app_kills", "rasa_kills", "database_cuts", "channel_faults", "seconds", "load_average")


def main() -> None:
    """Read the command line, run, show."""
    arguments = _arguments()
    screen = Console(stderr=True)
    kinds = ["sqlite", "postgresql"] if arguments.database == "both" else [arguments.database]
    results = []
    with tempfile.TemporaryDirectory(prefix="ansinh-faults-") as made:
        for kind in kinds:
            folder = (arguments.keep or Path(made)) / kind
            results.append(asyncio.run(run(_plan(arguments, kind), folder, screen.print)))
    if arguments.json:
        print(json.dumps([result.to_json() for result in results], ensure_ascii=False))
    else:
        _show(results)
    sys.exit(0 if all(result.findings.is_clean for result in results) else 1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Write to the service while everything under it is killed.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--seconds", type=float, help="over which people write; default: 16 messages a second")
    parser.add_argument("--kills", type=int, help="of the app, of Rasa and of the database each; default: one in 12 s")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--rasa-python", type=Path, help="interpreter of the real Rasa; default: a stand-in")
    parser.add_argument("--keep", type=Path, help="empty folder to leave logs and databases in")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _plan(arguments: argparse.Namespace, kind: str) -> Plan:
    seconds = arguments.seconds or arguments.messages / 16
    kills = arguments.kills if arguments.kills is not None else max(2, round(seconds / 12))
    return Plan(
        database=kind,
        seed=arguments.seed,
        messages=arguments.messages,
        people=arguments.people,
        seconds=seconds,
        app_kills=kills,
        rasa_kills=kills,
        cuts=kills,
        rasa_python=arguments.rasa_python,
    )


def _show(results: list[Result]) -> None:
    screen = Console()
    table = Table("", *(result.plan.database for result in results), title=f"seed {results[0].plan.seed}")
    shown = [result.to_json() for result in results]
    for row in ("messages", "people", "rasa", *ROWS, *DONE):
        table.add_row(row.replace("_", " "), *(str(one[row]) for one in shown))
    screen.print(table)
    for result in results:
        for detail in result.findings.details[:20]:
            screen.print(f"{result.plan.database}: {detail}", markup=False)


if __name__ == "__main__":
    main()
