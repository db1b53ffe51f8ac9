"""How much learning a leaf would tell about a verdict, in one pass up and one pass down a compiled tree.

Every leaf is given the probability that it holds; leaves count as independent of each other. Nothing here judges.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rules.engine.case import Case
from rules.engine.nodes import Node

LeafChance = Callable[[Node], float]
Influence = dict[int, float]


class Chances:
    """Probabilities of the nodes of one case; ``leaves`` are the leaves that are still unknown.

    Leaves are known by their bit of the state, those that look at several facts by their identity.
    """

    def __init__(self, case: Case, leaf_chance: LeafChance) -> None:
        self._case, self._leaf_chance = case, leaf_chance
        self._known: dict[int, float] = {}
        self.leaves: dict[int, Node] = {}

    def of(self, node: Node) -> float:
        """Return the probability that *node* holds."""
        chance = self._known.get(id(node))
        if chance is None:
            chance = self._known[id(node)] = self._work_out(node)
        return chance

    def _work_out(self, node: Node) -> float:
        verdict = node.run(self._case)
        if verdict is not None:
            return 1.0 if verdict else 0.0
        if node.leaf is not None:
            self.leaves[name_of(node)] = node
            return self._leaf_chance(node)
        if node.kind == "not":
            return 1.0 - self.of(node.children[0])
        if node.kind == "all":
            return _product([self.of(child) for child in node.children])
        return 1.0 - _product([1.0 - self.of(child) for child in node.children])

    def influence(self, node: Node, into: Influence, weight: float = 1.0) -> None:
        """Add to *into*, by leaf, how much the probability of *node* moves with that of the leaf."""
        if node.run(self._case) is not None or not weight:
            return
        if node.leaf is not None:
            name = name_of(node)
            into[name] = into.get(name, 0.0) + weight
        elif node.kind == "not":
            self.influence(node.children[0], into, -weight)
        else:
            self._parts(node, into, weight)

    def _parts(self, node: Node, into: Influence, weight: float) -> None:
        chances = [self.of(child) for child in node.children]
        passing = chances if node.kind == "all" else [1.0 - chance for chance in chances]
        for child, others in zip(node.children, _products_of_others(passing), strict=True):
            if others:
                self.influence(child, into, weight * others)


def name_of(leaf: Node) -> int:
    """Return what a leaf is known by: equal conditions are one leaf."""
    return leaf.yes or -id(leaf)


def moved(chance: float, influence: Influence, shifts: Mapping[int, float]) -> float:
    """Return *chance* after the leaves moved by *shifts*, to first order."""
    for leaf, by in shifts.items():
        weight = influence.get(leaf)
        if weight:
            chance += by * weight
    return 0.0 if chance < 0.0 else min(chance, 1.0)


def first_of(chances: Sequence[float]) -> list[float]:
    """Return the probability that each of *chances* is the first to hold, and last that none does."""
    shares: list[float] = []
    left = 1.0
    for chance in chances:
        shares.append(left * chance)
        left *= 1.0 - chance
    return [*shares, left]


def doubt(shares: Sequence[float]) -> float:
    """Return how open a choice is: 0 when one of *shares* is certain."""
    return sum(share * (1.0 - share) for share in shares)


def _products_of_others(factors: Sequence[float]) -> list[float]:
    """Return for each factor the product of all the others."""
    after = [1.0] * len(factors)
    for place in range(len(factors) - 2, -1, -1):
        after[place] = after[place + 1] * factors[place + 1]
    before = 1.0
    products: list[float] = []
    for factor, rest in zip(factors, after, strict=True):
        products.append(before * rest)
        before *= factor
    return products


def _product(factors: Sequence[float]) -> float:
    result = 1.0
    for factor in factors:
        result *= factor
    return result
