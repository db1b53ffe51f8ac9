"""Judge compiled conditions for many people at once, and find whom a fact would help."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

import numpy as np

from rules.engine.case import AGE, BIRTH, FORMER, derive_ages
from rules.engine.model import Outcome
from rules.engine.nodes import CHOSEN, LeafSpec, Node
from rules.engine.table import PlaceTable
from rules.engine.values import FactValue
from rules.engine.vector.columns import Column
from rules.engine.vector.leaves import Leaves
from rules.engine.vector.people import People
from rules.engine.vector.planes import Bits, Truths, negated

Picked = Mapping[str, Bits]
Missing = dict[str, Bits]
_NOBODY: Picked = {}


class Decided(Protocol):
    """The verdicts on another benefit, as far as a condition may ask for them."""

    @property
    def eligible(self) -> Bits: ...
    @property
    def ineligible(self) -> Bits: ...
    @property
    def possible(self) -> Mapping[str, Bits]: ...
    @property
    def missing(self) -> Mapping[str, Bits]: ...


class Trees:
    """The conditions of one snapshot before the people of one place."""

    def __init__(self, people: People, leaves: Leaves, table: PlaceTable, verdict: Callable[[str], Decided]) -> None:
        self._people, self._leaves, self._table, self._verdict = people, leaves, table, verdict
        self._planes = people.planes
        self._known: dict[int, Truths] = {}
        self._kept: list[Node] = []

    def judge(self, node: Node, picked: Picked = _NOBODY) -> Truths:
        """Return of whom *node* holds or fails; *picked* is who was chosen by which group."""
        if picked:
            return self._work_out(node, picked)
        known = self._known.get(id(node))
        if known is None:
            known = self._known[id(node)] = self._work_out(node, picked)
            self._kept.append(node)  # so that no other node takes its identity
        return known

    def _work_out(self, node: Node, picked: Picked) -> Truths:
        if node.is_literal:
            return Truths(self._leaves.plane(node.yes), self._leaves.plane(node.no))
        if node.leaf is not None:
            return self._leaf(node, node.leaf, picked)
        parts = [self.judge(child, picked) for child in node.children]
        if node.kind == "not":
            return negated(parts[0])
        return self._planes.all_of(parts) if node.kind == "all" else self._planes.any_of(parts)

    def _leaf(self, node: Node, spec: LeafSpec, picked: Picked) -> Truths:
        if spec.benefit is not None:
            return self._other_benefit(node)
        if spec.fact == CHOSEN:
            yes = self._planes.union(picked[group] for group in node.chosen if group in picked)
            return Truths(yes, self._planes.all & ~yes)
        return self._several_facts(spec)

    def _several_facts(self, spec: LeafSpec) -> Truths:
        """Judge a leaf that looks at several facts once for all who say the same of them."""
        planes, people, run = self._planes, self._people, spec.plainly
        assert run is not None  # noqa: S101  (only tests of other benefits and of the choice have none)
        rows = planes.rows(self.who_told(spec.needs))
        names = dict.fromkeys(BIRTH if name == AGE else name for name in spec.looks_at)
        columns = [people.columns[name] for name in names if name in people.columns]
        truths = np.zeros(planes.count, np.uint8)
        kinds = people.alike(names, rows)
        said = [run(self._table.bare(self._facts(columns, int(rows[first])))) for first in kinds.first]
        table = np.array([0 if one is None else 1 if one else 2 for one in said], np.uint8)
        truths[rows] = table[kinds.kind] if len(rows) else 0
        return Truths(planes.pack(truths == 1), planes.pack(truths == 2))

    def who_told(self, facts: Iterable[str]) -> Bits:
        """Return of whom every one of *facts* is known somehow."""
        who = self._planes.all
        for fact in facts:
            column = self._people.columns.get(fact)
            who = who & (self._planes.none if column is None else self._planes.pack(column.told()))
        return who

    def _facts(self, columns: Iterable[Column], row: int) -> dict[str, FactValue]:
        facts = {
            column.fact: value for column in columns if (value := column.value(int(column.codes[row]))) is not None
        }
        derive_ages(facts, self._table.as_of)
        return facts

    def _other_benefit(self, node: Node) -> Truths:
        assert node.tests is not None  # noqa: S101  (a leaf on a benefit says what it asks of it)
        benefit, outcome, groups = node.tests
        other = self._verdict(benefit)
        planes = self._planes
        settled = other.eligible | other.ineligible
        match outcome:
            case Outcome.ELIGIBLE:
                wanted = other.eligible
            case Outcome.INELIGIBLE:
                wanted = other.ineligible
            case Outcome.UNDETERMINED:
                wanted = planes.all & ~settled
            case None:
                wanted = planes.all
        if not groups:
            if outcome is Outcome.UNDETERMINED:
                return Truths(wanted, settled)
            return Truths(wanted, settled & ~wanted)
        inside = planes.union(who for name, who in other.possible.items() if name in groups)
        outside = planes.union(who for name, who in other.possible.items() if name not in groups)
        return Truths(inside & ~outside & settled & wanted, planes.all & ~inside)

    def ask(self, node: Node, whom: Bits, into: Missing, picked: Picked = _NOBODY) -> None:
        """Add to *into*, by fact, who of *whom* could settle *node* by telling it; it is open for all of them."""
        if not whom.any():
            return
        bits = node.asks
        while bits:
            bit = bits & -bits
            bits ^= bit
            known = self._leaves.plane(bit) | self._leaves.plane(bit << 1)
            self._name(self._table.specs[bit], whom & ~known, into)
        for child in node.others:
            self.ask(child, whom & self._planes.unknown(self.judge(child, picked)), into, picked)
        if node.leaf is not None and not node.asks and not node.others:
            self._name(node.leaf, whom, into)

    def _name(self, spec: LeafSpec, whom: Bits, into: Missing) -> None:
        if not whom.any():
            return
        if spec.benefit is not None:
            for fact, who in self._verdict(spec.benefit).missing.items():
                _add(into, fact, whom & who)
        for fact in spec.facts:
            _add(into, fact, whom & self._leaves.lacks(fact))
        if any(self._table.found(key).needs_former_province for key in spec.parameters):
            _add(into, FORMER, whom)


def _add(into: Missing, fact: str, whom: Bits) -> None:
    known = into.get(fact)
    into[fact] = whom if known is None else known | whom
