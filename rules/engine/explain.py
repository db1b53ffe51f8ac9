"""Tell why: the leaves behind a decision, their citations, how sure they are, and what was presumed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from core.citations import Citation
from rules.engine.case import Case
from rules.engine.compiled import CompiledBenefit
from rules.engine.draft import Draft
from rules.engine.grounds import facts_in_figures, passed_over
from rules.engine.model import Confidence
from rules.engine.nodes import Node
from rules.engine.selection import Selection
from rules.engine.trace import Decided, Reasons, decided, own_confidence, refusal_confidence


class Grounds(NamedTuple):
    """What conditions say for a decision: the leaves behind it, those that left groups aside, articles, sureness.

    ``facts`` are the facts those leaves look at.
    """

    leaves: Decided
    left: Decided
    cites: Mapping[str, Citation]
    confidence: Confidence
    facts: frozenset[str]

    def presumed(self, case: Case) -> dict[str, Any]:
        """Return what the leaves took for granted."""
        return {fact: case.raw[fact] for fact in case.presumed & self.facts}

    def reasons(self, case: Case) -> Reasons:
        """Return the records of the leaves."""
        return Reasons(self.leaves, self.left, case)


def explain(draft: Draft, benefit: CompiledBenefit, selection: Selection, case: Case) -> None:
    """Fill in citations, confidence, leaves and presumptions of *draft*."""
    grounds = grounds_of(benefit, selection, draft.doubts, case)
    draft.cite_known(grounds.cites, grounds.confidence)
    draft.presumed = grounds.presumed(case)
    draft.leaves = grounds.reasons(case)
    if draft.results:
        _presumed_figures(draft, benefit, case)


def grounds_of(benefit: CompiledBenefit, selection: Selection, doubts: Sequence[Node], case: Case) -> Grounds:
    """Gather the grounds, or remember those of another case that said the same of every condition."""
    if not case.decided_by_bits(benefit.judged_by):
        return _gathered(benefit, selection, doubts, case)
    memory = case.table.remembered("grounds", benefit.id)
    said = benefit.said(case)
    known: Grounds | None = memory.get(said)
    if known is None:
        known = memory[said] = _gathered(benefit, selection, doubts, case)
    return known


def _gathered(benefit: CompiledBenefit, selection: Selection, doubts: Sequence[Node], case: Case) -> Grounds:
    found = _Gathering(case)
    left: Decided = []
    if selection.picks:
        found.granted(benefit, selection, doubts)
        for node in passed_over(benefit.groups, [group.pick for pick in selection.picks for group in pick], case):
            left += of_node(node, case).leaves
    else:
        found.refused(benefit)
    found.cites.update(benefit.cited)
    facts = found.facts.union([leaf.told for leaf, _verdict in left])
    return Grounds(found.leaves, left, found.cites, min(found.confidence, benefit.confidence), frozenset(facts))


class NodeGrounds(NamedTuple):
    """What one condition says: the leaves that carried it, their articles and facts, how sure it is.

    ``refusing`` is how sure it is where it refuses a benefit.
    """

    leaves: Decided
    cites: Mapping[str, Citation]
    facts: frozenset[str]
    holds: bool | None
    own: Confidence
    refusing: Confidence


def of_node(node: Node, case: Case) -> NodeGrounds:
    """Return what *node* says, or remember it of another case that said the same of its leaves."""
    if not node.by_bits:
        return _of_node(node, case)
    memory = case.table.of_node(node)
    said = case.state & node.bits
    known: NodeGrounds | None = memory.get(said)
    if known is None:
        known = memory[said] = _of_node(node, case)
    return known


def _of_node(node: Node, case: Case) -> NodeGrounds:
    leaves = decided(node, case, [])
    cites: dict[str, Citation] = {}
    for leaf, _verdict in leaves:
        cites.update(leaf.cited)
        for key in leaf.parameters:
            cites.update(case.found(key).cited)
    own, refusing = own_confidence(node, case), refusal_confidence(node, leaves, case)
    return NodeGrounds(leaves, cites, frozenset([leaf.told for leaf, _v in leaves]), node.run(case), own, refusing)


class _Gathering:
    """Collects the grounds of one decision."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self.leaves: Decided = []
        self.facts: set[str] = set()
        self.cites: dict[str, Citation] = {}
        self.confidence = Confidence.HIGH

    def granted(self, benefit: CompiledBenefit, selection: Selection, doubts: Sequence[Node]) -> None:
        """Collect what speaks for the groups that may be chosen."""
        required = self._add(benefit.requires)
        for group in [group for pick in selection.picks for group in pick]:
            grounds = self._add(group.pick)
            self.cites.update(grounds.cites)
            self.cites.update(group.cited)
            self.confidence = min(self.confidence, group.confidence)
            if grounds.holds:
                self.confidence = min(self.confidence, grounds.own)
        self.cites.update(required.cites)
        self.cites.update({cite.text: cite for cite in selection.cites})
        for node in doubts:
            self._add(node)

    def refused(self, benefit: CompiledBenefit) -> None:
        """Collect what failed: the common conditions, else every group."""
        by_all = benefit.requires.run(self._case) is False
        for node in [benefit.requires] if by_all else [group.pick for group in benefit.groups]:
            grounds = self._add(node)
            self.cites.update(grounds.cites)
            self.confidence = min(self.confidence, grounds.refusing)

    def _add(self, node: Node) -> NodeGrounds:
        grounds = of_node(node, self._case)
        self.leaves += grounds.leaves
        self.facts |= grounds.facts
        return grounds


def _presumed_figures(draft: Draft, benefit: CompiledBenefit, case: Case) -> None:
    """Note what the figures took for granted."""
    group = next((group for group in benefit.groups if group.id == draft.group), None)
    for fact in facts_in_figures(benefit.results, draft.results, group, case):
        if fact in case.presumed:
            draft.presumed[fact] = case.raw[fact]
