"""Which leaves carried a verdict, and how sure they are: read off the tree, once for each way it comes about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rules.engine.case import Case
from rules.engine.comparisons import Truth
from rules.engine.model import Confidence
from rules.engine.nodes import LeafSpec, Node, Part, parts_of


def behind(node: Node, verdict: Truth, case: Case) -> Iterator[LeafSpec]:
    """Yield the leaves that carried *node* to *verdict*; of an open one those that are open or hold."""
    if node.leaf is not None:
        yield node.leaf.judged(verdict) if node.chosen else node.leaf
    elif node.kind == "not":
        yield from behind(node.children[0], None if verdict is None else not verdict, case)
    else:
        named = (None, True) if verdict is None else (verdict,)
        for child in node.children:
            own = child.run(case)
            if own in named:
                yield from behind(child, own, case)


def own_confidence(node: Node, verdict: bool, case: Case) -> Confidence:
    """Return how sure *verdict* on *node* is: as its weakest part where all had to agree, else as its surest.

    A condition is no surer than the figures it was measured against.
    """
    if not node.unsure:
        return Confidence.HIGH
    if node.leaf is not None:
        return case.table.sureness(node.leaf)
    if node.kind == "not":
        return own_confidence(node.children[0], not verdict, case)
    together = (node.kind == "all") is verdict
    sureness = [_sureness(part, verdict, case) for part in parts_of(node) if together or _agrees(part, verdict, case)]
    return (min if together else max)(sureness, default=Confidence.HIGH)


def _agrees(part: Part, verdict: bool, case: Case) -> bool:
    if part.leaf is not None:
        return bool(case.state & (part.yes if verdict else part.no))
    return part.node.run(case) is verdict


def _sureness(part: Part, verdict: bool, case: Case) -> Confidence:
    return own_confidence(part.node, verdict, case) if part.leaf is None else case.table.sureness(part.leaf)


def refusal_confidence(node: Node, failed: Sequence[LeafSpec], case: Case) -> Confidence:
    """Return how sure the refusal by *node* is: where all hangs on one condition, as sure as the rule it stands in."""
    own = own_confidence(node, False, case)
    if len(failed) != 1 or failed[0].confidence is Confidence.HIGH or node.kind != "all":
        return own
    nearly = any(child.run(case) for child in node.children)
    return min(own, failed[0].confidence) if nearly else own
