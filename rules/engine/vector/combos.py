"""Find the people who say the same, so that one of them can be judged for all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

import numpy as np

from rules.engine.vector.planes import Codes, Rows

_WIDEST: Final = 1 << 62
_SHORT: Final = 1 << 21  # up to here a table by key is faster than sorting


class Alike(NamedTuple):
    """``first`` is one person (a place in the arrays given) of each kind, ``kind`` the kind of each person."""

    first: Rows
    kind: Rows


def alike(parts: Iterable[Codes], count: int) -> Alike:
    """Sort *count* people into kinds by *parts*, each one code a person; exact, never by a hash alone."""
    key = np.zeros(count, np.int64)
    width = 1
    for part in parts:
        codes, span = _narrowed(part)
        if span == 1:
            continue
        if width * span >= _WIDEST:
            key, width = _narrowed(key)
            if width * span >= _WIDEST:
                codes, span = _dense(codes)
        key = key * span + codes
        width *= span
    return _kinds(key, width)


def _narrowed(codes: Codes) -> tuple[Codes, int]:
    """Return *codes* moved to begin at 0, made dense where they are spread wide, and how many there may be."""
    if not len(codes):
        return codes, 1
    low, high = int(codes.min()), int(codes.max())
    if high - low < _SHORT:
        return (codes.astype(np.int64) - low if low else codes.astype(np.int64)), high - low + 1
    return _dense(codes)


def _dense(codes: Codes) -> tuple[Codes, int]:
    values, places = np.unique(codes, return_inverse=True)
    return places.astype(np.int64), len(values)


def _kinds(key: Codes, width: int) -> Alike:
    if width > _SHORT:
        _values, first, kind = np.unique(key, return_index=True, return_inverse=True)
        return Alike(first, kind)
    first_of = np.full(width, -1, np.intp)
    first_of[key[::-1]] = np.arange(len(key) - 1, -1, -1)
    used = np.flatnonzero(first_of >= 0)
    place = np.empty(width, np.intp)
    place[used] = np.arange(len(used))
    return Alike(first_of[used], place[key])
