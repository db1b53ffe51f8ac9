"""Values of facts as people say them (``2tr rưỡi``, ``sinh năm 51``), read as on the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from console.deps import RulesInUse
from console.staff.desk_case import SELF, DeskCases
from rules.errors import InvalidFacts
from rules.facts.vocabulary import FactDefinition


@dataclass(frozen=True)
class Spoken:
    """Reads words about one fact, said on *today*."""

    rules: RulesInUse
    today: date

    def __call__(self, fact: FactDefinition, words: str) -> Any:
        """Return what *words* say of *fact* in the plain form; ``None`` where they say nothing of it."""
        try:
            return DeskCases(self.rules).answer(fact.id, SELF, words, today=self.today)
        except InvalidFacts:
            return None
