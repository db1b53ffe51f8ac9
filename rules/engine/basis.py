"""What one condition says for a decision: the leaves behind its verdict, their articles, how sure it is.

That is the same for everybody for whom the same leaves are behind it, so it is worked out once for each of these ways
and kept for the place and day; which way it is, one whole number tells (:mod:`rules.engine.signs`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.citations import Citation
from rules.engine.case import Case
from rules.engine.comparisons import Truth
from rules.engine.model import Confidence
from rules.engine.nodes import LeafSpec, Node
from rules.engine.signs import sign
from rules.engine.trace import behind, own_confidence, refusal_confidence

Articles = Mapping[str, Citation]


class Ground:
    """What is said, by one condition or by several together: leaves, articles by their text, and how sure it is.

    ``told`` are the facts from which the leaves take their values; ``lines`` is where the records of the leaves are
    kept as far as they are the same for everybody.
    """

    __slots__ = ("citations", "cites", "confidence", "leaves", "lines", "told")

    def __init__(self, leaves: Sequence[LeafSpec], cites: Articles, confidence: Confidence) -> None:
        self.leaves, self.cites, self.confidence = leaves, cites, confidence
        self.citations = tuple(cites.values())
        self.told = frozenset([leaf.told for leaf in leaves])
        self.lines: Any = None


class Basis:
    """A condition with the articles of the rule it stands in.

    These are named where it does not fail; where it fails only if ``of_all``: it is the one all groups have in common.
    """

    __slots__ = ("_cited", "_is_alike", "_of_all", "node")

    def __init__(self, node: Node, cited: Articles, *, of_all: bool = False) -> None:
        self.node, self._cited, self._of_all = node, cited, of_all
        self._is_alike = node.plain is not None

    def failing(self, case: Case) -> Ground:
        """Return what is said by the condition, which fails."""
        key = (self, False, sign(self.node, False)(case))
        kept: Ground | None = case.table.grounds.get(key)
        return kept or self._work_out(key, False, case)

    def unrefuted(self, case: Case) -> Ground:
        """Return what is said by the condition, which holds or may."""
        kept: Ground | None = case.table.alike.get(self)
        return kept or self.carried(None if self.node.kind == "all" else self.node.run(case), case)

    def carried(self, verdict: Truth, case: Case) -> Ground:
        """Return what is said by the condition, which has come to *verdict*; ``None`` for an *all* that does not fail."""
        key = (self, verdict, sign(self.node, verdict)(case))
        kept: Ground | None = case.table.grounds.get(key)
        return kept or self._work_out(key, verdict, case)

    def _work_out(self, key: tuple[Basis, Truth, int], verdict: Truth, case: Case) -> Ground:
        node, table = self.node, case.table
        leaves = tuple(behind(node, verdict, case))
        own = self._cited if verdict is not False or self._of_all else {}
        sure = own_confidence(node, True, case) if verdict is not False else refusal_confidence(node, leaves, case)
        ground = Ground(leaves, joined([*map(table.cited_by, leaves), own]), sure)
        if self._is_alike and verdict is not False:
            table.alike[self] = ground
        else:
            table.keep(table.grounds, key, ground)
        return ground


def joined(articles: Iterable[Articles]) -> Articles:
    """Return all of *articles*, each where it is named first."""
    together: dict[str, Citation] = {}
    for some in articles:
        together.update(some)
    return together
