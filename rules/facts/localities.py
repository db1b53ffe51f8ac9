"""Find the province a message names, old or new, and which one the household lives in.

A name that no unit carries any more, or one said with *cũ*, is a former province too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from core.vietnamese.syllables import is_syllable
from core.vietnamese.words import OneOf, Word, is_bare
from rules.facts.patterns import Found, PatternBook

_UNIT = OneOf("tỉnh", "tp", "t", "thành")
_CITY = OneOf("phố")
_FORMER = OneOf("cũ")
_FROM = OneOf("từ")
_LIVES = OneOf("ở", "tại", "sống", "về", "đang", "qua", "sang", "vào", "ra", "lên", "trú")
_BORN = OneOf("quê", "gốc")
_BEFORE = OneOf("trước", "hồi")


class FormerPlace(Protocol):
    """One of the 63 provinces before the merger."""

    @property
    def name_vi(self) -> str: ...
    @property
    def now(self) -> str: ...
    @property
    def aliases(self) -> Sequence[str]: ...
    @property
    def short_aliases(self) -> Sequence[str]: ...
    @property
    def place_hints(self) -> Sequence[str]: ...


class PlaceList(Protocol):
    """The places as the reader sees them."""

    @property
    def units(self) -> Mapping[str, object]: ...
    @property
    def former(self) -> Mapping[str, FormerPlace]: ...


@dataclass(frozen=True, slots=True)
class Locality:
    """A province named by ``words[start:end]``: the unit of today and, where it is certain, the former one."""

    province: str
    former: str | None
    start: int
    end: int
    lives_there: bool
    left: bool = False


@dataclass(frozen=True, slots=True)
class _Name:
    former: str
    now: str
    is_gone: bool
    needs_place_word: bool


class LocalityReader:
    """Reads provinces by their names, aliases and well-known places inside them."""

    def __init__(self, places: PlaceList) -> None:
        self._book: PatternBook[_Name] = PatternBook()
        for former, place in places.former.items():
            gone = former not in places.units and former != "thua_thien_hue"
            for name in {place.name_vi, *place.aliases}:
                self._add(name, _Name(former, place.now, gone, False))
            for name in place.place_hints:
                self._add(name, _Name(former, place.now, True, False))
            for name in place.short_aliases:
                self._add(name, _Name(former, place.now, gone, True))

    def _add(self, name: str, meaning: _Name) -> None:
        pattern = " ".join(re.findall(r"\w+", name.lower()))
        if pattern:
            self._book.add(pattern, meaning)

    @property
    def vocabulary(self) -> frozenset[str]:
        """Every word of a place name."""
        return self._book.vocabulary

    def read(self, words: Sequence[Word]) -> list[Locality]:
        """Return the provinces named, longest names first where they overlap."""
        taken: set[int] = set()
        found: list[Locality] = []
        for match in sorted(self._book.search(words, {}), key=lambda m: (m.start - m.end, _misses(words, m))):
            span = range(match.start, match.end)
            if taken.isdisjoint(span) and self._is_place(words, match):
                locality = _locality(words, match)
                found.append(locality)
                taken.update(range(locality.start, locality.end))
        return sorted(found, key=lambda place: place.start)

    def _is_place(self, words: Sequence[Word], match: Found[_Name]) -> bool:
        if not match.meaning.needs_place_word and match.end - match.start > 1:
            return True
        before = words[match.start - 1] if match.start else None
        if match.meaning.needs_place_word and is_syllable(words[match.start].folded):
            return before is not None and (before in _UNIT or before in _CITY)
        return before is not None and (before in _LIVES or before in _UNIT or before in _CITY or before in _BORN)


def _misses(words: Sequence[Word], match: Found[_Name]) -> int:
    return sum(is_bare(words[i]) for i in match.used)


def _locality(words: Sequence[Word], match: Found[_Name]) -> Locality:
    start, end = match.start, match.end
    if _CITY.at(words, start - 1) or _UNIT.at(words, start - 1):
        start -= 1 + (_CITY.at(words, start - 1) and _UNIT.at(words, start - 2))
    is_former = _FORMER.at(words, end) or _long_ago(words[max(start - 6, 0) : start])
    former = match.meaning.former if match.meaning.is_gone or is_former else None
    near = words[max(start - 3, 0) : start]
    return Locality(
        match.meaning.now,
        former,
        start,
        end + _FORMER.at(words, end),
        any(w in _LIVES for w in near) and not any(w in _BORN for w in near),
        _FROM.at(words, start - 1),
    )


def _long_ago(words: Sequence[Word]) -> bool:
    """``trước sáp nhập em ở ...``, ``trước đây ở ...``."""
    return any(w in _BEFORE for w in words[-4:]) or (
        any(w in _BEFORE for w in words) and any(w.folded in {"sap", "nhap"} for w in words)
    )


def home(localities: Iterable[Locality]) -> Locality | None:
    """Return where the household lives: the last place said to be lived in, else the first not left behind."""
    places = [place for place in localities if not place.left]
    lived = [place for place in places if place.lives_there]
    return lived[-1] if lived else next(iter(places), None)
