"""Truths of many people at once: one bit a person, two planes of bits for the three values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Bits = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[Any]
Rows = npt.NDArray[np.intp]


class Truths(NamedTuple):
    """Of every person whether a condition holds (``yes``), fails (``no``) or, with neither set, is unknown."""

    yes: Bits
    no: Bits


class Planes:
    """Makes planes for *count* people; ``none`` and ``all`` are those of nobody and of everybody."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.none: Bits = np.zeros((count + 7) // 8, np.uint8)
        self.all: Bits = np.packbits(np.ones(count, np.bool_))

    def pack(self, flags: Flags) -> Bits:
        """Return the plane of *flags*."""
        return np.packbits(flags)

    def flags(self, plane: Bits) -> Flags:
        """Return one flag a person."""
        return np.unpackbits(plane, count=self.count).view(np.bool_)

    def rows(self, plane: Bits) -> Rows:
        """Return the numbers of the people in *plane*."""
        return np.flatnonzero(self.flags(plane))

    def of_rows(self, rows: Rows) -> Bits:
        """Return the plane of the people with these numbers."""
        flags = np.zeros(self.count, np.bool_)
        flags[rows] = True
        return np.packbits(flags)

    def constant(self, verdict: bool | None) -> Truths:
        """Return one verdict for everybody."""
        return Truths(self.all if verdict else self.none, self.all if verdict is False else self.none)

    def unknown(self, truths: Truths) -> Bits:
        """Return of whom it is unknown."""
        return self.all & ~(truths.yes | truths.no)

    def union(self, planes: Iterable[Bits]) -> Bits:
        """Return who is in any of *planes*."""
        result = self.none
        for plane in planes:
            result = result | plane
        return result

    def all_of(self, parts: Iterable[Truths]) -> Truths:
        """Join by Kleene's *and*."""
        yes, no = self.all, self.none
        for part in parts:
            yes, no = yes & part.yes, no | part.no
        return Truths(yes, no)

    def any_of(self, parts: Iterable[Truths]) -> Truths:
        """Join by Kleene's *or*."""
        yes, no = self.none, self.all
        for part in parts:
            yes, no = yes | part.yes, no & part.no
        return Truths(yes, no)


def negated(truths: Truths) -> Truths:
    """Negate in three values."""
    return Truths(truths.no, truths.yes)
