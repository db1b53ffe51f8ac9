"""Tell why: the leaves behind a decision, their citations, how sure they are, and what was presumed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from core.citations import Citation
from rules.engine.basis import Basis, Ground, joined
from rules.engine.case import Case
from rules.engine.compiled import CompiledBenefit
from rules.engine.draft import Draft
from rules.engine.figured_facts import facts_in_figures
from rules.engine.model import Confidence
from rules.engine.nodes import LeafSpec
from rules.engine.records import Reasons
from rules.engine.selection import Selection


class Grounds(NamedTuple):
    """What conditions say for a decision: one after the other, then the leaves that left groups aside."""

    parts: Sequence[Ground]
    left: Sequence[LeafSpec]
    cites: Mapping[str, Citation]
    citations: tuple[Citation, ...]
    confidence: Confidence

    def presumed(self, case: Case) -> dict[str, Any]:
        """Return what the leaves took for granted."""
        presumed, raw = case.presumed, case.raw
        taken: dict[str, Any] = {}
        for part in self.parts:
            if not presumed.isdisjoint(part.told):
                taken.update([(leaf.told, raw[leaf.told]) for leaf in part.leaves if leaf.told in presumed])
        if self.left:
            taken.update([(leaf.told, raw[leaf.told]) for leaf in self.left if leaf.told in presumed])
        return taken

    def reasons(self, case: Case) -> Reasons:
        """Return the records of the leaves."""
        return Reasons(self.parts, self.left, case)


def explain(draft: Draft, benefit: CompiledBenefit, selection: Selection, case: Case) -> None:
    """Fill in citations, confidence, leaves and presumptions of *draft*."""
    grounds = granted(benefit, selection, draft.doubts, case) if selection.picks else refused(benefit, case)
    draft.cite_known(grounds.cites, grounds.confidence)
    draft.presumed = grounds.presumed(case)
    draft.leaves = grounds.reasons(case)
    if draft.results:
        _presumed_figures(draft, benefit, case)


def granted(benefit: CompiledBenefit, selection: Selection, doubts: Iterable[Basis], case: Case) -> Grounds:
    """Return what speaks for the groups that may be chosen."""
    common = benefit.basis.unrefuted(case)
    alike = case.table.alike
    chosen = [
        alike.get(group.basis) or group.basis.unrefuted(case) for pick in selection.picks for group in pick
    ]
    confidence = _confidence(benefit, selection, chosen)
    left = _passed_over(benefit, selection, case)
    if len(chosen) == 1:
        both = _together(common, chosen[0], case)
        parts: list[Ground] = [both]
        cites, citations = both.cites, both.citations
    else:
        parts = [common, *chosen]
        more = {cite.text: cite for cite in selection.cites}
        cites = joined([*[one.cites for one in chosen], common.cites, more])
        citations = tuple(cites.values())
    parts += [doubt.carried(doubt.node.run(case), case) for doubt in doubts]
    return Grounds(parts, left, cites, citations, confidence)


def _together(common: Ground, chosen: Ground, case: Case) -> Ground:
    """Return what the common conditions and those of the only group say together."""
    kept: Ground | None = case.table.together.get((common, chosen))
    if kept is None:
        kept = Ground((*common.leaves, *chosen.leaves), joined([chosen.cites, common.cites]), common.confidence)
        case.table.keep(case.table.together, (common, chosen), kept)
    return kept


def _confidence(benefit: CompiledBenefit, selection: Selection, chosen: Sequence[Ground]) -> Confidence:
    """Return how sure the rules of the groups that may be chosen are; of one that surely holds, its conditions too."""
    confidence = benefit.confidence
    for pick in selection.picks:
        for group in pick:
            if group.confidence < confidence:  # noqa: PLR1730  (a third of the time of min)
                confidence = group.confidence
    if not selection.none_possible:
        for ground in chosen[-len(selection.picks[-1]) :]:
            confidence = min(confidence, ground.confidence)
    return confidence


def _passed_over(benefit: CompiledBenefit, selection: Selection, case: Case) -> Sequence[LeafSpec]:
    """Return the leaves that failed groups where the one chosen has no condition: they are why those were left."""
    if len(benefit.groups) == 1 or selection.picks[-1][-1].pick.plain != ():
        return ()
    return benefit.refuting.leaves(case)


def refused(benefit: CompiledBenefit, case: Case) -> Grounds:
    """Return what failed: the common conditions, else every group."""
    if benefit.requires.run(case) is not False:
        return _without_groups(benefit, case)
    failed = benefit.basis.failing(case)
    return Grounds((failed,), (), failed.cites, failed.citations, min(benefit.confidence, failed.confidence))


def _without_groups(benefit: CompiledBenefit, case: Case) -> Grounds:
    """Return the grounds where every group fails."""
    failed = [group.basis.failing(case) for group in benefit.groups]
    cites = joined([*[one.cites for one in failed], benefit.cited])
    confidence = min([benefit.confidence, *[one.confidence for one in failed]])
    return Grounds(failed, (), cites, tuple(cites.values()), confidence)


def _presumed_figures(draft: Draft, benefit: CompiledBenefit, case: Case) -> None:
    """Note what the figures took for granted."""
    group = next((group for group in benefit.groups if group.id == draft.group), None)
    for fact in facts_in_figures(benefit.results, draft.results, group, case):
        if fact in case.presumed:
            draft.presumed[fact] = case.raw[fact]
