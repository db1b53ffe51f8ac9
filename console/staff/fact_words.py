"""Facts as the desk shows them: a name, and a value in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from console.texts import Texts
from core.vietnamese.format import day, decimal, money, percent
from rules.facts.vocabulary import FactDefinition, Vocabulary


@dataclass(frozen=True, slots=True)
class ShownFact:
    """One fact on the desk. ``key`` is ``person:fact``; ``by_hand`` says that staff filled it in."""

    key: str
    name: str
    value: str
    sensitive: bool
    by_hand: bool


class FactWords:
    """Writes values of facts; the words are under ``desk.values``."""

    def __init__(self, texts: Texts) -> None:
        self._say: Mapping[str, str] = texts.part("desk.values")

    def value(self, definition: FactDefinition, raw: Any) -> str:
        """Return *raw* (the plain form of the vocabulary) in words."""
        if isinstance(raw, bool):
            return self._say["true" if raw else "false"]
        if isinstance(raw, Mapping):
            return self._range(definition, raw)
        if isinstance(raw, list | tuple):
            return ", ".join(self.value(definition, one) for one in raw)
        if definition.type == "date":
            return self._date(str(raw))
        if definition.values:
            return str(definition.values.get(str(raw), raw))
        return self._number(definition, raw)

    def choices(self, definition: FactDefinition) -> list[tuple[str, str]]:
        """Return the values one may pick, as (plain form, words); empty where one types."""
        if definition.type == "bool":
            return [("true", self._say["true"]), ("false", self._say["false"])]
        return list(definition.values.items())

    def _range(self, definition: FactDefinition, raw: Mapping[str, Any]) -> str:
        low, high = raw.get("min"), raw.get("max")
        shown = {"low": low, "high": high}
        shown = {name: self.value(definition, end) for name, end in shown.items() if end is not None}
        key = "between" if len(shown) == 2 else "at_least" if "low" in shown else "at_most"
        return self._say[key].format(**shown)

    def _number(self, definition: FactDefinition, raw: Any) -> str:
        if definition.type == "money_vnd":
            return money(int(raw))
        return percent(raw) if definition.type == "percent" else decimal(raw)

    def _date(self, raw: str) -> str:
        parts = raw.split("-")
        if not parts[0].isdigit():
            return self._say["no_date"]
        if len(parts) == 3:
            return day(date.fromisoformat(raw))
        return self._say["month" if len(parts) == 2 else "year"].format(year=parts[0], month=int(parts[-1]))


def shown_facts(
    words: FactWords, vocabulary: Vocabulary, person: str, facts: Mapping[str, Any], by_hand: frozenset[tuple[str, str]]
) -> list[ShownFact]:
    """Return the facts of one person as the desk shows them."""
    return [
        ShownFact(
            f"{person}:{fact}",
            vocabulary.facts[fact].name_vi,
            words.value(vocabulary.facts[fact], raw),
            vocabulary.facts[fact].sensitive,
            (person, fact) in by_hand,
        )
        for fact, raw in facts.items()
    ]


def fact_choices(vocabulary: Vocabulary) -> dict[str, list[tuple[str, str]]]:
    """Return every fact one may ask for as (id, name), by its scope, in the order of the vocabulary."""
    found: dict[str, list[tuple[str, str]]] = {"person": [], "household": []}
    for one in vocabulary.facts.values():
        found.setdefault(one.scope, []).append((one.id, one.name_vi))
    return found


def told_apart(story: str, heard: Iterable[tuple[int, int]]) -> list[tuple[str, bool]]:
    """Return *story* in pieces, each with whether it told a fact; spans may overlap."""
    pieces: list[tuple[str, bool]] = []
    at = 0
    for first, end in sorted(heard):
        start = max(first, at)
        if start < end:
            pieces += [(story[at:start], False), (story[start:end], True)]
            at = end
    return [piece for piece in (*pieces, (story[at:], False)) if piece[0]]
