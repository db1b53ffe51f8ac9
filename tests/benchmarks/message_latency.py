"""How long one message takes through the real Rasa, rules and guides, and what the processes weigh.

    python tests/benchmarks/message_latency.py [rounds]

Prints a table; nothing is asserted.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time

import psutil
from rich.console import Console
from rich.table import Table

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


async def measure(rounds: int) -> None:
    """Start everything, hold *rounds* conversations one after another, print what it took."""
    configure("WARNING")
    parts = Parts.of(Settings())
    model = parts.rasa.train(lambda _: None)
    parts.library.ensure()
    started = time.perf_counter()
    async with running_dialogue(parts, parts.dialogue(), model) as running:
        await running.supervisor.wait_ready()
        ready = time.perf_counter() - started
        await _talk(running, "warm-up")
        busy = _cpu(running)
        taken = [seconds for number in range(rounds) for seconds in await _talk(running, f"round-{number}")]
        spent = [after - before for before, after in zip(busy, _cpu(running), strict=True)]
        _show(running, taken, spent, ready)


async def _talk(running: Running, conversation: str) -> list[float]:
    taken = []
    for words in TALK:
        begun = time.perf_counter()
        await running.client.respond(conversation, words, metadata={"channel": "terminal", "is_group": False})
        taken.append(time.perf_counter() - begun)
    return taken


def _processes(running: Running) -> tuple[psutil.Process, psutil.Process]:
    assert running.supervisor.process is not None
    return psutil.Process(), psutil.Process(running.supervisor.process.pid)


def _cpu(running: Running) -> list[float]:
    return [sum(process.cpu_times()[:2]) for process in _processes(running)]


def _show(running: Running, taken: list[float], spent: list[float], ready: float) -> None:
    service, rasa = (process.memory_info().rss / 1024**2 for process in _processes(running))
    table = Table("what", "measured")
    table.add_row("Rasa ready after", f"{ready:.1f} s")
    table.add_row("messages", str(len(taken)))
    table.add_row("p50", f"{statistics.median(taken) * 1000:.0f} ms")
    table.add_row("p95", f"{sorted(taken)[int(len(taken) * 0.95)] * 1000:.0f} ms")
    table.add_row("CPU a message, service", f"{spent[0] / len(taken) * 1000:.0f} ms")
    table.add_row("CPU a message, Rasa", f"{spent[1] / len(taken) * 1000:.0f} ms")
    table.add_row("memory, service", f"{service:.0f} MB")
    table.add_row("memory, Rasa", f"{rasa:.0f} MB")
    Console().print(table)


if __name__ == "__main__":
    asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 10))
