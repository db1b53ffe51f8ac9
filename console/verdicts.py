"""Verdicts as the desk and the paper show them: one chip, then figures as label and value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from core.vietnamese.format import day, decimal, money, percent
from rules.engine.decision import Decision
from rules.engine.model import Outcome

# Who may pay for a health-insurance card where the budget does not and she need not buy it.
PAYER = "payer"
OTHERS = frozenset({"employer_and_worker", "commune_and_worker", "social_insurance", "left_to_government"})
LOCALE = Path(__file__).parent / "locale" / "verdicts.yaml"


@dataclass(frozen=True, slots=True)
class Chip:
    """A verdict in two or three words; ``tone`` is granted, refused, open or human, never the only sign."""

    text: str
    tone: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a decision: ``main`` ones are what people came for."""

    name: str
    label: str
    value: str
    main: bool


class VerdictWords:
    """The words of ``locale/verdicts.yaml``."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        self._outcomes, self._figures = words["outcomes"], words["figures"]
        self._units, self._at_least, self._between = words["units"], words["at_least"], words["between"]
        self._shows: Mapping[str, Callable[[Any], str]] = {
            "money": lambda value: money(int(value)),
            "percent": lambda value: percent(round(float(value), 4)),
            "day": lambda value: day(value if isinstance(value, date) else date.fromisoformat(str(value))),
            **{unit: self._counted(unit) for unit in self._units},
        }

    @classmethod
    @cache
    def load(cls) -> VerdictWords:
        """Read the packaged words once."""
        return cls(yaml.safe_load(LOCALE.read_text(encoding="utf-8")))

    def chip(self, decision: Decision) -> Chip:
        """Return the verdict in a few words."""
        return Chip(**self._outcomes[self._kind(decision)])

    def figures(self, decision: Decision) -> tuple[Figure, ...]:
        """Return the figures in the order people look for them; a sure lower bound where none is exact."""
        shown = []
        for name, spec in self._figures.items():
            value = self._value(decision, name, spec["as"])
            if value:
                shown.append(Figure(name, spec["label"], value, bool(spec.get("main"))))
        return tuple(shown)

    def _kind(self, decision: Decision) -> str:
        if decision.outcome is Outcome.ELIGIBLE:
            return "unpaid" if decision.results.get("paid") is False else "eligible"
        if decision.outcome is Outcome.INELIGIBLE:
            return "paid_elsewhere" if decision.results.get(PAYER) in OTHERS else "ineligible"
        if decision.refer_to_human:
            return "refer"
        if decision.granted_anyhow:
            return "granted_anyhow"
        return "undetermined" if decision.missing else "undetermined_rough"

    def _value(self, decision: Decision, name: str, kind: Any) -> str:
        if name == PAYER and decision.outcome is Outcome.UNDETERMINED:
            return ""
        if name in decision.results:
            return self._show(decision.results[name], kind)
        low, high = decision.bounds.get(name, (None, None))
        if low and high:
            return str(self._between.format(low=self._show(low, kind), high=self._show(high, kind)))
        return self._at_least.format(value=self._show(low, kind)) if low else ""

    def _show(self, value: Any, kind: Any) -> str:
        if isinstance(kind, dict):
            return str(kind.get(str(value), ""))
        return self._shows[kind](value)

    def _counted(self, unit: str) -> Callable[[Any], str]:
        return lambda value: str(self._units[unit].format(value=decimal(value)))
