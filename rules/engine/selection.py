"""Choose the group(s) by which a benefit is given, while some groups may still be unknown."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, NamedTuple

from core.citations import Citation
from rules.engine.basis import Basis
from rules.engine.case import Case
from rules.engine.clauses import CompiledClause, Plain, evaluate
from rules.engine.model import Confidence, Outcome, Unsettled
from rules.engine.nodes import Node, combine, negate
from rules.engine.values import Number


@dataclass(slots=True)
class CompiledGroup:
    """A group as it stands in one snapshot.

    ``node`` tells who belongs to it, ``pick`` who may be chosen by it: the same unless it gives way. ``alone`` is the
    pick of this group by itself, ``chosen`` the choice of it before any other, ``ids`` its name as a set, ``basis``
    what its pick says for a decision. Groups that ``stand_for`` the same come to the same verdict: one outcome, and one
    value of everything the verdict waits for.
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
    alone: tuple[CompiledGroup] = field(init=False)
    chosen: Selection = field(init=False)
    ids: frozenset[str] = field(init=False)
    cited: dict[str, Citation] = field(init=False)
    stands_for: tuple[Hashable, ...] = field(init=False)
    basis: Basis = field(init=False)

    def __post_init__(self) -> None:
        self.stands_for = (self.outcome,)
        self.pick = self.node if self.gives_way is None else combine("all", [self.node, negate(self.gives_way)])
        self.alone = (self,)
        self.chosen = Selection((self.alone,), False, ())
        self.ids = frozenset({self.id})
        self.cited = {cite.text: cite for cite in self.cites}
        self.basis = Basis(self.pick, self.cited)

    def fixed(self, name: str) -> Plain | None:
        """Return the value *name* where it is the same for everybody of the group."""
        rows = self.values.get(name, ())
        only = rows[0] if len(rows) == 1 and rows[0].when is None else None
        return only.fixed.settled if only is not None and only.fixed is not None else None


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
    unknown: Sequence[CompiledGroup]
    improvable: Sequence[CompiledGroup] = ()
    cites: tuple[Citation, ...] = ()


NOBODY: Final = Selection((), True, ())


@dataclass(frozen=True, slots=True)
class CompiledSelect:
    """How one benefit chooses."""

    strategy: str
    by: str | None
    sums: tuple[CompiledSum, ...]

    def choose(self, surely: Sequence[CompiledGroup], unknown: Sequence[CompiledGroup], case: Case) -> Selection:
        """Return what is chosen among groups that *surely* hold and *unknown* ones that may."""
        if not surely:
            return Selection(tuple([one.alone for one in unknown]), True, unknown)
        if self.strategy == "highest":
            return self.highest(surely, unknown, case)
        return Selection((*[one.alone for one in unknown], surely[0].alone), False, unknown)

    def highest(self, surely: Sequence[CompiledGroup], unknown: Sequence[CompiledGroup], case: Case) -> Selection:
        """Return the group, or the groups paid together, of the highest value among those that *surely* hold."""
        options: list[tuple[Pick, tuple[Citation, ...]]] = [(group.alone, ()) for group in surely]
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


def picked(pick: Pick) -> frozenset[str]:
    """Return the names of the groups chosen together."""
    return pick[0].ids if len(pick) == 1 else frozenset([group.id for group in pick])


def _floor(group: CompiledGroup, name: str, case: Case) -> Number:
    """Return the least that the group's value can be; 0 while nothing is known of it."""
    span = evaluate(group.values.get(name, ()), case, {}).span
    return span.lo if span is not None and isinstance(span.lo, int | Decimal) else 0
