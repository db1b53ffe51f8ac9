"""Facts said in words: half-sentences for what was understood, for conditions and for reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from actions.phrasebook import Phrasebook
from actions.ports import FactDefinition, FactId, PlaceNames, Raw, Vocabulary
from core.vietnamese.format import day, money, percent, short_money


class FactTeller:
    """Says a fact the way people do: "76 tuổi", "không có lương hưu"."""

    def __init__(self, phrasebook: Phrasebook, vocabulary: Vocabulary, places: PlaceNames) -> None:
        self._phrasebook, self._vocabulary, self._places = phrasebook, vocabulary, places

    def tell(self, fact: FactId, value: Raw) -> str:
        """Return *fact* with *value* as half a sentence."""
        phrases = self._phrasebook.fact(fact)
        if isinstance(value, list) and self._is_rough(fact, value):
            return self._among(fact, value)
        if isinstance(value, list):
            return ", ".join(self.tell(fact, one) for one in value) if value else self.tell(fact, "none")
        for key in self._keys(value):
            if key in phrases:
                return phrases[key].format(value=self.value(fact, value))
        return f"{self.name(fact)}: {self.value(fact, value)}"

    def _is_rough(self, fact: FactId, value: list[Raw]) -> bool:
        """Tell whether one of several values holds, nobody knows which."""
        definition = self._vocabulary.facts.get(fact)
        return definition is not None and definition.type == "enum" and not definition.multiple and len(value) > 1

    def _among(self, fact: FactId, value: list[Raw]) -> str:
        """Say what a rough value leaves out where that is shorter than what it leaves open."""
        left_out = [one for one in self._vocabulary.facts[fact].values if one not in value]
        if 0 < len(left_out) < len(value):
            kind, named = "none_of", left_out
        else:
            kind, named = "one_of", value
        return self._phrasebook.range(
            kind, values=self._phrasebook.range("or").join(self.tell(fact, one) for one in named)
        )

    def tell_all(self, facts: Mapping[FactId, Raw]) -> str:
        """Return several facts as one line, the age first."""
        order = sorted(facts, key=lambda fact: fact not in ("age_years", "date_of_birth"))
        return ", ".join(self.tell(fact, facts[fact]) for fact in order)

    def name(self, fact: FactId) -> str:
        """Return what *fact* is called, beginning in lower case unless it is an abbreviation."""
        definition = self._vocabulary.facts.get(fact)
        name = definition.name_vi if definition else fact
        return name if name[:2].isupper() else name[:1].lower() + name[1:]

    def names(self, facts: Iterable[FactId]) -> str:
        """Return several facts' names as a list."""
        return ", ".join(self.name(fact) for fact in facts)

    def place(self, province: str) -> str:
        """Return the name of a province."""
        return self._places.name(province)

    def value(self, fact: FactId, value: Raw) -> str:
        """Return *value* alone, written for people."""
        definition = self._vocabulary.facts.get(fact)
        if isinstance(value, dict):
            return self._range(definition, value)
        if fact == "former_province":
            return self._places.name(str(value))
        return self._single(definition, value)

    def _range(self, definition: FactDefinition | None, value: Mapping[str, Raw]) -> str:
        if value.get("max") is not None and value.get("min", 0) <= 1:
            return self._phrasebook.range("below", limit=self._single(definition, value["max"] + 1))
        ends = {end: self._single(definition, value[end]) for end in ("min", "max") if value.get(end) is not None}
        kind = "between" if len(ends) == 2 else "at_least" if "min" in ends else "at_most"
        return self._phrasebook.range(kind, **ends)

    @staticmethod
    def _single(definition: FactDefinition | None, value: Raw) -> str:
        kind = definition.type if definition else ""
        if kind == "money_vnd" and isinstance(value, int):
            return short_money(value) if value and value % 1_000_000 == 0 else money(value)
        if kind == "percent" and isinstance(value, (int, float)):
            return percent(value)
        if kind == "date":
            return _rough_day(str(value))
        names = definition.values if definition else {}
        return names.get(str(value), str(value))

    @staticmethod
    def _keys(value: Raw) -> list[str]:
        if isinstance(value, bool):
            return [str(value).lower()]
        if isinstance(value, dict):
            return ["some"] if value == {"min": 1} else ["is"]
        keys = ["zero", "nil"] if value == 0 else []
        return [*keys, str(value), "is"]


def _rough_day(text: str) -> str:
    """``1951`` -> ``1951``; ``1951-05`` -> ``5/1951``; ``1951-05-02`` -> ``02/5/1951``."""
    parts = text.split("-")
    if len(parts) == 3:
        return day(date.fromisoformat(text))
    return f"{int(parts[1])}/{parts[0]}" if len(parts) == 2 else text
