"""Tell why: the leaves behind a decision, their citations, how sure they are, and what was presumed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.citations import Citation
from rules.engine.case import Case
from rules.engine.compiled import CompiledBenefit
from rules.engine.draft import Draft
from rules.engine.grounds import facts_in_figures, passed_over
from rules.engine.model import Confidence
from rules.engine.nodes import LeafSpec, Node, leaves_of
from rules.engine.records import Reasons
from rules.engine.selection import Selection
from rules.engine.table import Articles, PlaceTable
from rules.engine.trace import Carriers, carriers_of_failure, carry, carry_unrefuted, own_confidence, refusal_confidence


class Grounds:
    """What conditions say for a decision: the leaves behind it, those that left groups aside, articles, sureness."""

    __slots__ = ("_citations", "cites", "confidence", "leaves", "left")

    def __init__(
        self,
        leaves: Sequence[LeafSpec],
        left: Sequence[LeafSpec],
        cites: Mapping[str, Citation],
        confidence: Confidence,
    ) -> None:
        self.leaves, self.left, self.cites, self.confidence = leaves, left, cites, confidence
        self._citations: tuple[Citation, ...] | None = None

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Return the articles in order."""
        if self._citations is None:
            self._citations = tuple(self.cites.values())
        return self._citations

    def presumed(self, case: Case) -> dict[str, Any]:
        """Return what the leaves took for granted."""
        presumed, raw = case.presumed, case.raw
        taken = {leaf.told: raw[leaf.told] for leaf in self.leaves if leaf.told in presumed}
        if self.left:
            taken.update([(leaf.told, raw[leaf.told]) for leaf in self.left if leaf.told in presumed])
        return taken

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


def waiting(benefit: CompiledBenefit, selection: Selection, case: Case) -> Grounds:
    """Return what keeps open a benefit about which there is no doubt: of one plain group, the same for everybody."""
    if not benefit.is_plain:
        return granted(benefit, selection, (), case)
    kept: dict[str, Grounds] = case.table.waiting
    return kept.get(benefit.id) or kept.setdefault(benefit.id, granted(benefit, selection, (), case))


def granted(benefit: CompiledBenefit, selection: Selection, doubts: Iterable[Node], case: Case) -> Grounds:
    """Return what speaks for the groups that may be chosen."""
    leaves: Carriers = []
    last: Articles = {}
    _unrefuted(benefit.requires, benefit.cited, case, leaves, last)
    cites: Articles = {}
    confidence = benefit.confidence
    together = case.table.cited_together
    for pick in selection.picks:
        for group in pick:
            node = group.pick
            if node.plain is not None:
                leaves += node.plain
                cites.update(together.get(id(group.cited)) or case.table.cited_by_all(node, group.cited))
            else:
                _unrefuted(node, group.cited, case, leaves, cites)
            if group.confidence < confidence:  # noqa: PLR1730  (a third of the time of min)
                confidence = group.confidence
    if not selection.none_possible:
        for group in selection.picks[-1]:
            confidence = min(confidence, own_confidence(group.pick, True, case))
    cites.update(last)
    cites.update([(cite.text, cite) for cite in selection.cites])
    cites.update(benefit.cited)
    for node in doubts:
        leaves += carry(node, node.run(case), case)
    return Grounds(leaves, passed_over(benefit, selection, case), cites, confidence)


def refused(benefit: CompiledBenefit, case: Case) -> Grounds:
    """Return what failed: the common conditions, else every group."""
    requires, table = benefit.requires, case.table
    if requires.plain is None or requires.others:
        return _without_requirements(benefit, case) if requires.run(case) is False else _without_groups(benefit, case)
    failed = case.state & requires.no
    if not failed:
        return _without_groups(benefit, case)
    said = (benefit.id, failed, case.state & requires.yes > 0)
    kept: Grounds | None = table.refusals.get(said)
    if kept is None:
        kept = table.refusals[said] = _without_requirements(benefit, case)
    return kept


def _without_requirements(benefit: CompiledBenefit, case: Case) -> Grounds:
    """Return the grounds where the common conditions fail; plain ones say the same to all for whom the same fail."""
    leaves = carriers_of_failure(benefit.requires, case)
    confidence = min(benefit.confidence, refusal_confidence(benefit.requires, leaves, case))
    return _refusal(benefit, leaves, confidence, case)


def _without_groups(benefit: CompiledBenefit, case: Case) -> Grounds:
    """Return the grounds where every group fails."""
    confidence = benefit.confidence
    if confidence > (case.table.lowest.get(benefit.id) or _lowest(benefit, case.table)):
        for node in benefit.picks:
            confidence = min(confidence, refusal_confidence(node, carriers_of_failure(node, case), case))
    return _refusal(benefit, benefit.failures(case), confidence, case)


def _refusal(benefit: CompiledBenefit, leaves: Carriers, confidence: Confidence, case: Case) -> Grounds:
    cites: Articles = {}
    _cite(leaves, case.table, cites)
    cites.update(benefit.cited)
    return Grounds(leaves, (), cites, confidence)


def _lowest(benefit: CompiledBenefit, table: PlaceTable) -> Confidence:
    """Return how unsure a refusal of *benefit* may be here at most; kept for the place."""
    specs = [leaf.leaf for node in benefit.picks for leaf in leaves_of(node)]
    found = min([benefit.confidence, *(min(one.confidence, table.sureness(one)) for one in specs if one is not None)])
    table.lowest[benefit.id] = found
    return found


def _unrefuted(node: Node, own: Articles, case: Case, leaves: Carriers, cites: Articles) -> None:
    """Add the leaves and articles of a condition that does not fail, and *own*, those of the rule it stands in."""
    table = case.table
    if node.plain is not None:
        leaves += node.plain
        cites.update(table.cited_together.get(id(own)) or table.cited_by_all(node, own))
        return
    more = carry_unrefuted(node, case)
    leaves += more
    _cite(more, table, cites)
    cites.update(own)


def _cite(leaves: Iterable[LeafSpec], table: PlaceTable, cites: Articles) -> None:
    cited = table.cited
    for leaf in leaves:
        cites.update(cited.get(leaf.number) or table.cited_by(leaf))


def _presumed_figures(draft: Draft, benefit: CompiledBenefit, case: Case) -> None:
    """Note what the figures took for granted."""
    group = next((group for group in benefit.groups if group.id == draft.group), None)
    for fact in facts_in_figures(benefit.results, draft.results, group, case):
        if fact in case.presumed:
            draft.presumed[fact] = case.raw[fact]
