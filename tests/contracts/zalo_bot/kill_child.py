"""A process that fetches one event and is killed before it is stored.

``python -m tests.contracts.zalo_bot.kill_child ROOT TOKEN SPOOL_FILE``
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import httpx

from bot.channels.zalo_bot import ZaloBotApi, ZaloBotConfig, ZaloBotPolling, ZaloBotReceiver
from bot.channels.zalo_bot.events import EventReader
from bot.messages import Acceptance, InboundMessage
from bot.spool import SpooledInbox
from bot.tally import Tally
from bot.vault import Vault
from core.clock import SystemClock

KEY = "a key for the tests only"


class DyingInbox:
    """Is never stored to."""

    async def accept(self, message: InboundMessage) -> Acceptance:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError


async def main(root: str, token: str, file: str) -> None:
    vault = Vault(KEY)
    config = ZaloBotConfig(token, "webhook-secret_1", api_root=root)
    inbox = SpooledInbox(DyingInbox(), Path(file), vault, ahead=True)
    async with httpx.AsyncClient() as client:
        api = ZaloBotApi(config, client)
        receiver = ZaloBotReceiver(EventReader(config.bot_id, vault), inbox, SystemClock(), Tally())
        await ZaloBotPolling(api, receiver, long_poll_seconds=1).start()
        await asyncio.sleep(30)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
