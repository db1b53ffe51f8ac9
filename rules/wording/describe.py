"""A benefit as readable Vietnamese: who, under which conditions, what is given, since when, by which article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol, TypeVar

from rules.authoring.usage import measured_by
from rules.engine.model import (
    ALWAYS,
    Benefit,
    Clause,
    Doubt,
    Formula,
    Group,
    Parameter,
    Procedure,
    Release,
    ResultField,
    Row,
    Source,
    Unsettled,
)
from rules.errors import UnknownBenefit
from rules.facts.vocabulary import Vocabulary
from rules.places import Places
from rules.wording.lines import ConditionWriter, Line
from rules.wording.phrases import Phrases


class HasSource(Protocol):
    """Whatever says where it stands and when it counts."""

    @property
    def source(self) -> Source: ...


Dated = TypeVar("Dated", bound=HasSource)


@dataclass(frozen=True, slots=True)
class Statement:
    """One dated statement: what, for which days, by which articles, on which condition. ``id`` names it in the file."""

    id: str
    name: str
    text: str
    period: str
    cites: tuple[str, ...]
    confidence: str = ""
    when: Line | None = None
    path: str = ""
    line: int = 0
    parts: tuple[Statement, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; what is empty is left out."""
        told = {
            "id": self.id,
            "name": self.name,
            "text": self.text,
            "period": self.period,
            "cites": list(self.cites),
            "confidence": self.confidence,
            "when": self.when.to_json() if self.when else None,
            "path": self.path,
            "line": self.line,
            "parts": [part.to_json() for part in self.parts],
        }
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True, slots=True)
class BenefitText:
    """A benefit in words. Lists hold statements; a group's ``parts`` are its versions and values."""

    id: str
    name: str
    area: str
    scope: str
    cites: tuple[str, ...]
    choosing: str
    in_force: tuple[Statement, ...]
    requires: Line
    groups: tuple[Statement, ...]
    results: tuple[Statement, ...]
    doubts: tuple[Statement, ...]
    procedure: tuple[Statement, ...]
    parameters: tuple[Statement, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        told: dict[str, Any] = {name: getattr(self, name) for name in ("id", "name", "area", "scope", "choosing")}
        told |= {"cites": list(self.cites), "requires": self.requires.to_json()}
        for name in ("in_force", "groups", "results", "doubts", "procedure", "parameters"):
            told[name] = [statement.to_json() for statement in getattr(self, name)]
        return told


class Describer:
    """Describes the benefits of one release."""

    def __init__(
        self, release: Release, vocabulary: Vocabulary, places: Places, phrases: Phrases | None = None
    ) -> None:
        self._release, self._places = release, places
        self.phrases = phrases or Phrases.load()
        self.writer = ConditionWriter(release, vocabulary, places, self.phrases)

    def benefit(self, benefit: str, *, on: date | None = None) -> BenefitText:
        """Return *benefit* in words; with *on* only what counts on that day. Raises :class:`UnknownBenefit`."""
        found = self._release.benefits.get(benefit)
        if found is None:
            raise UnknownBenefit(benefit, list(self._release.benefits))
        phrases = self.phrases
        by = self.writer.name(found.select.by) if found.select.by else ""
        return BenefitText(
            found.id,
            found.name_vi,
            phrases("area", found.area),
            phrases("scope", found.scope),
            _cites(found.source),
            phrases("strategy", found.select.strategy, by=by) if found.groups else "",
            tuple(
                self._statement(e.status, phrases("status", e.status), e.text, e.source)
                for e in _counting(found.in_force, on)
            ),
            self.writer.write(found.requires, found),
            tuple(self.group(g, found, on=on) for g in _counting(found.groups, on) if _any_version(g, on)),
            tuple(self.result(result, found, on=on) for result in _counting(found.results, on)),
            tuple(self._doubt(doubt, found) for doubt in _counting(found.doubts, on)),
            tuple(self._procedure(row) for row in _counting(found.procedures, on)),
            tuple(self.parameter(parameter, on=on) for parameter in measured_by(self._release, found.id)),
        )

    def group(self, group: Group, benefit: Benefit, *, on: date | None = None) -> Statement:
        """Return a group: its versions and values."""
        versions = [
            replace(
                self._statement("when", self.phrases("fields", "when"), "", version.source),
                when=self.writer.write(version.when, benefit),
            )
            for version in _counting(group.versions, on)
        ]
        values = [
            self._clause(name, self.phrases.known("values", name), clause, benefit)
            for name, clauses in group.values.items()
            for clause in _counting(clauses, on)
        ]
        text = self.phrases("outcome", group.outcome) + (f": {group.refer.text}" if group.refer else "")
        return replace(self._statement(group.id, group.name_vi, text, group.source), parts=(*versions, *values))

    def result(self, result: ResultField, benefit: Benefit, *, on: date | None = None) -> Statement:
        """Return a figure of the answer with its rows."""
        name = self.phrases.known("results", result.name)
        rows = [
            self._clause(result.name, name, clause, benefit, result.unit) for clause in _counting(result.clauses, on)
        ]
        return replace(self._statement(result.name, name, "", result.source), parts=tuple(rows))

    def parameter(self, parameter: Parameter, *, on: date | None = None) -> Statement:
        """Return a parameter with its values."""
        rows = [self.row(row, parameter) for row in _counting(parameter.rows, on)]
        return replace(self._statement(parameter.key, parameter.name_vi, "", parameter.source), parts=tuple(rows))

    def row(self, row: Row, parameter: Parameter) -> Statement:
        """Return one value of a parameter; its name is the place."""
        place = row.province or row.former
        name = self._places.name(place) if place else self.phrases("difference", "country")
        value = row.value
        if isinstance(value, Unsettled):
            text = self.phrases("operands", "not_settled", text=value.text)
        else:
            text = self.phrases.value(value, parameter.unit)
        return self._statement(place or "", name, text, row.source)

    def _clause(self, name: str, shown: str, clause: Clause, benefit: Benefit, unit: str = "") -> Statement:
        value = clause.value
        if isinstance(value, Unsettled):
            text = self.phrases("operands", "not_settled", text=value.text)
        elif isinstance(value, Formula):
            text = self.writer.operand(value)
        else:
            text = self._literal(value.value, unit or ("percent" if name.endswith("_percent") else ""))
        when = self.writer.write(clause.when, benefit) if clause.when is not None else None
        return replace(self._statement(name, shown, text, clause.source), when=when)

    def _literal(self, value: object, unit: str) -> str:
        text = self.phrases.value(value, unit)
        return self.phrases.known("texts", text) if isinstance(value, str) else text

    def _doubt(self, doubt: Doubt, benefit: Benefit) -> Statement:
        return replace(
            self._statement(doubt.id, doubt.id, doubt.text, doubt.source), when=self.writer.write(doubt.when, benefit)
        )

    def _procedure(self, row: Procedure) -> Statement:
        parts = [
            Statement(key, self.phrases.known("procedure", key), self._detail(key, value), "", ())
            for key, value in row.details.items()
        ]
        return replace(self._statement("procedure", "", "", row.source), parts=tuple(parts))

    def _detail(self, key: str, value: object) -> str:
        if isinstance(value, list):
            return "; ".join(map(str, value))
        if key == "province":
            return self._places.name(str(value))
        return self.phrases.value(value, "vnd" if key.endswith("_vnd") else "")

    def _statement(self, id_: str, name: str, text: str, source: Source) -> Statement:
        confidence = source.confidence.name.lower() if source.confidence else ""
        period = "" if source.period == ALWAYS else self.phrases.period(source.period)
        return Statement(id_, name, text, period, _cites(source), confidence, None, source.path, source.line)


def _cites(source: Source) -> tuple[str, ...]:
    return tuple(cite.citation.text for cite in source.cites)


def _counting(parts: Iterable[Dated], on: date | None) -> Iterator[Dated]:
    """Yield what counts on the day; everything where no day is given."""
    return (part for part in parts if on is None or part.source.period.covers(on, on))


def _any_version(group: Group, on: date | None) -> bool:
    return any(True for _ in _counting(group.versions, on))
