"""On which days the conditions of a benefit change, and on which side of such a day no worked case stands.

A condition misdated by a day is seen only by a case on that day or on its eve.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, timedelta
from typing import Any, Final

from rules.checking import WorkedCase
from rules.engine.model import Benefit, Literal, Period, Release

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class UnseenDay:
    """A day on which a benefit's conditions change or whose morrow they do, with no case of the benefit set on it."""

    benefit: str
    day: date

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {"benefit": self.benefit, "day": self.day.isoformat()}


def unseen_days(release: Release, cases: Iterable[WorkedCase]) -> tuple[UnseenDay, ...]:
    """Return the first days of a change, and their eves, on which no case expects anything of the benefit."""
    seen: dict[str, set[date]] = {}
    for worked in cases:
        for entry in worked.expect:
            seen.setdefault(str(entry.get("benefit")), set()).add(worked.as_of)
    return tuple(_unseen(release.benefits, seen))


def _unseen(benefits: Mapping[str, Benefit], seen: Mapping[str, set[date]]) -> Iterator[UnseenDay]:
    for benefit in benefits.values():
        days = {side for first in _first_days(benefit) for side in (first - _DAY, first)}
        yield from (UnseenDay(benefit.id, day) for day in sorted(days - seen.get(benefit.id, set())))


def _first_days(benefit: Benefit) -> set[date]:
    """Return the days from which the conditions are others than the day before."""
    periods = list(_periods((benefit.in_force, benefit.requires, benefit.groups)))
    begun = {period.start for period in periods if period.start is not None}
    return begun | {period.end + _DAY for period in periods if period.end is not None and period.end < date.max}


def _periods(value: Any) -> Iterator[Period]:
    """Yield the periods in *value*, but for those of articles: a new article alone changes no condition."""
    if isinstance(value, Period):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _periods(part)
    elif isinstance(value, Mapping):
        yield from _periods(tuple(value.values()))
    elif is_dataclass(value) and not isinstance(value, Literal):
        yield from _periods(tuple(getattr(value, field.name) for field in fields(value) if field.name != "cites"))
