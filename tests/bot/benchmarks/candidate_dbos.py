"""The same load on DBOS, for the comparison in docs/adr/0003-durable-messages.md (needs ``pip install dbos``).

``python -m tests.bot.benchmarks.candidate_dbos URL MESSAGES CONVERSATIONS RATE DIALOGUE_SECONDS``: one workflow a
message on a queue partitioned by conversation, polled every 50 ms; a dialogue step, a transaction that writes
transcript and outgoing message through DBOS's data source, a send step.
"""

from __future__ import annotations

import asyncio
import os
import resource
import sys
import time

import sqlalchemy as sa
from dbos import DBOS, SetEnqueueOptions, SetWorkflowID, SQLAlchemyDatasource

POLL_SECONDS = 0.05
CONCURRENCY = 32


def main(url: str, count: int, conversations: int, rate: float, dialogue_seconds: float) -> None:
    begin = time.perf_counter()
    DBOS(config={"name": "ansinh", "system_database_url": url, "log_level": "ERROR", "executor_id": "one"})
    app_url = url.replace(".sqlite", ".app.sqlite")
    engine = sa.create_engine(app_url)
    if url.startswith("sqlite"):
        sa.event.listen(engine, "connect", _prepare)
    metadata = sa.MetaData()
    lines = sa.Table(
        "lines",
        metadata,
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("conversation", sa.String),
        sa.Column("number", sa.Integer),
        sa.Column("text", sa.Text),
    )
    metadata.create_all(engine)
    source = SQLAlchemyDatasource.create(app_url, engine=engine)
    finished: dict[int, float] = {}

    @DBOS.step()
    def dialogue(text: str) -> str:
        time.sleep(dialogue_seconds)
        return f"trả lời {text}"

    @source.transaction
    def commit(conversation: str, number: int, text: str, reply: str) -> None:
        rows = [{"conversation": conversation, "number": number, "text": line} for line in (text, reply, reply)]
        source.sql_session().execute(lines.insert(), rows)

    @DBOS.step()
    def send(reply: str) -> str:
        return reply

    @DBOS.workflow()
    def handle(conversation: str, number: int, text: str) -> None:
        reply = dialogue(text)
        commit(conversation, number, text, reply)
        send(reply)
        finished[number] = time.perf_counter()

    DBOS.launch()
    DBOS.register_queue(
        "conversations",
        partition_concurrency=1,
        worker_concurrency=CONCURRENCY,
        polling_interval_sec=POLL_SECONDS,
    )
    launched = time.perf_counter() - begin

    async def load() -> tuple[dict[int, float], list[float], float]:
        queue = await DBOS.retrieve_queue_async("conversations")
        assert queue is not None
        accepted: dict[int, float] = {}
        acks: list[float] = []

        async def accept(number: int) -> None:
            accepted[number] = time.perf_counter()
            who = f"p{number % conversations}"
            with SetWorkflowID(f"m{number}"), SetEnqueueOptions(queue_partition_key=who):
                await queue.enqueue_async(handle, who, number, "mẹ em 76 tuổi")  # type: ignore[arg-type]
            acks.append(time.perf_counter() - accepted[number])

        begin, running = time.perf_counter(), []
        for number in range(count):
            if rate:
                await asyncio.sleep(max(0.0, begin + number / rate - time.perf_counter()))
                running.append(asyncio.create_task(accept(number)))
            else:
                await accept(number)
        await asyncio.gather(*running)
        while len(finished) < count:
            await asyncio.sleep(0.02)
        return accepted, acks, begin

    accepted, acks, begin = asyncio.run(load())
    with engine.connect() as connection:
        order = connection.execute(sa.select(lines.c.conversation, lines.c.number).order_by(lines.c.seq)).all()
    DBOS.destroy()
    _report(launched, sorted(acks), {n: finished[n] - accepted[n] for n in finished}, finished, begin, order)


def _report(launched, acks, waits, finished, begin, order) -> None:  # type: ignore[no-untyped-def]
    count, in_order = len(waits), sorted(waits.values())
    last: dict[str, int] = {}
    inversions = sum(number < last.get(who, -1) or bool(last.update({who: number})) for who, number in order)
    usage = resource.getrusage(resource.RUSAGE_SELF)

    def at(values: list[float], share: float) -> float:
        return values[min(len(values) - 1, int(len(values) * share))] * 1000

    print(
        f"launch {launched:.2f} s | ack p50 {at(acks, 0.5):.1f} p99 {at(acks, 0.99):.1f} ms | "
        f"answered {count / (max(finished.values()) - begin):.1f}/s, in p50 {at(in_order, 0.5):.0f} p95 "
        f"{at(in_order, 0.95):.0f} ms | out of order {inversions} | "
        f"{(usage.ru_utime + usage.ru_stime) / count * 1000:.1f} ms CPU a message, {usage.ru_maxrss // 1024} MB, "
        f"load {os.getloadavg()[0]:.1f}"
    )


def _prepare(connection, _record) -> None:  # type: ignore[no-untyped-def]
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), float(sys.argv[5]))
