"""What would settle an open verdict: the answers that lead to an entitlement, and those that do not.

A conditional verdict is told as one ("if she has no pension: ..."); the state stays undetermined until the citizen
says which it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice, pairwise, product

from actions.asking import AGE, BIRTH
from actions.judging import ELIGIBLE, INELIGIBLE
from actions.phrasebook import Phrasebook
from actions.ports import Decision, Eligibility, FactDefinition, FactId, Raw, Vocabulary

# With more open facts than the first, only ways to an entitlement over one or two of them are looked for.
MOST_UNKNOWN = 3
MOST_CONDITIONS = 4
MOST_TRIED = 48
MOST_WAYS = 2
MANY_VALUES = 6
GROWN_UP_AGE = 16
AGES = (AGE, BIRTH)


@dataclass(frozen=True)
class Branch:
    """A verdict under conditions; each condition is a fact and the values (any of them) it holds for."""

    conditions: Mapping[FactId, tuple[Raw, ...]]
    decision: Decision


@dataclass(frozen=True)
class Question:
    """An open verdict: what is known, where and when, and which facts may be supposed, the likeliest first.

    Of the facts in *spoken_of* any answer is supposed; of others no age, and where much is open only what most people
    would say: no, none.
    """

    facts: Mapping[FactId, Raw]
    decision: Decision
    as_of: date
    province: str | None
    preferred: Sequence[FactId]
    spoken_of: Collection[FactId] = ()
    # Who writes about herself is no small child.
    is_grown_up: bool = False

    @property
    def is_wide(self) -> bool:
        """Tell whether so much is open that most answers would lead far away from what was asked."""
        return len(self.decision.missing) > MOST_UNKNOWN


class WhatIf:
    """Tries the answers to what is missing."""

    def __init__(self, eligibility: Eligibility, vocabulary: Vocabulary, phrasebook: Phrasebook) -> None:
        self._eligibility, self._vocabulary, self._phrasebook = eligibility, vocabulary, phrasebook

    def branches(self, question: Question) -> list[Branch]:
        """Return what the verdict would be, entitlements first; empty where nothing can be said."""
        unknown = [fact for fact in question.preferred if fact in question.decision.missing]
        if len(question.decision.missing) == 1:
            return self._every_answer(question, unknown[0]) if unknown else []
        ways = [branch for fact in unknown for branch in self._ways_over(question, fact)]
        return ways[:MOST_WAYS] or self._way_over_several(question, unknown)

    def _every_answer(self, question: Question, fact: FactId) -> list[Branch]:
        """One fact is open: answers with the same verdict go together, and refusals are told too."""
        found = _alike(self._tried(question, (fact,)), (ELIGIBLE, INELIGIBLE))
        entitled = [branch for branch in found if branch.decision.outcome == ELIGIBLE]
        return entitled + [branch for branch in found if branch not in entitled] if entitled else []

    def _ways_over(self, question: Question, fact: FactId) -> list[Branch]:
        """Return the answers to *fact* that lead to an entitlement whatever else is still open."""
        return _alike(self._tried(question, (fact,)), (ELIGIBLE,))[:MOST_WAYS]

    def _way_over_several(self, question: Question, unknown: Sequence[FactId]) -> list[Branch]:
        """Return the most ordinary combination of answers that leads to an entitlement."""
        if question.is_wide:
            return self._ordinary_way(question, unknown)
        for supposed, decision in self._tried(question, unknown):
            if decision.outcome == ELIGIBLE:
                return [_branch(supposed, decision)]
        return []

    def _ordinary_way(self, question: Question, unknown: Sequence[FactId]) -> list[Branch]:
        """Suppose everyone's "no" everywhere, with each age where an age may be supposed; keep what is needed of it."""
        noes = {fact: value for fact in unknown for value in self._values(fact, question)[:1] if _is_no(value)}
        ages = [fact for fact in unknown if fact in AGES and fact in question.spoken_of]
        for age in self._values(ages[0], question) if ages else [None]:
            supposed = noes if age is None else {**noes, AGE: age}
            if self._judge(question, supposed).outcome == ELIGIBLE:
                needed = self._needed(question, supposed)
                return [_branch(needed, self._judge(question, needed))] if len(needed) <= MOST_CONDITIONS else []
        return []

    def _needed(self, question: Question, supposed: Mapping[FactId, Raw]) -> dict[FactId, Raw]:
        """Leave out of *supposed* what the entitlement does not hang on."""
        needed = dict(supposed)
        for fact in list(needed):
            without = {other: value for other, value in needed.items() if other != fact}
            if self._judge(question, without).outcome == ELIGIBLE:
                needed = without
        return needed

    def _judge(self, question: Question, supposed: Mapping[FactId, Raw]) -> Decision:
        facts = {**question.facts, **supposed}
        benefits = [question.decision.benefit]
        return self._eligibility.assess(facts, as_of=question.as_of, province=question.province, benefits=benefits)[0]

    def _tried(self, question: Question, facts: Sequence[FactId]) -> Iterator[tuple[dict[FactId, Raw], Decision]]:
        answers = [self._answers(fact, question, alone=len(facts) == 1) for fact in facts]
        for answer in islice(product(*answers), MOST_TRIED):
            supposed = dict(answer)
            yield supposed, self._judge(question, supposed)

    def _answers(self, fact: FactId, question: Question, *, alone: bool) -> list[tuple[FactId, Raw]]:
        """Return the answers worth trying, the most ordinary first; empty where they cannot be listed."""
        values = self._values(fact, question)
        if fact in AGES and fact not in question.spoken_of:
            return []
        if question.is_wide and fact not in question.spoken_of:
            values = [value for value in values if _is_no(value)]
        elif not alone and "none" in values and len(values) > MANY_VALUES:
            values = ["none"]
        return [(AGE if fact in AGES else fact, value) for value in values]

    def _values(self, fact: FactId, question: Question) -> list[Raw]:
        definition = self._vocabulary.facts[fact]
        leaves = [leaf for leaf in question.decision.reasons if leaf.fact == fact]
        marks = sorted({leaf.threshold for leaf in leaves if type(leaf.threshold) is int})
        if fact in AGES:
            told = any(age in question.facts for age in AGES)
            intervals = [] if told else _intervals(marks)
            return [age for age in intervals if not (question.is_grown_up and age.get("max", 99) < GROWN_UP_AGE)]
        if definition.type == "bool":
            return [False, True]
        if definition.type == "enum":
            return _enumerated(definition)
        if definition.type == "money_vnd":
            # An amount of nothing is supposed only where there is a way to say so: no pension, but not no income.
            amounts = _amounts(marks)[0 if "zero" in self._phrasebook.fact(fact) else 1 :]
            return [amount for amount in amounts if _agrees(amount, question.facts.get(fact))]
        return [{"min": marks[0]}, {"max": marks[0] - 1}] if definition.type == "int" and marks else []


def _branch(supposed: Mapping[FactId, Raw], decision: Decision) -> Branch:
    return Branch({fact: (value,) for fact, value in supposed.items()}, decision)


def is_ordinary(branch: Branch) -> bool:
    """Tell whether *branch* only needs what most people would say no to."""
    return all(is_no(values) for values in branch.conditions.values())


def is_no(values: Sequence[Raw]) -> bool:
    """Tell whether one of *values* is what most people would say: no, none."""
    return any(_is_no(value) for value in values)


def _alike(tried: Iterator[tuple[dict[FactId, Raw], Decision]], outcomes: Sequence[str]) -> list[Branch]:
    """Put answers with the same verdict and the same figures together, in the order they were tried."""
    groups: dict[tuple[object, ...], list[tuple[FactId, Raw, Decision]]] = {}
    for supposed, decision in tried:
        if decision.outcome in outcomes:
            ((fact, value),) = supposed.items()
            same = (decision.outcome, *sorted(map(str, decision.results.items())))
            groups.setdefault(same, []).append((fact, value, decision))
    branches = [Branch({group[0][0]: _joined([v for _, v, _ in group])}, group[0][2]) for group in groups.values()]
    # Whatever holds at any age is no condition.
    return [branch for branch in branches if {} not in next(iter(branch.conditions.values()))]


def _agrees(amount: Raw, told: Raw) -> bool:
    """Tell whether *amount* is possible by what was told roughly; "some" leaves out none."""
    lowest = told.get("min") or 0 if isinstance(told, dict) else 0
    highest = amount.get("max") if isinstance(amount, dict) else amount
    return highest is None or bool(highest >= lowest)


def _is_no(value: Raw) -> bool:
    return value == "none" or value is False or (type(value) is int and value == 0)


def _intervals(marks: Sequence[int]) -> list[Raw]:
    """Cut a scale at *marks*, from the top: where the law draws lines, answers differ."""
    if not marks:
        return []
    between = [{"min": low, "max": high - 1} for low, high in pairwise(marks)]
    return [{"min": marks[-1]}, *reversed(between), {"max": marks[0] - 1}]


def _joined(values: Sequence[Raw]) -> tuple[Raw, ...]:
    """Join intervals that touch, so that "3 to 5 or 6 to 8" is told as "3 to 8"."""
    if not all(isinstance(value, dict) for value in values):
        return tuple(values)
    merged: list[dict[str, int]] = []
    for value in sorted(values, key=lambda one: one.get("min", 0)):
        if merged and value.get("min", 0) == merged[-1].get("max", -1) + 1:
            low = {"min": merged[-1]["min"]} if "min" in merged[-1] else {}
            high = {"max": value["max"]} if "max" in value else {}
            merged[-1] = {**low, **high}
        else:
            merged.append(dict(value))
    return tuple(merged)


def _enumerated(definition: FactDefinition) -> list[Raw]:
    values: list[Raw] = list(definition.values)
    return [[value] if definition.multiple and value != "none" else value for value in values]


def _amounts(thresholds: Sequence[int]) -> list[Raw]:
    mark = next((threshold for threshold in thresholds if threshold > 1), None)
    if mark is None:
        return [0, {"min": 1}]
    return [0, {"min": 1, "max": mark - 1}, {"min": mark}]
