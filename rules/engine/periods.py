"""Which of several dated statements counts on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar

from rules.engine.model import Period, Source


class Dated(Protocol):
    """Anything that stands in the rule files with a period."""

    @property
    def source(self) -> Source:
        """Where and for when it stands."""
        ...


D = TypeVar("D", bound=Dated)


def latest_in_force(statements: Iterable[D], day: date, known_on: date) -> D | None:
    """Return the statement that counts on *day* by the law known on *known_on*: the last to begin, then to be known.

    An open-ended statement runs until a later one begins, so one that was not yet law leaves the earlier standing.
    """
    covering = [statement for statement in statements if statement.source.period.covers(day, known_on)]
    return max(covering, key=lambda statement: began(statement.source.period), default=None)


def began(period: Period) -> tuple[date, date]:
    """Return the order in which statements take over from each other."""
    return period.start or date.min, period.known_from or date.min
