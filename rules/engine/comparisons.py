"""Tests of one value against one threshold, in three values.

Each returns ``True`` or ``False`` only when every value that is still possible agrees.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from rules.engine.values import Choice, Choices, FactValue, NoDate, Span

Truth = bool | None


def at_least(value: Span, threshold: Span) -> Truth:
    """``value >= threshold``."""
    v: Any = value
    t: Any = threshold
    if v.lo is not None and t.hi is not None and v.lo >= t.hi:
        return True
    if v.hi is not None and t.lo is not None and v.hi < t.lo:
        return False
    return None


def more_than(value: Span, threshold: Span) -> Truth:
    """``value > threshold``."""
    v: Any = value
    t: Any = threshold
    if v.lo is not None and t.hi is not None and v.lo > t.hi:
        return True
    if v.hi is not None and t.lo is not None and v.hi <= t.lo:
        return False
    return None


def _negate(verdict: Truth) -> Truth:
    return None if verdict is None else not verdict


def at_most(value: Span, threshold: Span) -> Truth:
    """``value <= threshold``."""
    return _negate(more_than(value, threshold))


def less_than(value: Span, threshold: Span) -> Truth:
    """``value < threshold``."""
    return _negate(at_least(value, threshold))


def equals(value: Span, threshold: Span) -> Truth:
    """``value = threshold``."""
    if value.exact and threshold.exact:
        return value.lo == threshold.lo
    if at_least(value, threshold) is False or at_most(value, threshold) is False:
        return False
    return None


ORDERED: Final[Mapping[str, Callable[[Span, Span], Truth]]] = {
    "at_least": at_least,
    "more_than": more_than,
    "at_most": at_most,
    "less_than": less_than,
    "equals": equals,
    "on_or_after": at_least,
    "after": more_than,
    "on_or_before": at_most,
    "before": less_than,
}


def is_true(wanted: bool) -> Callable[[FactValue], Truth]:
    """A yes-or-no fact has the wanted value."""
    return lambda value: value is wanted


def one_of(wanted: frozenset[str]) -> Callable[[FactValue], Truth]:
    """A single value lies in *wanted*; of several values at once, one does."""

    def test(value: FactValue) -> Truth:
        if isinstance(value, Choice):
            if value.possible <= wanted:
                return True
            return None if value.possible & wanted else False
        if isinstance(value, Choices):
            if value.definite & wanted:
                return True
            return None if value.possible & wanted else False
        return None

    return test


def all_of(wanted: frozenset[str]) -> Callable[[FactValue], Truth]:
    """Of several values at once, all of *wanted* hold."""

    def test(value: FactValue) -> Truth:
        if isinstance(value, Choices):
            if wanted <= value.definite:
                return True
            return None if wanted <= value.possible else False
        return None

    return test


def none_of(wanted: frozenset[str]) -> Callable[[FactValue], Truth]:
    """Nothing of *wanted* holds."""
    test = one_of(wanted)
    return lambda value: _negate(test(value))


def only(wanted: frozenset[str]) -> Callable[[FactValue], Truth]:
    """Of several values at once, none lies outside *wanted* (``none`` never does)."""
    allowed = wanted | {"none"}

    def test(value: FactValue) -> Truth:
        if isinstance(value, Choices):
            if value.definite - allowed:
                return False
            return True if value.possible <= allowed else None
        return None

    return test


SETS: Final[Mapping[str, Callable[[frozenset[str]], Callable[[FactValue], Truth]]]] = {
    "is": one_of,
    "one_of": one_of,
    "includes": one_of,
    "includes_any": one_of,
    "includes_all": all_of,
    "is_not": none_of,
    "none_of": none_of,
    "excludes": none_of,
    "only": only,
}


def exists(wanted: bool) -> Callable[[FactValue], Truth]:
    """A date was there at all (``none`` was not told)."""
    return lambda value: (not isinstance(value, NoDate)) is wanted
