"""Hear which benefits or areas a message asks about; words that tell a fact do not ask for anything."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from core.vietnamese.words import Word
from rules.facts.patterns import Found, PatternBook, Slot


class BenefitReader:
    """Reads benefit ids and areas by ``lexicon/benefits.yaml``."""

    def __init__(self, data: Mapping[str, object], macros: Mapping[str, str]) -> None:
        self._book: PatternBook[str] = PatternBook(macros)
        for benefit, patterns in data.items():
            for pattern in patterns if isinstance(patterns, list) else ():
                self._book.add(str(pattern), benefit)

    @property
    def vocabulary(self) -> frozenset[str]:
        """Every word of the benefits' names."""
        return self._book.vocabulary

    def read(
        self, words: Sequence[Word], slots: Mapping[int, Sequence[Slot]], told: Collection[int]
    ) -> tuple[str, ...]:
        """Return what is asked about, in order, each once; *told* are words that already tell a fact."""
        taken: set[int] = set()
        asked: list[Found[str]] = []
        found = self._book.search(words, slots)
        for match in sorted(found, key=lambda f: (-len(f.used), f.start)):
            if match.used.isdisjoint(taken) and not match.used <= set(told):
                taken |= match.used
                asked.append(match)
        asked.sort(key=lambda f: f.start)
        return _without_areas(tuple(dict.fromkeys(f.meaning for f in asked if f.meaning != "neutral")))


def _without_areas(benefits: tuple[str, ...]) -> tuple[str, ...]:
    """An area says nothing more once one of its benefits is named."""
    areas = {"loans"} if any(b.startswith("loan.") for b in benefits) else set()
    if {"social_pension", "social_allowance", "funeral_support", "care_support", "emergency_support"} & set(benefits):
        areas.add("allowance")
    if "health_insurance_card" in benefits:
        areas.add("health_insurance")
    return tuple(b for b in benefits if b not in areas)
