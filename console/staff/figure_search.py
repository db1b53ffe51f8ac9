"""Finds the figures of the law that a question is about, by the words of their names, accents or not."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from core.citations import Citation
from core.vietnamese.text import fold
from rules.errors import RulesError
from rules.figures import Figures

LEAST_SHARE: Final = 0.45  # of the weight of a question's words that a figure's name must hold
_EXAMPLE: Final = ".example."  # figures made up to show a calculation
_LOCAL: Final = ".local."  # figures of a province, the national ones where none is given
_WORD: Final = re.compile(r"[0-9a-z]+(?:,[0-9]+)?")


@dataclass(frozen=True, slots=True)
class FoundFigure:
    """One figure as people read it, with its articles and since when it counts."""

    key: str
    name: str
    shown: str
    since: date | None
    citations: tuple[Citation, ...]


class FigureSearch:
    """Searches the figures of one release. ``areas`` names, by the first part of a key, what the figures belong to."""

    def __init__(self, figures: Figures, areas: Mapping[str, str]) -> None:
        self._figures, self._areas = figures, areas
        self._at = lru_cache(maxsize=32)(self._all)

    def find(self, words: str, *, as_of: date, province: str | None = None, limit: int = 5) -> tuple[FoundFigure, ...]:
        """Return the figures in force on *as_of* whose names hold most of *words*, best first."""
        table, weights = self._at(as_of, province)
        asked = {word for word in _words(words) if word in weights}
        whole = sum(weights[word] for word in asked)
        if not asked:
            return ()
        scored = []
        for figure, have in table:
            common = sum(weights[word] for word in asked & have)
            if common >= LEAST_SHARE * whole:
                scored.append((common / whole + common / sum(weights[word] for word in have), figure))
        scored.sort(key=lambda pair: (-pair[0], pair[1].key))
        return tuple(figure for _, figure in scored[:limit])

    def _all(
        self, as_of: date, province: str | None
    ) -> tuple[list[tuple[FoundFigure, frozenset[str]]], dict[str, float]]:
        """Return every figure of the day with its words, and how telling each word is."""
        table = []
        for key in self._figures.keys:
            hidden = _EXAMPLE in key or (_LOCAL in key and province is None)
            figure = None if hidden else self._found(key, as_of, province)
            if figure is not None:
                area = self._areas.get(key.split(".")[0], "")
                table.append((figure, frozenset(_words(f"{area} {figure.name}"))))
        count = Counter(word for _, have in table for word in have)
        return table, {word: math.log(1 + len(table) / n) for word, n in count.items()}

    def _found(self, key: str, as_of: date, province: str | None) -> FoundFigure | None:
        try:
            value = self._figures.value(key, as_of=as_of, province=province)
        except RulesError:
            return None
        shown = self._figures.show(key, as_of=as_of, province=province)
        if shown is None or not value.name_vi:
            return None
        return FoundFigure(key, value.name_vi, shown, value.since, value.citations)


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(text))
