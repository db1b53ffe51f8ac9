"""How much the answer to one question would tell about one benefit, by the tree of its law and the population prior."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from rules.engine.case import Case
from rules.engine.compiled import CompiledBenefit
from rules.engine.influence import Chances, Influence, doubt, first_of, moved, name_of
from rules.engine.model import Need
from rules.engine.nodes import Node
from rules.profiles import Spread, Weighed

_FIGURE: Final = 0.01  # what a fact is worth that only a figure waits for
_EITHER: Final = 0.5
_HARDLY: Final = 1e-4  # answers too rare to matter for the order of questions

FactSpread = Callable[[str], Spread]


class Insight:
    """One benefit, half known: which way it may turn out, and what moves it."""

    def __init__(self, benefit: CompiledBenefit, case: Case, spread: FactSpread) -> None:
        self._spread = spread
        self._chances = Chances(case, self._leaf_chance)
        self._by_order = benefit.select.strategy == "first"
        self._by_group = self._by_order and benefit.group_need is Need.REQUIRED
        self._outcomes = [group.outcome for group in benefit.groups]
        nodes = [benefit.requires, *(group.pick for group in benefit.groups)]
        self._now = [self._chances.of(node) for node in nodes]
        self._influences = [self._influence(node) for node in nodes]
        self._shares = self._split(self._now)
        self._doubt = doubt(self._shares)
        self._leaves_of: dict[str, list[int]] = {}
        for leaf, node in self._chances.leaves.items():
            for fact in node.leaf.facts if node.leaf is not None else ():
                self._leaves_of.setdefault(fact, []).append(leaf)

    def of(self, fact: str, answers: Sequence[Weighed]) -> float:
        """Return which share of the doubt the answer to *fact* takes away, from 0 to 1."""
        leaves = self._leaves_of.get(fact)
        if not leaves or not self._doubt:
            return _FIGURE
        chances = {leaf: self._chances.of(self._chances.leaves[leaf]) for leaf in leaves}
        moving = [place for place, by in enumerate(self._influences) if not chances.keys().isdisjoint(by)]
        told = 0.0
        for one in _fitting(leaves, answers):
            if one.share > _HARDLY:
                told += one.share * self._shift(chances, moving, one)
        return min(1.0, told / self._doubt)

    def _shift(self, chances: Mapping[int, float], moving: Sequence[int], answer: Weighed) -> float:
        """Return how far the ways it may turn out move when *answer* is given."""
        truths = answer.truths
        shifts = {leaf: truths[leaf] - chance for leaf, chance in chances.items() if leaf in truths}
        then = list(self._now)
        for place in moving:
            then[place] = moved(then[place], self._influences[place], shifts)
        return sum([(a - b) ** 2 for a, b in zip(self._split(then), self._shares, strict=True)])

    def _split(self, chances: Sequence[float]) -> list[float]:
        """Return the probabilities of the ways it may turn out; the last is 'nothing at all'."""
        required, *groups = chances
        if not self._by_order:
            missed = 1.0
            for chance in groups:
                missed *= 1.0 - chance
            granted = required * (1.0 - missed)
            return [granted, 1.0 - granted]
        shares = [required * share for share in first_of(groups)[:-1]]
        nothing = 1.0 - sum(shares)
        if self._by_group:
            return [*shares, nothing]
        by_outcome: dict[str, float] = {}
        for outcome, share in zip(self._outcomes, shares, strict=True):
            by_outcome[outcome] = by_outcome.get(outcome, 0.0) + share
        return [*by_outcome.values(), nothing]

    def _influence(self, node: Node) -> Influence:
        into: Influence = {}
        self._chances.influence(node, into)
        return into

    def _leaf_chance(self, node: Node) -> float:
        facts = set(node.leaf.facts) if node.leaf is not None else set()
        return self._spread(facts.pop()).chances.get(name_of(node), _EITHER) if len(facts) == 1 else _EITHER


def _fitting(leaves: Iterable[int], answers: Sequence[Weighed]) -> Sequence[Weighed]:
    """Return *answers*, or two equal ones where they tell nothing of *leaves* (a leaf on several facts)."""
    if not answers or any(leaf in one.truths for one in answers for leaf in leaves):
        return answers
    return [Weighed(_EITHER, answers[0].example, dict.fromkeys(leaves, truth)) for truth in (0.0, 1.0)]
