"""What one condition says for a decision: the leaves behind its verdict, their articles, how sure it is.

That is the same for everybody for whom the same leaves are behind it, so it is worked out once for each of these ways
and kept for the place and day; which way it is, one whole number tells (:mod:`rules.engine.signs`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from core.citations import Citation
from rules.engine.case import Case
from rules.engine.comparisons import Truth
from rules.engine.model import Confidence
from rules.engine.nodes import LeafSpec, Node
from rules.engine.signs import plain_failure, sign
from rules.engine.trace import behind, own_confidence, refusal_confidence

Articles = Mapping[str, Citation]
_MOST_BITS: Final = 8  # of a sign; one of more bits hardly comes again


class Ground:
    """What is said, by one condition or by several together: leaves, articles by their text, and how sure it is.

    ``told`` are the facts from which the leaves take their values; ``lines`` is where the records of the leaves are
    kept as far as they are the same for everybody; ``comes_again`` tells whether it is worth keeping.
    """

    __slots__ = ("citations", "cites", "comes_again", "confidence", "leaves", "lines", "told")
    left: tuple[LeafSpec, ...] = ()

    def __init__(self, leaves: Sequence[LeafSpec], cites: Articles, confidence: Confidence) -> None:
        self.leaves, self.cites, self.confidence = leaves, cites, confidence
        self.citations = tuple(cites.values())
        self.told = frozenset([leaf.told for leaf in leaves])
        self.lines: Any = None
        self.comes_again = True

    @property
    def parts(self) -> tuple[Ground, ...]:
        """Return this alone. (Not kept: what refers to itself is freed late.)"""
        return (self,)


class Basis:
    """A condition with the articles of the rule it stands in; they are named where it does not fail.

    The condition that all groups have in common names them where it fails, too; ``of_all`` is how sure its benefit is.
    """

    __slots__ = ("_cited", "_is_alike", "_of_all", "_plainly", "node")

    def __init__(self, node: Node, cited: Articles, *, of_all: Confidence | None = None) -> None:
        self.node, self._cited, self._of_all = node, cited, of_all
        self._is_alike = node.plain is not None
        self._plainly = plain_failure(node)

    def failing(self, case: Case) -> Ground:
        """Return what is said by the condition, which fails."""
        how = case.state & self._plainly if self._plainly else sign(self.node, False)(case)
        kept: Ground | None = case.table.grounds.get((self, False, how))
        return kept or self._work_out(False, how, case)

    def unrefuted(self, case: Case) -> Ground:
        """Return what is said by the condition, which holds or may."""
        kept: Ground | None = case.table.alike.get(self)
        return kept or self.carried(None if self.node.kind == "all" else self.node.run(case), case)

    def carried(self, verdict: Truth, case: Case) -> Ground:
        """Return what is said by the condition, which has come to *verdict*; ``None``: an *all* that does not fail."""
        how = sign(self.node, verdict)(case)
        table = case.table
        kept: Ground | None = table.alike.get(self) if self._is_alike else table.grounds.get((self, verdict, how))
        return kept or self._work_out(verdict, how, case)

    def _work_out(self, verdict: Truth, how: int, case: Case) -> Ground:
        node, table = self.node, case.table
        leaves = tuple(behind(node, verdict, case))
        own = self._cited if verdict is not False or self._of_all is not None else {}
        ground = Ground(leaves, joined([*map(table.cited_by, leaves), own]), self._sureness(verdict, leaves, case))
        ground.comes_again = how.bit_count() <= _MOST_BITS
        if self._is_alike and verdict is not False:
            table.alike[self] = ground
        elif ground.comes_again:
            table.keep(table.grounds, (self, verdict, how), ground)
        return ground

    def _sureness(self, verdict: Truth, leaves: Sequence[LeafSpec], case: Case) -> Confidence:
        """Return how sure the verdict is; the refusal of all no surer than the benefit."""
        if verdict is not False:
            return own_confidence(self.node, True, case)
        sure = refusal_confidence(self.node, leaves, case)
        return sure if self._of_all is None else min(sure, self._of_all)


def together(parts: Iterable[Ground], articles: Iterable[Articles], confidence: Confidence) -> Ground:
    """Return what *parts* say together."""
    return Ground([leaf for part in parts for leaf in part.leaves], joined(articles), confidence)


def joined(articles: Iterable[Articles]) -> Articles:
    """Return all of *articles*, each where it is named first."""
    together: dict[str, Citation] = {}
    for some in articles:
        together.update(some)
    return together
