"""What is known of a fact: exactly, within a span, or as one of several.

``None`` always means "not known", never "no".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

Number = int | Decimal
Ordered = int | Decimal | date


class Span(NamedTuple):
    """A number or a day known to lie from ``lo`` to ``hi``, both included; ``None`` is open."""

    lo: Ordered | None
    hi: Ordered | None

    @property
    def exact(self) -> bool:
        """Tell whether one value remains."""
        return self.lo is not None and self.lo == self.hi

    @classmethod
    def of(cls, value: Ordered) -> Span:
        """Make the span of one value."""
        return cls(value, value)


@dataclass(frozen=True, slots=True)
class NoDate:
    """The date that never was: ``none`` was told."""


NO_DATE: Final = NoDate()


class Choice(NamedTuple):
    """One value out of ``possible``; settled when only one remains."""

    possible: frozenset[str]


class Choices(NamedTuple):
    """Several values at once: ``definite`` surely hold, nothing outside ``possible`` can."""

    definite: frozenset[str]
    possible: frozenset[str]


FactValue = bool | Span | NoDate | Choice | Choices

UNKNOWN_SPAN: Final = Span(None, None)


def is_exact(value: FactValue | None) -> bool:
    """Tell whether nothing more can be learnt about *value*."""
    if value is None:
        return False
    if isinstance(value, Span):
        return value.exact
    if isinstance(value, Choice):
        return len(value.possible) == 1
    if isinstance(value, Choices):
        return value.definite == value.possible
    return True
