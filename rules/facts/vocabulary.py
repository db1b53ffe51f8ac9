"""The one list of facts: what can be told, in which form, and what is taken for granted when nobody says anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from rules.engine.values import FactValue
from rules.errors import InvalidFacts, InvalidRules
from rules.facts.values import parse_value
from rules.findings import Finding, near
from rules.places import Places
from rules.schema.nodes import plain_yaml

VOCABULARY: Final = Path(__file__).with_name("vocabulary.yaml")
_MOST_VALUES: Final = 4096  # of one fact, remembered as parsed
TYPES: Final = frozenset({"bool", "int", "money_vnd", "percent", "date", "enum"})


@dataclass(frozen=True, slots=True)
class FactDefinition:
    """One fact. ``presume`` and ``presume_in_dialogue`` are ``None`` where nothing is presumed."""

    id: str
    scope: str
    type: str
    name_vi: str
    question_vi: str
    values: Mapping[str, str] = field(default_factory=dict)
    multiple: bool = False
    vague: bool = False
    sensitive: bool = False
    role: str | None = None
    presume: Any = None
    presume_in_dialogue: Any = None
    notes: str = ""


@dataclass(frozen=True, slots=True)
class AgeAssumption:
    """What is taken for granted of somebody younger than ``under_years``."""

    under_years: int
    note: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Vocabulary:
    """All facts by id, and what follows from being young."""

    facts: Mapping[str, FactDefinition]
    age_implied: tuple[AgeAssumption, ...] = ()
    child_presumption: AgeAssumption | None = None

    @classmethod
    def load(cls, path: Path | None = None, places: Places | None = None) -> Vocabulary:
        """Read the list from *path*; raises :class:`InvalidRules` where it is malformed."""
        source = path or VOCABULARY
        raw = plain_yaml(source)
        provinces = {old.id: old.name_vi for old in (places or Places.load()).former.values()}
        facts = {entry["id"]: _definition(entry, provinces) for entry in raw["facts"]}
        wrong = [
            Finding("unknown_type", str(source), params={"fact": f.id, "type": f.type, "allowed": sorted(TYPES)})
            for f in facts.values()
            if f.type not in TYPES
        ]
        if wrong:
            raise InvalidRules(wrong)
        child = raw.get("child_presumption")
        return cls(
            facts,
            tuple(AgeAssumption(**entry) for entry in raw.get("age_implied", ())),
            AgeAssumption(**child) if child else None,
        )

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Facts that count or measure something and so are never below 0."""
        return frozenset(f.id for f in self.facts.values() if f.type in ("int", "money_vnd", "percent"))

    @cached_property
    def presumed(self) -> Mapping[str, tuple[Any, FactValue]]:
        """What is always taken when nobody says anything: fact -> (raw, value)."""
        return {f.id: (f.presume, self.parse(f.id, f.presume)) for f in self.facts.values() if f.presume is not None}

    @cached_property
    def presumed_in_dialogue(self) -> Mapping[str, tuple[Any, FactValue]]:
        """What is taken in conversations only."""
        return {
            f.id: (f.presume_in_dialogue, self.parse(f.id, f.presume_in_dialogue))
            for f in self.facts.values()
            if f.presume_in_dialogue is not None
        }

    def parse(self, fact_id: str, raw: Any) -> FactValue:
        """Return what *raw* says of *fact_id*; raises :class:`InvalidFacts` with one finding."""
        definition = self.facts.get(fact_id)
        if definition is None:
            told = {"name": fact_id, "near": near(fact_id, self.facts)}
            raise InvalidFacts([Finding("unknown_fact", fact_id, params=told)])
        value = parse_value(definition, raw)
        if isinstance(value, str):
            raise InvalidFacts([Finding("wrong_value", fact_id, params={"fact": fact_id, "said": value})])
        return value

    def parse_all(self, raw: Mapping[str, Any]) -> tuple[dict[str, FactValue], list[Finding]]:
        """Parse every fact of *raw*; return the values and every finding at once."""
        values: dict[str, FactValue] = {}
        findings: list[Finding] = []
        parsed = self._parsed
        for fact_id, told in raw.items():
            table = parsed.get((told.__class__, fact_id))
            value = None if table is None else table.get(told)
            if value is not None:
                values[fact_id] = value
                continue
            try:
                values[fact_id] = self._parse_and_keep(fact_id, told)
            except InvalidFacts as error:
                findings.extend(error.findings)
        return values, findings

    def forget(self) -> None:
        """Forget what was parsed."""
        self._parsed.clear()

    @cached_property
    def _parsed(self) -> dict[tuple[type, str], dict[Any, FactValue]]:
        """What was parsed before, by its type (1 is not true) and the fact."""
        return {}

    def _parse_and_keep(self, fact_id: str, told: Any) -> FactValue:
        value = self.parse(fact_id, told)
        if told.__class__ in (bool, int, str):
            table = self._parsed.setdefault((told.__class__, fact_id), {})
            if len(table) >= _MOST_VALUES:
                table.clear()
            table[told] = value
        return value


def _definition(entry: Mapping[str, Any], provinces: Mapping[str, str]) -> FactDefinition:
    values = entry.get("values", {})
    return FactDefinition(**{**entry, "values": provinces if values == "former_provinces" else values})
