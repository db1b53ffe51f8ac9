"""The leaves of one snapshot by the fact they look at, and what each value of a fact says of them.

A leaf is judged once for a value; after that the value leads straight to its bits of the state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from rules.engine.case import Case
from rules.engine.comparisons import Truth
from rules.engine.nodes import LeafSpec
from rules.engine.values import FactValue

_MOST_VALUES: Final = 4096
_MOST_PLACES: Final = 256

Judge = Callable[[Case], Truth]
Leaf = tuple[int, int, Judge]
Place = tuple[date, str | None, tuple[str, ...]]


@dataclass(slots=True)
class LeafTable:
    """Every leaf of a snapshot that depends on one fact at most, with its two bits; ``specs`` by the first of them."""

    by_fact: dict[str | None, list[Leaf]] = field(default_factory=dict)
    specs: dict[int, LeafSpec] = field(default_factory=dict)
    _known: dict[Any, tuple[int, int]] = field(default_factory=dict)
    _places: dict[Place, PlaceTable] = field(default_factory=dict)

    def bits(self, key: object, fact: str | None, judge: Judge, spec: LeafSpec) -> tuple[int, int]:
        """Return the *holds* and *fails* bits of the leaf of that key; equal leaves share them."""
        bits = self._known.get(key)
        if bits is None:
            place = 2 * len(self._known)
            bits = self._known[key] = (1 << place, 2 << place)
            self.by_fact.setdefault(fact, []).append((*bits, judge))
            self.specs[bits[0]] = spec
        return bits

    def state(self, case: Case) -> int:
        """Return what the facts of *case* say of all leaves."""
        return self.at(case).state(case.facts)

    def at(self, case: Case) -> PlaceTable:
        """Return the leaves as they stand on the day and in the place of *case*."""
        place = (case.as_of, case.province, case.former)
        table = self._places.get(place)
        if table is None:
            if len(self._places) >= _MOST_PLACES:
                self._places.clear()
            table = self._places[place] = PlaceTable(self.by_fact, self.specs, case)
        return table


class PlaceTable:
    """The leaves as they stand on one day in one place."""

    def __init__(self, by_fact: Mapping[str | None, list[Leaf]], specs: Mapping[int, LeafSpec], case: Case) -> None:
        self._bare = bare_like(case)
        self._leaves = by_fact
        self._values: dict[str, dict[FactValue, int]] = {fact: {} for fact in by_fact if fact is not None}
        self.troubled = 0
        for bit, spec in specs.items():
            found = [case.found(key) for key in spec.parameters]
            if any(one.unsettled is not None or one.needs_former_province for one in found):
                self.troubled |= bit
        self._fixed = _judged(by_fact.get(None, ()), self._bare({}))
        untold = {fact: _judged(leaves, self._bare({})) for fact, leaves in by_fact.items() if fact is not None}
        self._untold = tuple((fact, bits) for fact, bits in untold.items() if bits)

    def state(self, facts: Mapping[str, FactValue]) -> int:
        """Return what *facts* say of all leaves."""
        state = self._fixed
        tables = self._values
        for fact, value in facts.items():
            table = tables.get(fact)
            if table is not None:
                bits = table.get(value)
                state |= self._judge(fact, value, table) if bits is None else bits
        for fact, bits in self._untold:
            if fact not in facts:
                state |= bits
        return state

    def _judge(self, fact: str, value: FactValue, table: dict[FactValue, int]) -> int:
        if len(table) >= _MOST_VALUES:
            table.clear()
        bits = table[value] = _judged(self._leaves[fact], self._bare({fact: value}))
        return bits


def bare_like(case: Case) -> Callable[[dict[str, FactValue]], Case]:
    """Return what makes cases of a few facts alone, on the day and in the place of *case*."""
    as_of, known_on, province, former = case.as_of, case.known_on, case.province, case.former
    numbers, look_up = case.numbers, case.look_up
    return lambda facts: Case(as_of, known_on, facts, {}, {}, province, former, numbers, look_up)


def _judged(leaves: Iterable[Leaf], case: Case) -> int:
    state = 0
    for yes, no, judge in leaves:
        verdict = judge(case)
        if verdict is not None:
            state |= yes if verdict else no
    return state
