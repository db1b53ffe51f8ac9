"""Tell why: the leaves behind a decision, their citations, how sure they are, and what was presumed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from core.citations import Citation
from rules.engine.basis import Ground, joined, together
from rules.engine.case import Case
from rules.engine.compiled import CompiledBenefit
from rules.engine.decision import NOTHING, Explanation, Why
from rules.engine.draft import Draft
from rules.engine.figured_facts import facts_in_figures
from rules.engine.model import Confidence
from rules.engine.nodes import LeafSpec
from rules.engine.records import Reasons
from rules.engine.selection import Selection


class Grounds(NamedTuple):
    """What several conditions say for a decision, one after the other; ``left`` are leaves that left groups aside."""

    parts: Sequence[Ground]
    left: Sequence[LeafSpec]
    cites: Mapping[str, Citation]
    confidence: Confidence

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Return the articles in order."""
        return tuple(self.cites.values())


Said = Ground | Grounds
_new = tuple.__new__
_FEW: Final = 6  # conditions; what more of them say together is hardly said again


def presumed(said: Said, case: Case) -> Mapping[str, Any]:
    """Return what the leaves behind a decision took for granted."""
    granted, raw = case.presumed, case.raw
    taken = NOTHING
    for part in said.parts:
        if not granted.isdisjoint(part.told):
            taken = {**taken, **{leaf.told: raw[leaf.told] for leaf in part.leaves if leaf.told in granted}}
    if said.left:
        taken = {**taken, **{leaf.told: raw[leaf.told] for leaf in said.left if leaf.told in granted}}
    return taken


class Trace(Why):
    """What decided on one benefit: the choice, the figures and doubts, the case. Everything is told from that.

    ``draft`` is left out where there is nothing but the verdict: no figures, no doubts.
    """

    __slots__ = ("_benefit", "_case", "_draft", "_selection")

    def __init__(self, benefit: CompiledBenefit, selection: Selection, case: Case, draft: Draft | None = None) -> None:
        self._benefit, self._selection, self._case, self._draft = benefit, selection, case, draft
        self._found = None

    def find_out(self) -> Explanation:
        """Find the leaves, their articles, what they took for granted, and how sure they are."""
        benefit, selection, case, draft = self._benefit, self._selection, self._case, self._draft
        doubts = draft.doubts if draft is not None else ()
        said = granted(benefit, selection, doubts, case) if selection.picks else refused(benefit, case)
        reasons, taken = Reasons(said.parts, said.left, case), presumed(said, case)
        if draft is None:
            return _new(Explanation, (said.citations, reasons, taken, said.confidence))
        citations = tuple({**draft.cites, **said.cites}.values())
        if draft.results:
            taken = {**taken, **_presumed_figures(benefit, draft, case)}
        return Explanation(citations, reasons, taken, min(draft.confidence, said.confidence))


class Excluded(Why):
    """Why a benefit is due but not paid: the articles that exclude it are named, too."""

    __slots__ = ("_cites", "_due")

    def __init__(self, due: Why, cites: tuple[Citation, ...]) -> None:
        super().__init__()
        self._due, self._cites = due, cites

    def find_out(self) -> Explanation:
        """Add the articles."""
        due = self._due.found
        return due._replace(citations=tuple(dict.fromkeys((*due.citations, *self._cites))))


def granted(benefit: CompiledBenefit, selection: Selection, doubts: Sequence[Ground], case: Case) -> Said:
    """Return what speaks for the groups that may be chosen, and what is said by the *doubts* about them."""
    table = case.table
    alike, common = table.alike, benefit.basis
    groups = [group for pick in selection.picks for group in pick]
    chosen = [alike.get(group.basis) or group.basis.unrefuted(case) for group in groups]
    parts = [alike.get(common) or common.unrefuted(case), *chosen, *doubts]
    left = _passed_over(benefit, selection, case)
    key = (selection.none_possible, *parts)
    said: Ground | None = table.together.get(key)
    if said is None:
        articles = [*[one.cites for one in chosen], parts[0].cites, {one.text: one for one in selection.cites}]
        sure = () if selection.none_possible else chosen[-len(selection.picks[-1]) :]
        confidence = min([benefit.confidence, *[one.confidence for one in (*groups, *sure)]])
        if left or selection.cites or len(parts) > _FEW:
            return Grounds(parts, left, joined(articles), confidence)
        said = together(parts, articles, confidence)
        table.keep(table.together, key, said)
    return Grounds((said,), left, said.cites, said.confidence) if left else said


def _passed_over(benefit: CompiledBenefit, selection: Selection, case: Case) -> Sequence[LeafSpec]:
    """Return the leaves that failed groups where the one chosen has no condition: they are why those were left."""
    if len(benefit.groups) == 1 or selection.picks[-1][-1].pick.plain != ():
        return ()
    return benefit.refuting.leaves(case)


def refused(benefit: CompiledBenefit, case: Case) -> Said:
    """Return what failed: the common conditions, else every group."""
    return benefit.basis.failing(case) if benefit.requires.run(case) is False else without_groups(benefit, case)


def without_groups(benefit: CompiledBenefit, case: Case) -> Said:
    """Return the grounds where every group fails."""
    parts = [group.basis.failing(case) for group in benefit.groups]
    key = tuple(parts)
    said: Ground | None = case.table.together.get(key)
    if said is None:
        articles = [*[one.cites for one in parts], benefit.cited]
        confidence = min([benefit.confidence, *[one.confidence for one in parts]])
        if len(parts) > _FEW:
            return Grounds(parts, (), joined(articles), confidence)
        said = together(parts, articles, confidence)
        case.table.keep(case.table.together, key, said)
    return said


def _presumed_figures(benefit: CompiledBenefit, draft: Draft, case: Case) -> dict[str, Any]:
    """Return what the figures took for granted."""
    if case.presumed.isdisjoint(benefit.figure_facts):
        return {}
    group = next((group for group in benefit.groups if group.id == draft.group), None)
    facts = facts_in_figures(benefit.results, draft.results, group, case)
    return {fact: case.raw[fact] for fact in facts if fact in case.presumed}
