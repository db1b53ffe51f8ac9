"""The phrases of ``phrases.yaml``, by section and key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

from core.vietnamese.format import day, decimal, money, percent
from rules.engine.model import Period
from rules.figures.shown import UNITS
from rules.schema.nodes import plain_yaml

PHRASES: Final = Path(__file__).with_name("phrases.yaml")


@dataclass(frozen=True)
class Phrases:
    """Sentences with places to fill, and how values are written."""

    table: Mapping[str, Mapping[str, Any]]
    units: Mapping[str, str]

    @classmethod
    @cache
    def load(cls) -> Phrases:
        """Read the file once."""
        return cls(plain_yaml(PHRASES), plain_yaml(UNITS)["units"])

    def __call__(self, section: str, key: str, **filled: object) -> str:
        """Return the phrase, filled."""
        return str(self.table[section][key]).format(**filled)

    def known(self, section: str, key: str) -> str:
        """Return the phrase, or *key* where there is none."""
        return str(self.table[section].get(key, key))

    def joined(self, parts: Iterable[str], by: str = "or") -> str:
        """Return *parts* as a list in one sentence."""
        return str(self.table["joins"][by]).join(parts)

    def value(self, value: Any, unit: str = "") -> str:
        """Return a number, day, flag or text as people read it."""
        if isinstance(value, bool):
            return self("operands", "true" if value else "false")
        if isinstance(value, date):
            return day(value)
        if not isinstance(value, int | Decimal):
            return str(value)
        if unit in ("vnd", "money_vnd"):
            return money(value)
        if unit == "percent":
            return percent(value)
        word = self.units.get(unit)
        return f"{decimal(value)} {word}" if word else decimal(value)

    def period(self, period: Period) -> str:
        """Return the days for which something counts."""
        start, end = (day(one) if one else "" for one in (period.start, period.end))
        key = "between" if start and end else "from" if start else "to" if end else "always"
        text = self("time", key, start=start, end=end)
        if period.known_from is None or period.known_from == period.start:
            return text
        return self("time", "known", period=text, known=day(period.known_from))
