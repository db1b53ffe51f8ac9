"""Work out the figures of a decision for the group chosen, or for every group that may still be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from rules.engine.case import Case
from rules.engine.clauses import Plain, Value, evaluate
from rules.engine.compiled import CompiledBenefit, CompiledResult
from rules.engine.decision import ResultValue, plain
from rules.engine.draft import Draft
from rules.engine.model import Best, Need, Outcome
from rules.engine.nodes import missing_facts
from rules.engine.selection import CompiledGroup, Pick, Selection, picked
from rules.engine.values import Span

_NO_PICK: tuple[Pick, ...] = ((),)


def work_out(
    draft: Draft, benefit: CompiledBenefit, results: Sequence[CompiledResult], selection: Selection, case: Case
) -> None:
    """Work out *results*; a required one that is not settled keeps the verdict open."""
    refused = not selection.picks
    picks = selection.picks or _NO_PICK
    required: dict[str, None] = {}
    wanted: dict[str, None] = {}
    envs: list[dict[str, Span]] | None = None
    for result in results:
        if result.refused_only is not refused:
            continue
        if envs is None:
            envs = [_environment(pick, case) for pick in picks]
        value = _one(result, benefit, picks, envs, case)
        if value.settled is None:
            _open(draft, result, value, selection, case, required if result.need is Need.REQUIRED else wanted)
            span = value.span
        else:
            draft.results[result.name] = figure(value.settled, result.unit)
            draft.cite((*value.cites, *(result.cites if result.best else ())), value.confidence)
            draft.improvable.update(dict.fromkeys(value.improvable))
            span = None if isinstance(value.settled, str | bool) else Span.of(value.settled)
        if span is not None:
            for env in envs:
                env[result.name] = span
    if required:
        draft.leave_open(granted_anyhow=draft.outcome is Outcome.ELIGIBLE)
    if required or wanted:
        draft.missing.update(_facts_among(required or wanted, benefit))


def _facts_among(names: Mapping[str, None], benefit: CompiledBenefit) -> dict[str, None]:
    """Return *names* without figures of the benefit's own: nobody can tell a rate that the law does not give."""
    own = {result.name for result in benefit.results}
    return {name: None for name in names if name not in own}


def _open(
    draft: Draft, result: CompiledResult, value: Value, selection: Selection, case: Case, into: dict[str, None]
) -> None:
    """Note what an open figure waits for."""
    if value.unsettled is not None:
        if value.unsettled.refer or not value.missing:
            draft.refer(value.unsettled, value.cites)
        draft.cite(value.cites, value.confidence)
    if value.span is not None and (value.span.lo is not None or value.span.hi is not None):
        draft.bounds[result.name] = (value.span.lo, value.span.hi)
    several = len(selection.picks) > 1
    if result.need is Need.IF_TOLD or not (value.missing or value.unsettled is not None or several):
        return
    into.update(dict.fromkeys(value.missing))
    if several:
        for group in selection.unknown:
            missing_facts(group.pick, case, into)


def _environment(pick: Pick, case: Case) -> dict[str, Span]:
    """Return the numeric values of the picked group, summed where two are paid together."""
    env: dict[str, Span] = {}
    case.picked = picked(pick) if pick else frozenset()
    for group in pick:
        for name, clauses in group.values.items():
            span = evaluate(clauses, case, env).span
            if span is not None:
                env[name] = _plus(env[name], span) if name in env else span
    return env


def _plus(a: Span, b: Span) -> Span:
    lows: list[Any] = [a.lo, b.lo]
    highs: list[Any] = [a.hi, b.hi]
    return Span(None if None in lows else sum(lows), None if None in highs else sum(highs))


def _one(
    result: CompiledResult,
    benefit: CompiledBenefit,
    picks: Sequence[Pick],
    envs: Sequence[Mapping[str, Span]],
    case: Case,
) -> Value:
    if result.best is not None:
        return _best_value(result.best, benefit, case)
    first = _for_pick(result, picks[0], envs[0], case)
    if len(picks) == 1:
        return first
    values = [first, *(_for_pick(result, pick, env, case) for pick, env in zip(picks[1:], envs[1:], strict=True))]
    if all(value.settled == first.settled and value.unsettled == first.unsettled for value in values[1:]):
        return first
    return Value(None, _around(values), tuple(dict.fromkeys(fact for value in values for fact in value.missing)))


def _around(values: Sequence[Value]) -> Span | None:
    """Return the span that holds all *values*, ``None`` where one of them is no number."""
    lows: list[Any] = [value.span.lo if value.span is not None else None for value in values]
    highs: list[Any] = [value.span.hi if value.span is not None else None for value in values]
    low, high = (None if None in lows else min(lows)), (None if None in highs else max(highs))
    return None if low is None and high is None else Span(low, high)


def _for_pick(result: CompiledResult, pick: Pick, env: Mapping[str, Span], case: Case) -> Value:
    case.picked = picked(pick) if pick else frozenset()
    if result.clauses:
        return evaluate(result.clauses, case, env)
    return _group_value(result.name, pick, case)


def _group_value(name: str, pick: Pick, case: Case) -> Value:
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
    held: list[Value] = []
    ceiling: Any = None
    missing: dict[str, None] = {}
    for group in benefit.groups:
        verdict = group.node.run(case)
        if verdict is False or best.value not in group.values:
            continue
        value = evaluate(group.values[best.value], case, {})
        if verdict:
            held.append(value)
            missing.update(dict.fromkeys(value.missing))
        else:
            missing_facts(group.node, case, missing)
        high: Any = value.span.hi if value.span is not None else None
        ceiling = high if ceiling is None or (high is not None and high > ceiling) else ceiling
    floor: Any = max((v.span.lo for v in held if v.span is not None and v.span.lo is not None), default=None)
    if floor is not None and floor == ceiling:
        top = next(value for value in held if value.settled == floor)
        return Value(floor, Span.of(floor), cites=top.cites, confidence=top.confidence)
    return Value(None, Span(floor, ceiling), tuple(missing))


def name_groups(draft: Draft, benefit: CompiledBenefit, case: Case) -> None:
    """Name in the results the group chosen, and the one a best value comes from where that is another."""
    if benefit.group_as and isinstance(draft.group, str) and draft.results:
        draft.results = {benefit.group_as: draft.group, **draft.results}
    for result in benefit.results:
        if result.best is None or not result.best.group_as or result.name not in draft.results:
            continue
        level = draft.results[result.name]
        giving = [group for group in benefit.groups if _gives(group, result.best, level, case)]
        if giving and all(group.id != draft.group for group in giving):
            draft.results[result.best.group_as] = giving[0].id
            draft.cite(giving[0].cites)


def _gives(group: CompiledGroup, best: Best, level: ResultValue, case: Case) -> bool:
    """Tell whether *group* surely holds and gives *level*."""
    if best.value not in group.values or not group.node.run(case):
        return False
    value = evaluate(group.values[best.value], case, {})
    return value.settled is not None and plain(value.settled) == level


def figure(value: Plain, unit: str) -> ResultValue:
    """Round money to the đồng; give everything else as a plain JSON value."""
    if unit == "vnd" and isinstance(value, int | Decimal) and not isinstance(value, bool):
        return value if isinstance(value, int) else int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    result: ResultValue = plain(value)
    return result
