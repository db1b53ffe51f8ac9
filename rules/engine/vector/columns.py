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
_DENSE: Final = 100_000
_FEW_CUTS: Final = 12  # up to here comparing with each is faster than searching
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
        told: Flags = self.codes != UNTOLD
        return told

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


def by_code(column: Column, of: Callable[[int], int], cuts: Sequence[int] | None = None) -> Codes:
    """Return for everybody what *of* gives for the code; it is asked once for each code that occurs.

    With *cuts* (from :func:`changes`) it is asked only there: a number or day says the same as the cut below it.
    """
    codes = column.codes
    if not len(codes):
        return np.zeros(0, np.int32)
    if codes.strides == (0,):
        return np.broadcast_to(np.int32(of(int(codes[0]))), len(codes))
    if cuts is not None:
        return _by_cut(column, of, np.array(cuts, np.int64))
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
    classes: Codes = table[shifted]
    return classes


def _by_cut(column: Column, of: Callable[[int], int], cuts: Codes) -> Codes:
    """Return what *of* says at the cut at or below every number, and of every other entry."""
    codes = column.codes
    said = np.array([of(int(cut)) for cut in cuts], np.int32)
    first, last = int(cuts[0]), int(codes.max())
    if len(cuts) <= _FEW_CUTS:
        above = np.zeros(len(codes), np.int8)
        for cut in cuts[1:]:
            above += codes >= cut
        classes = said[above]
    elif last - first < _DENSE:
        by_number = np.repeat(said, np.diff([*cuts, max(last, int(cuts[-1])) + 1]))
        classes = by_number[codes - first if int(codes.min()) >= first else np.maximum(codes - first, 0)]
    else:
        classes = said[np.maximum(np.searchsorted(cuts, codes, side="right") - 1, 0)]
    for code in range(-1 - len(column.others), 0) if int(codes.min()) < 0 else ():
        classes[codes == code] = of(code)
    return classes


def changes(low: int, high: int, of: Callable[[int], int]) -> list[int]:
    """Return *low* and every number up to *high* from which on *of* says something else.

    Exact where every part of what is said changes in one direction only.
    """
    if low > high:
        return []
    found = [low]
    said, last = of(low), of(high)
    while said != last:
        alike, other = found[-1], high
        while other - alike > 1:
            middle = (alike + other) // 2
            if of(middle) == said:
                alike = middle
            else:
                other = middle
        found.append(other)
        said = of(other)
    return found


def ends(column: Column, *, last: bool, open_end: int) -> Codes:
    """Return the ordinal of the first or last possible day; *open_end* where there is none."""
    table = [open_end]
    for value in column.others:
        end = (value.hi if last else value.lo) if isinstance(value, Span) else None
        table.append(end.toordinal() if isinstance(end, date) else open_end)
    codes = column.codes
    if not len(codes) or int(codes.min()) >= 0:
        return codes
    return np.where(codes >= 0, codes, np.array(table, np.int64)[-1 - np.minimum(codes, UNTOLD)])
