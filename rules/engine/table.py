"""The leaves of one snapshot by the fact they look at, and what each value of a fact says of them.

A leaf is judged once for a value; after that the value leads straight to its bits of the state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, Final

from core.citations import Citation
from rules.engine.case import Case
from rules.engine.comparisons import Truth
from rules.engine.model import Confidence
from rules.engine.nodes import LeafSpec
from rules.engine.parameters import Found
from rules.engine.room import Room
from rules.engine.values import FactValue

_MOST_VALUES: Final = 4096
_MOST_SAID: Final = 1024
_A_VALUE: Final = 1  # its weight
_WORDING: Final = 4  # the weight of what a condition says, or a few of them together

Judge = Callable[[Case], Truth]
Leaf = tuple[int, int, Judge]
Articles = dict[str, Citation]
Place = tuple[date, str | None, tuple[str, ...]]


@dataclass(slots=True)
class LeafTable:
    """Every leaf of a snapshot that depends on one fact at most, with its two bits; ``specs`` by the first of them.

    ``room`` is how much may be remembered; the snapshots of one engine share it.
    """

    room: Room = field(default_factory=Room)
    by_fact: dict[str | None, list[Leaf]] = field(default_factory=dict)
    specs: dict[int, LeafSpec] = field(default_factory=dict)
    _known: dict[Any, tuple[int, int]] = field(default_factory=dict)
    _places: dict[Place, PlaceTable] = field(default_factory=dict)
    _timeless: dict[int, dict[int, int]] = field(default_factory=dict)

    def bits(self, key: object, fact: str | None, judge: Judge, spec: LeafSpec) -> tuple[int, int]:
        """Return the *holds* and *fails* bits of the leaf of that key; equal leaves share them."""
        bits = self._known.get(key)
        if bits is None:
            place = 2 * len(self._known)
            bits = self._known[key] = (1 << place, 2 << place)
            self.by_fact.setdefault(fact, []).append((*bits, judge))
            self.specs[bits[0]] = spec
        return bits

    def at(self, case: Case) -> PlaceTable:
        """Return the leaves as they stand on the day and in the place of *case*."""
        place = (case.as_of, case.province, case.former)
        table = self._places.get(place)
        if table is None:
            table = PlaceTable(self.by_fact, self.specs, case, self._timeless, self.room)
            self._places[place] = table
            table.leave = partial(self._places.pop, place, None)
            table.turn = self.room.turn()
            self.room.enter(table)
        table.turn = self.room.turn()
        return table


class PlaceTable:
    """The leaves as they stand on one day in one place, and what every value of a fact says of them.

    ``all`` are the leaves, by their *holds* bits, ``troubled`` those whose threshold is not one settled figure here;
    ``silence`` is the state of somebody who told nothing, ``compared`` what comparisons of several values came to.

    For explanations, the same for everybody here: ``lines`` keeps what the record of a leaf says, ``cited`` the
    articles behind it, by its number; ``alike`` what a condition says that always says the same, ``grounds`` what the
    others say by the leaves behind their verdict, ``together`` what a few of these say together.
    """

    def __init__(
        self,
        by_fact: Mapping[str | None, list[Leaf]],
        specs: Mapping[int, LeafSpec],
        case: Case,
        timeless: dict[int, dict[int, int]],
        room: Room,
    ) -> None:
        self._room, self.turn, self.weight = room, 0, 0
        self.leave: Callable[[], object] = int  # nothing to leave yet
        self._bare = bare_like(case)
        self.as_of = case.as_of
        self._leaves = by_fact
        self._values: dict[str, dict[FactValue, tuple[int, int]]] = {f: {} for f in by_fact if f is not None}
        self._facts = {bit: fact for fact, leaves in by_fact.items() for yes, no, _judge in leaves for bit in (yes, no)}
        self._one_leaf: dict[int, dict[int, int]] = {}
        self._timeless = timeless
        self.compared: dict[Any, Truth] = {}
        self.lines: dict[int, Any] = {}
        self.cited: dict[int, Articles] = {}
        self.alike: dict[Any, Any] = {}
        self.grounds: dict[Any, Any] = {}
        self.together: dict[Any, Any] = {}
        self._sureness: dict[int, Confidence] = {}
        self.specs = specs
        self.troubled = self.all = 0
        for bit, spec in specs.items():
            self.all |= bit
            found = [case.found(key) for key in spec.parameters]
            if any(one.unsettled is not None or one.needs_former_province for one in found):
                self.troubled |= bit
        self._fixed = _judged(by_fact.get(None, ()), self._bare({}))[0]
        untold = {fact: _judged(leaves, self._bare({}))[0] for fact, leaves in by_fact.items() if fact is not None}
        self._silent = {fact: bits for fact, bits in untold.items() if bits}
        self._untold = tuple(self._silent.items())
        self.silence = self.state({})

    def state(self, facts: Mapping[str, FactValue]) -> int:
        """Return what *facts* say of all leaves."""
        return self.read(facts)[0]

    def read(self, facts: Mapping[str, FactValue]) -> tuple[int, int]:
        """Return what *facts* say of all leaves, and which leaves they leave open although they speak of them."""
        state, vague = self._fixed, 0
        tables = self._values
        for fact, value in facts.items():
            table = tables.get(fact)
            if table is not None:
                bits = table.get(value) or self._judge(fact, value, table)
                state |= bits[0]
                vague |= bits[1]
        for fact, said in self._untold:
            if fact not in facts:
                state |= said
        return state, vague

    def says(self, fact: str, value: FactValue | None) -> int:
        """Return what one value of *fact*, or its silence, says of the leaves on it."""
        if value is None:
            return self._silent.get(fact, 0)
        table = self._values.get(fact)
        return 0 if table is None else (table.get(value) or self._judge(fact, value, table))[0]

    def cited_by(self, leaf: LeafSpec) -> Articles:
        """Return the articles behind *leaf*, and behind what it is measured against."""
        known = self.cited.get(leaf.number)
        if known is None:
            found = [self.found(key).cited for key in leaf.parameters]
            known = self.cited[leaf.number] = {text: cite for one in (leaf.cited, *found) for text, cite in one.items()}
        return known

    def keep(self, kept: dict[Any, Any], key: object, said: object) -> None:
        """Keep what is said by *key*; where too much is kept, begin anew."""
        if len(kept) >= _MOST_SAID:
            self._room.add(self, -_WORDING * len(kept))
            kept.clear()
        kept[key] = said
        self._room.add(self, _WORDING)

    def sureness(self, leaf: LeafSpec) -> Confidence:
        """Return how sure *leaf* is: no surer than the figures it is measured against."""
        known = self._sureness.get(leaf.number)
        if known is None:
            rows = (row for key in leaf.parameters for row in self.found(key).rows)
            known = min([leaf.own_confidence, *(row.source.confidence or Confidence.HIGH for row in rows)])
            self._sureness[leaf.number] = known
        return known

    @property
    def fixed(self) -> int:
        """The bits of the leaves that look at no fact: the place, the day."""
        return self._fixed

    def fact_of(self, bit: int) -> str | None:
        """Return the fact that the leaf of *bit* looks at; raises ``KeyError`` where there is no such leaf."""
        return self._facts[bit]

    def specs_of(self, fact: str) -> dict[int, LeafSpec]:
        """Return the leaves on *fact* by their *holds* bit."""
        return {yes: self.specs[yes] for yes, _no, _judge in self._leaves.get(fact, ())}

    def one_leaf(self, spec: LeafSpec, bit: int) -> dict[int, int]:
        """Return what is remembered of one leaf, by the code of a value: for all days and places where it may be."""
        anywhere = not spec.parameters and "as_of" not in f"{spec.fact} {spec.threshold}"
        return (self._timeless if anywhere else self._one_leaf).setdefault(bit, {})

    def found(self, key: str) -> Found:
        """Return the rows of a parameter that count here."""
        return self._bare({}).found(key)

    def bare(self, facts: dict[str, FactValue]) -> Case:
        """Return a case of *facts* alone, on this day and in this place."""
        return self._bare(facts)

    def forget(self) -> None:
        """Forget what single values say, and all that was kept for explanations."""
        kept: list[dict[Any, Any]] = [*self._values.values(), self.lines, self.cited, self.alike, self.grounds]
        for one in (*kept, self.together, self.compared, self._sureness):
            one.clear()
        self._room.released(self)

    def _judge(self, fact: str, value: FactValue, table: dict[FactValue, tuple[int, int]]) -> tuple[int, int]:
        if len(table) >= _MOST_VALUES:
            self._room.add(self, -_A_VALUE * len(table))
            table.clear()
        bits = table[value] = _judged(self._leaves[fact], self._bare({fact: value}))
        self._room.add(self, _A_VALUE)
        return bits


def bare_like(case: Case) -> Callable[[dict[str, FactValue]], Case]:
    """Return what makes cases of a few facts alone, on the day and in the place of *case*."""
    as_of, known_on, province, former = case.as_of, case.known_on, case.province, case.former
    numbers, look_up = case.numbers, case.look_up
    return lambda facts: Case(as_of, known_on, facts, {}, {}, province, former, numbers, look_up)


def _judged(leaves: Iterable[Leaf], case: Case) -> tuple[int, int]:
    """Return the bits of *leaves*, and the *holds* bits of those that are still open."""
    state = open_ = 0
    for yes, no, judge in leaves:
        verdict = judge(case)
        if verdict is None:
            open_ |= yes
        else:
            state |= yes if verdict else no
    return state, open_
