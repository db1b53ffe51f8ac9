"""Phrases that decide an intent on their own, whatever a classifier would say.

A pattern is written as people write with accents and also matches without them: in a message written with accents
a word must carry the same ones as the pattern; in one without, a bare word matches any accents. In a pattern

- ``a|b`` is either word, ``thuốc_sâu`` is two words in one place,
- ``=giả`` only matches with its accents, because without them it is another word (``gia đình``),
- ``word?`` may be missing,
- ``!a|b`` takes up no word: neither of them may come next (``thu !nhập`` is not ``thu nhập``),
- ``..`` stands for up to four words.

Under an intent, ``says`` may occur anywhere, ``is`` must be the whole message but for polite words, and
``unless`` takes a match back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from core.vietnamese.text import fold, has_accents
from dialogue.components.spelling import Spelling, Word

GAP = ".."
_GAP_WORDS = 4
# People who write with accents leave a third of their words bare (they have none), others all of them.
_ACCENTED_SHARE = 0.5


@dataclass(frozen=True)
class _Choice:
    """What may stand at one place: one or more words, perhaps only with their accents."""

    words: tuple[Word, ...]
    exact: bool

    @classmethod
    def read(cls, text: str) -> _Choice:
        words = text.removeprefix("=").split("_")
        return cls(tuple(Word(word, fold(word)) for word in words), text.startswith("="))

    def stands_at(self, message: _Message, at: int) -> bool:
        words = message.words[at : at + len(self.words)]
        strict = self.exact or message.is_accented
        return len(words) == len(self.words) and all(
            mine.folded == word.folded and (mine.written == word.written or not (strict or has_accents(word.written)))
            for mine, word in zip(self.words, words)  # noqa: B905 (Python 3.10 reads this too)
        )


@dataclass(frozen=True)
class _Place:
    """One place of a pattern: the alternatives that may stand there."""

    choices: tuple[_Choice, ...]
    optional: bool
    barred: bool = False

    @classmethod
    def read(cls, text: str) -> _Place:
        choices = text.removeprefix("!").rstrip("?").split("|")
        return cls(tuple(map(_Choice.read, choices)), text.endswith("?"), barred=text.startswith("!"))

    @property
    def is_needed(self) -> bool:
        """Tell whether one of the words must be there."""
        return not (self.optional or self.barred)

    def ends(self, message: _Message, at: int) -> list[int]:
        """Return where a match of this place that begins at *at* may end."""
        ends = [at + len(choice.words) for choice in self.choices if choice.stands_at(message, at)]
        if self.barred:
            return [] if ends else [at]
        return [at, *ends] if self.optional else ends


@dataclass(frozen=True)
class _Message:
    """The words of a message, and whether its writer uses accents."""

    words: tuple[Word, ...]
    is_accented: bool
    vocabulary: frozenset[str]

    @classmethod
    def of(cls, words: Iterable[Word]) -> _Message:
        kept = tuple(word for word in words if word.is_word)
        accented = sum(has_accents(word.written) for word in kept)
        return cls(kept, accented >= _ACCENTED_SHARE * max(1, len(kept)), frozenset(w.folded for w in kept))

    def without(self, polite: frozenset[str]) -> _Message:
        """Return the message without polite words."""
        words = tuple(word for word in self.words if word.folded not in polite)
        return _Message(words, self.is_accented, self.vocabulary)


class Pattern:
    """One phrase, compiled; see the module's docstring for how it is written."""

    def __init__(self, text: str) -> None:
        self._places = [GAP if part == GAP else _Place.read(part) for part in text.lower().split()]
        needed = [place for place in self._places if isinstance(place, _Place) and place.is_needed]
        # Of each of these sets one word must be in a message for the phrase to occur in it.
        self._needed = [frozenset(choice.words[0].folded for choice in place.choices) for place in needed]

    def occurs_in(self, message: _Message) -> bool:
        """Tell whether the phrase occurs anywhere in *message*."""
        if any(message.vocabulary.isdisjoint(words) for words in self._needed):
            return False
        return any(self._ends(message, start) for start in range(len(message.words)))

    def is_all_of(self, message: _Message) -> bool:
        """Tell whether the phrase is all of *message*."""
        return len(message.words) in self._ends(message, 0)

    def _ends(self, message: _Message, start: int) -> set[int]:
        """Return every position where a match that begins at *start* may end."""
        reached = {start}
        for place in self._places:
            reached = {end for at in reached for end in self._step(place, message, at)}
        return reached

    @staticmethod
    def _step(place: _Place | str, message: _Message, at: int) -> Iterable[int]:
        if isinstance(place, str):
            return range(at, min(at + _GAP_WORDS, len(message.words)) + 1)
        return place.ends(message, at)


class Phrases:
    """Several patterns that mean the same."""

    def __init__(self, spelling: Spelling, patterns: Iterable[str]) -> None:
        self._spelling = spelling
        self._patterns = [Pattern(pattern) for pattern in patterns]

    def occur_in(self, text: str) -> bool:
        """Tell whether one of them occurs in *text*."""
        message = _Message.of(self._spelling.words(text))
        return any(pattern.occurs_in(message) for pattern in self._patterns)


@dataclass(frozen=True)
class _Entry:
    """What makes one intent."""

    intent: str
    says: tuple[Pattern, ...]
    whole: tuple[Pattern, ...]
    unless: tuple[Pattern, ...]

    def matches(self, message: _Message, core: _Message) -> bool:
        found = any(p.occurs_in(message) for p in self.says) or any(p.is_all_of(core) for p in self.whole)
        return found and not any(p.occurs_in(message) for p in self.unless)


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
        message = _Message.of(self._spelling.words(text))
        core = message.without(self._polite)
        return next((entry.intent for entry in self._entries if entry.matches(message, core)), None)
