"""Notice that a person stands in a list twice: by the identity number, else by name and birth.

People seen before are remembered by a hash that counts in this process alone, sixteen bytes a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from rules.engine.case import BIRTH
from rules.engine.vector.planes import Codes
from rules.screening.headers import Heading
from rules.screening.tables import Row
from rules.screening.texts import folded

_NO_KEY: Final = 0
_LINE_BITS: Final = 40


class Before(NamedTuple):
    """Where a person stood before: the sheet, and the line in it."""

    sheet: str
    line: int


class Repeats:
    """Remembers the people seen so far."""

    def __init__(self) -> None:
        self._keys: Codes = np.zeros(0, np.int64)
        self._places: Codes = np.zeros(0, np.int64)
        self._sheets: list[str] = []

    def found(self, headings: Sequence[Heading], sheet: str, rows: Sequence[Row]) -> dict[int, Before]:
        """Return, by their place in *rows*, the people who stood somewhere before, with where that was first."""
        if not rows:
            return {}
        keys = np.array(_keys(headings, rows), np.int64)
        places = self._numbered(sheet) + np.array([line for line, _row in rows], np.int64)
        distinct, first, which = np.unique(keys, return_index=True, return_inverse=True)
        at = np.searchsorted(self._keys, distinct)
        known = np.zeros(len(distinct), np.bool_)
        known[at < len(self._keys)] = self._keys[at[at < len(self._keys)]] == distinct[at < len(self._keys)]
        began = places[first]
        began[known] = self._places[at[known]]
        self._keys = np.insert(self._keys, at[~known], distinct[~known])
        self._places = np.insert(self._places, at[~known], began[~known])
        again = np.flatnonzero((began[which] != places) & (keys != _NO_KEY))
        return {int(row): self._where(int(began[which[row]])) for row in again}

    def _numbered(self, sheet: str) -> int:
        """Return the number of *sheet*, moved to stand before a line."""
        if self._sheets[-1:] != [sheet]:
            self._sheets.append(sheet)
        return (len(self._sheets) - 1) << _LINE_BITS

    def _where(self, place: int) -> Before:
        return Before(self._sheets[place >> _LINE_BITS], place & ((1 << _LINE_BITS) - 1))


def _keys(headings: Sequence[Heading], rows: Sequence[Row]) -> list[int]:
    """Return a hash of everybody, 0 where nothing tells who it is."""
    places = {h.role or h.fact: h.place for h in headings if not h.end}
    number, name, birth = (places.get(column, -1) for column in ("person_id", "name", BIRTH))

    def key(row: Sequence[str]) -> int:
        if 0 <= number < len(row) and (own := row[number].strip()):
            return hash(own.lower())
        if 0 <= name < len(row) and 0 <= birth < len(row) and row[name].strip() and row[birth].strip():
            return hash((folded(row[name]), folded(row[birth])))
        return _NO_KEY

    return [key(row) for _line, row in rows]
