"""Measure the acknowledgement of signed Zalo calls over HTTP while everything behind is at work.

``python -m tests.bot.benchmarks.webhook_ack DATABASE_URL RATE SECONDS``: the service runs in a process of its own
(uvicorn, real receiver, inbox, gateway, outbox; the dialogue sleeps 60 ms, the sender only counts), 200 people write.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sys
import time

import httpx
import structlog
import uvicorn
from fastapi import FastAPI

from bot.channels.zalo_oa import ZaloConfig, ZaloReceiver, zalo_router
from bot.channels.zalo_oa.events import EventReader
from core.clock import SystemClock
from core.database import Base, Database
from tests.bot.conftest import Bot
from tests.bot.fakes import EchoDialogue, KeepingSender
from tests.contracts.zalo_oa.fake import APP_ID, OA_SECRET, FakeZalo, mac

PEOPLE = 200


async def serve(database_url: str, port: int) -> None:
    database = Database(database_url)
    Base.metadata.create_all(database.engine)
    dialogue = EchoDialogue()
    dialogue.delay_seconds = 0.06
    bot = Bot(database, SystemClock(), dialogue=dialogue, sender=KeepingSender("zalo_oa"))
    app, config = FastAPI(), ZaloConfig(APP_ID, OA_SECRET)
    app.include_router(
        zalo_router(config, ZaloReceiver(config, EventReader(bot.vault), bot.inbox, bot.clock, bot.tally))
    )

    @app.get("/cpu")
    async def cpu() -> float:
        return time.process_time()

    @app.get("/sent")
    async def sent() -> int:
        return len(bot.sender.sent)

    await bot.start()
    await uvicorn.Server(
        uvicorn.Config(app, port=port, log_level="error", access_log=False, timeout_keep_alive=60)
    ).serve()
    await bot.stop()


async def load(root: str, rate: float, seconds: float) -> None:
    zalo, acks = FakeZalo(), []
    limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
    async with httpx.AsyncClient(limits=limits, timeout=30) as client:
        for _ in range(200):
            try:
                await client.get(f"{root}/sent")
                break
            except httpx.HTTPError:
                await asyncio.sleep(0.1)

        async def post(number: int) -> None:
            event = zalo.text_event(f"mẹ em {number} tuổi", user=str(1000 + number % PEOPLE))
            body = json.dumps(event, ensure_ascii=False).encode()
            headers = {"X-ZEvent-Signature": f"mac={mac(event, body, OA_SECRET)}"}
            begin = time.perf_counter()
            response = await client.post(f"{root}/channels/zalo", content=body, headers=headers)
            acks.append((time.perf_counter() - begin) * 1000)
            assert response.status_code == 200

        begin, count, running = time.perf_counter(), int(rate * seconds), []
        for number in range(count):
            await asyncio.sleep(max(0.0, begin + number / rate - time.perf_counter()))
            running.append(asyncio.create_task(post(number)))
        await asyncio.gather(*running)
        posted = time.perf_counter() - begin
        while (await client.get(f"{root}/sent")).json() < count:
            await asyncio.sleep(0.1)
        answered = time.perf_counter() - begin
        server_cpu = (await client.get(f"{root}/cpu")).json() / count * 1000
    acks.sort()
    print(
        f"{count / posted:.0f}/s posted: acknowledged p50 {acks[len(acks) // 2]:.1f} "
        f"p99 {acks[int(len(acks) * 0.99)]:.1f} max {acks[-1]:.0f} ms; {count / answered:.0f}/s answered; "
        f"CPU a message {server_cpu:.1f} ms here, {time.process_time() / count * 1000:.1f} ms the client; "
        f"load {os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    if sys.argv[1] == "serve":
        asyncio.run(serve(sys.argv[2], int(sys.argv[3])))
    else:
        port = "18473"
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.bot.benchmarks.webhook_ack", "serve", sys.argv[1], port]
        )
        try:
            asyncio.run(load(f"http://127.0.0.1:{port}", float(sys.argv[2]), float(sys.argv[3])))
        finally:
            server.terminate()
            server.wait()
