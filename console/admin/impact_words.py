"""Effects of a change in words: benefits by name, figures with their labels and units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from console.texts import Texts
from core.vietnamese.format import day, money, percent
from rules.engine.decision import plain
from rules.engine.model import Outcome, Release
from rules.impact import Effect, Turn
from rules.wording.phrases import Phrases


@dataclass(frozen=True)
class ImpactWords:
    """Words over the names of one release."""

    texts: Texts
    release: Release

    turns = tuple(Turn)

    def benefit(self, benefit: str) -> str:
        """Return what a benefit is called."""
        found = self.release.benefits.get(benefit)
        return found.name_vi if found is not None else benefit

    def outcome(self, outcome: Outcome | None) -> str:
        """Return an outcome in words."""
        return self.texts(f"admin.outcomes.{outcome.value if outcome else 'none'}")

    def fields(self, effect: Effect) -> list[tuple[str, str, str]]:
        """Return label, before and after of every figure that differs."""
        phrases = Phrases.load()
        return [
            (phrases.known("results", name) if name != "group" else self.texts("admin.impact.group"),
             self._value(name, old, effect.benefit), self._value(name, new, effect.benefit))
            for name, (old, new) in effect.fields.items()
        ]  # fmt: skip

    def _value(self, name: str, value: Any, benefit: str) -> str:
        value = plain(value)
        if value is None:
            return "–"
        if name == "group":
            return ", ".join(self._group(benefit, one) for one in ([value] if isinstance(value, str) else value))
        if isinstance(value, bool):
            return self.texts(f"admin.flags.{str(value).lower()}")
        if isinstance(value, int | float):
            return money(value) if "_vnd" in name else percent(value) if name.endswith("_percent") else str(value)
        return day(value) if isinstance(value, date) else str(value)

    def _group(self, benefit: str, group: str) -> str:
        found = self.release.benefits.get(benefit)
        names = {one.id: one.name_vi for one in found.groups} if found is not None else {}
        return names.get(group, group)
