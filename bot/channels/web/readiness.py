"""Whether the dialogue answers now, asked at most once a second however many pages want to know."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

_ASK_AGAIN_SECONDS = 1.0
_PATIENCE_SECONDS = 3.0


class Readiness(Protocol):
    """Tells whether the dialogue answers now; ``bot.messages.Dialogue`` does."""

    async def ready(self) -> bool:
        """Tell whether it answers now."""
        ...


class RecentReadiness:
    """Keeps the last answer for a second; an engine that does not say within three is not ready."""

    def __init__(self, source: Readiness, now: Callable[[], float]) -> None:
        self._source, self._now = source, now
        self._answer, self._asked_at = False, float("-inf")
        self._asking = asyncio.Lock()

    async def ready(self) -> bool:
        """Tell whether the dialogue answers, as of a second ago at most."""
        async with self._asking:
            if self._now() - self._asked_at >= _ASK_AGAIN_SECONDS:
                self._answer = await self._ask()
                self._asked_at = self._now()
            return self._answer

    async def _ask(self) -> bool:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                return await self._source.ready()
        except TimeoutError:
            return False
