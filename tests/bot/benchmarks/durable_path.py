"""Measure the durable path: acknowledgement, messages a second, time from acceptance to delivery.

``python -m tests.bot.benchmarks.durable_path URL MESSAGES CONVERSATIONS RATE DIALOGUE_SECONDS``; RATE 0 stores as fast
as it goes. The dialogue only sleeps and the sender only counts, so what is measured is the queue.
"""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import sys
import time
from collections.abc import Mapping

import structlog

started_at = time.perf_counter()

from bot.answering import AnswerLoop  # noqa: E402
from bot.conversation.gateway import Gateway  # noqa: E402
from bot.conversation.phrases import Phrases  # noqa: E402
from bot.conversation.reply import TELEGRAM  # noqa: E402
from bot.conversation.transcript import SqlTranscript  # noqa: E402
from bot.delivery import DeliveryLoop  # noqa: E402
from bot.inbox import SqlInbox  # noqa: E402
from bot.messages import Delivery, Reply  # noqa: E402
from bot.outbox import SqlOutbox  # noqa: E402
from bot.signals import Signals  # noqa: E402
from bot.storage import Storage  # noqa: E402
from bot.tally import Tally  # noqa: E402
from bot.vault import Vault  # noqa: E402
from bot.worker import Worker  # noqa: E402
from core.clock import SystemClock  # noqa: E402
from core.database import Base, Database  # noqa: E402
from tests.bot.fakes import message  # noqa: E402

CONCURRENCY = 32


class SleepingDialogue:
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    async def respond(self, conversation_id: str, text: str, *, metadata: Mapping[str, object]) -> list[Reply]:
        await asyncio.sleep(self.seconds)
        return [Reply(f"trả lời {text}")]

    async def ready(self) -> bool:
        return True


class CountingSender:
    channel = "telegram"

    def __init__(self) -> None:
        self.sent: list[tuple[str, int, float]] = []

    async def send(self, delivery: Delivery) -> str:
        self.sent.append((delivery.conversation_id, int(delivery.text.rsplit(" ", 1)[1]), time.perf_counter()))
        return "1"


async def main(url: str, count: int, conversations: int, rate: float, dialogue_seconds: float) -> None:
    imported = time.perf_counter() - started_at
    begin = time.perf_counter()
    database = Database(url)
    Base.metadata.create_all(database.engine)
    storage, vault, clock, signals, tally = (
        Storage(database),
        Vault("benchmark key only"),
        SystemClock(),
        Signals(),
        Tally(),
    )
    worker = Worker(storage, clock)
    inbox = SqlInbox(storage, vault, clock, worker, signals)
    outbox = SqlOutbox(storage, vault, clock, worker)
    dialogue, sender, phrases = SleepingDialogue(dialogue_seconds), CountingSender(), Phrases.load()
    gateway = Gateway(dialogue, SqlTranscript(storage, vault, clock, signals), phrases, clock)
    answering = AnswerLoop(
        inbox,
        gateway,
        dialogue,
        phrases=phrases,
        clock=clock,
        signals=signals,
        tally=tally,
        formats={"telegram": TELEGRAM},
        concurrency=CONCURRENCY,
    )
    delivery = DeliveryLoop(sender, outbox, clock, signals, tally, concurrency=CONCURRENCY)
    await worker.start()
    await answering.start()
    await delivery.start()
    launched = time.perf_counter() - begin

    accepted: dict[int, float] = {}
    acks: list[float] = []

    async def accept(number: int) -> None:
        accepted[number] = time.perf_counter()
        await inbox.accept(message(f"mẹ em 76 tuổi {number}", id=str(number), who=f"p{number % conversations}"))
        acks.append(time.perf_counter() - accepted[number])

    begin = time.perf_counter()
    running = []
    for number in range(count):
        if rate:
            await asyncio.sleep(max(0.0, begin + number / rate - time.perf_counter()))
            running.append(asyncio.create_task(accept(number)))
        else:
            await accept(number)
    await asyncio.gather(*running)
    taken_in = time.perf_counter() - begin
    while len(sender.sent) < count:
        await asyncio.sleep(0.02)
    total = max(at for _, _, at in sender.sent) - begin
    await answering.stop()
    await delivery.stop()
    await worker.stop()

    waits = sorted(at - accepted[number] for _, number, at in sender.sent)
    acks.sort()
    last: dict[str, int] = {}
    inversions = sum(number < last.get(who, -1) or bool(last.update({who: number})) for who, number, _ in sender.sent)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    cpu = (usage.ru_utime + usage.ru_stime) / count

    def at(values: list[float], share: float) -> float:
        return values[min(len(values) - 1, int(len(values) * share))] * 1000

    print(
        f"import {imported:.2f} s, launch {launched:.2f} s | stored {count / taken_in:.0f}/s, "
        f"ack p50 {at(acks, 0.5):.1f} p99 {at(acks, 0.99):.1f} ms | answered {count / total:.1f}/s, "
        f"in p50 {at(waits, 0.5):.0f} p95 {at(waits, 0.95):.0f} ms | out of order {inversions} | "
        f"{cpu * 1000:.1f} ms CPU a message, {usage.ru_maxrss // 1024} MB, load {os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    url, count, conversations, rate, seconds = sys.argv[1:6]
    asyncio.run(main(url, int(count), int(conversations), float(rate), float(seconds)))
