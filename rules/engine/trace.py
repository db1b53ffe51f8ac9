"""Which leaves carried a verdict, how sure they are, and their records."""

from __future__ import annotations

from collections.abc import Iterable

from rules.engine.case import AGE_TOLD, BIRTH, Case
from rules.engine.decision import Leaf
from rules.engine.model import Confidence
from rules.engine.nodes import LeafSpec, Node

Decided = list[tuple[LeafSpec, bool | None]]


def decided(node: Node, case: Case, into: Decided) -> Decided:
    """Add to *into* the leaves that carried *node* to its verdict; of an open one those that are open or hold."""
    verdict = node.run(case)
    if node.leaf is not None:
        into.append((node.leaf, verdict))
    elif node.kind == "not":
        decided(node.children[0], case, into)
    else:
        _parts(node, verdict, case, into)
    return into


def _parts(node: Node, verdict: bool | None, case: Case, into: Decided) -> None:
    state = case.state
    for child in node.children:
        leaf = child.leaf
        if leaf is not None and child.yes:
            one = True if state & child.yes else False if state & child.no else None
            if one is verdict or (verdict is None and one):
                into.append((leaf, one))
            continue
        one = child.run(case)
        if one is verdict or (verdict is None and one):
            decided(child, case, into)


def own_confidence(node: Node, case: Case) -> Confidence:
    """Return how sure the verdict of *node* is: as its weakest part where all had to agree, else as its surest.

    A condition is no surer than the figures it was measured against.
    """
    if node.leaf is not None:
        rows = (row for key in node.leaf.parameters for row in case.found(key).rows)
        return min([node.leaf.own_confidence, *(row.source.confidence or Confidence.HIGH for row in rows)])
    verdict = node.run(case)
    parts = [own_confidence(child, case) for child in node.children if node.kind == "not" or child.run(case) is verdict]
    together = (node.kind == "all") is (verdict is True)
    return (min if together else max)(parts, default=Confidence.HIGH)


def refusal_confidence(node: Node, failed: Decided, case: Case) -> Confidence:
    """Return how sure the refusal by *node* is: where all hangs on one condition, as sure as the rule it stands in."""
    own = own_confidence(node, case)
    if len(failed) != 1 or failed[0][0].confidence is Confidence.HIGH or node.kind != "all":
        return own
    nearly = any(child.run(case) for child in node.children)
    return min(own, failed[0][0].confidence) if nearly else own


def records(leaves: Iterable[tuple[LeafSpec, bool | None]], case: Case) -> list[Leaf]:
    """Return one record per leaf, each once."""
    seen: dict[object, Leaf] = {}
    for spec, verdict in leaves:
        if spec.worked_out is None and not spec.parameters:
            if spec.key not in seen:
                seen[spec.key] = _plain_record(spec, verdict, case)
        else:
            leaf = _record(spec, verdict, case)
            seen.setdefault((leaf.fact, leaf.operator, str(leaf.threshold)), leaf)
    return list(seen.values())


def _plain_record(spec: LeafSpec, verdict: bool | None, case: Case) -> Leaf:
    told, cites = _told(spec, case), spec.cites
    return Leaf(
        spec.shown,
        verdict,
        case.raw.get(told),
        case.origin.get(told, "untold"),
        spec.shown_operator,
        spec.threshold,
        spec.since,
        "national",
        cites[0] if cites else None,
        spec.label,
    )


def _record(spec: LeafSpec, verdict: bool | None, case: Case) -> Leaf:
    leaf = _plain_record(spec, verdict, case)
    since, level, citation = spec.since, "national", leaf.citation
    for key in spec.parameters:
        for row in case.found(key).rows:
            since = row.source.period.start or since
            level = row.province or row.former or level
            citation = row.source.cites[0].citation if row.source.cites else citation
    return leaf._replace(threshold=spec.measured(case), since=since, level=level, citation=citation)


def _told(spec: LeafSpec, case: Case) -> str:
    return AGE_TOLD if spec.told == BIRTH and BIRTH not in case.raw else spec.told
