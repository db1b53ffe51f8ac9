"""Judge one benefit for one case.

Silence never counts: a fact nobody told leads to ``undetermined`` with the fact named, never to a verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from core.citations import Citation
from rules.engine.case import Case
from rules.engine.clauses import CompiledClause, Plain, Value, evaluate
from rules.engine.conditions import Node, missing_facts, problems
from rules.engine.decision import Decision, Reason, ResultValue, plain
from rules.engine.grounds import facts_in_figures, passed_over
from rules.engine.model import Best, Confidence, Effect, Need, Outcome, Status, Unsettled
from rules.engine.selection import CompiledGroup, CompiledSelect, Selection
from rules.engine.trace import own_confidence, refusal_confidence, trace, walk_cites
from rules.engine.values import Span


@dataclass(frozen=True, slots=True)
class CompiledResult:
    """One figure of the answer, ready to run."""

    name: str
    unit: str
    need: Need
    refused_only: bool
    clauses: tuple[CompiledClause, ...]
    best: Best | None
    cites: tuple[Citation, ...]
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class CompiledDoubt:
    """A point of doubt, ready to run."""

    reason: Reason
    effect: Effect
    node: Node
    cites: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class CompiledBenefit:
    """A benefit as it stands in one snapshot."""

    id: str
    group_as: str | None
    group_need: Need
    status: Status | None
    status_reason: Reason | None
    status_cites: tuple[Citation, ...]
    requires: Node
    groups: tuple[CompiledGroup, ...]
    select: CompiledSelect
    results: tuple[CompiledResult, ...]
    doubts: tuple[CompiledDoubt, ...]
    cites: tuple[Citation, ...]
    confidence: Confidence


@dataclass(slots=True)
class _Draft:
    """A decision while it is being worked out."""

    outcome: Outcome
    group: str | tuple[str, ...] | None = None
    results: dict[str, ResultValue] = field(default_factory=dict)
    bounds: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    missing: dict[str, None] = field(default_factory=dict)
    reasons: dict[Reason, None] = field(default_factory=dict)
    cites: dict[Citation, None] = field(default_factory=dict)
    confidence: Confidence = Confidence.HIGH
    nodes: list[Node] = field(default_factory=list)
    passed_over: list[Node] = field(default_factory=list)
    candidates: tuple[str, ...] = ()
    improvable: dict[str, None] = field(default_factory=dict)

    def cite(self, cites: Iterable[Citation], confidence: Confidence = Confidence.HIGH) -> None:
        self.cites.update(dict.fromkeys(cites))
        self.confidence = min(self.confidence, confidence)

    def refer(self, unsettled: Unsettled) -> None:
        if unsettled.refer:
            self.reasons[Reason(unsettled.reason, unsettled.text)] = None


def judge(benefit: CompiledBenefit, case: Case, *, explain: bool = True) -> Decision:
    """Return the decision on *benefit*; with *explain* also the leaves, citations and confidence behind it."""
    if benefit.status is None or benefit.status in (Status.NOT_YET, Status.CLOSED):
        return _without_rules(benefit)
    draft = _Draft(Outcome.INELIGIBLE)
    required = benefit.requires.run(case)
    selection = Selection((), True, ())
    if required is not False:
        selection = benefit.select.choose(benefit.groups, case)
        _settle(draft, benefit, selection, required, case)
    _results(draft, benefit, selection, case, refused=not selection.picks)
    _doubts(draft, benefit, selection, case)
    for group in selection.improvable:
        missing_facts(group.pick, case, draft.improvable)
    if explain:
        _explain(draft, benefit, selection, case)
    return _decision(draft, benefit, case, explain=explain)


def _without_rules(benefit: CompiledBenefit) -> Decision:
    """Not yet or no longer in force: refused. No period covers the day: nothing can be said."""
    reason = benefit.status_reason
    return Decision(
        benefit.id,
        Outcome.UNDETERMINED if benefit.status is None else Outcome.INELIGIBLE,
        refer_to_human=benefit.status is None,
        refer_reasons=(reason,) if reason is not None else (),
        citations=benefit.status_cites or benefit.cites,
        confidence=benefit.confidence,
    )


def _settle(draft: _Draft, benefit: CompiledBenefit, selection: Selection, required: bool | None, case: Case) -> None:
    """Set the outcome that every possible pick agrees on, or what is missing."""
    outcomes = {_pick_outcome(pick) for pick in selection.picks}
    if selection.none_possible or required is None:
        outcomes.add(Outcome.INELIGIBLE)
    if not selection.picks:
        return
    draft.candidates = tuple(dict.fromkeys(group.id for pick in selection.picks for group in pick if group.id))
    if len(selection.picks) == 1:
        ids = tuple(group.id for group in selection.picks[0] if group.id)
        draft.group = ids if len(ids) > 1 else ids[0] if ids else None
    open_group = benefit.group_need is Need.REQUIRED and len(selection.picks) > 1
    draft.outcome = outcomes.pop() if len(outcomes) == 1 and not open_group else Outcome.UNDETERMINED
    if draft.outcome is Outcome.UNDETERMINED:
        for node in (benefit.requires, *(group.pick for group in selection.unknown)):
            missing_facts(node, case, draft.missing)
            for problem in problems(node, case):
                draft.refer(problem)


def _pick_outcome(pick: tuple[CompiledGroup, ...]) -> Outcome:
    return pick[0].outcome


def _results(draft: _Draft, benefit: CompiledBenefit, selection: Selection, case: Case, *, refused: bool) -> None:
    """Work out the figures; a required one that is not settled keeps the verdict open."""
    if draft.outcome is Outcome.UNDETERMINED and (draft.missing or len(selection.picks) != 1):
        return
    picks: tuple[tuple[CompiledGroup, ...], ...] = selection.picks or ((),)
    required_missing: dict[str, None] = {}
    wanted: dict[str, None] = {}
    envs = [_environment(pick, case) for pick in picks]
    for result in benefit.results:
        if result.refused_only is not (refused or (draft.outcome is Outcome.INELIGIBLE and not selection.picks)):
            continue
        value = _one_result(result, benefit, picks, envs, case)
        if value.settled is not None:
            figure = _figure(value.settled, result.unit)
            draft.results[result.name] = figure
            if not isinstance(value.settled, str | bool):
                for env in envs:
                    env[result.name] = Span.of(value.settled)
            draft.cite((*value.cites, *(result.cites if result.best else ())), value.confidence)
            draft.improvable.update(dict.fromkeys(value.improvable))
            continue
        _unsettled(draft, result, value, selection, case, required_missing=required_missing, wanted=wanted)
        if value.span is not None:
            for env in envs:
                env[result.name] = value.span
    if required_missing:
        draft.outcome = Outcome.UNDETERMINED
        draft.results.clear()
        draft.missing.update(required_missing)
    else:
        draft.missing.update(wanted)


def _unsettled(
    draft: _Draft,
    result: CompiledResult,
    value: Value,
    selection: Selection,
    case: Case,
    *,
    required_missing: dict[str, None],
    wanted: dict[str, None],
) -> None:
    if value.unsettled is not None:
        draft.refer(value.unsettled)
        draft.cite(value.cites, value.confidence)
    if value.span is not None and (value.span.lo is not None or value.span.hi is not None):
        draft.bounds[result.name] = (value.span.lo, value.span.hi)
    into = required_missing if result.need is Need.REQUIRED else wanted
    if result.need is Need.IF_TOLD or (not value.missing and value.unsettled is None and len(selection.picks) == 1):
        return
    into.update(dict.fromkeys(value.missing))
    if len(selection.picks) > 1:
        for group in selection.unknown:
            missing_facts(group.pick, case, into)


def _environment(pick: tuple[CompiledGroup, ...], case: Case) -> dict[str, Span]:
    """Return the numeric values of the picked group, summed where two are paid together."""
    env: dict[str, Span] = {}
    for group in pick:
        case.picked = frozenset(member.id for member in pick)
        for name, clauses in group.values.items():
            span = evaluate(clauses, case, env).span
            if span is None:
                continue
            env[name] = _plus(env[name], span) if name in env else span
    return env


def _plus(a: Span, b: Span) -> Span:
    lows: list[Any] = [a.lo, b.lo]
    highs: list[Any] = [a.hi, b.hi]
    return Span(None if None in lows else sum(lows), None if None in highs else sum(highs))


def _one_result(
    result: CompiledResult,
    benefit: CompiledBenefit,
    picks: tuple[tuple[CompiledGroup, ...], ...],
    envs: list[dict[str, Span]],
    case: Case,
) -> Value:
    if result.best is not None:
        return _best_value(result.best, benefit, case)
    values = [_for_pick(result, pick, env, case) for pick, env in zip(picks, envs, strict=True)]
    first = values[0]
    if all(value.settled == first.settled and value.unsettled == first.unsettled for value in values[1:]):
        return first
    missing = tuple(dict.fromkeys(fact for value in values for fact in value.missing))
    return Value(None, None, missing)


def _for_pick(result: CompiledResult, pick: tuple[CompiledGroup, ...], env: dict[str, Span], case: Case) -> Value:
    case.picked = frozenset(group.id for group in pick)
    if result.clauses:
        return evaluate(result.clauses, case, env)
    return _group_value(result.name, pick, case)


def _group_value(name: str, pick: tuple[CompiledGroup, ...], case: Case) -> Value:
    """Return the value of that name of the picked group; numbers of two groups paid together are added."""
    values = [evaluate(group.values[name], case, {}) for group in pick if name in group.values]
    if not values:
        return Value()
    total = values[0]
    for value in values[1:]:
        span = _plus(total.span, value.span) if total.span and value.span else None
        total = Value(
            span.lo if span is not None and span.exact else None,
            span,
            total.missing + value.missing,
            total.unsettled or value.unsettled,
            total.cites + value.cites,
            min(total.confidence, value.confidence),
            total.improvable + value.improvable,
        )
    return total


def _best_value(best: Best, benefit: CompiledBenefit, case: Case) -> Value:
    """Return the highest value over every group that holds; settled when no unknown group could give more."""
    held: list[tuple[Value, CompiledGroup]] = []
    ceiling: Any = None
    missing: dict[str, None] = {}
    for group in benefit.groups:
        verdict = group.node.run(case)
        if verdict is False or best.value not in group.values:
            continue
        value = evaluate(group.values[best.value], case, {})
        if verdict:
            held.append((value, group))
            missing.update(dict.fromkeys(value.missing))
        else:
            missing_facts(group.node, case, missing)
        high: Any = value.span.hi if value.span is not None else None
        ceiling = high if ceiling is None or (high is not None and high > ceiling) else ceiling
    floor: Any = max((v.span.lo for v, _g in held if v.span is not None and v.span.lo is not None), default=None)
    if floor is not None and floor == ceiling:
        top = next(value for value, _group in held if value.settled == floor)
        return Value(floor, Span.of(floor), cites=top.cites, confidence=top.confidence)
    return Value(None, Span(floor, ceiling), tuple(missing))


def best_group(benefit: CompiledBenefit, best: Best, level: Any, case: Case) -> CompiledGroup | None:
    """Return the first group that surely holds and gives *level*."""
    for group in benefit.groups:
        if group.node.run(case) and best.value in group.values:
            value = evaluate(group.values[best.value], case, {})
            if value.settled is not None and plain(value.settled) == level:
                return group
    return None


def _doubts(draft: _Draft, benefit: CompiledBenefit, selection: Selection, case: Case) -> None:
    """Apply discretion and doubts: a person decides, or the verdict waits for what is missing."""
    case.picked = frozenset(group.id for pick in selection.picks[:1] for group in pick)
    if benefit.status is Status.UNSETTLED and draft.outcome is not Outcome.INELIGIBLE:
        draft.outcome = Outcome.UNDETERMINED
        if benefit.status_reason is not None:
            draft.reasons[benefit.status_reason] = None
            draft.cite(benefit.status_cites)
    if len(selection.picks) == 1 and not draft.missing:
        for group in selection.picks[0]:
            if group.refer is not None:
                draft.refer(group.refer)
    for doubt in benefit.doubts if selection.picks else ():
        _doubt(draft, doubt, case)


def _doubt(draft: _Draft, doubt: CompiledDoubt, case: Case) -> None:
    verdict = doubt.node.run(case)
    if verdict is False or (verdict is None and doubt.effect is not Effect.UNDETERMINED):
        return
    if verdict is None:
        draft.outcome = Outcome.UNDETERMINED
        draft.results.clear()
        missing_facts(doubt.node, case, draft.missing)
        return
    draft.cite(doubt.cites)
    draft.nodes.append(doubt.node)
    if doubt.effect is Effect.RESERVE:
        draft.confidence = min(draft.confidence, Confidence.MEDIUM)
        return
    draft.reasons[doubt.reason] = None
    if doubt.effect is Effect.UNDETERMINED:
        draft.outcome = Outcome.UNDETERMINED


def _explain(draft: _Draft, benefit: CompiledBenefit, selection: Selection, case: Case) -> None:
    """Gather the citations and the confidence of what decided."""
    if selection.picks:
        for pick in selection.picks:
            for group in pick:
                sure = own_confidence(group.pick, case) if group.pick.run(case) else Confidence.HIGH
                draft.cite(walk_cites(group.pick, case, (True, None)), min(group.confidence, sure))
                draft.cite(group.cites)
        draft.cite(walk_cites(benefit.requires, case, (True, None)))
        draft.cite(selection.cites)
        picked = [group.pick for pick in selection.picks for group in pick]
        draft.nodes = [benefit.requires, *picked, *draft.nodes]
        draft.passed_over = passed_over(benefit.groups, picked, case)
    else:
        failed = [benefit.requires] if benefit.requires.run(case) is False else [g.pick for g in benefit.groups]
        for node in failed:
            draft.cite(walk_cites(node, case, (False,)), refusal_confidence(node, case))
        draft.nodes = failed
    draft.cite(benefit.cites, benefit.confidence)


def _decision(draft: _Draft, benefit: CompiledBenefit, case: Case, *, explain: bool) -> Decision:
    _name_groups(draft, benefit, case)
    refused = draft.outcome is Outcome.INELIGIBLE and draft.group is None
    leaves = trace(draft.nodes, case, (False,) if refused else None) if explain else ()
    failed = trace(draft.passed_over, case, (False,)) if explain else ()
    group = next((g for g in benefit.groups if g.id == draft.group), None)
    figures = tuple(facts_in_figures(benefit.results, draft.results, group, case)) if explain else ()
    behind = (*(leaf.fact for leaf in (*leaves, *failed)), *figures)
    presumed: Mapping[str, Any] = {fact: case.raw[fact] for fact in behind if case.origin.get(fact) == "presumed"}
    return Decision(
        benefit.id,
        draft.outcome,
        draft.group,
        draft.results,
        () if draft.outcome is Outcome.INELIGIBLE and not draft.results else tuple(draft.missing),
        bool(draft.reasons),
        tuple(draft.reasons),
        tuple(draft.cites),
        (*leaves, *(leaf for leaf in failed if leaf.source == "told")),
        presumed,
        draft.confidence,
        tuple(draft.improvable) if draft.outcome is Outcome.ELIGIBLE else (),
        draft.bounds,
        draft.candidates,
    )


def _name_groups(draft: _Draft, benefit: CompiledBenefit, case: Case) -> None:
    if benefit.group_as and isinstance(draft.group, str) and draft.results:
        draft.results = {benefit.group_as: draft.group, **draft.results}
    for result in benefit.results:
        if result.best is None or not result.best.group_as or result.name not in draft.results:
            continue
        own = next((g for g in benefit.groups if g.id == draft.group), None)
        level = draft.results[result.name]
        if own is not None and best_group_is(own, result.best, level, case):
            continue
        group = best_group(benefit, result.best, level, case)
        if group is not None:
            draft.results[result.best.group_as] = group.id
            draft.cite(group.cites)


def best_group_is(group: CompiledGroup, best: Best, level: ResultValue, case: Case) -> bool:
    """Tell whether *group* itself gives *level*."""
    if best.value not in group.values:
        return False
    value = evaluate(group.values[best.value], case, {})
    return value.settled is not None and plain(value.settled) == level


def _figure(value: Plain, unit: str) -> ResultValue:
    """Round money to the đồng; give everything else as a plain JSON value."""
    if unit == "vnd" and isinstance(value, int | Decimal) and not isinstance(value, bool):
        return int(Decimal(value).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    result: ResultValue = plain(value)
    return result
