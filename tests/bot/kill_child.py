"""Services in processes of their own that kill themselves (SIGKILL) at one step of the durable path.

``python -m tests.bot.kill_child DATABASE_URL PEER_URL`` reads one step a line. For each it forks a service that takes
what PEER has to say, answers through the real inbox, gateway and outbox, delivers to PEER, and dies when it comes to
that step (``-``: never). It writes the signal or code the service ended with; forking spares the imports.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

from bot.errors import RetryLater
from bot.messages import Delivery, InboundMessage, MessageKind
from bot.storage import Storage
from core.clock import SystemClock
from core.database import Database
from tests.bot.conftest import Bot
from tests.bot.fakes import EchoDialogue


class Killer:
    """Ends the process as the kernel would, without a word."""

    def __init__(self, step: str) -> None:
        self.step = step

    def reach(self, step: str) -> None:
        if step == self.step:
            os.kill(os.getpid(), signal.SIGKILL)


class DyingStorage(Storage):
    """Dies before or after a transaction of the inbox or the outbox is committed."""

    killer: Killer

    def _write(self, work: Any, **how: Any) -> Any:
        name = work.__qualname__.split(".<locals>")[0].rpartition(".")[2]
        where = f"{work.__qualname__.split('.')[0].removeprefix('Sql').lower()}.{name}"
        self.killer.reach(f"before {where}")
        result = super()._write(work, **how)
        self.killer.reach(f"after {where}")
        return result


class DyingDialogue(EchoDialogue):
    def __init__(self, killer: Killer) -> None:
        super().__init__()
        self.killer = killer

    async def respond(self, conversation_id: str, text: str, *, metadata: Mapping[str, object]) -> Any:
        self.killer.reach("before dialogue")
        replies = await super().respond(conversation_id, text, metadata=metadata)
        self.killer.reach("after dialogue")
        return replies


class PeerSender:
    channel = "telegram"

    def __init__(self, peer: str, client: httpx.AsyncClient, killer: Killer) -> None:
        self.peer, self.client, self.killer = peer, client, killer

    async def send(self, delivery: Delivery) -> str:
        self.killer.reach("before send")
        try:
            response = await self.client.post(f"{self.peer}/sent", json=[delivery.conversation_id, delivery.text])
        except httpx.HTTPError as error:
            raise RetryLater("network") from error
        if response.status_code != 200:
            raise RetryLater(str(response.status_code))
        self.killer.reach("after send")
        return str(delivery.id)


async def main(database_url: str, peer: str, step: str) -> None:
    killer = Killer(step)
    async with httpx.AsyncClient() as client:
        bot = Bot(Database(database_url), SystemClock(), dialogue=DyingDialogue(killer))
        DyingStorage.killer = killer
        bot.storage.__class__ = DyingStorage
        bot.delivery = type(bot.delivery)(
            PeerSender(peer, client, killer), bot.outbox, bot.clock, bot.signals, bot.tally
        )
        await bot.start()
        while message := (await client.get(f"{peer}/next")).json():
            who, number = message
            await bot.inbox.accept(
                InboundMessage(
                    "telegram",
                    f"{who}:{number}",
                    f"telegram-{who}",
                    who,
                    f"{number}",
                    MessageKind.TEXT,
                    datetime.now(UTC),
                )
            )
            killer.reach("after accept")
            await client.post(f"{peer}/acknowledged", json=message)
        while await bot.transcript.pending("telegram-lan") or await bot.transcript.pending("telegram-minh"):
            await asyncio.sleep(0.02)
        while (await bot.outbox.counts()).get(("telegram", "waiting")):
            await asyncio.sleep(0.02)
        await bot.stop()


def live_and_die(database_url: str, peer: str, step: str) -> int:
    """Fork a service and return how it ended: an exit code, or a signal as a negative number."""
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        asyncio.run(main(database_url, peer, step))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    for line in sys.stdin:
        print(live_and_die(sys.argv[1], sys.argv[2], line.strip()), flush=True)
