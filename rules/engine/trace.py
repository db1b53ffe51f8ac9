"""Tell why: the leaves behind a verdict, their citations, and how sure they are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from core.citations import Citation
from rules.engine.case import AGE, BIRTH, Case
from rules.engine.conditions import LeafSpec, Node
from rules.engine.decision import Leaf
from rules.engine.model import Confidence


def deciding(node: Node, case: Case, wanted: Collection[bool | None]) -> Iterator[tuple[LeafSpec, bool | None]]:
    """Walk the leaves that carried *node* to its verdict, if that verdict is wanted."""
    verdict = node.run(case)
    if verdict not in wanted:
        return
    if node.leaf is not None:
        yield node.leaf, verdict
        return
    below: Collection[bool | None] = (verdict,)
    if node.kind == "not":
        below = (None if verdict is None else not verdict,)
    elif verdict is None:
        below = (None, True)
    for child in node.children:
        yield from deciding(child, case, below)


def walk_cites(node: Node, case: Case, wanted: Collection[bool | None]) -> Iterator[Citation]:
    """Yield the citations of the leaves that decided, and of the parameter rows they were measured against."""
    for leaf, _verdict in deciding(node, case, wanted):
        yield from leaf.cites
        for key in leaf.parameters:
            for row in case.found(key).rows:
                yield from (cite.citation for cite in row.source.cites)


def own_confidence(node: Node, case: Case) -> Confidence:
    """Return how sure the verdict of *node* is: as its weakest part where all had to agree, else as its surest.

    A condition is no surer than the figures it was measured against.
    """
    if node.leaf is not None:
        rows = (row for key in node.leaf.parameters for row in case.found(key).rows)
        return min([node.leaf.own_confidence, *(row.source.confidence or Confidence.HIGH for row in rows)])
    verdict = node.run(case)
    decided = [child for child in node.children if node.kind == "not" or child.run(case) is verdict]
    parts = [own_confidence(child, case) for child in decided]
    together = (node.kind == "all") is (verdict is True)
    return (min if together else max)(parts, default=Confidence.HIGH)


def refusal_confidence(node: Node, case: Case) -> Confidence:
    """Return how sure the refusal by *node* is: where all hangs on one condition, as sure as the rule it stands in."""
    failed = [leaf for leaf, _verdict in deciding(node, case, (False,))]
    nearly = node.kind == "all" and len(failed) == 1 and any(child.run(case) for child in node.children)
    return min(own_confidence(node, case), failed[0].confidence) if nearly else own_confidence(node, case)


def trace(nodes: Sequence[Node], case: Case, wanted: Collection[bool | None] | None) -> tuple[Leaf, ...]:
    """Return one record per leaf that decided *nodes*, each leaf once."""
    seen: dict[tuple[str, str, str], Leaf] = {}
    for node in nodes:
        for spec, verdict in deciding(node, case, wanted or (True, False, None)):
            leaf = _leaf(spec, verdict, case)
            seen.setdefault((leaf.fact, leaf.operator, str(leaf.threshold)), leaf)
    return tuple(seen.values())


def _leaf(spec: LeafSpec, verdict: bool | None, case: Case) -> Leaf:
    since, level, cites = spec.since, "national", spec.cites
    for key in spec.parameters:
        for row in case.found(key).rows:
            since = row.source.period.start or since
            level = row.province or row.former or level
            cites = tuple(cite.citation for cite in row.source.cites) or cites
    told = spec.facts[0] if spec.facts else spec.fact
    shown = BIRTH if spec.fact == AGE else told
    if shown == BIRTH and BIRTH not in case.raw:
        shown = "age_years"
    return Leaf(
        fact=BIRTH if spec.fact == AGE else spec.fact,
        verdict=verdict,
        value=case.raw.get(shown),
        source=case.origin.get(shown, "untold"),
        operator=f"age_{spec.operator}" if spec.fact == AGE else spec.operator,
        threshold=spec.threshold(case),
        since=since,
        level=level,
        citation=cites[0] if cites else None,
        label_vi=spec.label,
    )
