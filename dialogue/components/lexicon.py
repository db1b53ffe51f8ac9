"""Phrases that decide an intent on their own, whatever a classifier would say.

A pattern is written as people write with accents and also matches without them: a word that carries accents in
the message must carry the same ones as the pattern, a bare word matches any accents. In a pattern

- ``a|b`` is either word, ``thuốc_sâu`` is two words in one place,
- ``word?`` may be missing,
- ``..`` stands for up to four words.

Under an intent, ``says`` may occur anywhere, ``is`` must be the whole message but for polite words, and
``unless`` takes a match back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from core.vietnamese.text import fold, has_accents
from dialogue.components.spelling import Spelling, Word

GAP = ".."
_GAP_WORDS = 4


@dataclass(frozen=True)
class _Place:
    """One place of a pattern: the alternatives that may stand there (each one or more words)."""

    choices: tuple[tuple[Word, ...], ...]
    optional: bool

    @classmethod
    def read(cls, text: str) -> _Place:
        optional = text.endswith("?")
        choices = text.rstrip("?").split("|")
        return cls(tuple(tuple(Word(w, fold(w)) for w in choice.split("_")) for choice in choices), optional)


def _agrees(pattern: Word, word: Word) -> bool:
    if pattern.folded != word.folded:
        return False
    return not has_accents(word.written) or word.written == pattern.written


class Pattern:
    """One phrase, compiled; see the module's docstring for how it is written."""

    def __init__(self, text: str) -> None:
        self._places = [GAP if part == GAP else _Place.read(part) for part in text.lower().split()]

    def ends(self, words: Sequence[Word], start: int) -> set[int]:
        """Return every position where a match that begins at *start* may end."""
        reached = {start}
        for place in self._places:
            reached = {end for at in reached for end in self._step(place, words, at)}
        return reached

    def occurs_in(self, words: Sequence[Word]) -> bool:
        """Tell whether the phrase occurs anywhere in *words*."""
        return any(self.ends(words, start) for start in range(len(words)))

    def is_all_of(self, words: Sequence[Word]) -> bool:
        """Tell whether the phrase is all of *words*."""
        return len(words) in self.ends(words, 0)

    @staticmethod
    def _step(place: _Place | str, words: Sequence[Word], at: int) -> Iterable[int]:
        if isinstance(place, str):
            return range(at, min(at + _GAP_WORDS, len(words)) + 1)
        ends = [at] if place.optional else []
        for choice in place.choices:
            end = at + len(choice)
            if end <= len(words) and all(map(_agrees, choice, words[at:end])):
                ends.append(end)
        return ends


class Phrases:
    """Several patterns that mean the same."""

    def __init__(self, spelling: Spelling, patterns: Iterable[str]) -> None:
        self._spelling = spelling
        self._patterns = [Pattern(pattern) for pattern in patterns]

    def occur_in(self, text: str) -> bool:
        """Tell whether one of them occurs in *text*."""
        words = [word for word in self._spelling.words(text) if word.is_word]
        return any(pattern.occurs_in(words) for pattern in self._patterns)


@dataclass(frozen=True)
class _Entry:
    """What makes one intent."""

    intent: str
    says: tuple[Pattern, ...]
    whole: tuple[Pattern, ...]
    unless: tuple[Pattern, ...]

    def matches(self, words: Sequence[Word], polite: Sequence[Word]) -> bool:
        found = any(p.occurs_in(words) for p in self.says) or any(p.is_all_of(polite) for p in self.whole)
        return found and not any(p.occurs_in(words) for p in self.unless)


class Lexicon:
    """Intents that are recognised by what is literally said, in order of urgency."""

    def __init__(self, spelling: Spelling, intents: Mapping[str, Mapping[str, Any]], polite: Iterable[str]) -> None:
        self._spelling = spelling
        self._polite = frozenset(map(fold, polite))
        self._entries = [
            _Entry(intent, *(tuple(map(Pattern, entry.get(key) or ())) for key in ("says", "is", "unless")))
            for intent, entry in intents.items()
        ]

    @classmethod
    def load(cls, path: Path, spelling: Spelling) -> Lexicon:
        """Read the lexicon (YAML); the first intent in the file is the most urgent."""
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        return cls(spelling, data["intents"], data["polite"])

    @property
    def intents(self) -> tuple[str, ...]:
        """Every intent the lexicon can give, the most urgent first."""
        return tuple(entry.intent for entry in self._entries)

    def recognise(self, text: str) -> str | None:
        """Return the most urgent intent that *text* literally states, or ``None``."""
        words = [word for word in self._spelling.words(text) if word.is_word]
        core = [word for word in words if word.folded not in self._polite]
        return next((entry.intent for entry in self._entries if entry.matches(words, core)), None)
