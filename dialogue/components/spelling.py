"""Chat Vietnamese brought to one spelling, word by word.

Pure and free of Rasa: the intent classifier and the guards use it in Rasa's environment, the actions in the
application's. What is stored or shown is never rewritten; this is only what the machine looks at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from core.vietnamese.text import fold, squeeze

_TOKEN = re.compile(r"[^\W\d_]+\d*|\d+|[^\w\s]", re.UNICODE)
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}", re.UNICODE)


@dataclass(frozen=True)
class Word:
    """One word: as written (lower case, NFC) and its accent-free copy."""

    written: str
    folded: str

    @property
    def is_word(self) -> bool:
        """Tell whether this is more than punctuation or an emoji."""
        return self.written[:1].isalnum()


class Spelling:
    """Rewrites chat spellings; what it does not know it leaves alone."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._meant = {fold(short): full.split() for short, full in words.items()}
        # One message is looked at by many patterns, one after the other.
        self.words = lru_cache(maxsize=16)(self._words)

    @classmethod
    def load(cls, path: Path) -> Spelling:
        """Read the list of chat spellings (YAML: written -> meant)."""
        return cls(yaml.safe_load(path.read_text(encoding="utf-8")))

    def _words(self, text: str) -> tuple[Word, ...]:
        """Split *text* into words, chat words written out, stretched letters shortened."""
        plain = _STRETCHED.sub(r"\1", squeeze(text).lower())
        return tuple(Word(word, fold(word)) for token in _TOKEN.findall(plain) for word in self._write_out(token))

    def _write_out(self, token: str) -> list[str]:
        return self._meant.get(fold(token), [token])
