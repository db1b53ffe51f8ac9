"""How fast the console's pages answer over a large database.

    python -m tests.benchmarks.console_pages --state var [--conversations 50000] [--releases 200] [--audit 200000]
                                             [--documents 300] [--rounds 40] [--postgres] [--folder PATH]
                                             [--only ROUTE…] [--markdown FILE]

Fills an empty database, opens every page and part that the router knows (``tests/console/addresses.py``) with a person
who has every role, and prints the time on the wall and on the processor in milliseconds: the first opening, median and
95th percentile of the later ones, and how many statements the database was asked. The clock is moved on by six minutes
between two openings, so that nothing a page remembers for a while helps it, and parameters take another value each
time. Exits 1 where a page or part takes more than 150 ms of processor time at the 95th percentile, or is refused.

``--state`` is a folder with a built index, which is copied; ``--postgres`` starts a server of its own; ``--folder``
keeps what was filled and takes it up again (SQLite).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import shutil
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rich.console import Console
from rich.table import Table

from actions.interviews import SqlInterviews
from app.console import ToldCases
from app.logs import configure
from app.subjects import interview_subjects
from app.tuning import settle
from console.admin import trials
from console.public import PATH
from console.security.permissions import Role
from core.database import Database
from tests import postgres
from tests.console.addresses import Address, Kind, addresses, values_in
from tests.console.desk import Client, ConsoleUnderTest
from tests.console.filling import fill
from tests.console.filling_law import fill_documents, fill_drafts
from tests.console.filling_staff import fill_staff

BUDGET_MS = 150.0
FILE_ROUNDS = 3
STEP = timedelta(minutes=6)
UNDER_WAY = ('hx-trigger="load delay:1s"', 'hx-trigger="every 1s"')


@dataclass(frozen=True, slots=True)
class Timed:
    """What opening one address took, in milliseconds."""

    address: Address
    status: int
    first: float
    wall: Sequence[float]
    cpu: Sequence[float]
    statements: int
    kilobytes: float

    @property
    def has_limit(self) -> bool:
        """Tell whether the limit of pages holds for it: files are as long as they are."""
        return self.address.kind in (Kind.PAGE, Kind.PART)

    @property
    def is_slow(self) -> bool:
        """Tell whether it takes too long."""
        return self.has_limit and p95(self.cpu) > BUDGET_MS


class Opener:
    """Opens addresses with one signed-in person, and counts what the database is asked."""

    def __init__(self, desk: ConsoleUnderTest, client: Client) -> None:
        self._desk, self._client, self.statements = desk, client, 0
        self.ahead = timedelta()
        sa.event.listen(desk.database.engine, "before_cursor_execute", self._count)

    def time(self, address: Address, rounds: int) -> Timed:
        """Open *address* once, wait until nothing works for it in the background, then open it *rounds* times."""
        began = time.perf_counter()
        answer = self._open(address, 0)
        first = (time.perf_counter() - began) * 1000
        wall, cpu = [], []
        self._until_quiet(address)
        before = 0
        for at in range(rounds):
            self._until_quiet(address, at)
            self.ahead += STEP
            self._desk.clock.ahead = self.ahead
            before = self.statements
            began, worked = time.perf_counter(), time.process_time()
            answer = self._open(address, at)
            wall.append((time.perf_counter() - began) * 1000)
            cpu.append((time.process_time() - worked) * 1000)
        return Timed(
            address, answer.status_code, first, wall, cpu, self.statements - before, len(answer.content) / 1024
        )

    def stream(self, address: Address) -> Timed:
        """Take the first event of a stream."""
        cookies = "; ".join(f"{name}={value}" for name, value in self._client.cookies.items())
        wall, cpu, status = [], [], 0
        for _ in range(5):
            began, worked = time.perf_counter(), time.process_time()
            status = asyncio.run(first_event(self._desk.app, f"/console{address.paths[0]}", cookies))
            wall.append((time.perf_counter() - began) * 1000)
            cpu.append((time.process_time() - worked) * 1000)
        return Timed(address, status, wall[0], wall, cpu, 0, 0.0)

    def _open(self, address: Address, at: int) -> Any:
        path = address.paths[at % len(address.paths)]
        path = path if path.startswith(PATH) else f"/console{path}"
        headers = {"HX-Request": "true"} if address.kind is Kind.PART else {}
        if address.data is not None:
            return self._client.post(path, data={"csrf": self._client.csrf, **address.data}, headers=headers)
        return self._client.get(path, headers=headers)

    def _until_quiet(self, address: Address, at: int = 0) -> None:
        """Wait until what a page began in the background is over: it would be counted as the page's own work."""
        works_aside = any(part in address.shown for part in ("{draft}", "{document}", "{seq", "release="))
        if not works_aside or address.kind not in (Kind.PAGE, Kind.PART):
            return
        end = time.monotonic() + 300
        while is_under_way(self._open(address, at)) and time.monotonic() < end:
            time.sleep(0.3)

    def _count(self, *_: Any) -> None:
        self.statements += 1


def is_under_way(answer: Any) -> bool:
    """Tell whether the page asks to be opened again: something is worked out beside it."""
    return "refresh" in answer.headers or any(mark in answer.text for mark in UNDER_WAY)


async def first_event(app: Any, path: str, cookies: str) -> int:
    """Return the status of a stream once its first event came; the connection is closed then."""
    status, came = 0, asyncio.Event()
    path, _, query = path.partition("?")
    headers = [(b"host", b"localhost"), (b"cookie", cookies.encode()), (b"accept", b"text/event-stream")]
    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": query.encode(),
        "headers": headers, "scheme": "http", "server": ("localhost", 80), "client": ("127.0.0.1", 1), "root_path": "",
        "http_version": "1.1", "asgi": {"version": "3.0"},
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(3600)
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status
        status = message.get("status", status)
        if b"event:" in message.get("body", b"") or status >= 300:
            came.set()

    running = asyncio.create_task(app(scope, receive, send))
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(came.wait(), 20)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    return status


def p95(values: Sequence[float]) -> float:
    """Return the 95th percentile."""
    return statistics.quantiles(values, n=20)[-1]


@contextlib.contextmanager
def database_of(options: argparse.Namespace) -> Iterator[Database | None]:
    """Give the database to fill; ``None``: a SQLite file in the folder."""
    if not options.postgres:
        yield None
        return
    binaries = postgres.find_binaries()
    if binaries is None:
        raise SystemExit("no PostgreSQL server on this machine")
    with postgres.running_server(binaries) as url:
        name = f"pages_{uuid.uuid4().hex[:8]}"
        server = sa.create_engine(f"{url}/postgres", poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
        database = Database(f"{url}/{name}")
        yield database
        database.dispose()


def filled(options: argparse.Namespace, folder: Path, database: Database | None) -> ConsoleUnderTest:
    """Return a console over a full database."""
    is_new = database is not None or not (folder / "console.sqlite").exists()
    for part in ("index", "model") if options.state else ():
        if not (folder / part).exists():
            shutil.copytree(options.state / part, folder / part)
    desk = ConsoleUnderTest(folder, database=database)
    if is_new:
        size = {"conversations": options.conversations, "releases": options.releases, "audit": options.audit}
        fill(desk.database, desk.clock, desk.vault, **size)
        fill_staff(desk.database, desk.clock, desk.vault, desk.parts.cipher, conversations=options.conversations)
        fill_drafts(desk.database, desk.clock, alive=40, ended=120)
        fill_documents(desk.database, desk.clock, options.documents)
        if not desk.database.is_sqlite:  # PostgreSQL looks at its tables by itself, SQLite does not
            with desk.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(sa.text("VACUUM ANALYZE"))
    results = desk.deps.settings.state_folder / "screening"
    results.mkdir(exist_ok=True)
    for number in range(60):
        (results / f"{number:032x}.xlsx").write_bytes(b"PK" * 20_000)
    kept = SqlInterviews(desk.database, desk.parts.cipher, desk.clock)
    interviewed: Callable[..., Any] = lambda on: interview_subjects(kept.every(), as_of=on)  # noqa: E731
    settings = replace(desk.deps.settings, idle_minutes=10**6, absolute_hours=10**5)  # the clock is moved on for days
    desk.__dict__["deps"] = replace(desk.deps, settings=settings, cases=ToldCases(kept), interviewed=interviewed)
    return desk


def measured(desk: ConsoleUnderTest, options: argparse.Namespace, screen: Console) -> list[Timed]:
    """Open everything."""
    began = time.perf_counter()
    if warm := getattr(desk.console.state, "look_ahead", None):
        warm()
    settle()  # as the service does once it has started
    screen.print(f"Looked ahead in {time.perf_counter() - began:.1f} s; load {os.getloadavg()[0]:.1f}")
    opener = Opener(desk, signed_in(desk))
    known = [*addresses(desk.console, values_in(desk.database)), Address(PATH, "", Kind.PAGE, [f"{PATH}/"])]
    found = []
    for address in known:
        needs_index = address.route.startswith("/lookup") or "/try" in address.route
        is_asked = not options.only or address.route.startswith(tuple(options.only))
        if is_asked and (options.state or not needs_index):
            rounds = FILE_ROUNDS if address.kind is Kind.FILE else options.rounds
            one = opener.stream(address) if address.kind is Kind.STREAM else opener.time(address, rounds)
            found.append(one)
            screen.print(*cells(one), "SLOW" if one.is_slow else "", style="red" if one.is_slow else "dim")
    return found


def signed_in(desk: ConsoleUnderTest) -> Client:
    """Return a browser signed in as a person who may do everything; a folder taken up again knows her already."""
    gate, client = desk.console.state.gate, desk.client(strict=False)
    found, _ = gate.accounts.all(words="everything", offset=0, limit=1)
    token = desk.token_for(found[0].id if found else desk.add_user("everything", *Role))
    client.cookies.set("ansinh-console", token)
    client.csrf = gate.sessions.find(token).csrf
    return client


HEADER = ("kind", "address", "status", "first", "wall p50", "wall p95", "cpu p50", "cpu p95", "SQL", "KB")


def cells(one: Timed) -> tuple[str, ...]:
    """Return one line of the table."""
    times = (one.first, statistics.median(one.wall), p95(one.wall), statistics.median(one.cpu), p95(one.cpu))
    shown = (f"{value:.0f}" for value in times)
    return (one.address.kind, one.address.shown, str(one.status), *shown, str(one.statements), f"{one.kilobytes:.0f}")


def markdown(found: Sequence[Timed]) -> str:
    """Return the table for the documentation."""
    lines = [f"| {' | '.join(HEADER)} |", f"|{'---|' * len(HEADER)}"]
    return "\n".join([*lines, *(f"| {' | '.join(cells(one))} |" for one in found)]) + "\n"


def shorten_trials() -> None:
    """Let trials of drafts judge few interviews: they are worked out beside the pages, which wait for them here."""
    setattr(trials, "MOST_INTERVIEWS", 200)  # noqa: B010 - a constant of the module


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--conversations", type=int, default=50_000)
    parser.add_argument("--releases", type=int, default=200)
    parser.add_argument("--audit", type=int, default=200_000)
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--state", type=Path)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--only", nargs="*", default=[], help="beginnings of routes")
    parser.add_argument("--markdown", type=Path)
    options = parser.parse_args()
    configure("ERROR")
    shorten_trials()
    screen = Console(width=150)
    folder = options.folder or Path(tempfile.mkdtemp(prefix="console-pages-"))
    folder.mkdir(parents=True, exist_ok=True)
    with database_of(options) as database:
        began = time.perf_counter()
        desk = filled(options, folder, database)
        screen.print(f"Filled in {time.perf_counter() - began:.0f} s")
        with desk.parts.watching_rules(), desk.parts.library.index_work.at_work():
            found = measured(desk, options, screen)
        desk.close()
    table = Table(*HEADER, title=f"milliseconds; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for one in found:
        table.add_row(*cells(one))
    screen.print(table)
    if options.markdown:
        options.markdown.write_text(markdown(found), encoding="utf-8")
    raise SystemExit(1 if any(one.is_slow or one.status >= 400 for one in found) else 0)


if __name__ == "__main__":
    main()
