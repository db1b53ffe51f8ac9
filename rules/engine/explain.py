"""Tell why: the leaves behind a decision, their citations, how sure they are, and what was presumed."""

from __future__ import annotations

from collections.abc import Iterable

from rules.engine.case import Case
from rules.engine.compiled import CompiledBenefit
from rules.engine.draft import Draft
from rules.engine.grounds import facts_in_figures, passed_over
from rules.engine.model import Confidence
from rules.engine.selection import Selection
from rules.engine.trace import Decided, decided, own_confidence, records, refusal_confidence


def explain(draft: Draft, benefit: CompiledBenefit, selection: Selection, case: Case) -> None:
    """Fill in citations, confidence, leaves and presumptions of *draft*."""
    failed: Decided = []
    if selection.picks:
        leaves = _granted(draft, benefit, selection, case)
        for node in passed_over(benefit.groups, [group.pick for pick in selection.picks for group in pick], case):
            decided(node, case, failed)
    else:
        leaves = _refused(draft, benefit, case)
    draft.cite(benefit.cites, benefit.confidence)
    shown = records(leaves, case)
    left = records(failed, case)
    _presumed(draft, (*(leaf.fact for leaf in (*shown, *left)), *_figure_facts(draft, benefit, case)), case)
    draft.leaves = (*shown, *(leaf for leaf in left if leaf.source == "told"))


def _granted(draft: Draft, benefit: CompiledBenefit, selection: Selection, case: Case) -> Decided:
    leaves = decided(benefit.requires, case, [])
    required = list(leaves)
    for pick in selection.picks:
        for group in pick:
            start = len(leaves)
            decided(group.pick, case, leaves)
            _cite_leaves(draft, leaves[start:], case)
            sure = own_confidence(group.pick, case) if group.pick.unsure and group.pick.run(case) else Confidence.HIGH
            draft.cite(group.cites, min(group.confidence, sure))
    _cite_leaves(draft, required, case)
    draft.cite(selection.cites)
    for node in draft.doubts:
        decided(node, case, leaves)
    return leaves


def _refused(draft: Draft, benefit: CompiledBenefit, case: Case) -> Decided:
    leaves: Decided = []
    by_all = benefit.requires.run(case) is False
    for node in [benefit.requires] if by_all else [group.pick for group in benefit.groups]:
        start = len(leaves)
        decided(node, case, leaves)
        failed = leaves[start:]
        _cite_leaves(draft, failed, case)
        draft.confidence = min(draft.confidence, refusal_confidence(node, failed, case))
    return leaves


def _cite_leaves(draft: Draft, leaves: Decided, case: Case) -> None:
    """Cite *leaves* and the rows of the parameters they were measured against."""
    for leaf, _verdict in leaves:
        draft.cite(leaf.cites)
        for key in leaf.parameters:
            for row in case.found(key).rows:
                draft.cite([cite.citation for cite in row.source.cites])


def _figure_facts(draft: Draft, benefit: CompiledBenefit, case: Case) -> Iterable[str]:
    if not draft.results:
        return ()
    group = next((group for group in benefit.groups if group.id == draft.group), None)
    return facts_in_figures(benefit.results, draft.results, group, case)


def _presumed(draft: Draft, facts: Iterable[str], case: Case) -> None:
    for fact in facts:
        if case.origin.get(fact) == "presumed":
            draft.presumed[fact] = case.raw[fact]
