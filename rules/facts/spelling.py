"""Read chat spelling: short forms, unfinished Telex, slips and run-together words become words of the lexicon.

Only spellings change, never places: every word still points at what was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from core.vietnamese.syllables import SpellingIndex, is_syllable
from core.vietnamese.telex import from_telex
from core.vietnamese.text import fold
from core.vietnamese.words import Word, can_mean, split_words

_STRETCHED = re.compile(r"(.)\1{2,}")
_UNITS = frozenset(
    {"a", "k", "t", "tr", "th", "thg", "n", "ng", "m", "d", "đ", "ts", "x"}
    | {"trieu", "nghin", "ngan", "ty", "tuoi", "thang"}
)
_ACCENTED_SHARE = 0.4
_LONG = 5


@dataclass(frozen=True, slots=True)
class Depending:
    """A short form that stands for *means* only beside certain words."""

    means: tuple[str, ...]
    after: frozenset[str] = frozenset()
    before: frozenset[str] = frozenset()
    not_after: frozenset[str] = frozenset()
    plain_only: bool = False

    def fits(self, words: Sequence[Word], at: int) -> bool:
        """Tell whether the neighbours of ``words[at]`` allow this reading."""
        left, right = _name(words, at - 1), _name(words, at + 1)
        if self.not_after & left:
            return False
        return (not self.after or bool(self.after & left)) and (not self.before or bool(self.before & right))


def _name(words: Sequence[Word], at: int) -> frozenset[str]:
    if at < 0:
        return frozenset({"_start"})
    if at >= len(words) or words[at].is_mark:
        return frozenset({"_end", words[at].text if at < len(words) else "_end"})
    return frozenset({words[at].folded} | ({"_number"} if words[at].is_number else set()))


@dataclass(frozen=True)
class SpellingTable:
    """The spellings a lexicon knows; see ``lexicon/spelling.yaml``."""

    short: Mapping[str, tuple[str, ...]]
    depending: Mapping[str, tuple[Depending, ...]]
    bare: frozenset[str]
    southern: frozenset[str] = frozenset()
    forgiving: frozenset[str] = frozenset()
    dotted: frozenset[str] = frozenset()

    @classmethod
    def from_data(cls, data: Mapping[str, object]) -> SpellingTable:
        """Build the table from the parsed YAML."""
        short: dict[str, tuple[str, ...]] = {}
        for meaning, forms in _mapping(data["short"]).items():
            short.update(dict.fromkeys(str(forms).split(), tuple(meaning.split())))
        depending: dict[str, tuple[Depending, ...]] = {}
        for line in _lines(data["depending"]):
            known = depending.get(str(line["spelled"]), ())
            sides = {k: frozenset(map(str, _items(line.get(k)))) for k in ("after", "before", "not_after")}
            depending[str(line["spelled"])] = (
                *known,
                Depending(tuple(str(line["means"]).split()), plain_only=bool(line.get("plain_only")), **sides),
            )
        bare, southern, forgiving = (frozenset(str(data[k]).split()) for k in ("bare", "southern", "forgiving"))
        dotted = frozenset(str(data.get("dotted", "")).split())
        return cls(short, depending, bare, southern, frozenset(map(fold, forgiving)), dotted)

    def words(self) -> Iterable[str]:
        """Yield every word that some short form stands for."""
        for meaning in self.short.values():
            yield from meaning
        for lines in self.depending.values():
            for line in lines:
                yield from line.means


def _mapping(data: object) -> Mapping[str, object]:
    return data if isinstance(data, dict) else {}


def _lines(data: object) -> list[Mapping[str, object]]:
    return data if isinstance(data, list) else []


def _items(data: object) -> list[object]:
    return data if isinstance(data, list) else []


class Speller:
    """Turns a message into words of the lexicon's spelling."""

    def __init__(self, table: SpellingTable, vocabulary: Iterable[str]) -> None:
        self._table = table
        self._known: dict[str, tuple[str, ...]] = {}
        for word in sorted({*vocabulary, *table.words(), *table.bare}):
            self._known[fold(word)] = (*self._known.get(fold(word), ()), word)
        self._index = SpellingIndex(self._known)
        self._cache: dict[str, tuple[str, ...]] = {}

    def read(self, text: str) -> list[Word]:
        """Return the words of *text*; a short form that stands for several words gives several at one place."""
        raw = self._without_dots(split_words(text))
        strict = self._writes_accents(raw)
        words: list[Word] = []
        for at, word in enumerate(raw):
            words.extend(self._respelled(raw, at, word, strict=strict))
        return words

    def _without_dots(self, words: Sequence[Word]) -> Sequence[Word]:
        """Return *words* without the dots that end a short form and no sentence: TP.HCM is one name."""
        ends = {
            at
            for at in range(1, len(words) - 1)
            if words[at].text == "." and words[at - 1].folded in self._table.dotted and words[at + 1].glued
        }
        return [word for at, word in enumerate(words) if at not in ends] if ends else words

    def is_southern(self, text: str) -> bool:
        """Tell whether *text* holds words that only the south writes."""
        return any(word.text in self._table.southern for word in split_words(text, limit=200))

    def _writes_accents(self, words: Sequence[Word]) -> bool:
        plain = [w for w in words if w.kind == "word" and len(w.text) > 1 and w.text not in self._table.short]
        accented = sum(w.text != w.folded for w in plain)
        return accented > _ACCENTED_SHARE * len(plain)

    def _respelled(self, raw: Sequence[Word], at: int, word: Word, *, strict: bool) -> list[Word]:
        if word.kind != "word":
            return [word]
        meaning = self._short(raw, at, word, strict=strict)
        if meaning is not None:
            return [_part(word, part, i) for i, part in enumerate(meaning)]
        if word.text not in self._cache:
            if len(self._cache) > 50_000:
                self._cache.clear()
            self._cache[word.text] = self._settled(word.text)
        settled = self._cache[word.text]
        if settled == (word.text,):
            return [replace(word, exact=strict and self._stands_for_itself(word.text))]
        return [replace(_part(word, part, i), exact=False) for i, part in enumerate(settled)]

    def _stands_for_itself(self, text: str) -> bool:
        return text in self._known.get(fold(text), ())

    def _short(self, raw: Sequence[Word], at: int, word: Word, *, strict: bool) -> tuple[str, ...] | None:
        for line in self._table.depending.get(word.text, ()):
            if line.fits(raw, at) and not (strict and line.plain_only):
                return line.means
        if at and raw[at - 1].is_number and word.text in _UNITS:
            return None
        return self._table.short.get(word.text)

    def _settled(self, text: str) -> tuple[str, ...]:
        """Return the word or words of the lexicon that a spelling stands for, itself when none is surer."""
        text = _STRETCHED.sub(r"\1", text)
        if text in self._table.short:
            return self._table.short[text]
        folded = fold(text)
        if folded in self._index:
            return (self._tone_slip(text, folded),)
        return self._unfinished(text) or self._slip(text, folded) or (text,)

    def _tone_slip(self, text: str, folded: str) -> str:
        """A word that no other resembles (``nghéo``) is read without its accents where these are wrong."""
        fits = any(can_mean(text, known) for known in self._known[folded])
        return text if fits or folded not in self._table.forgiving else folded

    def _unfinished(self, text: str) -> tuple[str, ...] | None:
        decoded = from_telex(text)
        if decoded is None:
            return None
        return next(((known,) for known in self._known.get(fold(decoded), ()) if can_mean(decoded, known)), None)

    def _slip(self, text: str, folded: str) -> tuple[str, ...] | None:
        if is_syllable(folded) or not folded.isascii():
            return None
        parts = self._index.split(folded)
        if parts is not None and len(folded) > _LONG:
            return (text[: len(parts[0])], text[len(parts[0]) :]) if len(text) == len(folded) else parts
        nearest = self._index.nearest(folded)
        return None if nearest is None else (nearest,)


def _part(word: Word, text: str, index: int) -> Word:
    return replace(word.spelled(text, exact=True), glued=word.glued if index == 0 else False)
