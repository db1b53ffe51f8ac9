"""A fact of a worked case as it stands in fields, and back: by its type, nothing lost.

What the fields cannot say stays as YAML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from rules.editing.conditions import structured
from rules.editing.emit import emit
from rules.editing.typed import Wrong, number, whole, written
from rules.facts.vocabulary import FactDefinition
from rules.findings import Finding

YAML: Final = "yaml"
NO_DATE: Final = "none"
LIST: Final = "list"
_NUMBERS: Final = ("int", "money_vnd", "percent")
_ENDS: Final[Mapping[str, tuple[str, ...]]] = {
    "at_least": ("min",),
    "at_most": ("max",),
    "between": ("min", "max"),
}
_PARTIAL: Final = re.compile(r"(?:(?:(\d{1,2})[/.-])?(\d{1,2})[/.-])?(\d{4})")
_WRITTEN: Final = re.compile(r"\d{4}(?:-\d{2}){0,2}")

Said = Callable[[FactDefinition, str], Any]
"""Reads words as people say them; ``None`` where they say nothing of the fact."""


@dataclass(frozen=True, slots=True)
class FactFields:
    """The texts in the fields of one fact. ``how`` is one of :func:`ways_of`, ``shape`` tells a list of one apart."""

    how: str = ""
    texts: tuple[str, ...] = ()
    high: str = ""
    shape: str = ""

    @property
    def text(self) -> str:
        """Return the text of the first field."""
        return self.texts[0] if self.texts else ""


def ways_of(fact: FactDefinition) -> tuple[str, ...]:
    """Return how a value may be told, the usual way first (it has no name)."""
    if fact.type in _NUMBERS:
        return ("", *_ENDS)
    if fact.type == "date":
        return ("", NO_DATE)
    if fact.type == "enum":
        return ("", "only") if fact.multiple else ("", "some")
    return ("",)


def taken_apart(fact: FactDefinition, raw: Any) -> FactFields:
    """Return the fields of *raw* (the plain form of the vocabulary)."""
    fields = _fields(fact, raw)
    try:
        if fields is not None and _same(read(fact, fields), raw):
            return fields
    except Wrong:
        pass
    return FactFields(YAML, (emit(raw, 0),))


def read(fact: FactDefinition, fields: FactFields, said: Said | None = None) -> Any:
    """Return what the fields say in the plain form; raises :class:`Wrong` naming ``value`` or ``high``."""
    if fields.how == YAML:
        return _by_hand(fields.text)
    if fact.type == "date" and fields.how == NO_DATE:
        return NO_DATE
    if not fields.text.strip():
        raise Wrong("required", "value")
    if fact.type == "bool":
        return _flag(fields.text)
    if fact.type == "enum":
        return _words(fact, fields)
    one = partial(_one, fact, said)
    if fields.how not in _ENDS:
        return one(fields.text, "value")
    texts = (fields.text, fields.high) if fields.how == "between" else (fields.text,)
    names = ("value", "high")
    return {end: one(text, name) for end, text, name in zip(_ENDS[fields.how], texts, names, strict=False)}


def was_spoken(fact: FactDefinition, fields: FactFields, raw: Any) -> bool:
    """Tell whether *raw* was read out of words, not typed as numbers and days are."""
    try:
        return not _same(read(fact, fields), raw)
    except Wrong:
        return True


def _by_hand(text: str) -> Any:
    found = structured(text)
    if isinstance(found, list) and any(isinstance(part, Finding) for part in found):
        raise Wrong("not_a_condition.typed", "value", text)
    return found


def _fields(fact: FactDefinition, raw: Any) -> FactFields | None:
    if fact.type == "bool" and isinstance(raw, bool):
        return FactFields(texts=(written(raw),))
    if fact.type == "enum":
        return _of_words(fact, raw)
    if fact.type == "date":
        return FactFields(NO_DATE) if raw == NO_DATE else FactFields(texts=(written(str(raw)),))
    if isinstance(raw, Mapping):
        how = next((how for how, ends in _ENDS.items() if set(ends) == set(raw)), None)
        texts = [written(raw[end], fact.type) for end in _ENDS[how]] if how else []
        return FactFields(how, (texts[0],), (*texts, "")[1]) if how else None
    return FactFields(texts=(written(raw, fact.type),))


def _of_words(fact: FactDefinition, raw: Any) -> FactFields | None:
    if isinstance(raw, Mapping):
        return FactFields("only", tuple(map(str, raw["only"]))) if set(raw) == {"only"} else None
    if isinstance(raw, list):
        return FactFields("" if fact.multiple else "some", tuple(map(str, raw)), shape=LIST)
    return FactFields(texts=(str(raw),))


def _words(fact: FactDefinition, fields: FactFields) -> Any:
    texts = list(fields.texts)
    if fields.how == "only":
        return {"only": texts}
    if fields.how == "some" or (fact.multiple and (len(texts) > 1 or fields.shape == LIST)):
        return texts
    return texts[0]


def _flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise Wrong("not_a_choice", "value", text)
    return text == "true"


def _one(fact: FactDefinition, said: Said | None, text: str, name: str) -> Any:
    """Read one number or day as it is typed, else as people say it (``2tr rưỡi``)."""
    if not text.strip():
        raise Wrong("required", name)
    try:
        return _day(text, name) if fact.type == "date" else _number(fact, text, name)
    except Wrong:
        found = said(fact, text) if said is not None else None
        if found is None:
            raise
        return found


def _number(fact: FactDefinition, text: str, name: str) -> int | float:
    text = text.strip().rstrip("đ₫ ")
    return number(text, name, dots=False) if fact.type == "percent" else whole(text, name)


def _day(text: str, name: str) -> str:
    """Read a day, a month or a year, as people here or the files write it."""
    text = text.strip()
    if _WRITTEN.fullmatch(text):
        return text
    found = _PARTIAL.fullmatch(text)
    if found is None:
        raise Wrong("not_a_day.typed", name, text)
    day, month, year = found.groups()
    return "-".join(part.zfill(2) for part in (year, month, day) if part)


def _same(one: Any, other: Any) -> bool:
    return emit(one, 0) == emit(str(other) if isinstance(one, str) and isinstance(other, int) else other, 0)
