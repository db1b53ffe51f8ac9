"""Work on many conversations at once and on each one in order.

A lane is one conversation's queue in one direction. A dispatcher claims lanes that have something due and works on up
to ``concurrency`` of them; whoever works on a lane goes on until it is empty. Keeps out: what the work is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import structlog

from bot.errors import origin
from bot.signals import Signals
from bot.tasks import end

T = TypeVar("T")

LONGEST_PAUSE_SECONDS = 10.0


class Lanes(Generic[T]):
    """A pool that works on what ``claim`` gives. ``work`` must leave the lane released, whatever happens."""

    def __init__(
        self,
        topic: str,
        *,
        claim: Callable[[], Awaitable[T | None]],
        work: Callable[[T], Awaitable[None]],
        signals: Signals,
        concurrency: int = 8,
        poll_seconds: float = 1.0,
    ) -> None:
        self._topic, self._claim, self._work, self._signals = topic, claim, work, signals
        self._slots = asyncio.Semaphore(concurrency)
        self._poll_seconds = poll_seconds
        self._busy: set[asyncio.Task[None]] = set()
        self._dispatcher: asyncio.Task[None] | None = None
        self._log = structlog.get_logger("bot.lanes").bind(topic=topic)

    async def start(self) -> None:
        """Begin to claim and work."""
        self._dispatcher = asyncio.create_task(self._dispatch(), name=f"lanes-{self._topic}")

    async def stop(self, *, drain_seconds: float = 5.0) -> None:
        """Claim nothing more, let running work end for up to *drain_seconds*, then break it off."""
        await end(self._dispatcher)
        if self._busy:
            _, late = await asyncio.wait(self._busy, timeout=drain_seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _dispatch(self) -> None:
        pause = self._poll_seconds
        while True:
            await self._slots.acquire()
            version = self._signals.version(self._topic)
            try:
                claimed = await self._claim()
                pause = self._poll_seconds
            except Exception as error:  # the database is away: nothing else can be done here but try again
                self._log.warning("claim_failed", error=type(error).__name__)
                claimed, pause = None, min(pause * 2, LONGEST_PAUSE_SECONDS)
            except asyncio.CancelledError:
                self._slots.release()
                raise
            if claimed is None:
                self._slots.release()
                await self._signals.wait(self._topic, version, pause)
            else:
                self._begin(claimed)

    def _begin(self, claimed: T) -> None:
        task = asyncio.create_task(self._run(claimed))
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)

    async def _run(self, claimed: T) -> None:
        try:
            await self._work(claimed)
        except Exception as error:
            self._log.error("lane_broke_off", error=type(error).__name__, at=origin(error))
        finally:
            self._slots.release()
            self._signals.notify(self._topic)
