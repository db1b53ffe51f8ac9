"""Values that may be a few seconds old, so that opening a page often does not count the whole database each time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from core.clock import Clock

T = TypeVar("T")


class Recent(Generic[T]):
    """Asks *source* at most once in *age*; one asks while the others wait for the same answer."""

    def __init__(self, source: Callable[[], T], clock: Clock, *, age: timedelta) -> None:
        self._source, self._clock, self._age = source, clock, age
        self._lock = threading.Lock()
        self._known: tuple[datetime, T] | None = None

    def get(self) -> T:
        """Return the value, looked up anew where it is too old."""
        with self._lock:
            now = self._clock.now()
            if self._known is None or now - self._known[0] > self._age:
                self._known = (now, self._source())
            return self._known[1]
