"""Count what happens on the channels: per channel and event, since the process started.

The doctor and the metrics page read it. Holds no ids and no words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping


class Tally:
    """Counts by (channel, event)."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, channel: str, event: str) -> None:
        """Count one more *event*."""
        self._counts[channel, event] += 1

    def count(self, channel: str, event: str) -> int:
        """Return how often *event* happened."""
        return self._counts[channel, event]

    def all(self) -> Mapping[tuple[str, str], int]:
        """Return every count."""
        return dict(self._counts)
