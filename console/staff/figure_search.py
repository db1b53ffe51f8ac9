"""Finds the figures of the law that a question is about, by the words of their names, accents or not."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from core.citations import Citation
from core.vietnamese.text import fold
from rules.errors import RulesError
from rules.figures import Figures

LEAST_SHARE: Final = 0.45  # of the weight of a question's words that a figure's name must hold
OFTEN_ASKED: Final = 0.15  # what such a word weighs beside others
_EXAMPLE: Final = ".example."  # figures made up to show a calculation
_LOCAL: Final = ".local."  # figures of a province, the national ones where none is given
_WORD: Final = re.compile(r"[0-9a-z]+(?:,[0-9]+)?")


@dataclass(frozen=True, slots=True)
class FoundFigure:
    """One figure as people read it, with its articles and since when it counts.

    ``before`` is what it was until the day before ``since``; ``coming`` are days on which it will be another.
    """

    key: str
    name: str
    shown: str
    since: date | None
    citations: tuple[Citation, ...]
    before: str | None = None
    coming: tuple[tuple[date, str], ...] = ()


class FigureSearch:
    """Searches the figures of one release.

    *areas* names, by the first part of a key, what the figures belong to; *asking* are words that any question holds.
    """

    def __init__(self, figures: Figures, areas: Mapping[str, str], asking: str = "") -> None:
        self._figures, self._areas, self._asking = figures, areas, frozenset(_words(asking))
        self._at = lru_cache(maxsize=32)(self._all)

    def find(
        self, words: str, *, as_of: date, province: str | None = None, limit: int = 5, ahead: Sequence[date] = ()
    ) -> tuple[FoundFigure, ...]:
        """Return the figures in force on *as_of* whose names hold most of *words*, best first.

        *ahead* are later days on which the law changes: figures that are others by then say so.
        """
        table, weights = self._at(as_of, province)
        asked = {word for word in _words(words) if word in weights}
        whole = sum(weights[word] for word in asked)
        if not asked:
            return ()
        scored = []
        for figure, name, have in table:
            common = sum(weights[word] for word in asked & have)
            if common >= LEAST_SHARE * whole:
                named = sum(weights[word] for word in asked & name) / sum(weights[word] for word in name)
                scored.append((common / whole + named, figure))
        scored.sort(key=lambda pair: (-pair[0], pair[1].key))
        once: dict[tuple[frozenset[str], str], FoundFigure] = {}
        for _, figure in scored:
            once.setdefault((frozenset(_words(figure.name)), figure.shown), figure)
        return tuple(self._over_time(figure, province, ahead) for figure in list(once.values())[:limit])

    def _over_time(self, figure: FoundFigure, province: str | None, ahead: Sequence[date]) -> FoundFigure:
        """Return *figure* with what it was before and what it will be."""
        before = self._show(figure.key, figure.since - timedelta(days=1), province) if figure.since else None
        coming: list[tuple[date, str]] = []
        for day in sorted(ahead):
            later = self._show(figure.key, day, province)
            if later and later != (coming[-1][1] if coming else figure.shown):
                coming.append((day, later))
        return replace(figure, before=before if before != figure.shown else None, coming=tuple(coming))

    def _show(self, key: str, day: date, province: str | None) -> str | None:
        try:
            return self._figures.show(key, as_of=day, province=province)
        except RulesError:
            return None

    def _all(
        self, as_of: date, province: str | None
    ) -> tuple[list[tuple[FoundFigure, frozenset[str], frozenset[str]]], dict[str, float]]:
        """Return every figure of the day with the words of its name, those of its area too, and each word's weight."""
        table = []
        for key in self._figures.keys:
            hidden = _EXAMPLE in key or (_LOCAL in key and province is None)
            figure = None if hidden else self._found(key, as_of, province)
            if figure is not None:
                area, name = self._areas.get(key.split(".")[0], ""), _words(figure.name)
                table.append((figure, frozenset(name), frozenset([*name, *_words(area)])))
        count = Counter(word for _, _, have in table for word in have)
        return table, {word: math.log(1 + len(table) / n) * self._telling(word) for word, n in count.items()}

    def _telling(self, word: str) -> float:
        return OFTEN_ASKED if word in self._asking else 1.0

    def _found(self, key: str, as_of: date, province: str | None) -> FoundFigure | None:
        try:
            value = self._figures.value(key, as_of=as_of, province=province)
        except RulesError:
            return None
        shown = self._show(key, as_of, province)
        if shown is None or not value.name_vi:
            return None
        return FoundFigure(key, value.name_vi, shown, value.since, value.citations)


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(text))
