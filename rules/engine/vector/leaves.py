"""Read the leaves of a snapshot off columns: what each value says is asked once, then counts for all who said it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from math import ceil, floor
from typing import Final

import numpy as np

from rules.engine.case import AGE, BIRTH, UnsettledValue, age_on
from rules.engine.formula import NotSuch
from rules.engine.table import PlaceTable
from rules.engine.values import FactValue, Span, is_exact
from rules.engine.vector.columns import Column, by_code
from rules.engine.vector.planes import Bits, Codes, Planes

_FEW: Final = 4096  # distinct numbers that are asked one by one


class Leaves:
    """The leaves of people who live in one place: planes by bit of the state, made when first asked for.

    A fact's values that say the same of all its leaves are one class; a leaf is then who is in which classes.
    """

    def __init__(self, table: PlaceTable, columns: Mapping[str, Column], planes: Planes, as_of: date) -> None:
        self._table, self._columns, self._planes, self._as_of = table, columns, planes, as_of
        self._classes: dict[str, list[tuple[int, bool, Bits]]] = {}
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

    def _read(self, bit: int) -> Bits:
        if self._table.fixed & bit:
            return self._planes.all
        fact = self._table.fact_of(bit)
        if fact is None:
            return self._planes.none
        source = BIRTH if fact == AGE else fact
        return self._planes.union(who for bits, _lacks, who in self._of(source) if bits & bit)

    def _of(self, fact: str) -> list[tuple[int, bool, Bits]]:
        """Return the classes of *fact*: the bits they set, whether more could be said, who is in them."""
        classes = self._classes.get(fact)
        if classes is None:
            column = self._columns.get(fact)
            if column is None:
                classes = [(self._says(fact, None), True, self._planes.all)]
            else:
                classes = self._sorted(column)
            self._classes[fact] = classes
        return classes

    def _sorted(self, column: Column) -> list[tuple[int, bool, Bits]]:
        numbers: dict[tuple[int, bool], int] = {}

        def number(code: int) -> int:
            value = column.value(code)
            key = (self._says(column.fact, value), not is_exact(value))
            return numbers.setdefault(key, len(numbers))

        cuts = None if column.days else self._cuts(column)
        classes = by_code(column if cuts is None else _cut(column, cuts), number)
        short = classes.astype(np.uint8 if len(numbers) < 256 else np.uint16)
        pack = self._planes.pack
        if len(numbers) == 1:
            return [(*key, self._planes.all) for key in numbers]
        return [(*key, pack(short == place)) for key, place in numbers.items()]

    def _says(self, fact: str, value: FactValue | None) -> int:
        """Return the bits that one value sets; of a day of birth also those of the age."""
        bits = self._table.says(fact, value)
        if fact == BIRTH:
            age = age_on(value, self._as_of) if isinstance(value, Span) else None
            bits |= self._table.says(AGE, age)
        return bits

    def _cuts(self, column: Column) -> Codes | None:
        """Return the numbers from which on leaves may say something else; ``None`` to ask every number."""
        exact = column.codes[column.codes >= 0]
        if not len(exact) or int(exact.max()) < _FEW:
            return None
        cuts: set[int] = {0}
        bare = self._table.bare({})
        for spec in self._table.specs_of(column.fact):
            if spec.against is None:
                return None
            try:
                span: Span = spec.against(bare)
            except (NotSuch, UnsettledValue):
                continue
            cuts |= {edge for end in span if isinstance(end, int | Decimal) for edge in (ceil(end), floor(end) + 1)}
        return np.array(sorted(cut for cut in cuts if cut >= 0), np.int64)


def _cut(column: Column, cuts: Codes) -> Column:
    """Return *column* with every number replaced by the cut at or below it."""
    codes = column.codes
    lower = cuts[np.searchsorted(cuts, codes, side="right") - 1]
    return Column(column.fact, np.where(codes >= 0, lower, codes), column.others)
