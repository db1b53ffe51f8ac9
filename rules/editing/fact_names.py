"""Facts found by what people call them: any words of the name, accents or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from core.vietnamese.text import fold

MOST: Final = 8


class FactNames:
    """Finds facts among *names* (by id), in their order."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = {fact: fold(name) for fact, name in names.items()}
        self._exact = {name: fact for fact, name in self._names.items()}

    def find(self, words: str, most: int = MOST) -> list[str]:
        """Return the facts whose names have every word of *words*; names that begin so come first."""
        asked, begins = fold(words).split(), fold(words).strip()
        found = [fact for fact, name in self._names.items() if all(word in f"{name} {fact}" for word in asked)]
        return sorted(found, key=lambda fact: not self._names[fact].startswith(begins))[:most]

    def called(self, words: str) -> str:
        """Return the one fact that *words* name: its id, its name, or words only it has; else nothing."""
        if words.strip() in self._names:
            return words.strip()
        found = self.find(words, most=2) if words.strip() else []
        return self._exact.get(fold(words).strip()) or (found[0] if len(found) == 1 else "")
