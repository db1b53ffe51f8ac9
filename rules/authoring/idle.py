"""Conditions that hold, or fail, whatever is answered: a threshold nobody reaches, a list of all values."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rules.engine.nodes import Node, leaves_of
from rules.engine.table import bare_like
from rules.findings import Finding
from rules.prior import Prior
from rules.profiles import Profiles
from rules.service import EligibilityService


def idle_conditions(service: EligibilityService, prior: Prior, on: date) -> list[Finding]:
    """Return a finding per condition of the law of *on* that no possible answer decides otherwise."""
    case = service.case({}, as_of=on, known_on=on)
    snapshot = service.engine.snapshot(on, on)
    profiles = Profiles(snapshot, service.vocabulary, prior, on, bare_like(case))
    findings: list[Finding] = []
    for benefit, group, node in conditions_on(service, on):
        fact = node.leaf.plain_fact if node.leaf is not None else None
        if fact is None or not node.yes:
            continue
        truths = {one.truths.get(node.yes) for one in profiles.spread(fact, case).answers}
        if len(truths) == 1 and truths <= {0.0, 1.0}:
            always = "always holds" if truths == {1.0} else "never holds"
            source = service.release.benefits[benefit].source
            message = f"{benefit}/{group or 'requires'}: {shown(node)} {always}, whatever is answered"
            findings.append(Finding.at(source, "idle_condition", message))
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
