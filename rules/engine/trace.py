"""Which leaves carried a verdict, how sure they are, and their records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import overload

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
    if not node.unsure:
        return Confidence.HIGH
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


class Reasons(Sequence[Leaf]):
    """The records of the leaves behind a decision, each once; written when they are first read.

    Of the leaves that left groups aside only those are shown that rest on something told.
    """

    __slots__ = ("_case", "_leaves", "_left", "_written")

    def __init__(self, leaves: Decided, left: Decided, case: Case) -> None:
        self._leaves, self._left, self._case = leaves, left, case
        self._written: tuple[Leaf, ...] | None = None

    def written(self) -> tuple[Leaf, ...]:
        """Return the records."""
        if self._written is None:
            left = [leaf for leaf in _records(self._left, self._case) if leaf.source == "told"] if self._left else ()
            self._written = (*_records(self._leaves, self._case), *left)
        return self._written

    @overload
    def __getitem__(self, place: int) -> Leaf: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Leaf, ...]: ...
    def __getitem__(self, place: int | slice) -> Leaf | tuple[Leaf, ...]:
        return self.written()[place]

    def __len__(self) -> int:
        return len(self.written())

    def __iter__(self) -> Iterator[Leaf]:
        return iter(self.written())

    def __eq__(self, other: object) -> bool:
        return self.written() == (other.written() if isinstance(other, Reasons) else other)

    def __hash__(self) -> int:
        return hash(self.written())

    def __repr__(self) -> str:
        return repr(self.written())


def _records(leaves: Iterable[tuple[LeafSpec, bool | None]], case: Case) -> list[Leaf]:
    seen: dict[object, Leaf] = {}
    raw, origin = case.raw, case.origin
    for spec, verdict in leaves:
        key: object = spec.key
        plain = spec.worked_out is None and not spec.parameters
        if plain and key in seen:
            continue
        told = AGE_TOLD if spec.told == BIRTH and BIRTH not in raw else spec.told
        leaf = Leaf(
            spec.shown, verdict, raw.get(told), origin.get(told, "untold"), spec.shown_operator, spec.threshold,
            spec.since, "national", spec.citation, spec.label,
        )  # fmt: skip
        if not plain:
            leaf = _measured(leaf, spec, case)
            key = (leaf.fact, leaf.operator, str(leaf.threshold))
        seen.setdefault(key, leaf)
    return list(seen.values())


def _measured(leaf: Leaf, spec: LeafSpec, case: Case) -> Leaf:
    """Return *leaf* with its threshold in this case, and the row that set it."""
    since, level, citation = spec.since, "national", leaf.citation
    for key in spec.parameters:
        for row in case.found(key).rows:
            since = row.source.period.start or since
            level = row.province or row.former or level
            citation = row.source.cites[0].citation if row.source.cites else citation
    return leaf._replace(threshold=spec.measured(case), since=since, level=level, citation=citation)
