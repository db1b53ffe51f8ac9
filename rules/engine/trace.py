"""Which leaves carried a verdict, and how sure they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from rules.engine.case import Case
from rules.engine.comparisons import Truth
from rules.engine.model import Confidence
from rules.engine.nodes import LeafSpec, Node, Part
from rules.engine.source import NEVER, Namespace, function, indented

Carriers = list[LeafSpec]
Carry = Callable[[Case], Carriers]


def carry(node: Node, verdict: Truth, case: Case) -> Carriers:
    """Return the leaves that carried *node* to *verdict*; of an open one those that are open or hold."""
    written: Carry | None = node.carriers.get(verdict)
    if written is None:
        space = Namespace()
        written = node.carriers[verdict] = _written(_lines(node, verdict, space), space)
    return written(case)


def carriers_of_failure(node: Node, case: Case) -> Carriers:
    """Return the leaves that made *node* fail."""
    if node.plain is None:
        return carry(node, False, case)
    state = case.state
    return [leaf for bit, leaf in node.failing if state & bit]


def carry_unrefuted(node: Node, case: Case) -> Carriers:
    """Return the leaves that carried *node*, which does not fail."""
    return carry(node, None if node.kind == "all" else node.run(case), case)


def failures(nodes: Iterable[Node]) -> Carry:
    """Return the function that finds the leaves by which those of *nodes* failed that did."""
    space = Namespace()
    tests = [(space.fails(node), node) for node in nodes]
    lines = [line for test, node in tests if test != NEVER for line in _if(test, _lines(node, False, space))]
    return _written(lines, space)


def _written(lines: Iterable[str], space: Namespace) -> Carry:
    made: Carry = function(["case"], ["s = case.state", "out = []", "add = out.append", *lines, "return out"], space)
    return made


def _lines(node: Node, verdict: Truth, space: Namespace) -> Iterator[str]:
    """Yield lines that add the leaves that carried *node* to *verdict*, which it has come to."""
    if node.leaf is not None:
        yield f"add({space.name('leaf', node.leaf.judged(verdict) if node.chosen else node.leaf)})"
    elif node.kind == "not":
        yield from _lines(node.children[0], None if verdict is None else not verdict, space)
    else:
        for part in parts_of(node):
            yield from _part(node.kind, part.node, verdict, space)


def _part(kind: str, part: Node, verdict: Truth, space: Namespace) -> Iterator[str]:
    """Yield the lines for one part of an *all* or *any* that has come to *verdict*."""
    inside = _lines(part, verdict, space)
    if verdict is None:
        if kind == "any":
            yield from _if(f"not ({space.fails(part)})", inside)
        elif part.is_literal:
            yield from inside
        else:
            yield from _if(space.holds(part), _lines(part, True, space))
            yield "else:"
            yield from indented(list(inside) or ["pass"])
    elif (kind == "all") is verdict:
        yield from inside
    else:
        yield from _if(space.holds(part) if verdict else space.fails(part), inside)


def _if(test: str, inside: Iterable[str]) -> Iterator[str]:
    yield f"if {test}:"
    yield from indented(list(inside) or ["pass"])


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
