"""What would settle an open verdict: the answers that lead to an entitlement, and those that do not.

A conditional verdict is told as one ("if she has no pension: ..."); the state stays undetermined until the citizen
says which it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice, product

from actions.judging import ELIGIBLE, INELIGIBLE
from actions.ports import Decision, Eligibility, FactDefinition, FactId, Raw, Vocabulary

MOST_UNKNOWN = 3
MOST_TRIED = 48


@dataclass(frozen=True)
class Branch:
    """A verdict under conditions; each condition is a fact and the values (any of them) it holds for."""

    conditions: Mapping[FactId, tuple[Raw, ...]]
    decision: Decision


class WhatIf:
    """Tries the answers to what is missing."""

    def __init__(self, eligibility: Eligibility, vocabulary: Vocabulary) -> None:
        self._eligibility, self._vocabulary = eligibility, vocabulary

    def branches(
        self, facts: Mapping[FactId, Raw], decision: Decision, *, as_of: date, province: str | None
    ) -> list[Branch]:
        """Return what *decision* would be under each answer, entitlements first; empty where nothing can be said."""
        unknown = list(decision.missing)
        if not unknown or len(unknown) > MOST_UNKNOWN:
            return []
        answers = [self._answers(fact, facts, decision) for fact in unknown]
        if not all(answers):
            return []
        tried = []
        for answer in islice(product(*answers), MOST_TRIED):
            supposed = {**facts, **dict(zip(unknown, answer, strict=True))}
            verdicts = self._eligibility.assess(supposed, as_of=as_of, province=province, benefits=[decision.benefit])
            tried.append((answer, verdicts[0]))
        return self._sole(unknown[0], tried) if len(unknown) == 1 else self._first(unknown, tried)

    @staticmethod
    def _sole(fact: FactId, tried: Sequence[tuple[tuple[Raw, ...], Decision]]) -> list[Branch]:
        """One unknown: answers with the same verdict go together."""
        alike: dict[tuple[object, ...], list[tuple[Raw, Decision]]] = {}
        for (value,), decision in tried:
            if decision.outcome in (ELIGIBLE, INELIGIBLE):
                alike.setdefault((decision.outcome, *sorted(map(str, decision.results.items()))), []).append(
                    (value, decision)
                )
        branches = [Branch({fact: tuple(v for v, _ in group)}, group[0][1]) for group in alike.values()]
        entitled = [branch for branch in branches if branch.decision.outcome == ELIGIBLE]
        return entitled + [b for b in branches if b not in entitled] if entitled else []

    @staticmethod
    def _first(unknown: Sequence[FactId], tried: Sequence[tuple[tuple[Raw, ...], Decision]]) -> list[Branch]:
        """Several unknowns: the most ordinary combination that leads to an entitlement."""
        for values, decision in tried:
            if decision.outcome == ELIGIBLE:
                return [Branch({f: (v,) for f, v in zip(unknown, values, strict=True)}, decision)]
        return []

    def _answers(self, fact: FactId, facts: Mapping[FactId, Raw], decision: Decision) -> list[Raw]:
        """Return the answers worth trying, the most ordinary first; empty where they cannot be listed."""
        definition = self._vocabulary.facts[fact]
        thresholds = sorted(
            {leaf.threshold for leaf in decision.reasons if leaf.fact == fact and type(leaf.threshold) is int}
        )
        if definition.type == "bool":
            return [False, True]
        if definition.type == "enum":
            return _enumerated(definition)
        if definition.type == "money_vnd":
            return _amounts(thresholds)
        if definition.type == "int" and thresholds and fact not in facts:
            return [{"min": thresholds[0]}, {"max": thresholds[0] - 1}]
        return []


def _enumerated(definition: FactDefinition) -> list[Raw]:
    values: list[Raw] = list(definition.values)
    return [[value] if definition.multiple and value != "none" else value for value in values]


def _amounts(thresholds: Sequence[int]) -> list[Raw]:
    mark = next((threshold for threshold in thresholds if threshold > 1), None)
    if mark is None:
        return [0, {"min": 1}]
    return [0, {"min": 1, "max": mark - 1}, {"min": mark}]
