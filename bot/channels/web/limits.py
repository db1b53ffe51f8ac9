"""How fast a session or an address may write: token buckets in memory, bounded in number."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil

from bot.channels.web.guards import RequestRefused

_MOST_BUCKETS = 20_000


class RateLimit:
    """Allows *per_minute* takings for each key, with a *burst* saved up at most.

    Forgets the keys unused for longest beyond 20,000 of them.
    """

    def __init__(self, *, per_minute: float, burst: int, now: Callable[[], float]) -> None:
        self._per_second, self._burst, self._now = per_minute / 60, burst, now
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> None:
        """Take one; raise ``RequestRefused`` (429) with the seconds to wait where none is left."""
        left, moment = self._buckets.pop(key, (float(self._burst), self._now()))
        left = min(self._burst, left + (self._now() - moment) * self._per_second)
        allowed = left >= 1
        self._buckets[key] = (left - 1 if allowed else left, self._now())
        if len(self._buckets) > _MOST_BUCKETS:
            self._buckets.popitem(last=False)
        if not allowed:
            raise RequestRefused(429, "too_fast", retry_after=ceil((1 - left) / self._per_second))


class OpenStreams:
    """Counts the open streams of each session and refuses one too many."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._open: Counter[str] = Counter()

    def require_room(self, key: str) -> None:
        """Raise ``RequestRefused`` (429) where *key* has as many streams as allowed."""
        if self._open[key] >= self._limit:
            raise RequestRefused(429, "too_many_windows", retry_after=30)

    @contextmanager
    def hold(self, key: str) -> Iterator[None]:
        """Count one stream of *key* while it is open."""
        self._open[key] += 1
        try:
            yield
        finally:
            self._open[key] -= 1
            self._open += Counter()  # drops the keys that stand at zero
