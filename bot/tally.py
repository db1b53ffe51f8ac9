"""Count what happens on the channels, and how long it takes: since the process started.

The doctor and the metrics page read it. Holds no ids and no words: kinds come from our own code or are a channel's
error codes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

MOST_KINDS = 200  # of one event; whatever comes after is 'other'
_KIND = re.compile(r"[A-Za-z0-9_.:-]{1,60}")


class Tally:
    """Counts by (channel, event), and by (channel, event, kind) where an event has kinds."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._kinds: Counter[tuple[str, str, str]] = Counter()

    def add(self, channel: str, event: str) -> None:
        """Count one more *event*."""
        self._counts[channel, event] += 1

    def add_kind(self, channel: str, event: str, kind: str) -> None:
        """Count one more *event* of this *kind*: why a delivery failed, what a reply was."""
        known = (channel, event, kind) in self._kinds
        if not known and (len(self._kinds) >= MOST_KINDS or not _KIND.fullmatch(kind)):
            kind = "other"
        self._kinds[channel, event, kind] += 1

    def took(self, channel: str, what: str, seconds: float) -> None:
        """Note how long *what* took; whoever measures overrides it."""

    def count(self, channel: str, event: str) -> int:
        """Return how often *event* happened."""
        return self._counts[channel, event]

    def all(self) -> Mapping[tuple[str, str], int]:
        """Return every count."""
        return dict(self._counts)

    def kinds(self) -> Mapping[tuple[str, str, str], int]:
        """Return every count by kind."""
        return dict(self._kinds)
