"""Settle what a vague fact leaves open although every way it may turn out agrees.

Born in 1951 and poor: 75 already or still 74, the social pension is due either way. The span that was told is cut where
the conditions of the benefit change; where each part is judged alike, that is the verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Final, TypeVar

from rules.engine.case import AGE, BIRTH, Case, age_on
from rules.engine.compiled import CompiledBenefit
from rules.engine.decision import Decision, Explanation, Leaf, Verdict, Why
from rules.engine.model import Need, Outcome
from rules.engine.values import Choice, FactValue, Span

_MOST_PARTS: Final = 6
_MOST_CASES: Final = 8

Says = Callable[[dict[str, FactValue]], int]
Facts = dict[str, FactValue]
T = TypeVar("T")


def parts_of(benefit: CompiledBenefit, case: Case, missing: Iterable[str], says: Says) -> Iterator[Case]:
    """Yield *case* once for every way its vague facts may turn out; nothing where there are none, or too many ways."""
    ways: list[list[Facts]] = []
    for fact in missing:
        value = case.facts.get(fact)
        if value is None:
            continue
        parts = _parts(fact, value, benefit.mask, case.as_of, says)
        if len(parts) > 1:
            ways.append(parts)
    count = 1
    for parts in ways:
        count *= len(parts)
    if not ways or count > _MOST_CASES:
        return
    for way in product(*ways):
        facts = dict(case.facts)
        for part in way:
            facts.update(part)
        yield replace(case, facts=facts, verdicts={}, whole=False)


def agreed_verdict(benefit: CompiledBenefit, verdicts: Sequence[Verdict]) -> Verdict | None:
    """Return the verdict all parts agree on, or ``None``."""
    if not _agree(benefit, verdicts):
        return None
    first = verdicts[0]
    candidates = tuple(dict.fromkeys(name for verdict in verdicts for name in verdict.candidates))
    return Verdict(first.benefit, first.outcome, _same([v.group for v in verdicts]), (), candidates)


def agreed_decision(benefit: CompiledBenefit, decisions: Sequence[Decision], vague: Iterable[str]) -> Decision | None:
    """Return the decision all parts agree on: figures only where they are the same, reasons of every part."""
    if not _agree(benefit, decisions):
        return None
    first = decisions[0]
    results = {k: v for k, v in first.results.items() if all(d.results.get(k) == v for d in decisions[1:])}
    differ = any(len(d.results) > len(results) for d in decisions)
    missing = (*(fact for fact in vague if differ), *(fact for d in decisions for fact in d.missing))
    return Decision(
        first.benefit,
        first.outcome,
        _same([decision.group for decision in decisions]),
        results,
        _each(missing),
        any(decision.refer_to_human for decision in decisions),
        _each(reason for d in decisions for reason in d.refer_reasons),
        _each(fact for d in decisions for fact in d.improvable_by),
        first.bounds if all(d.bounds == first.bounds for d in decisions) else {},
        _each(name for d in decisions for name in d.candidates),
        Agreed(decisions),
        tuple([note for note in first.notes if all(note in d.notes for d in decisions[1:])]),
    )


class Agreed(Why):
    """Why all of several decisions are as they are: what is behind each of them."""

    __slots__ = ("_decisions",)

    def __init__(self, decisions: Sequence[Decision]) -> None:
        super().__init__()
        self._decisions = decisions

    def find_out(self) -> Explanation:
        """Join the explanations."""
        decisions = self._decisions
        return Explanation(
            tuple({cite.text: cite for d in decisions for cite in d.citations}.values()),
            tuple(_leaves(decisions)),
            {fact: value for d in decisions for fact, value in d.presumed.items()},
            min(decision.confidence for decision in decisions),
        )


def _agree(benefit: CompiledBenefit, judged: Sequence[Verdict] | Sequence[Decision]) -> bool:
    if not judged or judged[0].outcome is Outcome.UNDETERMINED:
        return False
    if any(one.outcome is not judged[0].outcome for one in judged[1:]):
        return False
    if benefit.group_need is Need.REQUIRED:
        return all(one.group == judged[0].group for one in judged[1:])
    stand_for = {group.id: group.stands_for for group in benefit.groups if group.id}
    return len({stand_for[name] for one in judged for name in _names(one)}) <= 1


def _names(judged: Verdict | Decision) -> tuple[str, ...]:
    return (judged.group,) if isinstance(judged.group, str) else judged.group or judged.candidates


def _parts(fact: str, value: FactValue, mask: int, as_of: date, says: Says) -> list[Facts]:
    if isinstance(value, Choice):
        choices: list[Facts] = [{fact: Choice(frozenset({one}))} for one in sorted(value.possible)]
        return choices if len(choices) <= _MOST_PARTS else []
    if not isinstance(value, Span) or value.exact:
        return []
    low, high = value.lo, value.hi
    if isinstance(low, date) and isinstance(high, date):
        cuts = _cut(low.toordinal(), high.toordinal(), lambda day: says(_born(fact, _day(day), as_of)) & mask)
        return [_born(fact, Span(date.fromordinal(a), date.fromordinal(b)), as_of) for a, b in cuts]
    if isinstance(low, int) and isinstance(high, int):
        cuts = _cut(low, high, lambda number: says({fact: Span.of(number)}) & mask)
        return [{fact: Span(a, b)} for a, b in cuts]
    return []


def _day(ordinal: int) -> Span:
    return Span.of(date.fromordinal(ordinal))


def _born(fact: str, value: Span, as_of: date) -> Facts:
    """Return the fact with the age that follows from it."""
    return {fact: value, AGE: age_on(value, as_of)} if fact == BIRTH else {fact: value}


def _cut(low: int, high: int, says: Callable[[int], int]) -> list[tuple[int, int]]:
    """Cut *low* to *high* where what is said changes; a change that is taken back in between goes unseen."""
    cuts: list[tuple[int, int]] = []
    start = low
    while start <= high and len(cuts) <= _MOST_PARTS:
        end = _last_alike(start, high, says)
        cuts.append((start, end))
        start = end + 1
    return cuts


def _last_alike(start: int, high: int, says: Callable[[int], int]) -> int:
    said = says(start)
    if says(high) == said:
        return high
    alike, other = start, high
    while other - alike > 1:
        middle = (alike + other) // 2
        if says(middle) == said:
            alike = middle
        else:
            other = middle
    return alike


def _leaves(decisions: Sequence[Decision]) -> Iterator[Leaf]:
    seen: set[tuple[str, str, str]] = set()
    for leaf in (leaf for decision in decisions for leaf in decision.reasons):
        key = (leaf.fact, leaf.operator, str(leaf.threshold))
        if key not in seen:
            seen.add(key)
            yield leaf


def _same(groups: Sequence[str | tuple[str, ...] | None]) -> str | tuple[str, ...] | None:
    return groups[0] if all(group == groups[0] for group in groups) else None


def _each(values: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))
