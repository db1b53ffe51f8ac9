"""How long one message takes through the real Rasa, rules and guides, with 1, 8 and 32 conversations at once.

    python tests/benchmarks/message_latency.py [rounds] [--profile FILE]

*rounds* is how many conversations are held at each width, at least one for each that runs at once. Prints a table;
nothing is asserted. With ``--profile`` the actions' share of the CPU is written to FILE (``python -m pstats FILE``).
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from actions.rasa_action import DialogueAction
from app.bootstrap import Parts
from app.logs import configure
from app.running import Running, running_dialogue
from app.settings import Settings

TALK = (
    "chào ad",
    "mẹ tôi 76 tuổi không có lương hưu thì được gì",
    "khong co tro cap gi",
    "nộp hồ sơ ở đâu",
    "à nhầm, mẹ 74 thôi",
    "nhà cận nghèo",
    "lai suat vay ho ngheo bao nhieu",
    "hôm nay trời có mưa không",
)
WIDTHS = (1, 8, 32)


@dataclass(frozen=True)
class Measured:
    """What some conversations took that were held *width* at once; times in seconds."""

    width: int
    taken: list[float]
    seconds: float
    cpu_service: float
    cpu_rasa: float


async def measure(rounds: int, profile: Path | None) -> None:
    """Start everything, hold the conversations at every width, print what it took."""
    configure("WARNING")
    parts = Parts.of(Settings())
    model = parts.rasa.train(lambda _: None)
    parts.library.ensure()
    started = time.perf_counter()
    async with running_dialogue(parts, parts.dialogue(), model) as running:
        await running.supervisor.wait_ready()
        ready = time.perf_counter() - started
        await _talk(running, "warm-up")
        with _profiled(profile):
            found = [await _at_once(running, width, max(rounds, width)) for width in WIDTHS]
        _show(running, found, ready)


async def _at_once(running: Running, width: int, talks: int) -> Measured:
    """Hold *talks* conversations, *width* of them at any time."""
    turns = asyncio.Semaphore(width)

    async def one(number: int) -> list[float]:
        async with turns:
            return await _talk(running, f"{width}-{number}")

    busy, begun = _cpu(running), time.perf_counter()
    taken = [seconds for talk in await asyncio.gather(*map(one, range(talks))) for seconds in talk]
    seconds, after = time.perf_counter() - begun, _cpu(running)
    return Measured(width, sorted(taken), seconds, after[0] - busy[0], after[1] - busy[1])


async def _talk(running: Running, conversation: str) -> list[float]:
    taken = []
    for words in TALK:
        begun = time.perf_counter()
        await running.client.respond(conversation, words, metadata={"channel": "terminal", "is_group": False})
        taken.append(time.perf_counter() - begun)
    return taken


class _profiled:
    """Profiles what the actions do in their threads, where *path* is given."""

    def __init__(self, path: Path | None) -> None:
        self._path, self._profile, self._answered = path, cProfile.Profile(), DialogueAction._answered

    def __enter__(self) -> None:
        if self._path is None:
            return
        answered, profile = self._answered, self._profile

        def watched(action: DialogueAction, message: object) -> object:
            return profile.runcall(answered, action, message)

        DialogueAction._answered = watched  # type: ignore[method-assign,assignment]

    def __exit__(self, *_: object) -> None:
        DialogueAction._answered = self._answered  # type: ignore[method-assign]
        if self._path is not None:
            self._profile.dump_stats(self._path)


def _processes(running: Running) -> tuple[psutil.Process, psutil.Process]:
    assert running.supervisor.process is not None
    return psutil.Process(), psutil.Process(running.supervisor.process.pid)


def _cpu(running: Running) -> list[float]:
    return [sum(process.cpu_times()[:2]) for process in _processes(running)]


def _show(running: Running, found: list[Measured], ready: float) -> None:
    service, rasa = (process.memory_info().rss / 1024**2 for process in _processes(running))
    table = Table("at once", "messages", "p50 ms", "p95 ms", "messages/s", "CPU ms service", "CPU ms Rasa")
    for one in found:
        count = len(one.taken)
        p50, p95 = statistics.median(one.taken), one.taken[int(count * 0.95)]
        rates = (f"{p50 * 1000:.0f}", f"{p95 * 1000:.0f}", f"{count / one.seconds:.1f}")
        cpu = (f"{seconds / count * 1000:.1f}" for seconds in (one.cpu_service, one.cpu_rasa))
        table.add_row(str(one.width), str(count), *rates, *cpu)
    Console().print(table)
    load = psutil.getloadavg()[0]
    Console().print(f"Rasa ready after {ready:.1f} s; {service:.0f} MB service, {rasa:.0f} MB Rasa; load {load:.1f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("rounds", type=int, nargs="?", default=10)
    parser.add_argument("--profile", type=Path)
    arguments = parser.parse_args()
    asyncio.run(measure(arguments.rounds, arguments.profile))
