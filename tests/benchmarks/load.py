"""How much the service takes: acknowledgement under load, and answers with the real Rasa, on one machine.

    python -m tests.benchmarks.load [--json] [--people 32] [--seconds 10] [--rasa-python .venv-rasa/bin/python]

1. Signed Zalo calls at 50 and 200 a second to ``ansinh serve`` (SQLite); a stand-in answers in Rasa's place.
2. People who each wait for their answer before they go on, with the real Rasa, one process and two (Redis locks).
3. The same Rasa processes alone, their action replaced by a constant answer: the limit that 2 is held against.

Loopback only. Prints a table with the CPU time of each process beside the wall time; nothing is asserted.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
from fastapi import FastAPI, Request
from rich.console import Console
from rich.table import Table

from app.bootstrap import Parts
from app.rasa import Rasa
from app.settings import ROOT, Settings
from app.supervisor import Supervisor, free_port
from tests.contracts.server import serving
from tests.contracts.zalo_oa.fake import OA_SECRET, mac
from tests.faults.channels import Channels
from tests.faults.service import Service

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
PEOPLE_AT_DOOR = 200
READY_SECONDS = 240.0
ANSWER_SECONDS = 60.0
CONSTANT = {"events": [], "responses": [{"text": "Một câu trả lời cố định."}]}


@dataclass
class Measured:
    """One line of the table; times in milliseconds."""

    what: str
    count: int
    per_second: float
    p50: float
    p95: float
    p99: float
    service_cpu: float = 0.0
    rasa_cpu: float = 0.0
    share: float | None = None
    load: float = field(default_factory=lambda: os.getloadavg()[0])

    @classmethod
    def of(cls, what: str, times: Sequence[float], seconds: float) -> Measured:
        """Summarise *times* (seconds) taken over *seconds*."""
        ordered = sorted(times)

        def at(share: float) -> float:
            return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 1)

        return cls(what, len(times), round(len(times) / seconds, 1), at(0.5), at(0.95), at(0.99))


@dataclass
class Client:
    """Posts signed Zalo calls and waits for answers."""

    service: Service
    channels: Channels
    http: httpx.AsyncClient

    async def post(self, person: str, words: str) -> float:
        """Post one message; return how long the acknowledgement took, in seconds."""
        event = self.channels.zalo.text_event(words, user=person)
        body = json.dumps(event, ensure_ascii=False).encode()
        headers = {"X-ZEvent-Signature": f"mac={mac(event, body, OA_SECRET)}"}
        begun = time.perf_counter()
        response = await self.http.post(f"{self.service.root}/channels/zalo", content=body, headers=headers)
        response.raise_for_status()
        return time.perf_counter() - begun

    async def ask(self, person: str, words: str) -> float:
        """Post one message; return how long the channel waited for the answer, in seconds."""
        had = self._answers(person)
        begun = time.perf_counter()
        await self.post(person, words)
        async with asyncio.timeout(ANSWER_SECONDS):
            while self._answers(person) == had:
                await asyncio.sleep(0.005)
        return time.perf_counter() - begun

    def _answers(self, person: str) -> int:
        return self.channels.zalo.answers[person]


async def main() -> None:
    """Measure everything and print it."""
    arguments = _arguments()
    lines: list[Measured] = []
    with tempfile.TemporaryDirectory(prefix="ansinh-load-") as made:
        folder = Path(made)
        async with _service(folder / "door", None) as client:
            lines += [await _acknowledge(client, rate, arguments.seconds) for rate in (50, 200)]
        for processes in (1, 2):
            lines += await _with_rasa(folder / f"rasa{processes}", arguments, processes)
    if arguments.json:
        print(json.dumps([vars(line) for line in lines], ensure_ascii=False))
    else:
        _show(lines)


async def _acknowledge(client: Client, rate: int, seconds: float) -> Measured:
    """Post at a steady rate whatever comes back, and measure the acknowledgement."""
    begun, running = time.perf_counter(), []
    before = _cpu(client.service)
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, begun + number / rate - time.perf_counter()))
        person = str(8_000_000 + number % PEOPLE_AT_DOOR)
        running.append(asyncio.create_task(client.post(person, f"mẹ tôi {number} tuổi")))
    times = await asyncio.gather(*running)
    measured = Measured.of(f"acknowledged at {rate}/s", times, time.perf_counter() - begun)
    measured.service_cpu = round((_cpu(client.service)[0] - before[0]) / len(times) * 1000, 1)
    while sum(client.channels.zalo.answers.values()) < client.channels.zalo.asked:
        await asyncio.sleep(0.1)
    return measured


async def _with_rasa(folder: Path, arguments: argparse.Namespace, processes: int) -> list[Measured]:
    """Measure the service with the real Rasa, then the same Rasa alone."""
    with _redis(processes > 1) as redis_url:
        more = {"RASA_PROCESSES": str(processes), "REDIS_URL": redis_url}
        async with _service(folder, arguments.rasa_python, more) as client:
            await _ready(client)
            whole = await _converse(client, arguments.people, f"whole service, {processes} Rasa")
        alone = await _alone(arguments, processes, redis_url)
    whole.share = round(whole.per_second / alone.per_second, 2)
    return [whole, alone]


async def _converse(client: Client, people: int, what: str) -> Measured:
    before, begun = _cpu(client.service), time.perf_counter()

    async def person(number: int) -> list[float]:
        return [await client.ask(str(9_000_000 + number), words) for words in TALK]

    times = [one for each in await asyncio.gather(*map(person, range(people))) for one in each]
    measured = Measured.of(what, times, time.perf_counter() - begun)
    spent = [after - earlier for earlier, after in zip(before, _cpu(client.service), strict=True)]
    measured.service_cpu, measured.rasa_cpu = (round(one / len(times) * 1000, 1) for one in spent)
    return measured


async def _alone(arguments: argparse.Namespace, processes: int, redis_url: str) -> Measured:
    """Ask Rasa itself, whose action always answers the same."""
    app = FastAPI()

    @app.post("/actions")
    async def act(_: Request) -> dict[str, Any]:
        return CONSTANT

    settings = Settings(rasa_python=str(arguments.rasa_python), rasa_processes=processes, redis_url=redis_url)
    rasa = Rasa.of(settings)
    async with serving(app) as url:
        plans = rasa.plans(rasa.model(), actions_url=f"{url}/actions", actions_token="constant")
        supervisors = [Supervisor(plan) for plan in plans]
        for supervisor in supervisors:
            await supervisor.start()
        try:
            await asyncio.gather(*(supervisor.wait_ready() for supervisor in supervisors))
            return await _converse_alone(rasa, supervisors, arguments.people)
        finally:
            for supervisor in supervisors:
                await supervisor.stop()


async def _converse_alone(rasa: Rasa, supervisors: Sequence[Supervisor], people: int) -> Measured:
    pids = [supervisor.process.pid for supervisor in supervisors if supervisor.process]
    async with httpx.AsyncClient(timeout=ANSWER_SECONDS, trust_env=False) as client:

        async def ask(number: int, words: str) -> float:
            url = f"{rasa.urls[number % len(rasa.urls)]}/webhooks/rest/webhook"
            begun = time.perf_counter()
            (await client.post(url, json={"sender": f"p{number}", "message": words})).raise_for_status()
            return time.perf_counter() - begun

        async def person(number: int) -> list[float]:
            return [await ask(number, words) for words in TALK]

        await asyncio.gather(*(ask(-1 - number, TALK[0]) for number in range(len(pids))))
        spent, begun = sum(map(_cpu_of, pids)), time.perf_counter()
        times = [one for each in await asyncio.gather(*map(person, range(people))) for one in each]
    measured = Measured.of(f"Rasa alone, {len(pids)} process(es)", times, time.perf_counter() - begun)
    measured.rasa_cpu = round((sum(map(_cpu_of, pids)) - spent) / len(times) * 1000, 1)
    return measured


@contextlib.asynccontextmanager
async def _service(folder: Path, rasa_python: Path | None, more: dict[str, str] | None = None) -> AsyncIterator[Client]:
    folder.mkdir(parents=True)
    for name in ("index", "model", *(["rasa"] if rasa_python else [])):
        if (made := ROOT / "var" / name).exists():
            (folder / name).symlink_to(made)
    channels = Channels.with_chats(set(), random.Random(1))
    channels.mood.calm_down()
    limits = httpx.Limits(max_connections=64, max_keepalive_connections=64, keepalive_expiry=1.5)
    async with serving(channels.app) as url, httpx.AsyncClient(limits=limits, timeout=30, trust_env=False) as http:
        service = Service(folder, f"sqlite:///{folder / 'load.sqlite'}", url, rasa_python, more=more or {})
        await service.start()
        try:
            await service.wait_serving()
            yield Client(service, channels, http)
        finally:
            await service.stop()


async def _ready(client: Client) -> None:
    """Wait until every Rasa answered once."""
    async with asyncio.timeout(READY_SECONDS):
        while (await client.http.get(f"{client.service.root}/readyz")).status_code != httpx.codes.OK:
            await asyncio.sleep(0.5)
        await asyncio.gather(*(client.ask(str(7_000_000 + number), TALK[1]) for number in range(8)))


@contextlib.contextmanager
def _redis(is_wanted: bool) -> Iterator[str]:
    if not is_wanted or shutil.which("redis-server") is None:
        yield ""
        return
    port = free_port()
    server = subprocess.Popen(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
    )
    try:
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait()


def _cpu(service: Service) -> tuple[float, float]:
    assert service.process is not None
    return _cpu_of(service.process.pid), sum(_cpu_of(rasa.pid) for rasa in service.rasas())


def _cpu_of(pid: int) -> float:
    return float(sum(psutil.Process(pid).cpu_times()[:2]))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure acknowledgement and answers under load.")
    parser.add_argument("--people", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rasa-python", type=Path, default=Settings().rasa_interpreter)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _show(lines: Sequence[Measured]) -> None:
    heads = (
        "",
        "messages",
        "per second",
        "p50 ms",
        "p95 ms",
        "p99 ms",
        "CPU ms service",
        "CPU ms Rasa",
        "share",
        "load",
    )
    table = Table(*heads)
    for one in lines:
        share = "" if one.share is None else f"{one.share:.0%}"
        values = (one.count, one.per_second, one.p50, one.p95, one.p99, one.service_cpu, one.rasa_cpu, share)
        table.add_row(one.what, *map(str, values), f"{one.load:.1f}")
    Console().print(table)


if __name__ == "__main__":
    Parts.of(Settings()).rasa.train(print)
    asyncio.run(main())
