"""Read what was told of one fact: the plain form of the contract into a value the engine knows.

Returns the value, or one sentence saying what is wrong with it.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from rules.engine.values import NO_DATE, Choice, Choices, FactValue, Number, Span
from rules.findings import kind_of_value, near, told

if TYPE_CHECKING:
    from rules.facts.vocabulary import FactDefinition

_PARTIAL: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_HIGHEST: Final[Mapping[str, Number]] = {"percent": 100}
_HIGHEST_AGE: Final = 130
_MOST_LISTED: Final = 20


def parse_value(fact: FactDefinition, raw: Any) -> FactValue | str:
    """Return the value of *raw*, or what is wrong."""
    return _READERS[fact.type](fact, raw)


def _bool(_fact: FactDefinition, raw: Any) -> FactValue | str:
    return raw if isinstance(raw, bool) else told("value.flag", got=kind_of_value(raw))


def _number(fact: FactDefinition, raw: Any) -> FactValue | str:
    if isinstance(raw, Mapping):
        return _range(fact, raw)
    number = _one_number(fact, raw)
    return number if isinstance(number, str) else Span.of(number)


def _range(fact: FactDefinition, raw: Mapping[str, Any]) -> FactValue | str:
    if not raw or set(raw) - {"min", "max"}:
        return told("value.range", got=list(raw))
    ends = {name: _one_number(fact, end) for name, end in raw.items() if end is not None}
    wrong = next((end for end in ends.values() if isinstance(end, str)), None)
    if wrong is not None:
        return wrong
    low: Any = ends.get("min", 0)
    high: Any = ends.get("max")
    if high is not None and low > high:
        return told("value.upside_down", low=low, high=high)
    return Span(low, high)


def _one_number(fact: FactDefinition, raw: Any) -> Number | str:
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        return told("value.number", got=kind_of_value(raw))
    number: Number = raw if isinstance(raw, int) else Decimal(str(raw))
    if fact.type != "percent" and not isinstance(number, int):
        if number != number.to_integral_value():
            return told("value.whole", got=raw)
        number = int(number)
    if number < 0:
        return told("value.below", got=raw)
    highest = _HIGHEST_AGE if fact.id == "age_years" else _HIGHEST.get(fact.type)
    if highest is not None and number > highest:
        return told("value.above", got=raw, highest=highest)
    return number


def _date(_fact: FactDefinition, raw: Any) -> FactValue | str:
    if raw == "none":
        return NO_DATE
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return Span.of(raw)
    if isinstance(raw, int) and not isinstance(raw, bool) and 1000 <= raw <= 9999:
        raw = str(raw)
    if not isinstance(raw, str) or (found := _PARTIAL.fullmatch(raw)) is None:
        return told("value.day", got=kind_of_value(raw))
    try:
        return _days(found)
    except ValueError:
        return told("value.no_such_day", got=raw)


def _days(found: re.Match[str]) -> Span:
    year, month, day = int(found[1]), found[2], found[3]
    if month is None:
        return Span(date(year, 1, 1), date(year, 12, 31))
    if day is None:
        return Span(date(year, int(month), 1), date(year, int(month), monthrange(year, int(month))[1]))
    return Span.of(date(year, int(month), int(day)))


def _enum(fact: FactDefinition, raw: Any) -> FactValue | str:
    if fact.multiple and isinstance(raw, Mapping) and set(raw) == {"only"}:
        only = _words(fact, raw["only"])
        return only if isinstance(only, str) else Choices(frozenset(), only | {"none"})
    words = _words(fact, raw)
    if isinstance(words, str):
        return words
    if not fact.multiple:
        return Choice(words)
    if "none" in words and len(words) > 1:
        return told("value.none_beside")
    return Choices(words, words)


def _words(fact: FactDefinition, raw: Any) -> frozenset[str] | str:
    words = raw if isinstance(raw, list | tuple) else [raw]
    if not words:
        return told("value.empty")
    for word in words:
        if word not in fact.values:
            close = near(str(word), fact.values)
            if len(fact.values) > _MOST_LISTED:
                return told("value.unknown_of", word=kind_of_value(word), count=len(fact.values), near=close)
            return told("value.unknown", word=kind_of_value(word), known=list(fact.values), near=close)
    return frozenset(words)


_READERS: Final[Mapping[str, Callable[[FactDefinition, Any], FactValue | str]]] = {
    "bool": _bool,
    "int": _number,
    "money_vnd": _number,
    "percent": _number,
    "date": _date,
    "enum": _enum,
}
