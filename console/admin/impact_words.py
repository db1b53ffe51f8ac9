"""Effects of a change in words: benefits and groups by name, those of a draft too; figures with labels and units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from console.texts import Texts
from core.vietnamese.format import day, decimal, money, percent
from rules.checking import GROUPS
from rules.editing import Named
from rules.engine.decision import plain
from rules.engine.model import Outcome
from rules.impact import Effect, Turn
from rules.wording.phrases import Phrases


@dataclass(frozen=True)
class ImpactWords:
    """Words over the names of a release and of what a draft adds to it."""

    texts: Texts
    named: Named

    turns = tuple(Turn)

    def benefit(self, benefit: str) -> str:
        """Return what a benefit is called."""
        found = self.named.benefits.get(benefit)
        return found.name_vi if found is not None else benefit

    def outcome(self, outcome: Outcome | None) -> str:
        """Return an outcome in words."""
        return self.texts(f"admin.outcomes.{outcome.value if outcome else 'none'}")

    def fields(self, effect: Effect) -> list[tuple[str, str, str]]:
        """Return label, before and after of every figure that differs."""
        return [
            (self.label(name), self.value(name, old, effect.benefit), self.value(name, new, effect.benefit))
            for name, (old, new) in effect.fields.items()
        ]

    def label(self, name: str) -> str:
        """Return what a part of a decision is called."""
        return self.texts("admin.impact.group") if name == "group" else Phrases.load().known("results", name)

    def value(self, name: str, value: Any, benefit: str) -> str:
        """Return a part of the decision on *benefit* as people read it."""
        value = plain(value)
        if value is None or value in ([], ""):
            return "–"
        if name == "outcome":
            return self.texts(f"admin.outcomes.{value}")
        if isinstance(value, list) or name in GROUPS:
            return ", ".join(self.group(benefit, str(one)) for one in (value if isinstance(value, list) else [value]))
        if isinstance(value, bool):
            return self.texts(f"admin.flags.{str(value).lower()}")
        if isinstance(value, int | float):
            return money(value) if "_vnd" in name else percent(value) if name.endswith("_percent") else decimal(value)
        return day(value) if isinstance(value, date) else Phrases.load().known("texts", str(value))

    def group(self, benefit: str, group: str) -> str:
        """Return what a group of *benefit* is called."""
        found = self.named.benefits.get(benefit)
        return found.groups.get(group, group) if found is not None else group
