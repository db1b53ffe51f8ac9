"""Tell a platform where this service is, in the background until it succeeds."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod

import structlog

from bot.tasks import end

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 2.0, 300.0


class Registration(ABC):
    """``start`` … ``stop``. Without network the service runs, and registers when there is one."""

    def __init__(self, channel: str, failure: type[Exception]) -> None:
        self._channel, self._failure = channel, failure
        self.problem: str | None = None
        self._task: asyncio.Task[None] | None = None
        self._log = structlog.get_logger(f"bot.{channel}")

    @abstractmethod
    async def register(self) -> bool:
        """Register once and return whether there is a webhook now; raise the platform's failure."""

    async def start(self) -> None:
        """Begin to register."""
        self._task = asyncio.create_task(self._run(), name=f"{self._channel.replace('_', '-')}-registration")

    async def stop(self) -> None:
        """Stop trying; a webhook that was set stays."""
        await end(self._task)

    async def _run(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                has_webhook = await self.register()
            except self._failure as error:
                self.problem = type(error).__name__
                self._log.warning("registration_failed", error=self.problem, again_after_seconds=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            else:
                self.problem = None
                self._log.info("registered", webhook=has_webhook)
                return
