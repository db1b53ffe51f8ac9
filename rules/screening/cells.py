"""Read one cell of a column: the Vietnamese of an officer, or ids, into the plain form of a fact."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from rules.engine.values import FactValue
from rules.errors import InvalidFacts
from rules.facts.vocabulary import FactDefinition, Vocabulary
from rules.screening.numbers import Numbers, Unreadable, read_day
from rules.screening.texts import Texts, folded

_SEVERAL: Final = re.compile(r"\s*[;|+\n]\s*")
_SHOWN: Final = 8


class Cells:
    """Reads the cells of facts by one vocabulary."""

    def __init__(self, vocabulary: Vocabulary, texts: Texts) -> None:
        self._vocabulary, self._texts = vocabulary, texts
        self._numbers = Numbers(texts)
        self._names: dict[str, Mapping[str, str]] = {}
        either = "|".join(sorted(texts.words["or"]))
        self._either = re.compile(rf"\s+(?:{either})\s+")

    def read(self, fact: str, text: str) -> FactValue | None:
        """Return what the cell says, ``None`` for nothing; raises :class:`Unreadable`."""
        raw = self.raw(fact, text)
        if raw is None:
            return None
        try:
            return self._vocabulary.parse(fact, raw)
        except InvalidFacts as error:
            raise Unreadable("wrong_value") from error

    def raw(self, fact: str, text: str) -> Any:
        """Return the plain form of the cell, ``None`` for nothing."""
        plain = folded(text)
        if not plain or plain in self._texts.words["unknown"]:
            return None
        definition = self._vocabulary.facts[fact]
        match definition.type:
            case "bool":
                return self._truth(plain)
            case "enum":
                return self._values(definition, plain)
            case "date":
                return "none" if plain in self._texts.words["none"] or plain == "none" else read_day(text)
            case "percent":
                return 0 if plain in self._texts.words["none"] else self._numbers.read(text, whole=False)
            case _:
                return 0 if plain in self._texts.words["none"] else self._numbers.read(text, whole=True)

    def expected(self, fact: str) -> str:
        """Return how the cells of *fact* are written."""
        definition = self._vocabulary.facts[fact]
        if definition.type != "enum":
            return self._texts.say("expected", definition.type)
        names = list(definition.values.values())
        shown = "; ".join(names[:_SHOWN]) + ("; ..." if len(names) > _SHOWN else "")
        return self._texts.say("expected", "enum", values=shown)

    def _truth(self, plain: str) -> bool:
        if plain in self._texts.words["yes"]:
            return True
        if plain in self._texts.words["no"]:
            return False
        raise Unreadable("wrong_value")

    def _values(self, fact: FactDefinition, plain: str) -> Any:
        whole = self._names_of(fact).get(plain)
        if whole is not None:
            return whole
        if fact.multiple:
            return [self._value(fact, part) for part in _SEVERAL.split(plain) if part]
        parts = [part for piece in _SEVERAL.split(plain) for part in self._either.split(piece) if part]
        found = [self._value(fact, part) for part in parts]
        return found[0] if len(found) == 1 else found

    def _value(self, fact: FactDefinition, plain: str) -> str:
        value = self._names_of(fact).get(plain)
        if value is None and plain in self._texts.words["none"] and "none" in fact.values:
            value = "none"
        if value is None:
            raise Unreadable("wrong_value")
        return value

    def _names_of(self, fact: FactDefinition) -> Mapping[str, str]:
        names = self._names.get(fact.id)
        if names is None:
            more = self._texts.raw["values"].get(fact.id, {})
            names = {
                **{folded(name): value for value, name in fact.values.items()},
                **{folded(value): value for value in fact.values},
                **{folded(word): value for value, words in more.items() for word in words},
            }
            self._names[fact.id] = names
        return names
