"""The days staff ask about: today, the day before the law last changed, the days on which it changed or will."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from console.admin.timeline import timeline_of
from console.deps import RulesInUse
from core.clock import Clock

MOST_PAST: Final = 3
MOST_COMING: Final = 2
FAR: Final = timedelta(days=550)  # older changes are looked up by typing the day


@dataclass(frozen=True, slots=True)
class QuickDay:
    """A day worth asking about; ``kind`` is a key under ``lookup.days``."""

    day: date
    kind: str


class LawDays:
    """Knows the days of the release in use; worked out once for each release and day."""

    def __init__(self, rules: RulesInUse, clock: Clock) -> None:
        self._rules, self._clock = rules, clock
        self._known: tuple[tuple[str, date], tuple[QuickDay, ...]] | None = None

    def __call__(self) -> tuple[QuickDay, ...]:
        """Return today, then changes of the law: coming ones, then past ones, newest first."""
        key = (self._rules.service.release.id, self._clock.today())
        if self._known is None or self._known[0] != key:
            self._known = (key, self._found(key[1]))
        return self._known[1]

    def _found(self, today: date) -> tuple[QuickDay, ...]:
        release = self._rules.service.release
        days = {moment.day for benefit in release.benefits for moment in timeline_of(release, benefit)}
        near = sorted(day for day in days if abs(day - today) <= FAR)
        coming = [QuickDay(day, "coming") for day in near if day > today][:MOST_COMING]
        past = [day for day in reversed(near) if day <= today][:MOST_PAST]
        before = [QuickDay(past[0] - timedelta(days=1), "before")] if past else []
        return (QuickDay(today, "today"), *coming, *(QuickDay(day, "changed") for day in past), *before)
