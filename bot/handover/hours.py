"""Office hours: when staff answer, when they will, and until when an answer is due.

Read from one line such as ``Mon-Fri 07:30-11:30 13:30-17:00; Sat 08:00-11:00``; ``always`` means day and night.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from core.clock import VIETNAM

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LONGEST_CLOSED_DAYS = 60  # days looked at; a longer closure has no known end
_DAYS = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:-(Mon|Tue|Wed|Thu|Fri|Sat|Sun))?")
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")

Span = tuple[timedelta, timedelta]  # since midnight


class UnreadableHours(ValueError):
    """The line of office hours cannot be understood."""

    def __init__(self, line: str, part: str) -> None:
        self.line, self.part = line, part
        super().__init__(
            f"Office hours {line!r}: {part!r} is not understood; "
            "write 'Mon-Fri 07:30-11:30 13:30-17:00; Sat 08:00-11:00' or 'always'."
        )


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """The spans of each weekday (0 is Monday) in Vietnam's time, without the days off."""

    spans: Mapping[int, tuple[Span, ...]]
    days_off: frozenset[date] = frozenset()

    @classmethod
    def parse(cls, line: str, days_off: Collection[date] = ()) -> OfficeHours:
        """Read the line; raise ``UnreadableHours``."""
        if line.strip() == "always":
            return cls(dict.fromkeys(range(7), ((timedelta(), timedelta(days=1)),)))
        spans: dict[int, tuple[Span, ...]] = {}
        for part in filter(None, (piece.strip() for piece in line.split(";"))):
            days, *times = part.split()
            for day in _days(line, days):
                spans[day] = tuple(sorted([*spans.get(day, ()), *(_span(line, one) for one in times)]))
        return cls(spans, frozenset(days_off))

    def is_open(self, moment: datetime) -> bool:
        """Tell whether staff answer at *moment*."""
        return any(start <= moment < end for start, end in self._from(moment))

    def opens(self, moment: datetime) -> datetime | None:
        """Return when staff answer next: *moment* itself while they do, ``None`` where no time is known."""
        span = next(self._from(moment), None)
        return max(moment, span[0]) if span else None

    def due(self, moment: datetime, within: timedelta) -> datetime | None:
        """Return the end of *within* working time after *moment*."""
        left = within
        for start, end in self._from(moment):
            begin = max(start, moment)
            if end - begin >= left:
                return begin + left
            left -= end - begin
        return None

    def _from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the spans that end after *moment*, in order."""
        today = moment.astimezone(VIETNAM).date()
        for day in (today + timedelta(days=number) for number in range(LONGEST_CLOSED_DAYS)):
            if day in self.days_off:
                continue
            midnight = datetime.combine(day, time(), VIETNAM)
            for start, end in self.spans.get(day.weekday(), ()):
                if midnight + end > moment:
                    yield midnight + start, midnight + end


def _days(line: str, text: str) -> list[int]:
    found = _DAYS.fullmatch(text)
    if found is None:
        raise UnreadableHours(line, text)
    first = DAYS.index(found[1])
    last = DAYS.index(found[2]) if found[2] else first
    return [(first + number) % 7 for number in range((last - first) % 7 + 1)]


def _span(line: str, text: str) -> Span:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise UnreadableHours(line, text)
    hours = [int(number) for number in found.groups()]
    start, end = timedelta(hours=hours[0], minutes=hours[1]), timedelta(hours=hours[2], minutes=hours[3])
    if not start < end <= timedelta(days=1):
        raise UnreadableHours(line, text)
    return start, end
