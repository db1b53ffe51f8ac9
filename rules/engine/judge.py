"""Judge one benefit for one case.

Silence never counts: a fact nobody told leads to ``undetermined`` with the fact named, never to a verdict.
"""

from __future__ import annotations

from rules.engine.case import Case
from rules.engine.clauses import says_something
from rules.engine.compiled import CompiledBenefit
from rules.engine.decision import NOTHING, UNEXPLAINED, Decision, Explanation, Known, Verdict, Why
from rules.engine.doubting import Doubt, Raised
from rules.engine.draft import Draft
from rules.engine.explain import Trace
from rules.engine.model import Confidence, Effect, Need, Outcome, Status
from rules.engine.nodes import missing_facts, name_gaps
from rules.engine.results import name_groups, work_out
from rules.engine.selection import NOBODY, Selection, picked
from rules.engine.settle import REFUSED, Settled, settle, settle_among

_new = tuple.__new__  # a decision from all of its fields, in a third of the time


def verdict(benefit: CompiledBenefit, case: Case) -> Verdict:
    """Return the bare verdict on *benefit*: the outcome of :func:`judge`, without figures and reasons."""
    if benefit.final is not None:
        return benefit.final
    found = benefit.find(case)
    if isinstance(found, int):
        return benefit.refused
    if benefit.is_single and (found[0] is None or not (found[1] or found[2])):  # it may still fail: it waits
        missing, _problems = name_gaps(found[4] & case.open, found[5], case, benefit.by_fact)
        if missing:
            return Verdict(benefit.id, Outcome.UNDETERMINED, benefit.groups[0].id or None, tuple(missing))
    settled = settle_among(found, benefit, case)
    if benefit.required and settled.has_figures:
        return _with_figures(benefit, settled, case)
    selection, outcome = settled.selection, settled.outcome
    missing = settled.missing or {}
    if benefit.status is Status.UNSETTLED and outcome is not Outcome.INELIGIBLE:
        outcome = Outcome.UNDETERMINED
    if benefit.stopping:
        case.picked = picked(selection.picks[0])
        raised = benefit.stopped_by(case)
        if raised is not None:
            outcome = Outcome.UNDETERMINED
            missing = {**missing, **_waited_for(benefit, raised, case)}
    group = _group(selection)
    return Verdict(benefit.id, outcome, group, tuple(missing), () if group else _candidates(selection))


def _with_figures(benefit: CompiledBenefit, settled: Settled, case: Case) -> Verdict:
    """Return the verdict where it waits for a figure."""
    draft = _figured(benefit, settled, case)
    _doubts(draft, benefit, settled.selection, case)
    return Verdict(
        benefit.id, draft.outcome, draft.group, tuple(draft.missing), () if draft.group else draft.candidates
    )


def figured(benefit: CompiledBenefit, case: Case) -> Verdict:
    """Return the verdict by the conditions and the figures it waits for, before any doubt; some group is left."""
    draft = _figured(benefit, settle(benefit, case), case)
    return Verdict(benefit.id, draft.outcome, draft.group, tuple(draft.missing))


def _figured(benefit: CompiledBenefit, settled: Settled, case: Case) -> Draft:
    draft = _draft(settled)
    work_out(draft, benefit, benefit.required, settled.selection, case)
    if draft.outcome is not Outcome.UNDETERMINED:
        draft.missing.clear()
    return draft


def judge(benefit: CompiledBenefit, case: Case, *, explain: bool = True) -> Decision:
    """Return the decision on *benefit*; with *explain* also the leaves, citations and confidence behind it."""
    if benefit.closed is not None:
        return benefit.closed
    found = benefit.find(case)
    if isinstance(found, int):
        if not (benefit.refused_figures and _has_figures(benefit, case)):
            return _refused(benefit, case) if explain else benefit.plainly_refused
        settled = REFUSED
    else:
        settled = settle_among(found, benefit, case)
    if settled.missing and not settled.problems and benefit.status is not Status.UNSETTLED:
        case.picked = picked(settled.selection.picks[0])
        raised = benefit.doubting(case) if benefit.doubts else None
        if raised is None:
            return _waiting(benefit, settled, case, explain=explain)
        return _doubted(benefit, settled, raised, case, explain=explain)
    return _judged(benefit, settled, case, explain=explain)


def _has_figures(benefit: CompiledBenefit, case: Case) -> bool:
    """Tell whether a refusal may carry figures: those that are only given with it."""
    for figure in benefit.refused_figures:
        if figure.need is not Need.IF_TOLD or says_something(figure.clauses, case):
            return True
    return False


def _judged(benefit: CompiledBenefit, settled: Settled, case: Case, *, explain: bool) -> Decision:
    selection = settled.selection
    draft = _draft(settled)
    if settled.has_figures:
        work_out(draft, benefit, benefit.results, selection, case)
    if selection.picks:
        _doubts(draft, benefit, selection, case)
        for group in selection.improvable:
            missing_facts(group.pick, case, draft.improvable)
        name_groups(draft, benefit, case)
    return _decision(draft, benefit, Trace(benefit, selection, case, draft) if explain else None)


def _waiting(benefit: CompiledBenefit, settled: Settled, case: Case, *, explain: bool) -> Decision:
    """Return the decision that waits for facts and for nothing else: no figures, no doubts, nobody to ask."""
    selection = settled.selection
    why = Trace(benefit, selection, case) if explain else UNEXPLAINED
    missing = tuple(settled.missing or ())
    return _plain(benefit.id, Outcome.UNDETERMINED, _group(selection), missing, _candidates(selection), why)


def _doubted(benefit: CompiledBenefit, settled: Settled, raised: Raised, case: Case, *, explain: bool) -> Decision:
    """Return the decision that waits for facts, with its doubts: no figures yet, nobody to ask for the rest."""
    draft = _draft(settled)
    _raise(draft, benefit, raised, case)
    return _decision(draft, benefit, Trace(benefit, settled.selection, case, draft) if explain else None)


def _refused(benefit: CompiledBenefit, case: Case) -> Decision:
    """Return the plain refusal, explained: nobody and nothing to choose, no figures."""
    return _plain(benefit.id, Outcome.INELIGIBLE, None, (), (), Trace(benefit, NOBODY, case))


def _plain(
    benefit: str,
    outcome: Outcome,
    group: str | tuple[str, ...] | None,
    missing: tuple[str, ...],
    candidates: tuple[str, ...],
    why: Why,
) -> Decision:
    """Return the decision that is no more than a verdict, with why."""
    fields = (benefit, outcome, group, NOTHING, missing, False, (), (), NOTHING, candidates, why, (), False)
    return _new(Decision, fields)


def _draft(settled: Settled) -> Draft:
    selection = settled.selection
    draft = Draft(settled.outcome, _group(selection), _candidates(selection), dict(settled.missing or ()))
    for problem in settled.problems:
        draft.refer(problem)
    return draft


def _group(selection: Selection) -> str | tuple[str, ...] | None:
    """Return the group where one pick is left; two groups paid together are a pair."""
    if len(selection.picks) != 1:
        return None
    pick = selection.picks[0]
    return pick[0].id or None if len(pick) == 1 else tuple([group.id for group in pick])


def _candidates(selection: Selection) -> tuple[str, ...]:
    return tuple([group.id for pick in selection.picks for group in pick if group.id])


def _doubts(draft: Draft, benefit: CompiledBenefit, selection: Selection, case: Case) -> None:
    """Apply discretion and doubts: a person decides, or the verdict waits for what is missing."""
    if benefit.status is Status.UNSETTLED and draft.outcome is not Outcome.INELIGIBLE:
        draft.outcome, draft.granted_anyhow = Outcome.UNDETERMINED, False
        if benefit.status_reason is not None:
            draft.reasons[benefit.status_reason] = None
            draft.cite(benefit.status_cites)
    case.picked = picked(selection.picks[0])
    if len(selection.picks) == 1 and not draft.missing:
        for group in selection.picks[0]:
            if group.refer is not None:
                draft.refer(group.refer, group.cites)
    raised = benefit.doubting(case)
    if raised is not None:
        _raise(draft, benefit, raised, case)


def _raise(draft: Draft, benefit: CompiledBenefit, raised: Raised, case: Case) -> None:
    for doubt in raised[0]:
        _doubt(draft, doubt, case)
    if raised[1]:
        due = draft.granted_anyhow or draft.outcome is Outcome.ELIGIBLE
        draft.leave_open(granted_anyhow=due and not _may_stop(benefit, case))
        draft.missing.update(_waited_for(benefit, raised, case))


def _may_stop(benefit: CompiledBenefit, case: Case) -> bool:
    """Tell whether a doubt that is still unknown may leave the benefit to a person."""
    return any(doubt.effect is Effect.UNDETERMINED and doubt.node.run(case) is None for doubt in benefit.stopping)


def _waited_for(benefit: CompiledBenefit, raised: Raised, case: Case) -> dict[str, None]:
    """Return the facts that decide whether a doubt holds which keeps the verdict open."""
    _held, waits, bits, leaves = raised
    return name_gaps(bits & case.open, leaves, case, benefit.by_fact)[0] if waits else {}


def _doubt(draft: Draft, doubt: Doubt, case: Case) -> None:
    draft.cite(doubt.cites)
    draft.doubts.append(doubt.basis.carried(True, case))
    if doubt.effect is Effect.RESERVE:
        draft.confidence = min(draft.confidence, Confidence.MEDIUM)
        return
    draft.reasons[doubt.reason] = None
    if doubt.effect is Effect.UNDETERMINED:
        draft.outcome, draft.granted_anyhow = Outcome.UNDETERMINED, False


def _decision(draft: Draft, benefit: CompiledBenefit, why: Why | None) -> Decision:
    return _new(
        Decision,
        (
            benefit.id,
            draft.outcome,
            draft.group,
            draft.results,
            () if draft.outcome is Outcome.INELIGIBLE and not draft.results else tuple(draft.missing),
            bool(draft.reasons),
            tuple(draft.reasons),
            tuple(draft.improvable) if draft.outcome is Outcome.ELIGIBLE else (),
            draft.bounds,
            draft.candidates,
            why or Known(Explanation(tuple(draft.cites.values()), confidence=draft.confidence)),
            draft.notes,
            draft.granted_anyhow,
        ),
    )
