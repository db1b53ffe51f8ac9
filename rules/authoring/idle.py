"""Conditions that hold, or fail, whatever is answered: a threshold nobody reaches, a list of all values."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from rules.engine.calendar import add_years
from rules.engine.case import AGE, AGE_TOLD, BIRTH, Case, derive_ages
from rules.engine.nodes import LeafSpec, Node, leaves_of
from rules.engine.snapshot import Snapshot
from rules.engine.table import bare_like
from rules.engine.values import FactValue
from rules.facts.vocabulary import FactDefinition
from rules.findings import Finding
from rules.service import EligibilityService

_OLDEST: Final = 120
_MUCH: Final = 10**12


def idle_conditions(service: EligibilityService, on: date) -> list[Finding]:
    """Return a finding per condition of the law of *on* that no possible answer decides otherwise."""
    case = service.case({}, as_of=on, known_on=on)
    snapshot = service.engine.snapshot(on, on)
    findings: list[Finding] = []
    seen: set[tuple[str, str, str]] = set()
    for benefit, group, node in conditions_on(service, on):
        key = (benefit, group, shown(node))
        if node.leaf is None or key in seen:
            continue
        seen.add(key)
        verdicts = {node.run(tried) for tried in _tries(service, snapshot, case, node.leaf)}
        if verdicts in ({True}, {False}):
            told = {"group": group or "@requires", "condition": shown(node)}
            verdict = "@always" if verdicts == {True} else "@never"
            source = service.release.benefits[benefit].source
            findings.append(Finding.at(source, "idle_condition", benefit=benefit, verdict=verdict, **told))
    return findings


def conditions_on(service: EligibilityService, on: date) -> Iterator[tuple[str, str, Node]]:
    """Yield benefit, group (empty: the common conditions) and leaf for every condition of the law of *on*."""
    for benefit in service.engine.snapshot(on, on).benefits.values():
        for leaf in leaves_of(benefit.requires):
            yield benefit.id, "", leaf
        for group in benefit.groups:
            for leaf in leaves_of(group.pick):
                yield benefit.id, group.id, leaf


def shown(node: Node) -> str:
    """Return a leaf as it stands in the rule files."""
    leaf = node.leaf
    return f"{leaf.fact} {leaf.operator} {leaf.threshold}" if leaf is not None else node.kind


def _tries(service: EligibilityService, snapshot: Snapshot, case: Case, leaf: LeafSpec) -> Iterator[Case]:
    """Yield a case for every kind of answer to the one fact that *leaf* looks at; none where it looks at several."""
    fact = BIRTH if leaf.plain_fact in (AGE, AGE_TOLD) else leaf.plain_fact
    if fact is None or fact not in service.vocabulary.facts:
        return
    new_case = bare_like(case)
    threshold = leaf.measured(snapshot.opened(new_case({})))
    for raw in _answers(service.vocabulary.facts[fact], threshold, case.as_of):
        facts: dict[str, FactValue] = {fact: service.vocabulary.parse(fact, raw)}
        derive_ages(facts, case.as_of)
        yield snapshot.opened(new_case(facts))


def _answers(fact: FactDefinition, threshold: Any, as_of: date) -> Iterator[Any]:
    if fact.type == "bool":
        yield from (True, False)
    elif fact.type == "enum":
        yield from fact.values
        if fact.multiple:
            yield [value for value in fact.values if value != "none"]
    elif fact.type == "date":
        yield from (add_years(as_of, -age).isoformat() for age in range(_OLDEST))
        near = threshold if isinstance(threshold, date) else as_of
        yield from ((near + timedelta(days=step)).isoformat() for step in (-1, 0, 1))
        if fact.id != BIRTH:
            yield from ("none", add_years(as_of, 5).isoformat())
    else:
        yield from (0, 100 if fact.type == "percent" else _MUCH)
        if isinstance(threshold, int | Decimal) and not isinstance(threshold, bool):
            yield from (number for step in (-1, 0, 1) if (number := int(threshold) + step) >= 0)
