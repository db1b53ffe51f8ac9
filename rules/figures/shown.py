"""A figure as people read it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Final

from core.vietnamese.format import day, decimal, money, percent, short_money
from rules.figures.lookup import FigureValue
from rules.schema.nodes import plain_yaml

UNITS: Final = Path(__file__).parents[1] / "units.yaml"


class Shown:
    """Writes figures: ``540.000 đ``, ``100 triệu``, ``6,24%``, ``75 tuổi``, ``7 ngày``, ``05/10/2026``."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = words

    @classmethod
    def load(cls, path: Path = UNITS) -> Shown:
        """Read the words of units."""
        return cls(plain_yaml(path)["units"])

    def __call__(self, figure: FigureValue, *, short: bool = False) -> str:
        """Return *figure* in words; ``short`` asks for the round form of money where one fits."""
        raw = figure.raw
        if isinstance(raw, date):
            return day(raw)
        if figure.unit == "vnd":
            dong = int(Decimal(raw).quantize(Decimal(1), rounding=ROUND_HALF_UP))
            return short_money(dong) if short else money(dong)
        if figure.unit == "percent":
            return percent(raw)
        word = self._words.get(figure.unit)
        return f"{decimal(raw)} {word}" if word else decimal(raw)
