"""Tell apart, by one whole number, which leaves carried a condition to its verdict.

For a condition and a verdict a function is written. Its number holds the bits of those leaves that are named only if
they are so, and a mark for each part that is named only if it has come to a verdict of its own: where the number is
the same, the leaves behind the verdict are the same. Leaves that are named in any case leave no trace in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rules.engine.case import Case
from rules.engine.comparisons import Truth
from rules.engine.model import Confidence
from rules.engine.nodes import Node, combine, leaves_of, parts_of
from rules.engine.source import Namespace, function

Sign = Callable[[Case], int]
ALIKE = "0"


def sign(node: Node, verdict: Truth) -> Sign:
    """Return the function that tells apart which leaves carried *node* to *verdict*, and how sure they are."""
    known = node.signs.get(verdict)
    if known is None:
        known = node.signs[verdict] = _written(node, verdict)
    return known


def plain_failure(node: Node) -> int:
    """Return the bits that are the sign of *node* where it fails, if that needs no function; else 0."""
    return node.no if node.plain is not None and not _leans_on_others(node) else 0


def _written(node: Node, verdict: Truth) -> Sign:
    space = Namespace()
    text = _sign(node, verdict, space, _marks(node))
    if verdict is False and _leans_on_others(node):
        text = f"{text} | ({1 << _width(node):#x} if {space.holds(combine('any', node.children))} else 0)"
    made: Sign = function(["case"], ["s = case.state", f"return {text}"], space)
    return made


def _sign(node: Node, verdict: Truth, space: Namespace, marks: Iterator[int]) -> str:
    """Return the expression for the leaves that carried *node* to *verdict*."""
    if node.leaf is not None:
        return ALIKE
    if node.kind == "not":
        return _sign(node.children[0], None if verdict is None else not verdict, space, marks)
    always = verdict is not None and (node.kind == "all") is verdict
    tested = 0
    terms: list[str] = []
    for part in parts_of(node):
        if always:
            terms.append(_sign(part.node, verdict, space, marks))
        elif part.node.is_literal:
            tested |= _tested(node.kind, part.yes, part.no, verdict)
        else:
            terms.append(_marked(node.kind, part.node, verdict, space, marks))
    if tested:
        terms.append(f"s & {tested:#x}")
    return " | ".join([f"({term})" for term in terms if term != ALIKE]) or ALIKE


def _tested(kind: str, yes: int, no: int, verdict: Truth) -> int:
    """Return the bits of a plain leaf by which it is named or not."""
    if verdict is None:
        return no if kind == "any" else 0
    return yes if verdict else no


def _marked(kind: str, part: Node, verdict: Truth, space: Namespace, marks: Iterator[int]) -> str:
    """Return the expression for a part that is named, or named in another way, by its own verdict."""
    mark = next(marks)
    if verdict is None and kind == "any":
        test, met, unmet = space.fails(part), ALIKE, _sign(part, None, space, marks)
    elif verdict is None:
        test, met, unmet = space.holds(part), _sign(part, True, space, marks), _sign(part, None, space, marks)
    else:
        test = space.holds(part) if verdict else space.fails(part)
        met, unmet = _sign(part, verdict, space, marks), ALIKE
    return f"{mark:#x} | {met} if {test} else {unmet}"


def _width(node: Node) -> int:
    """Return the first place above the bits of all leaves of *node*."""
    return max([(leaf.yes | leaf.no).bit_length() for leaf in leaves_of(node)], default=0)


def _marks(node: Node) -> Iterator[int]:
    """Yield bits that no leaf of *node* has."""
    place = _width(node)
    while True:
        place += 1
        yield 1 << place


def _leans_on_others(node: Node) -> bool:
    """Tell whether how sure a refusal by *node* is depends on whether other parts of it hold."""
    return node.kind == "all" and any(
        leaf.leaf is not None and leaf.leaf.confidence is not Confidence.HIGH for leaf in leaves_of(node)
    )
