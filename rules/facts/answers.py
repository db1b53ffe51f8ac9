"""Hear yes, no, *không biết* and *bỏ qua*, and short answers that only the question makes sense of."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import cast

from core.vietnamese.numbers import read_number
from core.vietnamese.words import Word
from rules.facts.patterns import Found, PatternBook, Slot
from rules.facts.phrasebook import FactPhrases, Phrasebook, Raw
from rules.facts.reading import Answer

_KINDS: tuple[Answer, ...] = ("dont_know", "skip", "yes", "no")
_SPARE = 1
_ELDER_AGE, _CHILD_AGE = 60, 16
_AGE_FACTS = frozenset({"age_years", "date_of_birth"})


class AnswerReader:
    """Reads replies by ``lexicon/answers.yaml`` and the ``answers`` of each fact."""

    def __init__(self, data: Mapping[str, object], phrasebook: Phrasebook, macros: Mapping[str, str]) -> None:
        self._book: PatternBook[str] = PatternBook()
        for kind in (*_KINDS, "noise", "amounts"):
            for pattern in cast("list[str]", data[kind]):
                self._book.add(pattern, kind)
        self._values: PatternBook[tuple[str, str]] = PatternBook(macros)
        for fact, phrases in phrasebook.facts.items():
            for value, patterns in phrases.answers.items():
                for pattern in patterns:
                    self._values.add(pattern, (fact, value))

    @property
    def vocabulary(self) -> frozenset[str]:
        """Every word of an answer."""
        return self._book.vocabulary | self._values.vocabulary

    def answer(
        self, words: Sequence[Word], told: Collection[int], correcting: frozenset[int] = frozenset()
    ) -> Answer | None:
        """Return what the message answers.

        *told* are words that already say some fact, *correcting* those that take something back: ``à không`` is an
        answer only when it is all there is.
        """
        found = self._book.search(words, {})
        noise = {i for f in found if f.meaning == "noise" for i in f.used} | {
            i for i, w in enumerate(words) if w.is_mark
        }
        amounts = {i for f in found if f.meaning == "amounts" for i in f.used}
        replies = [f for f in found if f.meaning in _KINDS and f.used.isdisjoint(told)]
        for reply in sorted(replies, key=lambda f: (-len(f.used), _KINDS.index(cast("Answer", f.meaning)), f.start)):
            is_open = reply.meaning in ("dont_know", "skip")
            around = noise | amounts if is_open else noise
            held = frozenset(range(reply.start, reply.end)) if is_open else reply.used
            rest = [i for i in range(len(words)) if i not in around and i not in held]
            spare = _SPARE if is_open else 0
            if len(rest) <= spare or (self._opens(words, reply, noise) and not reply.used <= correcting):
                return cast("Answer", reply.meaning)
        return None

    def _opens(self, words: Sequence[Word], reply: Found[str], noise: Collection[int]) -> bool:
        """``không, hộ bình thường thôi``: the reply stands first and a mark parts it from the rest."""
        if reply.meaning in ("dont_know", "skip") or any(i not in noise for i in range(reply.start)):
            return False
        end = reply.end
        while end < len(words) and end in noise and not words[end].is_mark:
            end += 1
        return end < len(words) and words[end].is_mark and words[end].text != "?"

    def value(
        self,
        words: Sequence[Word],
        slots: Mapping[int, Sequence[Slot]],
        phrases: FactPhrases,
        told: Collection[int] = (),
    ) -> tuple[str, Raw, tuple[int, int]] | None:
        """Return (fact, value, word range) of a short answer to the question for one fact.

        *told* are words that already say another: ``nhà không nghèo`` answers no question after a pension.
        """
        found = [
            f for f in self._values.search(words, slots) if f.meaning[0] == phrases.fact and not f.used <= set(told)
        ]
        if found:
            best = max(found, key=lambda f: (len(f.used), -f.start))
            return phrases.fact, _typed(phrases, best.meaning[1]), (best.start, best.end)
        return None


def _typed(phrases: FactPhrases, value: str) -> Raw:
    if phrases.type == "bool":
        return value == "true"
    return int(value) if value.lstrip("-").isdigit() and phrases.type != "date" else value


def bare_number(
    words: Sequence[Word], slots: Mapping[int, Sequence[Slot]], phrases: FactPhrases, person_age: str
) -> tuple[str, Raw, tuple[int, int]] | None:
    """Return (fact, value, word range) of a number, sum or date that answers the question for one fact."""
    if phrases.fact in _AGE_FACTS:
        return _age_or_birth(slots, phrases.fact, person_age)
    kinds = {"money_vnd": "money", "date": "date", "percent": "percent"}.get(phrases.type, "n")
    if phrases.fact.endswith("_months") or phrases.fact == "study_months_remaining":
        found = _first(slots, "months")
        if found is not None:
            return phrases.fact, cast("Raw", found.value), (found.start, found.end)
    found = _first(slots, kinds)
    if found is not None:
        return phrases.fact, cast("Raw", found.value), (found.start, found.end)
    return _scaled(words, phrases)


def _first(slots: Mapping[int, Sequence[Slot]], kind: str) -> Slot | None:
    return next((s for at in sorted(slots) for s in slots[at] if s.kind == kind), None)


def _scaled(words: Sequence[Word], phrases: FactPhrases) -> tuple[str, Raw, tuple[int, int]] | None:
    """A lone number for a sum: ``800`` is 800 thousand, ``0`` none; one or two digits are left open."""
    for at in range(len(words)):
        number = read_number(words, at)
        if number is None or number.whole is None:
            continue
        if phrases.type == "percent":
            return phrases.fact, number.whole, (at, number.end)
        if phrases.type == "money_vnd" and (number.whole == 0 or 100 <= number.whole < 10_000):
            return phrases.fact, number.whole * 1_000, (at, number.end)
    return None


def _age_or_birth(
    slots: Mapping[int, Sequence[Slot]], fact: str, person_age: str
) -> tuple[str, Raw, tuple[int, int]] | None:
    """``năm 51`` is a year, ``76`` an age; two digits alone count only where one reading makes sense."""
    for kind, told in (("age", "age_years"), ("birth", "date_of_birth")):
        if (found := _first(slots, kind)) is not None:
            return told, cast("Raw", found.value), (found.start, found.end)
    bare, year, day = _first(slots, "bare"), _first(slots, "yy"), _first(slots, "yearless")
    if bare is None or (day is not None and day.start <= bare.start < day.end):
        return None
    if fact == "age_years" or isinstance(bare.value, dict) or year is None:
        return "age_years", cast("Raw", bare.value), (bare.start, bare.end)
    number = cast("int", bare.value)
    is_age = number >= _ELDER_AGE if person_age == "elder" else person_age == "child" and number < _CHILD_AGE
    is_year = number < _ELDER_AGE if person_age == "elder" else number >= 80 or person_age == "child"
    if is_age:
        return "age_years", number, (bare.start, bare.end)
    return ("date_of_birth", cast("Raw", year.value), (year.start, year.end)) if is_year else None
