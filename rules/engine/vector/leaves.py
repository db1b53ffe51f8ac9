"""Read the leaves of a snapshot off columns: what each value says is asked once, then counts for all who said it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from re import findall
from typing import Final

import numpy as np

from rules.engine.case import AGE, BIRTH, age_on
from rules.engine.nodes import LeafSpec
from rules.engine.table import PlaceTable
from rules.engine.values import FactValue, Span, is_exact
from rules.engine.vector.columns import UNTOLD, Column, by_code, changes
from rules.engine.vector.planes import Bits, Codes, Planes

Says = tuple[int, bool, Bits]  # bits that are set, whether more could be said, who is meant
FIRST_DAY: Final = 1  # ordinals of days begin here
_FEW: Final = 256  # numbers up to here are asked one by one


class Leaves:
    """The leaves of people who live in one place: planes by bit of the state, made when first asked for.

    A fact's values that say the same of all its leaves are one class; a leaf is then who is in which classes.
    """

    def __init__(self, table: PlaceTable, columns: Mapping[str, Column], planes: Planes, as_of: date) -> None:
        self._table, self._columns, self._planes, self._as_of = table, columns, planes, as_of
        self._classes: dict[str, list[Says]] = {}
        self._known: dict[int, Bits] = {}
        self._lacks: dict[str, Bits] = {}
        self._fact_of: dict[int, str | None] = {}

    def plane(self, bit: int) -> Bits:
        """Return of whom *bit* of the state is set."""
        plane = self._known.get(bit)
        if plane is None:
            plane = self._known[bit] = self._read(bit)
        return plane

    def lacks(self, fact: str) -> Bits:
        """Return who could still say more of *fact*."""
        plane = self._lacks.get(fact)
        if plane is None:
            source = BIRTH if fact == AGE else fact
            plane = self._planes.union(who for _bits, lacks, who in self._of(source) if lacks)
            self._lacks[fact] = plane
        return plane

    def classes(self, fact: str) -> list[Says]:
        """Return the people by what they say of the leaves on *fact*; of a birth also of those on the age."""
        return self._of(fact)

    def _read(self, bit: int) -> Bits:
        if self._table.fixed & bit:
            return self._planes.all
        fact = self._table.fact_of(bit)
        if fact is None:
            return self._planes.none
        source = BIRTH if fact == AGE else fact
        return self._planes.union(who for bits, _lacks, who in self._of(source) if bits & bit)

    def _of(self, fact: str) -> list[Says]:
        """Return the classes of *fact*: the bits they set, whether more could be said, who is in them."""
        classes = self._classes.get(fact)
        if classes is None:
            column = self._columns.get(fact)
            silent = [(self._says(fact, None), True, self._planes.all)]
            classes = silent if column is None else self._sorted(column)
            self._classes[fact] = classes
        return classes

    def _sorted(self, column: Column) -> list[Says]:
        """Sort the people by what they say: most leaves change at few values, the others are asked value by value."""
        few = int(column.codes.max(initial=UNTOLD)) < (FIRST_DAY if column.days else _FEW)
        both_ways = {} if few else self._both_ways(column.fact)
        beside = sum(3 * bit for bit in both_ways)
        numbers: dict[tuple[int, bool], int] = {}

        def number(code: int) -> int:
            value = column.value(code)
            key = (self._says(column.fact, value) & ~beside, not is_exact(value))
            return numbers.setdefault(key, len(numbers))

        classes = by_code(column, number, None if few else self._cuts(column, number))
        keys = list(numbers)
        for bit, spec in both_ways.items():
            more = by_code(column, self._one_leaf(column, bit, spec))
            classes = classes + len(keys) * more
            keys = [(bits | extra * bit, lacks) for extra in range(3) for bits, lacks in keys]
        return self._who(classes, keys)

    def _who(self, classes: Codes, keys: Sequence[tuple[int, bool]]) -> list[Says]:
        if len(keys) == 1:
            return [(*keys[0], self._planes.all)]
        short = classes.astype(np.uint8 if len(keys) < 256 else np.uint16)
        return [(*key, self._planes.pack(short == place)) for place, key in enumerate(keys)]

    def _one_leaf(self, column: Column, bit: int, spec: LeafSpec) -> Callable[[int], int]:
        """Return what tells for a value 1 where the leaf holds, 2 where it fails, 0 where it is open."""
        told = self._table.one_leaf(spec, bit)

        def ask(code: int) -> int:
            said = told.get(code) if code >= 0 else None
            if said is None:
                value = column.value(code)
                verdict = spec.plainly(self._table.bare({} if value is None else {column.fact: value}))  # type: ignore[misc]
                said = 0 if verdict is None else 1 if verdict else 2
                if code >= 0:
                    told[code] = said
            return said

        return ask

    def _says(self, fact: str, value: FactValue | None) -> int:
        """Return the bits that one value sets; of a day of birth also those of the age."""
        bits = self._table.says(fact, value)
        if fact == BIRTH:
            age = age_on(value, self._as_of) if isinstance(value, Span) else None
            bits |= self._table.says(AGE, age)
        return bits

    def _both_ways(self, fact: str) -> dict[int, LeafSpec]:
        """Return the leaves on *fact* itself that do not change in one direction only."""
        return {bit: spec for bit, spec in self._table.specs_of(fact).items() if not _one_way(spec)}

    def _cuts(self, column: Column, says: Callable[[int], int]) -> list[int] | None:
        """Return the numbers from which on leaves may say something else; ``None`` to ask every number."""
        if column.fact == BIRTH and self._both_ways(AGE):
            return None
        high = int(column.codes.max())
        low = int(column.codes.min(initial=high, where=column.codes >= 0))
        if not column.days:
            return changes(low, high, says)
        today = self._as_of.toordinal()
        return [*changes(low, min(today, high), says), *changes(max(today + 1, low), high, says)]


def _one_way(spec: LeafSpec) -> bool:
    """Tell whether a leaf changes in one direction only, over rising numbers, or days on each side of today."""
    if spec.operator == "equals":
        return False
    uses = [*findall(r"[a-z_][a-z_0-9.]*", f"{spec.fact} {spec.threshold}")]
    return all(uses.count(name) <= 1 for name in spec.looks_at)
