"""What the worked cases prove: groups, conditions and values of parameters that no case decides.

A condition is covered when the cases saw it hold, fail and stay unknown; a value of a parameter when a case that
expects something of a benefit measured by it, or states the value itself, falls to its day and place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rules.authoring.edges import UnseenDay, unseen_days
from rules.authoring.idle import shown
from rules.authoring.usage import measured_by
from rules.checking import WorkedCase
from rules.engine.case import Case
from rules.engine.model import Confidence, Parameter, Release, Row
from rules.engine.nodes import Node, leaves_of
from rules.errors import InvalidFacts, RulesError
from rules.facts.vocabulary import Vocabulary
from rules.figure_cases import found_figures
from rules.service import EligibilityService

# The least that something untold is, is always known.
_AT_LEAST = re.compile(r"surely\(\w+\) ")


@dataclass(slots=True)
class ConditionCoverage:
    """How often the cases saw one condition hold, fail, and stay unknown.

    ``never`` is what it cannot be: unknown, on a yes-or-no fact that is presumed, on ``surely`` of a fact alone or
    where no fact is asked for (the province); failed, where every value will do.
    """

    shown: str
    never: frozenset[str] = frozenset()
    held: int = 0
    failed: int = 0
    unknown: int = 0

    @property
    def lacks(self) -> tuple[str, ...]:
        """Return which of ``pass``, ``fail``, ``unknown`` was never seen."""
        seen = (("pass", self.held), ("fail", self.failed), ("unknown", self.unknown))
        return tuple(name for name, count in seen if not count and name not in self.never)


@dataclass(slots=True)
class GroupCoverage:
    """How often the cases came to one group, and its conditions. ``group`` is empty for the common conditions.

    ``expected`` counts the cases that name the group in what they expect.
    """

    benefit: str
    group: str
    name_vi: str
    confidence: Confidence
    expected: int = 0
    held: int = 0
    failed: int = 0
    unknown: int = 0
    conditions: dict[str, ConditionCoverage] = field(default_factory=dict)

    @property
    def is_decided(self) -> bool:
        """Tell whether a case saw it hold and a case saw it fail."""
        return bool(self.held and self.failed)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "benefit": self.benefit,
            "group": self.group,
            "name": self.name_vi,
            "confidence": self.confidence.name.lower(),
            "expected": self.expected,
            "held": self.held,
            "failed": self.failed,
            "unknown": self.unknown,
            "open": {one.shown: list(one.lacks) for one in self.conditions.values() if one.lacks},
        }


@dataclass(frozen=True, slots=True)
class ValueCoverage:
    """One value of a parameter, and how many cases fall to it."""

    key: str
    row: Row
    cases: int

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "parameter": self.key,
            "from": self.row.source.period.start.isoformat() if self.row.source.period.start else None,
            "place": self.row.province or self.row.former,
            "line": self.row.source.line,
            "path": self.row.source.path,
            "cases": self.cases,
        }


@dataclass(frozen=True, slots=True)
class Coverage:
    """Everything the cases prove."""

    groups: tuple[GroupCoverage, ...]
    values: tuple[ValueCoverage, ...]
    cases: int
    unseen_days: tuple[UnseenDay, ...] = ()

    @property
    def undecided(self) -> tuple[GroupCoverage, ...]:
        """Return the groups that no case decides both ways."""
        return tuple(group for group in self.groups if not group.is_decided and (group.conditions or group.group))

    @property
    def unused_values(self) -> tuple[ValueCoverage, ...]:
        """Return the values of parameters that no case falls to."""
        return tuple(value for value in self.values if not value.cases)

    @property
    def unseen(self) -> tuple[tuple[str, str, str, tuple[str, ...]], ...]:
        """Return benefit, group and condition of each that no case saw in all three values, and what lacks."""
        return tuple(
            (group.benefit, group.group, one.shown, one.lacks)
            for group in self.groups
            for one in group.conditions.values()
            if one.lacks
        )

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        conditions = [one for group in self.groups for one in group.conditions.values()]
        return {
            "cases": self.cases,
            "groups": len(self.groups),
            "groups_decided": len(self.groups) - len(self.undecided),
            "conditions": len(conditions),
            "conditions_covered": sum(not one.lacks for one in conditions),
            "values": len(self.values),
            "values_covered": len(self.values) - len(self.unused_values),
            "table": [group.to_json() for group in self.groups],
            "unused_values": [value.to_json() for value in self.unused_values],
            "unseen_days": [day.to_json() for day in self.unseen_days],
        }


def coverage(service: EligibilityService, cases: Iterable[WorkedCase]) -> Coverage:
    """Return the table of what *cases* prove."""
    table = dict(_lines(service.release))
    measures = {name: measured_by(service.release, name) for name in service.release.benefits}
    used: dict[int, int] = {}
    cases = list(cases)
    for worked in cases:
        _cover(service, worked, table, measures, used)
    values = [
        ValueCoverage(parameter.key, row, used.get(id(row), 0))
        for parameter in service.release.parameters.values()
        for row in parameter.rows
    ]
    return Coverage(tuple(table.values()), tuple(values), len(cases), unseen_days(service.release, cases))


def _lines(release: Release) -> Iterator[tuple[tuple[str, str], GroupCoverage]]:
    for benefit in release.benefits.values():
        sure = benefit.source.confidence or Confidence.HIGH
        yield (benefit.id, ""), GroupCoverage(benefit.id, "", benefit.name_vi, sure)
        for group in benefit.groups:
            own = group.source.confidence or sure
            yield (benefit.id, group.id), GroupCoverage(benefit.id, group.id, group.name_vi, own)


def _cover(
    service: EligibilityService,
    worked: WorkedCase,
    table: Mapping[tuple[str, str], GroupCoverage],
    measures: Mapping[str, tuple[Parameter, ...]],
    used: dict[int, int],
) -> None:
    known_on = worked.known_on or worked.as_of
    try:
        case = service.case(worked.facts, as_of=worked.as_of, known_on=known_on, province=worked.province)
    except InvalidFacts:
        return
    snapshot = service.engine.snapshot(worked.as_of, known_on)
    for entry in worked.expect:
        benefit = str(entry.get("benefit"))
        if benefit not in snapshot.benefits:
            continue
        compiled = snapshot.benefits[benefit]
        _count(table[benefit, ""], compiled.requires, case, service.vocabulary)
        for group in compiled.groups:
            if group.id:
                _count(table[benefit, group.id], group.pick, case, service.vocabulary)
        named = entry.get("group")
        for name in named if isinstance(named, list) else [named]:
            if (benefit, str(name)) in table and name:
                table[benefit, str(name)].expected += 1
        for row in _rows(measures[benefit], case):
            used[id(row)] = used.get(id(row), 0) + 1
    for _stated, found in found_figures(service, worked) if worked.figures else ():
        for row in found.rows if found is not None else ():
            used[id(row)] = used.get(id(row), 0) + 1


def _rows(parameters: Iterable[Parameter], case: Case) -> Iterator[Row]:
    for parameter in parameters:
        try:
            yield from case.found(parameter.key).rows
        except RulesError:
            continue


def _count(line: GroupCoverage, node: Node, case: Case, vocabulary: Vocabulary) -> None:
    verdict = node.run(case)
    line.held += verdict is True
    line.failed += verdict is False
    line.unknown += verdict is None
    for leaf in leaves_of(node):
        name = shown(leaf)
        if name not in line.conditions:
            line.conditions[name] = ConditionCoverage(name, frozenset(_never(leaf, vocabulary)))
        one = line.conditions[name]
        seen = leaf.run(case)
        one.held += seen is True
        one.failed += seen is False
        one.unknown += seen is None


def _never(leaf: Node, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield what *leaf* cannot be, whoever asks."""
    if _AT_LEAST.match(shown(leaf)):
        yield "unknown"
    asked = vocabulary.facts.get(leaf.leaf.fact) if leaf.leaf is not None else None
    if leaf.leaf is not None and not leaf.leaf.facts:
        yield "unknown"
    if leaf.leaf is None or asked is None:
        return
    if asked.type == "bool" and asked.id in vocabulary.presumed:
        yield "unknown"
    if asked.values and leaf.leaf.operator in ("is", "one_of") and set(asked.values) <= set(leaf.leaf.threshold):
        yield "fail"
