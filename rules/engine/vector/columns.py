"""What a list of people says of one fact, as one code a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from rules.engine.values import FactValue, Span
from rules.engine.vector.planes import Codes, Flags, Rows

UNTOLD: Final = -1
_NARROW: Final = 64
_WIDE: Final = 2_000_000
Facts = Mapping[str, FactValue]


@dataclass(frozen=True, slots=True)
class Column:
    """One fact of every person.

    A code from 0 is a whole number, or the ordinal of a day where ``days``; -1 is silence; a code below is an entry
    of ``others``: -2 the first, -3 the second.
    """

    fact: str
    codes: Codes
    others: Sequence[FactValue] = ()
    days: bool = False

    def value(self, code: int) -> FactValue | None:
        """Return what *code* stands for."""
        if code >= 0:
            return Span.of(date.fromordinal(code) if self.days else code)
        return None if code == UNTOLD else self.others[-2 - code]

    def told(self) -> Flags:
        """Tell who said anything."""
        return self.codes != UNTOLD

    def only(self, rows: Rows) -> Column:
        """Return the column of some of the people."""
        return Column(self.fact, self.codes[rows], self.others, self.days)


def column_of(fact: str, values: Sequence[FactValue | None]) -> Column:
    """Return the column of *values*, one a person."""
    known: dict[FactValue, int] = {}
    codes = [UNTOLD if value is None else _code(value, known) for value in values]
    days = any(isinstance(value, Span) and value.exact and isinstance(value.lo, date) for value in values)
    return Column(fact, np.array(codes, np.int64), tuple(known), days)


def _code(value: FactValue, known: dict[FactValue, int]) -> int:
    if isinstance(value, Span) and value.exact:
        if isinstance(value.lo, date):
            return value.lo.toordinal()
        if isinstance(value.lo, int):
            return value.lo
    return known.setdefault(value, -2 - len(known))


def full(fact: str, code: int, count: int, others: Sequence[FactValue] = ()) -> Column:
    """Return the column in which everybody has the same code; it takes no room."""
    return Column(fact, np.broadcast_to(np.int64(code), count), others)


def filled(column: Column, value: FactValue, where: Flags) -> Column:
    """Return *column* with *value* for those *where* who said nothing."""
    silent = where & (column.codes == UNTOLD)
    if not silent.any():
        return column
    code = -2 - len(column.others)
    codes = column.codes if -code < np.iinfo(column.codes.dtype).max else column.codes.astype(np.int64)
    return Column(column.fact, np.where(silent, codes.dtype.type(code), codes), (*column.others, value), column.days)


def by_code(column: Column, of: Callable[[int], int]) -> Codes:
    """Return for everybody what *of* gives for the code; it is asked once for each code that occurs
    (and perhaps for codes between)."""
    codes = column.codes
    if not len(codes):
        return np.zeros(0, np.int32)
    if codes.strides == (0,):
        return np.broadcast_to(np.int32(of(int(codes[0]))), len(codes))
    low, high = int(codes.min()), int(codes.max())
    if high - low > _WIDE:
        values, places = np.unique(codes, return_inverse=True)
        return np.fromiter((of(int(code)) for code in values), np.int32, len(values))[places]
    shifted = codes - low if low else codes
    table = np.zeros(high - low + 1, np.int32)
    if high - low < _NARROW:
        used = np.arange(high - low + 1)
    else:
        present = np.zeros(high - low + 1, np.bool_)
        present[shifted] = True
        used = np.flatnonzero(present)
    table[used] = np.fromiter((of(int(code) + low) for code in used), np.int32, len(used))
    return table[shifted]
