"""How fast the console's pages answer over a large database.

    python -m tests.benchmarks.console_pages [--conversations 50000] [--releases 200] [--rounds 40] [--state var]
                                             [--database URL]

Fills an empty database, opens every page whose address is known with a person who has every role, and prints the time
on the wall and on the processor: median and 95th percentile, in milliseconds. The clock is moved on by six minutes
between two openings, so that nothing a page remembers for a while helps it. Exits 1 where a page takes more than 150 ms
of processor time at the 95th percentile. Looking up a question needs a folder with a built index (--state var).
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

from app.logs import configure
from console.routing import GuardedRoute
from console.security.permissions import Role
from core.database import Database
from tests.console.desk import Client, ConsoleUnderTest, MovableClock
from tests.console.filling import fill, name_of

BUDGET_MS = 150.0
LEFT_OUT = ("/static/", "/export", "/live", "/sign-in")
KNOWN = {"name": "person1", "conversation_id": name_of(3), "benefit": "social_pension", "seq": "100"}


def paths(desk: ConsoleUnderTest) -> list[str]:
    """Return every page whose address is known."""
    found = []
    for route in desk.console.routes:
        if isinstance(route, GuardedRoute) and "GET" in (route.methods or ()):
            path = route.path
            for name, value in KNOWN.items():
                path = path.replace(f"{{{name}}}", value)
            if "{" not in path and not any(part in path for part in LEFT_OUT):
                found.append(f"/console{path}")
    return [*found, "/console/audit?action=facts.view", "/console/figures?days=365", "/chinh-xac/"]


def timed(desk: ConsoleUnderTest, client: Client, path: str, rounds: int) -> tuple[int, list[float], list[float]]:
    """Return the status and the times (wall, processor) of *rounds* openings, in milliseconds, the first left out."""
    status = client.get(path).status_code
    wall, cpu = [], []
    for number in range(rounds):
        desk.clock.ahead = timedelta(minutes=6 * number)
        began, worked = time.perf_counter(), time.process_time()
        client.get(path)
        wall.append((time.perf_counter() - began) * 1000)
        cpu.append((time.process_time() - worked) * 1000)
    desk.clock.ahead = None
    return status, wall, cpu


def p95(values: list[float]) -> float:
    """Return the 95th percentile."""
    return statistics.quantiles(values, n=20)[-1]


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--conversations", type=int, default=50_000)
    parser.add_argument("--releases", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--database", default="", help="SQLAlchemy URL of an empty database; default: SQLite")
    parser.add_argument("--state", type=Path, help="state folder with a built index, which is copied")
    options = parser.parse_args()
    configure("ERROR")
    screen = Console()
    folder = Path(tempfile.mkdtemp(prefix="console-pages-"))
    for part in ("index", "model") if options.state else ():
        shutil.copytree(options.state / part, folder / part)
    desk = ConsoleUnderTest(folder, database=Database(options.database) if options.database else None)
    began = time.perf_counter()
    fill(desk.database, MovableClock(), desk.vault, conversations=options.conversations, releases=options.releases)
    screen.print(f"Filled in {time.perf_counter() - began:.0f} s; load {os.getloadavg()[0]:.1f}")
    client = desk.signed_in(*Role, name="everything")
    table = Table("page", "status", "wall p50", "wall p95", "cpu p50", "cpu p95", title="milliseconds")
    slow = False
    for path in [*paths(desk), *(["/console/lookup?q=mức+trợ+cấp+người+75+tuổi"] if options.state else [])]:
        status, wall, cpu = timed(desk, client, path, options.rounds)
        slow |= p95(cpu) > BUDGET_MS
        cells = (statistics.median(wall), p95(wall), statistics.median(cpu), p95(cpu))
        table.add_row(path, str(status), *(f"{value:.0f}" for value in cells))
    screen.print(table)
    raise SystemExit(1 if slow else 0)


if __name__ == "__main__":
    main()
