"""Tell a possible Vietnamese syllable from a slip of the keyboard, and set slips right against a word list."""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.vietnamese.text import fold

_SYLLABLE = re.compile(
    r"(?:b|ch|c|d|gh|gi|g|h|kh|k|l|m|ngh|ng|nh|n|ph|p|qu|q|r|s|th|tr|t|v|x)?"
    r"(?:uye|uya|uyu|uoi|uou|uay|uya|ieu|yeu|oai|oay|oao|oeo|"
    r"ai|ao|au|ay|eo|eu|ia|ie|iu|oa|oe|oi|oo|ua|ue|ui|uo|uu|uy|ye|a|e|i|o|u|y)"
    r"(?:ch|c|m|ng|nh|n|p|t)?"
)
_SHORTEST = 4


def is_syllable(folded: str) -> bool:
    """Tell whether the accent-free *folded* could be a Vietnamese syllable."""
    return _SYLLABLE.fullmatch(folded) is not None


class SpellingIndex:
    """Known words that a misspelt one can be set right to: one letter more, less, other, or two swapped."""

    def __init__(self, words: Iterable[str]) -> None:
        self._known = frozenset(fold(w) for w in words)
        self._by_deletion: dict[str, set[str]] = {}
        for word in self._known:
            if len(word) >= _SHORTEST:
                for shorter in _deletions(word):
                    self._by_deletion.setdefault(shorter, set()).add(word)

    def __contains__(self, folded: object) -> bool:
        return folded in self._known

    def nearest(self, folded: str) -> str | None:
        """Return the only known word one slip away from *folded*; None when there is none or more than one."""
        if len(folded) < _SHORTEST or folded in self._known:
            return None
        close = set(self._by_deletion.get(folded, ()))
        for shorter in _deletions(folded):
            if shorter in self._known and len(shorter) >= _SHORTEST - 1:
                close.add(shorter)
            close |= {w for w in self._by_deletion.get(shorter, ()) if len(w) == len(folded)}
        if len(close) > 1:
            close = {w for w in close if sorted(w) == sorted(folded)} or close
        return close.pop() if len(close) == 1 else None

    def split(self, folded: str) -> tuple[str, str] | None:
        """Return the two known words that *folded* runs together (``luonghuu``); None when it does not."""
        for at in range(len(folded) - 2, 1, -1):
            if folded[:at] in self._known and folded[at:] in self._known:
                return folded[:at], folded[at:]
        return None


def _deletions(word: str) -> Iterable[str]:
    return (word[:i] + word[i + 1 :] for i in range(len(word)))
