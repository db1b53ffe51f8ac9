"""Who is said to be dead: ``ba tui 82 mất rồi``. Of the dead nothing is asked and nothing granted but what follows.

The day of death is a fact of its own; here only that somebody died, whenever that was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from core.vietnamese.words import Word
from rules.facts.patterns import PatternBook
from rules.facts.people import Naming, Role

_FURTHEST = 6  # words between a naming and what is said of it


class DeathReader:
    """Reads deaths by the lexicon of people."""

    def __init__(self, data: Mapping[str, object]) -> None:
        self._book: PatternBook[None] = PatternBook()
        for pattern in cast("list[str]", data["deaths"]):
            self._book.add(pattern, None)
        self._never_next = frozenset(cast("list[str]", data["no_deaths_next"]))

    @property
    def vocabulary(self) -> frozenset[str]:
        """Words of the patterns."""
        return self._book.vocabulary

    def read(self, words: Sequence[Word], people: Sequence[Naming]) -> tuple[str, ...]:
        """Return the people of *people* who are said to be dead."""
        found = (f for f in self._book.search(words, {}) if not self._goes_on(words, f.end))
        dead = (self._of_whom(words, people, f.start) for f in found)
        return tuple(dict.fromkeys(person for ids in dead for person in ids))

    def _goes_on(self, words: Sequence[Word], end: int) -> bool:
        """Tell whether the next word makes it something else: mất sức, mất thẻ."""
        return end < len(words) and words[end].folded in self._never_next

    @staticmethod
    def _of_whom(words: Sequence[Word], people: Sequence[Naming], at: int) -> tuple[str, ...]:
        before = [n for n in people if n.end <= at and n.role is not Role.ASKING]
        if not before:
            return ()
        nearest = max(before, key=lambda n: n.end)
        between = words[nearest.end : at]
        if nearest.role is not Role.PERSON or len(between) > _FURTHEST or any(w.is_mark for w in between):
            return ()
        return tuple(person for person in nearest.ids if person != "self")
