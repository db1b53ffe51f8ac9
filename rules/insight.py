"""How much the answer to one question would tell about one benefit, by the tree of its law and the population prior."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Final

from rules.engine.case import Case
from rules.engine.compiled import CompiledBenefit
from rules.engine.influence import Chances, Influence, doubt, first_of, moved, name_of
from rules.engine.model import Need
from rules.engine.nodes import Node, leaves_of
from rules.engine.snapshot import Snapshot
from rules.profiles import Spread, Weighed, age_bounds

_FIGURE: Final = 0.01  # what a fact is worth that only a figure waits for
_EITHER: Final = 0.5
_HARDLY: Final = 1e-4  # answers too rare to matter for the order of questions
_MOST_REMEMBERED: Final = 50_000

FactSpread = Callable[[str], Spread]
Said = tuple[Hashable, ...]


class Insights:
    """Remembers, for one snapshot and place, how much every answer would tell about a benefit.

    What an answer tells hangs on what the case says of the leaves that the benefit looks at, and on the age; most
    answers change that of few benefits.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._looked_at: dict[str, tuple[int, tuple[str, ...]]] = {}
        self._kept: dict[Said, dict[str, float]] = {}

    def of(self, benefit: str, facts: Iterable[str], case: Case, spread: FactSpread) -> Mapping[str, float]:
        """Return which share of the doubt on *benefit* the answer to each of *facts* takes away."""
        key = self._key(benefit, case)
        told = self._kept.get(key, {}) if key is not None else {}
        unknown = [fact for fact in facts if fact not in told]
        if unknown:
            insight = Insight(self._snapshot.benefits[benefit], case, spread)
            told = {**told, **{fact: insight.of(fact, spread(fact).answers) for fact in unknown}}
            if key is not None:
                if len(self._kept) >= _MOST_REMEMBERED:
                    self._kept.clear()
                self._kept[key] = told
        return told

    def _key(self, benefit: str, case: Case) -> Said | None:
        """Return what the insight hangs on; ``None`` where something was told vaguely: that is never remembered."""
        bits, facts = self._looks_at(benefit)
        if case.vague & bits:
            return None
        return (benefit, case.state & bits, *age_bounds(case), *(case.facts.get(fact) for fact in facts))

    def _looks_at(self, benefit: str) -> tuple[int, tuple[str, ...]]:
        """Return the bits of all leaves that decide *benefit*, and the facts that no bits tell of."""
        known = self._looked_at.get(benefit)
        if known is None:
            self._looked_at[benefit] = (0, ())  # one that depends on itself ends here
            bits, facts = self._snapshot.benefits[benefit].mask, dict[str, None]()
            for node in self._snapshot.benefits[benefit].nodes():
                for leaf in leaves_of(node):
                    if leaf.leaf is None or leaf.yes:
                        continue
                    facts.update(dict.fromkeys(leaf.leaf.looks_at))
                    if leaf.leaf.benefit is not None:
                        theirs = self._looks_at(leaf.leaf.benefit)
                        bits |= theirs[0]
                        facts.update(dict.fromkeys(theirs[1]))
            known = self._looked_at[benefit] = (bits, tuple(facts))
        return known


class Insight:
    """One benefit, half known: which way it may turn out, and what moves it."""

    def __init__(self, benefit: CompiledBenefit, case: Case, spread: FactSpread) -> None:
        self._spread = spread
        self._chances = Chances(case, self._leaf_chance)
        self._by_order = benefit.select.strategy == "first"
        self._by_group = self._by_order and benefit.group_need is Need.REQUIRED
        self._outcomes = [group.stands_for for group in benefit.groups]
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
        by_outcome: dict[Hashable, float] = {}
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
