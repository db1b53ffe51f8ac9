"""Fetch events where the platform cannot reach us: a laptop, a machine without a public address.

The platform hands out one event a call and knows no confirmation: an event that was fetched is gone there. So it goes
at once into an inbox that takes it also while the database is away; between the two a killed process can lose one.
"""

from __future__ import annotations

import asyncio
import contextlib

import structlog

from bot.channels.zalo_bot.api import NOTHING_NEW, ZaloBotApi, ZaloBotError, ZaloBotRefused
from bot.channels.zalo_bot.receiver import ZaloBotReceiver
from bot.channels.zalo_bot.registration import delete_webhook
from bot.errors import StorageUnavailable
from bot.tasks import end

LONG_POLL_SECONDS = 30
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0


class ZaloBotPolling:
    """``start`` … ``stop``. No network, a wrong token or another poller only makes it try again later."""

    def __init__(
        self, api: ZaloBotApi, receiver: ZaloBotReceiver, *, long_poll_seconds: float = LONG_POLL_SECONDS
    ) -> None:
        self._api, self._receiver, self._long_poll_seconds = api, receiver, long_poll_seconds
        self._task: asyncio.Task[None] | None = None
        self._taking: asyncio.Task[str] | None = None
        self.problem: str | None = None
        self._log = structlog.get_logger("bot.zalo_bot")

    async def start(self) -> None:
        """Begin to fetch."""
        self._task = asyncio.create_task(self._run(), name="zalo-bot-polling")

    async def stop(self) -> None:
        """Stop fetching; what was fetched is stored first, what is still with the platform is fetched next time."""
        await end(self._task)
        if self._taking:
            with contextlib.suppress(StorageUnavailable):
                await self._taking

    async def _run(self) -> None:
        pause, is_free = FIRST_PAUSE_SECONDS, False
        while True:
            try:
                if not is_free:
                    await self._free()
                    is_free = True
                await self._fetch()
                self.problem, pause = None, FIRST_PAUSE_SECONDS
            except (ZaloBotError, StorageUnavailable) as error:
                self.problem = type(error).__name__
                self._log.warning("polling_failed", error=self.problem, again_after_seconds=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                is_free = False

    async def _free(self) -> None:
        with contextlib.suppress(ZaloBotRefused):  # there may be no webhook to delete
            await delete_webhook(self._api)

    async def _fetch(self) -> None:
        try:
            event = await self._api.call(
                "getUpdates", seconds=self._long_poll_seconds + 15, timeout=str(int(self._long_poll_seconds))
            )
        except ZaloBotRefused as error:
            if error.code != NOTHING_NEW:
                raise
            return
        if isinstance(event, dict) and event:
            # Stored to its end even when the service is stopped meanwhile: nobody else has it any more.
            self._taking = asyncio.create_task(self._receiver.receive(event))
            await asyncio.shield(self._taking)
