"""Figures for prose: the value of a dotted key on a day, with its unit and its articles.

A key is a parameter, or a figure of ``rules/figures/*.yaml`` derived from parameters. Nothing is guessed: where the law
gives no value for the day, there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Final, Protocol

from rules.catalogue import Catalogue
from rules.documents import Documents
from rules.engine.model import Release
from rules.errors import InvalidRules, RulesError
from rules.figures.definitions import FigureDefinition, read_figures
from rules.figures.lookup import FigureValue, Lookup
from rules.figures.shown import Shown
from rules.places import Places

__all__ = ["FigureDefinition", "FigureValue", "Figures", "Shown"]


_MOST_SAID: Final = 8192


class HasRelease(Protocol):
    """What stands on a release: the eligibility service."""

    @property
    def release(self) -> Release: ...
    @property
    def places(self) -> Places: ...


class Figures:
    """The figures of one release."""

    def __init__(self, release: Release, definitions: Mapping[str, FigureDefinition], places: Places) -> None:
        self._release, self._definitions, self._places = release, definitions, places
        self._shown = Shown.load()
        self._catalogue = Catalogue(release)
        # Prose names the same figures again and again: sixty passages are filled for one question.
        self._said = lru_cache(maxsize=_MOST_SAID)(self._say)

    @classmethod
    def load(cls, service: HasRelease, documents: Documents | None = None) -> Figures:
        """Read the definitions (default: of the package); raises :class:`InvalidRules` with every finding."""
        definitions, findings = read_figures(documents or Documents.read(), service.release)
        if findings:
            raise InvalidRules(findings)
        return cls(service.release, definitions, service.places)

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key that can be asked for."""
        return (*self._definitions, *self._release.parameters)

    def value(self, key: str, *, as_of: date, known_on: date | None = None, province: str | None = None) -> FigureValue:
        """Return the figure of *key* on *as_of* by the law known on *known_on* (default: that day).

        Raises :class:`UnknownFigure`, :class:`NoValueInForce` where no row covers the day, :class:`NoSettledValue`
        where the law leaves it open. A figure is that of the whole country unless its definition says ``by_place``.
        """
        unit, former = self._place(province, as_of)
        lookup = Lookup(self._release, self._definitions, self._catalogue, as_of, known_on or as_of, unit, former)
        return lookup.national(key)

    def _place(self, province: str | None, as_of: date) -> tuple[str | None, tuple[str, ...]]:
        resolved = self._places.resolve(province, as_of) if province else None
        return resolved if isinstance(resolved, tuple) else (None, ())

    def show(self, key: str, *, as_of: date, province: str | None = None, short: bool = False) -> str | None:
        """Return the figure as people read it (``540.000 đ``, ``75 tuổi``); ``None`` where there is none that day."""
        return self._said(key, as_of, province, short)

    def _say(self, key: str, as_of: date, province: str | None, short: bool) -> str | None:
        try:
            return self._shown(self.value(key, as_of=as_of, province=province), short=short)
        except RulesError:
            return None
