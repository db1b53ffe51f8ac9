"""Where time comes from.

Everything that depends on the day takes a clock (or the day itself), so that every answer can be computed again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


class Clock(Protocol):
    """Tells the time; the only source of it."""

    def now(self) -> datetime:
        """Return the present moment, aware, in Vietnam's time zone."""
        ...

    def today(self) -> date:
        """Return the calendar day in Vietnam."""
        ...


class SystemClock:
    """The machine's clock, read in Vietnam's time zone."""

    def now(self) -> datetime:
        return datetime.now(VIETNAM)

    def today(self) -> date:
        return self.now().date()


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that stands still, for tests and for answers about a past day."""

    moment: datetime

    @classmethod
    def on(cls, day: date) -> FixedClock:
        """Stand at noon of *day*."""
        return cls(datetime(day.year, day.month, day.day, 12, tzinfo=VIETNAM))

    def now(self) -> datetime:
        return self.moment.astimezone(VIETNAM)

    def today(self) -> date:
        return self.now().date()
