"""Tell why: the leaves behind a decision, their citations, how sure they are, and what was presumed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from core.citations import Citation
from rules.engine.case import Case
from rules.engine.compiled import CompiledBenefit
from rules.engine.draft import Draft
from rules.engine.grounds import facts_in_figures, passed_over
from rules.engine.model import Confidence
from rules.engine.nodes import LeafSpec, Node
from rules.engine.records import Reasons
from rules.engine.selection import Selection
from rules.engine.trace import Carriers, carry, carry_unrefuted, own_confidence, refusal_confidence


class Grounds(NamedTuple):
    """What conditions say for a decision: the leaves behind it, those that left groups aside, articles, sureness."""

    leaves: Sequence[LeafSpec]
    left: Sequence[LeafSpec]
    cites: Mapping[str, Citation]
    confidence: Confidence

    def presumed(self, case: Case) -> dict[str, Any]:
        """Return what the leaves took for granted."""
        presumed, raw = case.presumed, case.raw
        if not presumed:
            return {}
        return {leaf.told: raw[leaf.told] for leaf in (*self.leaves, *self.left) if leaf.told in presumed}

    def reasons(self, case: Case) -> Reasons:
        """Return the records of the leaves."""
        return Reasons(self.leaves, self.left, case)


def explain(draft: Draft, benefit: CompiledBenefit, selection: Selection, case: Case) -> None:
    """Fill in citations, confidence, leaves and presumptions of *draft*."""
    grounds = granted(benefit, selection, draft.doubts, case) if selection.picks else refused(benefit, case)
    draft.cite_known(grounds.cites, grounds.confidence)
    draft.presumed = grounds.presumed(case)
    draft.leaves = grounds.reasons(case)
    if draft.results:
        _presumed_figures(draft, benefit, case)


def granted(benefit: CompiledBenefit, selection: Selection, doubts: Iterable[Node], case: Case) -> Grounds:
    """Return what speaks for the groups that may be chosen."""
    leaves: Carriers = []
    last: dict[str, Citation] = {}
    _unrefuted(benefit.requires, case, leaves, last)
    cites: dict[str, Citation] = {}
    confidence = benefit.confidence
    surely = None if selection.none_possible else selection.picks[-1]
    for pick in selection.picks:
        for group in pick:
            node = group.pick
            _unrefuted(node, case, leaves, cites)
            cites.update(group.cited)
            if group.confidence < confidence:  # noqa: PLR1730  (a third of the time of min)
                confidence = group.confidence
            if pick is surely:
                confidence = min(confidence, own_confidence(node, True, case))
    cites.update(last)
    cites.update([(cite.text, cite) for cite in selection.cites])
    cites.update(benefit.cited)
    for node in doubts:
        carry(node, node.run(case), case, leaves)
    left: Carriers = []
    for node in passed_over(benefit, selection, case):
        carry(node, False, case, left)
    return Grounds(leaves, left, cites, confidence)


def refused(benefit: CompiledBenefit, case: Case) -> Grounds:
    """Return what failed: the common conditions, else every group."""
    leaves: Carriers = []
    cites: dict[str, Citation] = {}
    confidence = benefit.confidence
    by_all = benefit.requires.run(case) is False
    for node in [benefit.requires] if by_all else [group.pick for group in benefit.groups]:
        start = len(leaves)
        carry(node, False, case, leaves)
        confidence = min(confidence, refusal_confidence(node, leaves[start:], case))
    table = case.table
    for leaf in leaves:
        table.cite(leaf, cites)
    cites.update(benefit.cited)
    return Grounds(leaves, (), cites, confidence)


def _unrefuted(node: Node, case: Case, leaves: Carriers, cites: dict[str, Citation]) -> None:
    """Add the leaves and articles of a condition that does not fail."""
    if node.plain is not None:
        leaves += node.plain
        cites.update(case.table.cites(node))
        return
    start = len(leaves)
    carry_unrefuted(node, case, leaves)
    for leaf in leaves[start:]:
        case.table.cite(leaf, cites)


def _presumed_figures(draft: Draft, benefit: CompiledBenefit, case: Case) -> None:
    """Note what the figures took for granted."""
    group = next((group for group in benefit.groups if group.id == draft.group), None)
    for fact in facts_in_figures(benefit.results, draft.results, group, case):
        if fact in case.presumed:
            draft.presumed[fact] = case.raw[fact]
