"""One fault run: people write, and everything under them is killed at random."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import sqlalchemy as sa

from app.settings import ROOT
from bot.tables import INBOX, OUTBOX
from tests.contracts.server import serving
from tests.faults.channels import Channels
from tests.faults.databases import CuttableDatabase, database
from tests.faults.judging import Findings, judge, judge_words, noted_ids
from tests.faults.people import Person, Writing
from tests.faults.service import KEY, Service

CALM_SECONDS = 400.0
LONGEST_CUT = {"sqlite": 13.0, "postgresql": 4.0}  # seconds; SQLite itself waits 10
QUESTIONS = (
    *("mẹ tôi 76 tuổi không có lương hưu thì được gì", "nhà cận nghèo", "nộp hồ sơ ở đâu", "con tôi 5 tuổi"),
    *("lãi suất vay hộ nghèo bao nhiêu", "thẻ bhyt hết hạn thì sao"),
)


@dataclass(frozen=True)
class Plan:
    """What is done to the service."""

    database: str
    seed: int
    messages: int
    people: int
    seconds: float
    app_kills: int
    rasa_kills: int
    cuts: int
    rasa_python: Path | None = None

    @property
    def is_real_rasa(self) -> bool:
        return self.rasa_python is not None


@dataclass
class Result:
    """What came of it."""

    plan: Plan
    findings: Findings
    done: Counter[str]
    seconds: float
    load: float
    cpu_seconds: float
    channel_faults: dict[str, int]

    def to_json(self) -> dict[str, object]:
        return {
            "database": self.plan.database,
            "rasa": "real" if self.plan.is_real_rasa else "stand-in",
            "seed": self.plan.seed,
            "messages": self.plan.messages,
            "people": self.plan.people,
            **self.findings.to_json(),
            "app_kills": self.done["app"],
            "rasa_kills": self.done["rasa"],
            "database_cuts": self.done["database"],
            "channel_faults": self.channel_faults,
            "seconds": round(self.seconds),
            "load_average": round(self.load, 1),
            "cpu_seconds_of_this_process": round(self.cpu_seconds),
        }


@dataclass
class Breaker:
    """Kills and cuts, and remembers what was in doubt when the service died."""

    plan: Plan
    service: Service
    database: CuttableDatabase
    engine: sa.Engine
    channels: Channels
    chance: random.Random
    people: Sequence[Person] = ()
    in_doubt: set[tuple[str, str]] = field(default_factory=set)
    done: Counter[str] = field(default_factory=Counter)

    async def run(self) -> None:
        """Do everything of the plan, in an order and after as many acknowledged messages as the seed decides.

        Not at times: however slow the machine, what is broken is at work.
        """
        plan = self.plan
        kinds = ["app"] * plan.app_kills + ["rasa"] * plan.rasa_kills + ["database"] * plan.cuts
        self.chance.shuffle(kinds)
        moments = sorted(self.chance.uniform(0.02, 0.98) * plan.messages for _ in kinds)
        for moment, kind in zip(moments, kinds, strict=True):
            while sum(person.acknowledged for person in self.people) < moment:
                await asyncio.sleep(0.1)
            await getattr(self, f"_break_{kind}")()
            self.done[kind] += 1

    async def _break_app(self) -> None:
        await self.service.kill()
        noted = await asyncio.to_thread(noted_ids, self.engine)
        self.in_doubt |= {(take.channel, take.id) for take in self.channels.takes} - noted
        await self.service.start()

    async def _break_rasa(self) -> None:
        for rasa in self.service.rasas():
            rasa.kill()

    async def _break_database(self) -> None:
        await self.database.cut(self.chance.uniform(0.3, LONGEST_CUT[self.plan.database]))


async def run(plan: Plan, folder: Path, say: Callable[[str], None]) -> Result:
    """Run *plan* with everything it makes under *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("index", "model", *(["rasa"] if plan.is_real_rasa else [])):
        if (made := ROOT / "var" / name).exists():
            (folder / name).symlink_to(made)
    chance = random.Random(plan.seed)
    people = _people(plan, chance)
    channels = Channels.with_chats({int(p.id) for p in people if p.channel == "telegram"}, chance)
    begin = time.monotonic()
    async with database(plan.database, folder) as base, serving(channels.app) as channels_url:
        service = Service(folder, base.url, channels_url, plan.rasa_python)
        await service.start()
        engine = sa.create_engine(base.url, pool_pre_ping=True, poolclass=sa.NullPool)
        breaker = Breaker(plan, service, base, engine, channels, chance, people)
        try:
            await service.wait_serving()
            say(f"{plan.database}: serving; {plan.messages} messages over {plan.seconds:.0f} s")
            writing = Writing(service.root, channels.telegram, channels.zalo, chance, plan.seconds)
            await asyncio.gather(writing.all(people), breaker.run())
            say(f"{plan.database}: all acknowledged after {time.monotonic() - begin:.0f} s; waiting for the answers")
            channels.mood.calm_down()
            await _settled(engine)
        finally:
            await service.stop()
        findings = judge(people, channels.takes, breaker.in_doubt, engine, KEY)
        if not plan.is_real_rasa:
            judge_words(people, channels.takes, service.heard, findings)
        engine.dispose()
    cpu = sum(psutil.Process().cpu_times()[:2])
    seconds = time.monotonic() - begin
    return Result(plan, findings, breaker.done, seconds, os.getloadavg()[1], cpu, channels.mood.counts)


def _people(plan: Plan, chance: random.Random) -> list[Person]:
    counts = Counter(chance.randrange(plan.people) for _ in range(plan.messages))
    people = []
    for number in range(plan.people):
        words = [
            f"{chance.choice(QUESTIONS)}" if plan.is_real_rasa else f"tin {count}" for count in range(counts[number])
        ]
        is_zalo = number % 2
        people.append(
            Person("zalo_oa" if is_zalo else "telegram", str((7_000_000 if is_zalo else 1000) + number), words)
        )
    return people


async def _settled(engine: sa.Engine) -> None:
    """Wait until nothing waits any more; what still does then is lost."""
    queries = [sa.select(sa.func.count()).where(table.c.status == "waiting") for table in (INBOX, OUTBOX)]
    deadline = time.monotonic() + CALM_SECONDS
    while time.monotonic() < deadline:
        with engine.connect() as connection:
            if not any(connection.scalar(query) for query in queries):
                return
        await asyncio.sleep(1)
