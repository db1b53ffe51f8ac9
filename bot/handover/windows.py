"""How long after the citizen's last message a channel still takes an answer, and how long it costs nothing.

Zalo Official Account: free for 48 hours, refused (-230) after 7 days. The others have no window.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.messages import Channel


@dataclass(frozen=True, slots=True)
class WindowRule:
    """What a channel allows after the citizen's last message."""

    free: timedelta
    open: timedelta


WINDOWS: Mapping[str, WindowRule] = {
    Channel.ZALO_OA: WindowRule(free=timedelta(hours=48), open=timedelta(days=7)),
}


@dataclass(frozen=True, slots=True)
class Window:
    """Until when an answer is free and until when it is possible; ``None``: without end."""

    free_until: datetime | None = None
    open_until: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Tell whether the channel still takes an answer."""
        return self.open_until is None or now < self.open_until

    def is_free(self, now: datetime) -> bool:
        """Tell whether an answer costs nothing."""
        return self.free_until is None or now < self.free_until


def window_of(channel: str, last_inbound_at: datetime) -> Window:
    """Return the window that the citizen's last message opened."""
    rule = WINDOWS.get(channel)
    return Window(last_inbound_at + rule.free, last_inbound_at + rule.open) if rule else Window()
