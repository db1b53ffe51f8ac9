"""Which leaves carried a verdict, and how sure they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rules.engine.case import Case
from rules.engine.comparisons import Truth
from rules.engine.model import Confidence
from rules.engine.nodes import LeafSpec, Node, Part

Carriers = list[LeafSpec]


def carry(node: Node, verdict: Truth, case: Case, into: Carriers) -> None:
    """Add to *into* the leaves that carried *node* to *verdict*; of an open one those that are open or hold."""
    leaf = node.leaf
    if leaf is not None:
        into.append(leaf.judged(verdict) if node.chosen else leaf)
    elif node.kind == "not":
        carry(node.children[0], None if verdict is None else not verdict, case, into)
    elif node.kind == "all":
        if verdict is False:
            _failing(parts_of(node), case, into)
        else:
            _all(parts_of(node), case, into)
    elif verdict:
        _holding(parts_of(node), case, into)
    elif verdict is None:
        _open(parts_of(node), case, into)
    else:
        for leaf, child, _yes, _no in parts_of(node):
            if leaf is not None:
                into.append(leaf)
            else:
                carry(child, False, case, into)


def carriers_of_failure(node: Node, case: Case) -> Carriers:
    """Return the leaves that made *node* fail."""
    if node.plain is not None:
        state = case.state
        return [leaf for bit, leaf in node.failing if state & bit]
    leaves: Carriers = []
    carry(node, False, case, leaves)
    return leaves


def carry_unrefuted(node: Node, case: Case, into: Carriers) -> None:
    """Add to *into* the leaves that carried *node*, which does not fail."""
    if node.plain is not None:
        into += node.plain
        return
    carry(node, None if node.kind == "all" else node.run(case), case, into)


def parts_of(node: Node) -> tuple[Part, ...]:
    """Return the parts of an *all* or *any*; those that are joined in the same way are taken apart too."""
    parts = node.parts
    if parts is None:
        parts = node.parts = tuple(_parts(node))
    return parts


def _parts(node: Node) -> Iterator[Part]:
    for child in node.children:
        if child.is_literal:
            yield Part((child.children or (child,))[0].leaf, child, child.yes, child.no)
        elif child.kind == node.kind:
            yield from _parts(child)
        else:
            yield Part(None, child, 0, 0)


def _all(parts: Sequence[Part], case: Case, into: Carriers) -> None:
    """All parts of an *all* that does not fail: none of them does."""
    for leaf, child, _yes, _no in parts:
        if leaf is not None:
            into.append(leaf)
        else:
            carry_unrefuted(child, case, into)


def _failing(parts: Sequence[Part], case: Case, into: Carriers) -> None:
    state = case.state
    for leaf, child, _yes, no in parts:
        if leaf is None:
            if child.run(case) is False:
                carry(child, False, case, into)
        elif state & no:
            into.append(leaf)


def _holding(parts: Sequence[Part], case: Case, into: Carriers) -> None:
    state = case.state
    for leaf, child, yes, _no in parts:
        if leaf is None:
            if child.run(case):
                carry(child, True, case, into)
        elif state & yes:
            into.append(leaf)


def _open(parts: Sequence[Part], case: Case, into: Carriers) -> None:
    state = case.state
    for leaf, child, _yes, no in parts:
        if leaf is None:
            if child.run(case) is None:
                carry(child, None, case, into)
        elif not state & no:
            into.append(leaf)


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
