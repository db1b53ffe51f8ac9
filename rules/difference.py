"""What differs between two releases, statement by statement and in words: old, new, since when, by which article."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any

from rules.authoring.usage import dependencies
from rules.engine.model import Benefit, Group, Parameter, Period, Release, Source
from rules.facts.vocabulary import Vocabulary
from rules.figures.definitions import FigureDefinition
from rules.places import Places
from rules.wording.describe import Describer, Statement
from rules.wording.lines import Line
from rules.wording.phrases import Phrases

Key = tuple[str, ...]


class Kind(StrEnum):
    """Whether a statement is new, gone, or says something else."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Said:
    """One statement as a release has it."""

    text: str
    period: str
    cites: tuple[str, ...]
    path: str = ""
    line: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "text": self.text,
            "period": self.period,
            "cites": list(self.cites),
            "path": self.path,
            "line": self.line,
        }


@dataclass(frozen=True, slots=True)
class Entry:
    """One difference. ``key`` names the statement (``parameter``, key, place …); ``subject`` says it in words."""

    kind: Kind
    key: Key
    subject: str
    old: Said | None
    new: Said | None

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "kind": self.kind.value,
            "key": list(self.key),
            "subject": self.subject,
            "old": self.old.to_json() if self.old else None,
            "new": self.new.to_json() if self.new else None,
        }


@dataclass(frozen=True, slots=True)
class Law:
    """A release with what is needed to put it in words."""

    release: Release
    figures: Mapping[str, FigureDefinition]
    vocabulary: Vocabulary
    places: Places


def difference(old: Law, new: Law) -> list[Entry]:
    """Return every difference, in the order of the new release."""
    phrases = Phrases.load()
    before, after = (dict(_Statements(law, phrases)) for law in (old, new))
    entries: list[Entry] = []
    for key in dict.fromkeys((*after, *before)):
        one, two = before.get(key), after.get(key)
        if one is not None and two is not None and _same(one[1], two[1]):
            continue
        kind = Kind.ADDED if one is None else Kind.REMOVED if two is None else Kind.CHANGED
        subject = (two or one or ("", None))[0]
        entries.append(Entry(kind, key, subject, one[1] if one else None, two[1] if two else None))
    return entries + _unsaid(old.release, new.release, entries, phrases)


def touched_benefits(old: Release, new: Release) -> tuple[str, ...]:
    """Return the benefits that may be judged otherwise: changed themselves, or by what they depend on."""
    changed = {
        part: {name for name in {*_part(old, part), *_part(new, part)}
               if bare(_part(old, part).get(name)) != bare(_part(new, part).get(name))}
        for part in ("benefits", "parameters", "definitions")
    }  # fmt: skip
    touched = set(changed["benefits"])
    for release in (old, new):
        for name in release.benefits:
            needs = dependencies(release, name)
            if (
                needs.parameters & changed["parameters"]
                or needs.definitions & changed["definitions"]
                or needs.benefits & changed["benefits"]
            ):
                touched.add(name)
    if bare(old.combinations) != bare(new.combinations):
        touched |= {name for rule in (*old.combinations, *new.combinations) for name in rule.benefits}
    else:
        touched |= {n for rule in new.combinations if touched & set(rule.benefits) for n in rule.benefits}
    return tuple(name for name in dict.fromkeys((*new.benefits, *old.benefits)) if name in touched)


def bare(value: Any) -> Any:
    """Return a part of a release without its place in the files: equal where it says the same."""
    if isinstance(value, Source):
        value = replace(value, path="", line=0, column=0)
    if isinstance(value, Mapping):
        return tuple((name, bare(part)) for name, part in value.items())
    if isinstance(value, list | tuple):
        return tuple(bare(part) for part in value)
    if hasattr(value, "__dataclass_fields__") and not isinstance(value, Enum | date | Decimal):
        return (type(value).__name__, *(bare(getattr(value, name)) for name in value.__dataclass_fields__))
    return value


class _Statements:
    """Every statement of one release by its key: what it is about in words, and what it says."""

    def __init__(self, law: Law, phrases: Phrases) -> None:
        self._law, self._phrases = law, phrases
        self._describer = Describer(law.release, law.vocabulary, law.places, phrases)

    def __iter__(self) -> Iterator[tuple[Key, tuple[str, Said]]]:
        release = self._law.release
        for parameter in release.parameters.values():
            yield from self._parameter(parameter)
        for benefit in release.benefits.values():
            yield from self._benefit(benefit)
        for name, definition in release.definitions.items():
            line = self._describer.writer.write(definition)
            subject = self._phrases("difference", "definition", name=definition.source.label or name)
            yield ("definition", name), (subject, _of_line(line))
        for rule in release.combinations:
            subject = self._phrases("difference", "combination", name=rule.id)
            yield ("combination", rule.id), (subject, self._said(f"{', '.join(rule.benefits)}: {rule.by}", rule.source))
        for figure in self._law.figures.values():
            subject = self._phrases("difference", "figure", name=figure.name_vi)
            yield ("figure", figure.key), (subject, self._said(_figure_text(figure), figure.source))

    def _parameter(self, parameter: Parameter) -> Iterator[tuple[Key, tuple[str, Said]]]:
        for row in parameter.rows:
            shown = self._describer.row(row, parameter)
            place = row.province or row.former or ""
            subject = (
                self._phrases("difference", "parameter_at", name=parameter.name_vi, place=shown.name)
                if place
                else self._phrases("difference", "parameter", name=parameter.name_vi)
            )
            period = row.source.period
            key = ("parameter", parameter.key, place, str(period.start or ""), str(period.known_from or ""))
            yield key, (subject, self._said(shown.text, row.source))

    def _benefit(self, benefit: Benefit) -> Iterator[tuple[Key, tuple[str, Said]]]:
        text = self._describer.benefit(benefit.id)
        head = ("benefit", benefit.id)
        yield head, (benefit.name_vi, Said(benefit.name_vi, "", text.cites, benefit.source.path, benefit.source.line))
        yield (*head, "requires"), (self._field(benefit, "requires"), _of_line(text.requires))
        yield (*head, "select"), (self._field(benefit, "select"), Said(text.choosing, "", ()))
        for name, statements in (("in_force", text.in_force), ("procedure", text.procedure)):
            for statement in statements:
                key = (*head, name, statement.period, *(p.text for p in statement.parts if p.id == "province"))
                yield key, (self._field(benefit, name), _of_statement(statement))
        for statement in text.doubts:
            yield (*head, "doubts", statement.id), (self._field(benefit, "doubts"), _of_statement(statement))
        for statement in text.results:
            field = self._phrases("fields", "result", name=statement.name.lower())
            subject = self._phrases("difference", "field", benefit=benefit.name_vi, field=field)
            for number, part in enumerate(statement.parts):
                yield (*head, "results", statement.id, str(number)), (subject, _of_statement(part))
        for group, statement in zip(benefit.groups, text.groups, strict=True):
            yield from self._group(benefit, group, statement)

    def _group(self, benefit: Benefit, group: Group, statement: Statement) -> Iterator[tuple[Key, tuple[str, Said]]]:
        key = ("group", benefit.id, group.id)
        subject = self._phrases("difference", "group", benefit=benefit.name_vi, name=group.name_vi)
        orders = "; ".join(str(version.order) for version in group.versions if version.order)
        own = replace(_of_statement(statement), text=f"{group.name_vi}: {statement.text} {orders}".strip())
        yield key, (subject, own)
        seen: dict[Key, int] = {}
        for part in statement.parts:
            place = (*key, part.id, part.period)
            seen[place] = seen.get(place, 0) + 1
            field = self._phrases("fields", "when") if part.id == "when" else part.name
            shown = self._phrases("difference", "group_field", benefit=benefit.name_vi, name=group.name_vi, field=field)
            yield (*place, str(seen[place])), (shown, _of_statement(part))

    def _field(self, benefit: Benefit, field: str) -> str:
        return self._phrases("difference", "field", benefit=benefit.name_vi, field=self._phrases("fields", field))

    def _said(self, text: str, source: Source) -> Said:
        cites = tuple(cite.citation.text for cite in source.cites)
        period = "" if source.period == Period() else self._phrases.period(source.period)
        return Said(text, period, cites, source.path, source.line)


def _of_line(line: Line) -> Said:
    return Said(line.flat(), line.period, line.cites, line.path, line.line)


def _of_statement(statement: Statement) -> Said:
    parts = [statement.text, *(f"{p.name}: {p.text}" for p in statement.parts if p.name and p.text and not p.path)]
    text = "\n".join(part for part in parts if part)
    if statement.when is not None:
        text = f"{text}\n{statement.when.flat()}".strip()
    return Said(text, statement.period, statement.cites, statement.path, statement.line)


def _same(one: Said, two: Said) -> bool:
    return (one.text, one.period, one.cites) == (two.text, two.period, two.cites)


def _figure_text(figure: FigureDefinition) -> str:
    way = bare((figure.previous, figure.procedure, figure.date, figure.on, figure.by_place, figure.former))
    formula = sorted((*figure.formula.parameters, *figure.formula.names)) if figure.formula else ""
    return f"{figure.unit} {formula} {way}"


def _unsaid(old: Release, new: Release, entries: list[Entry], phrases: Phrases) -> list[Entry]:
    """Return an entry for every benefit and parameter that differs in a way no statement above tells."""
    told = {entry.key[1] for entry in entries if len(entry.key) > 1}
    found: list[Entry] = []
    for part, kind in (("benefits", "benefit"), ("parameters", "parameter")):
        for name in _part(old, part).keys() & _part(new, part).keys():
            one, two = _part(old, part)[name], _part(new, part)[name]
            if name not in told and bare(one) != bare(two):
                field = phrases("fields", "other")
                subject = phrases("difference", "field", benefit=two.name_vi, field=field)
                said = [Said(field, "", (), side.source.path, side.source.line) for side in (one, two)]
                found.append(Entry(Kind.CHANGED, (kind, name, "other"), subject, *said))
    return found


def _part(release: Release, name: str) -> Mapping[str, Any]:
    part: Mapping[str, Any] = getattr(release, name)
    return part
