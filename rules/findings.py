"""One mistake in a rule file or in what was told: what, where, and a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Finding:
    """``code`` is stable and for machines, ``message`` for people; ``line`` is 1-based, 0 where there is none."""

    code: str
    path: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.code}: {self.message}"


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ``" (did you mean ...?)"`` or nothing."""
    close = get_close_matches(word, list(known), n=3, cutoff=0.6)
    return f" (did you mean {', '.join(close)}?)" if close else ""
