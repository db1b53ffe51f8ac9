"""Abbreviations, chat spellings and dialect words, written out before anything is searched.

The words are data (``expand.yaml``). Documents get only the abbreviations written out, questions everything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from core.vietnamese.text import fold, nfc, squeeze

_WORD = re.compile(r"\w+(?:[&.]\w+)*|\S")
_VOWEL = re.compile(r"[aeiouyăâêôơư]")
_LONGEST = 3
DEFAULT_WORDS = Path(__file__).with_name("expand.yaml")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a short form stands for; ``after``/``before`` name neighbours that point to this meaning."""

    text: str
    after: frozenset[str] = frozenset()
    before: frozenset[str] = frozenset()

    def fits(self, left: str, right: str) -> bool:
        """Tell whether the neighbours allow this meaning; one without neighbours always fits."""
        return not (self.after or self.before) or left in self.after or right in self.before


Table = Mapping[str, tuple[Meaning, ...]]


class Expander:
    """Writes short forms out."""

    def __init__(self, abbreviations: Table, chat: Table, patterns: Sequence[tuple[re.Pattern[str], str]]) -> None:
        self._abbreviations = abbreviations
        self._everything = {**abbreviations, **chat}
        self._patterns = tuple(patterns)

    @classmethod
    def load(cls, path: Path = DEFAULT_WORDS) -> Expander:
        """Read the words from YAML."""
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        chat = {**_table(data["dialect"], also_plain=False), **_table(data["spellings"], also_plain=True)}
        patterns = [(re.compile(pattern), to) for pattern, to in data["patterns"]]
        return cls(_table(data["abbreviations"], also_plain=True), chat, patterns)

    def document(self, text: str) -> str:
        """Write out the abbreviations that officials use."""
        return self._expand(squeeze(text).lower(), self._abbreviations, ())

    def question(self, text: str) -> str:
        """Write out everything that citizens shorten; lower case, NFC."""
        return self._expand(squeeze(text).lower(), self._everything, self._patterns)

    def _expand(self, text: str, table: Table, patterns: Sequence[tuple[re.Pattern[str], str]]) -> str:
        words = _WORD.findall(text)
        result: list[str] = []
        at = 0
        while at < len(words):
            taken, meaning = self._longest(words, at, table)
            result.append(meaning if taken else _unit(words[at], patterns))
            at += taken or 1
        return " ".join(filter(None, result))

    @staticmethod
    def _longest(words: Sequence[str], at: int, table: Table) -> tuple[int, str]:
        for length in range(min(_LONGEST, len(words) - at), 0, -1):
            meanings = table.get(" ".join(words[at : at + length]))
            if meanings is None:
                continue
            left = words[at - 1] if at else ""
            right = words[at + length] if at + length < len(words) else ""
            for meaning in meanings:
                if meaning.fits(left, right):
                    return length, meaning.text
        return 0, ""


def _unit(word: str, patterns: Sequence[tuple[re.Pattern[str], str]]) -> str:
    for pattern, to in patterns:
        if found := pattern.fullmatch(word):
            return found.expand(to)
    return word


def _table(words: Mapping[str, Any], *, also_plain: bool) -> dict[str, tuple[Meaning, ...]]:
    table = {nfc(str(key)): _meanings(value) for key, value in words.items()}
    if also_plain:  # an abbreviation without vowels cannot be mistaken for a word when its bar is dropped
        for key, meanings in list(table.items()):
            if not _VOWEL.search(fold(key)):
                table.setdefault(fold(key), meanings)
    return table


def _meanings(value: Any) -> tuple[Meaning, ...]:
    if isinstance(value, str):
        return (Meaning(nfc(value)),)
    return tuple(Meaning(nfc(one["to"]), _words(one.get("after")), _words(one.get("before"))) for one in value)


def _words(words: Sequence[str] | None) -> frozenset[str]:
    return frozenset(nfc(str(word)) for word in words or ())
