"""Wake those who wait, within this process; other processes find out by looking again after a while."""

from __future__ import annotations

import asyncio
from collections import defaultdict


class Signals:
    """Topics that change. Take the version, look, then wait for a newer one: no change is missed in between."""

    def __init__(self) -> None:
        self._versions: defaultdict[str, int] = defaultdict(int)
        self._waiting: defaultdict[str, set[asyncio.Future[None]]] = defaultdict(set)

    def version(self, topic: str) -> int:
        """Return how often *topic* changed so far."""
        return self._versions.get(topic, 0)

    def notify(self, topic: str) -> None:
        """Say that *topic* changed. Call it from the event loop's thread."""
        self._versions[topic] += 1
        for waiter in self._waiting.pop(topic, set()):
            if not waiter.done():
                waiter.set_result(None)

    def notify_later(self, topic: str, seconds: float) -> None:
        """Say it after *seconds*: something falls due then."""
        asyncio.get_running_loop().call_later(max(0.0, seconds), self.notify, topic)

    async def wait(self, topic: str, version: int, timeout_seconds: float) -> None:
        """Return once *topic* is newer than *version*, at the latest after *timeout_seconds*."""
        if self.version(topic) != version:
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[topic].add(waiter)
        try:
            # Not wait_for: Python 3.11's swallows a cancellation that comes together with the signal.
            async with asyncio.timeout(timeout_seconds):
                await waiter
        except TimeoutError:
            pass
        finally:
            self._forget(topic, waiter)

    def _forget(self, topic: str, waiter: asyncio.Future[None]) -> None:
        if waiters := self._waiting.get(topic):
            waiters.discard(waiter)
            if not waiters:
                del self._waiting[topic]
