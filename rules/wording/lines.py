"""Conditions in words: a tree of lines, each with its dates, articles and place in the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rules.engine.case import AGE
from rules.engine.model import (
    AllOf,
    AnyOf,
    Benefit,
    BenefitTest,
    ChosenTest,
    Condition,
    DefinitionTest,
    FactTest,
    Formula,
    FormulaTest,
    GroupTest,
    Literal,
    Not,
    Operand,
    PlaceTest,
    Release,
    Source,
)
from rules.engine.references import leaves
from rules.facts.vocabulary import Vocabulary
from rules.places import Places
from rules.wording.formulas import formula_in_words
from rules.wording.phrases import Phrases


@dataclass(frozen=True, slots=True)
class Line:
    """One condition. ``kind``: ``all``, ``any``, ``not``, ``test``; ``label`` is what the citizen reads."""

    kind: str
    text: str
    label: str = ""
    period: str = ""
    cites: tuple[str, ...] = ()
    confidence: str = ""
    path: str = ""
    line: int = 0
    children: tuple[Line, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; what is empty is left out."""
        told: dict[str, Any] = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "children"}
        told["cites"] = list(self.cites)
        told["children"] = [child.to_json() for child in self.children]
        return {name: value for name, value in told.items() if value}

    def flat(self, depth: int = 0) -> str:
        """Return the tree as indented text, dates and articles behind each line."""
        marks = "; ".join(part for part in (self.period, *self.cites) if part)
        own = f"{'  ' * depth}- {self.text}{f' [{marks}]' if marks else ''}"
        return "\n".join([own, *(child.flat(depth + 1) for child in self.children)])


class ConditionWriter:
    """Writes the conditions of one release. ``groups``: names by benefit and id of those that it has not yet."""

    def __init__(
        self,
        release: Release,
        vocabulary: Vocabulary,
        places: Places,
        phrases: Phrases,
        groups: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self._release, self._facts, self._places, self._phrases = release, vocabulary.facts, places, phrases
        self._groups = groups or {}

    def write(self, condition: Condition, benefit: Benefit | None = None) -> Line:
        """Return *condition* in words; *benefit* gives its groups their names."""
        source = condition.source
        match condition:
            case AllOf(children=children) | AnyOf(children=children):
                kind = "all" if isinstance(condition, AllOf) else "any"
                below = _flattened(kind, [self.write(child, benefit) for child in children])
                if len(below) == 1 and not source.label:
                    return below[0]
                text = self._phrases("joins", kind if below else "always")
                return self._line(kind, text, source, below)
            case Not(child=child):
                return self._line("not", self._phrases("joins", "not"), source, (self.write(child, benefit),))
            case DefinitionTest(name=name) if name in self._release.definitions:
                below = (self.write(self._release.definitions[name]),)
                return self._line("test", self._test(condition, benefit), source, below)
            case _:
                return self._line("test", self._test(condition, benefit), source)

    def operand(self, operand: Operand, unit: str = "") -> str:
        """Return a threshold or value in words."""
        if isinstance(operand, Formula):
            return formula_in_words(operand.text, self._phrases, self.name)
        return self._phrases.value(operand.value, unit)

    def name(self, word: str) -> str:
        """Return what a fact, value, result or parameter is called."""
        if word in self._release.parameters:
            return f"«{self._release.parameters[word].name_vi}»"
        if word in self._facts:
            return f"«{self._facts[word].name_vi}»"
        for section in ("values", "results"):
            if word in self._phrases.table[section]:
                return self._phrases(section, word).lower()
        return str(self._phrases.table["formula"]["names"].get(word, word))

    def _line(self, kind: str, text: str, source: Source, children: tuple[Line, ...] = ()) -> Line:
        period = source.period
        dated = period.start or period.end or period.known_from
        return Line(
            kind,
            text,
            source.label,
            self._phrases.period(period) if dated else "",
            tuple(cite.citation.text for cite in source.cites),
            source.confidence.name.lower() if source.confidence else "",
            source.path,
            source.line,
            children,
        )

    def _test(self, test: Condition, benefit: Benefit | None) -> str:
        match test:
            case FactTest():
                return self._fact(test)
            case FormulaTest(formula=formula, operator=operator, operand=operand):
                shown = formula_in_words(formula.text, self._phrases, self.name)
                text = self._phrases("fact", operator, fact=shown, value=self.operand(operand))
                return text[:1].upper() + text[1:]
            case GroupTest(group=group):
                return self._phrases("reference", "group", name=self._group(benefit, group))
            case DefinitionTest(name=name):
                return self._phrases("reference", "definition", name=self._definition(name))
            case ChosenTest(groups=groups):
                names = self._phrases.joined(self._group(benefit, group) for group in groups)
                return self._phrases("reference", "chosen", groups=names)
            case PlaceTest(provinces=provinces, former=former):
                key = "place" if provinces else "former_place"
                shown = self._phrases.joined(self._places.name(place) for place in provinces or former)
                return self._phrases("reference", key, places=shown)
            case BenefitTest():
                return self._other(test)
            case _:
                return type(test).__name__

    def _fact(self, test: FactTest) -> str:
        operand = test.operand
        if test.fact == AGE:
            text = self._phrases("age", test.operator, value=self.operand(operand))
            return text if test.at is None else self._phrases("age", "at", text=text, fact=self.name(test.at))
        definition = self._facts.get(test.fact)
        name = definition.name_vi if definition else test.fact
        literal = operand.value if isinstance(operand, Literal) else None
        if isinstance(literal, bool):
            truth = literal is (test.operator != "is_not")
            key = ("exists" if truth else "not_exists") if test.operator == "exists" else f"is_{truth}".lower()
            return self._phrases("fact", key, fact=name)
        if isinstance(literal, tuple | str) and definition is not None:
            words = [literal] if isinstance(literal, str) else literal
            by = "and" if test.operator == "includes_all" else "or"
            shown = self._phrases.joined([definition.values.get(word, word) for word in words], by)
        else:
            shown = self.operand(operand, definition.type if definition else "")
        return self._phrases("fact", test.operator, fact=name, value=shown)

    def _other(self, test: BenefitTest) -> str:
        other = self._release.benefits.get(test.benefit)
        name = other.name_vi if other else test.benefit
        if test.groups:
            groups = self._phrases.joined(self._group(other, group) for group in test.groups)
            return self._phrases("reference", "benefit_group", name=name, groups=groups)
        outcome = test.outcome.value if test.outcome else "eligible"
        return self._phrases("reference", f"benefit_{outcome}", name=name)

    def _group(self, benefit: Benefit | None, group: str) -> str:
        if benefit is None:
            return group
        found = next((one.name_vi for one in benefit.groups if one.id == group), None)
        return found or self._groups.get(benefit.id, {}).get(group, group)

    def _definition(self, name: str) -> str:
        definition = self._release.definitions.get(name)
        return definition_name(name, definition) if definition is not None else name


def definition_name(name: str, condition: Condition) -> str:
    """Return what a definition is called, else what its conditions are called."""
    told = [leaf.source.label for leaf in leaves(condition) if leaf.source.label]
    return condition.source.label or " · ".join(dict.fromkeys(told)) or name


def _flattened(kind: str, lines: list[Line]) -> tuple[Line, ...]:
    """Return *lines* with those below joined the same way, and said nothing of, put in their place."""
    found: list[Line] = []
    for line in lines:
        bare = line.kind == kind and line.children and not (line.period or line.cites or line.confidence)
        found += line.children if bare else [line]
    return tuple(found)
