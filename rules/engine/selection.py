"""Choose the group(s) by which a benefit is given, while some groups may still be unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, NamedTuple

from core.citations import Citation
from rules.engine.case import Case
from rules.engine.clauses import CompiledClause, evaluate
from rules.engine.model import Confidence, Outcome, Unsettled
from rules.engine.nodes import Node, combine, negate
from rules.engine.values import Number


@dataclass(slots=True)
class CompiledGroup:
    """A group as it stands in one snapshot.

    ``node`` tells who belongs to it, ``pick`` who may be chosen by it: the same unless it gives way.
    """

    id: str
    outcome: Outcome
    refer: Unsettled | None
    node: Node
    values: Mapping[str, tuple[CompiledClause, ...]]
    cites: tuple[Citation, ...]
    confidence: Confidence
    order: tuple[Number, ...] = ()
    gives_way: Node | None = None
    pick: Node = field(init=False)

    def __post_init__(self) -> None:
        self.pick = self.node if self.gives_way is None else combine("all", [self.node, negate(self.gives_way)])


Pick = tuple[CompiledGroup, ...]


@dataclass(frozen=True, slots=True)
class CompiledSum:
    """Groups that may be paid on top of each other."""

    base: frozenset[str]
    added: frozenset[str]
    cites: tuple[Citation, ...]


class Selection(NamedTuple):
    """Which picks are still possible, whether none is, and the groups not yet known that matter."""

    picks: tuple[Pick, ...]
    none_possible: bool
    unknown: tuple[CompiledGroup, ...]
    improvable: tuple[CompiledGroup, ...] = ()
    cites: tuple[Citation, ...] = ()


NOBODY: Final = Selection((), True, ())


@dataclass(frozen=True, slots=True)
class CompiledSelect:
    """How one benefit chooses."""

    strategy: str
    by: str | None
    sums: tuple[CompiledSum, ...]

    def choose(self, groups: tuple[CompiledGroup, ...], case: Case) -> Selection:
        """Return what is chosen among *groups* (already in the law's order)."""
        if self.strategy == "first":
            return _first(groups, case)
        surely: list[CompiledGroup] = []
        unknown: list[CompiledGroup] = []
        for group in groups:
            verdict = group.pick.run(case)
            if verdict:
                if self.strategy == "any":
                    return Selection(((group,),), False, ())
                surely.append(group)
            elif verdict is None:
                unknown.append(group)
        if not surely:
            return Selection(tuple((group,) for group in unknown), True, tuple(unknown)) if unknown else NOBODY
        return self._highest(surely, tuple(unknown), case)

    def _highest(self, surely: list[CompiledGroup], unknown: tuple[CompiledGroup, ...], case: Case) -> Selection:
        options: list[tuple[Pick, tuple[Citation, ...]]] = [((g,), ()) for g in surely]
        for rule in self.sums:
            options += [
                ((base, added), rule.cites)
                for base in surely
                if base.id in rule.base
                for added in surely
                if added.id in rule.added and added is not base
            ]
        if len(options) == 1:
            return Selection((options[0][0],), False, (), unknown)
        floor = {group.id: _floor(group, self.by or "", case) for group in surely}
        pick, cites = max(options, key=lambda o: (sum(floor[group.id] for group in o[0]), len(o[0])))
        return Selection((pick,), False, (), unknown, cites)


def _first(groups: tuple[CompiledGroup, ...], case: Case) -> Selection:
    possible: list[CompiledGroup] = []
    for group in groups:
        verdict = group.pick.run(case)
        if verdict:
            unknown = tuple(possible)
            possible.append(group)
            return Selection(tuple([(one,) for one in possible]), False, unknown)
        if verdict is None:
            possible.append(group)
    return Selection(tuple([(one,) for one in possible]), True, tuple(possible)) if possible else NOBODY


def _floor(group: CompiledGroup, name: str, case: Case) -> Number:
    """Return the least that the group's value can be; 0 while nothing is known of it."""
    span = evaluate(group.values.get(name, ()), case, {}).span
    return span.lo if span is not None and isinstance(span.lo, int | Decimal) else 0
