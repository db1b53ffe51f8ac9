"""Work out one figure on one day: from a parameter, a formula, the value before, a procedure, or a row's own dates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from core.citations import Citation
from rules.catalogue import Catalogue
from rules.engine.model import Parameter, Release
from rules.engine.parameters import Found, look_up
from rules.engine.values import FactValue, Number, Ordered, Span
from rules.errors import NoSettledValue, NoValueInForce, UnknownFigure
from rules.figures.definitions import FigureDefinition


@dataclass(frozen=True, slots=True)
class FigureValue:
    """One figure on one day. ``raw`` is in ``unit``; ``since`` is the first day of the newest row behind it."""

    key: str
    raw: Number | date
    unit: str
    name_vi: str
    citations: tuple[Citation, ...]
    since: date | None


@dataclass(frozen=True, slots=True)
class Lookup:
    """The day, the state of knowledge and the place for which figures are asked; no place is the whole country."""

    release: Release
    definitions: Mapping[str, FigureDefinition]
    catalogue: Catalogue
    as_of: date
    known_on: date
    province: str | None = None
    former: tuple[str, ...] = ()

    def get(self, key: str) -> FigureValue:
        """Return the figure of *key*; raises :class:`rules.errors.RulesError` where there is none."""
        definition = self.definitions.get(key)
        if definition is not None:
            return self._at_place_of(definition)._defined(definition)
        if key not in self.release.parameters:
            raise UnknownFigure(key)
        parameter = self.release.parameters[key]
        found = self._found(parameter)
        if found.span.lo is None or not found.span.exact:
            raise NoValueInForce(key, self.as_of, [f"{row.former or row.province}: {row.value}" for row in found.rows])
        return FigureValue(key, found.span.lo, parameter.unit, parameter.name_vi, *_behind(found))

    def national(self, key: str) -> FigureValue:
        """Return the figure for the whole country, unless it is defined by place or only places have one."""
        parameter = self.release.parameters.get(key)
        local = parameter is None or all(row.province or row.former for row in parameter.rows)
        return (self if local else replace(self, province=None, former=())).get(key)

    def _at_place_of(self, definition: FigureDefinition) -> Lookup:
        if definition.former is not None:
            return replace(self, province=None, former=(definition.former,))
        return self if definition.by_place else replace(self, province=None, former=())

    def _defined(self, definition: FigureDefinition) -> FigureValue:
        if not definition.source.period.covers(self.as_of, self.known_on):
            raise NoValueInForce(definition.key, self.as_of, [str(definition.source.period)])
        raw, cites, since = self._worked_out(definition)
        own = (c.citation for c in definition.source.cites if c.period.covers(self.as_of, self.known_on))
        return FigureValue(
            definition.key, raw, definition.unit, definition.name_vi, tuple(dict.fromkeys((*own, *cites))), since
        )

    def _worked_out(self, definition: FigureDefinition) -> tuple[Ordered, tuple[Citation, ...], date | None]:
        if definition.previous is not None:
            return self._before(definition.previous)
        if definition.procedure is not None:
            return self._procedure(definition.key, *definition.procedure)
        if definition.date is not None:
            return self._date(definition.key, *definition.date)
        return self._formula(definition)

    def _formula(self, definition: FigureDefinition) -> tuple[Ordered, tuple[Citation, ...], date | None]:
        assert definition.formula is not None  # noqa: S101  (one of the four ways is always there)
        there = replace(self, as_of=definition.on) if definition.on else self
        context = _Context(there.as_of, there)
        span = definition.formula.run(context, {})
        if not span.exact or span.lo is None:
            raise NoValueInForce(definition.key, self.as_of, [])
        parts = context.parts
        return span.lo, tuple(c for part in parts for c in part.citations), _newest(part.since for part in parts)

    def _before(self, key: str) -> tuple[Ordered, tuple[Citation, ...], date | None]:
        """Return the value of *key* on the day before the one in force began."""
        now = self.get(key)
        if now.since is None:
            raise NoValueInForce(key, self.as_of, [])
        then = replace(self, as_of=now.since - timedelta(days=1)).get(key)
        return then.raw, then.citations, now.since

    def _procedure(self, key: str, benefit: str, name: str) -> tuple[Ordered, tuple[Citation, ...], date | None]:
        row = self.catalogue.procedure(benefit, as_of=self.as_of, known_on=self.known_on, province=self.province)
        value = getattr(row, name, None)
        if row is None or not isinstance(value, int):
            raise NoValueInForce(key, self.as_of, [])
        return value, row.citations, row.since

    def _date(self, key: str, parameter: str, name: str) -> tuple[Ordered, tuple[Citation, ...], date | None]:
        found = self._found(self.release.parameters[parameter])
        period = found.rows[-1].source.period
        day = {"from": period.start, "to": period.end, "known_from": period.known_from or period.start}[name]
        if day is None:
            raise NoValueInForce(key, self.as_of, [str(period)])
        return day, *_behind(found)

    def _found(self, parameter: Parameter) -> Found:
        found = look_up(parameter, as_of=self.as_of, known_on=self.known_on, province=self.province, former=self.former)
        if found.unsettled is not None:
            raise NoSettledValue(parameter.key, self.as_of, found.unsettled.reason, found.unsettled.text)
        return found


@dataclass(slots=True)
class _Context:
    """What the formula of a figure looks at; ``parts`` are the figures it used."""

    as_of: date
    lookup: Lookup
    parts: list[FigureValue] = field(default_factory=list)
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    numbers: frozenset[str] = frozenset()

    def parameter(self, key: str) -> Span:
        """Return a parameter or another figure."""
        part = self.lookup.get(key)
        self.parts.append(part)
        return Span.of(part.raw)


def _behind(found: Found) -> tuple[tuple[Citation, ...], date | None]:
    cites = tuple(dict.fromkeys(cite.citation for row in found.rows for cite in row.source.cites))
    return cites, _newest(row.source.period.start for row in found.rows)


def _newest(days: Iterable[date | None]) -> date | None:
    return max((day for day in days if day is not None), default=None)
