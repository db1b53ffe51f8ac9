"""Find out which fact each column of a table is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from rules.errors import RulesError
from rules.facts.vocabulary import Vocabulary
from rules.screening.texts import Texts, folded

_ENDS: Final = {"_min": "min", "_max": "max"}


class UnusableTable(RulesError):
    """The table cannot be judged at all; the message says why in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Heading:
    """One column: its place and title; ``fact`` and, of a range told in two columns, which ``end``; or its ``role``."""

    place: int
    title: str
    fact: str | None = None
    end: str | None = None
    role: str | None = None


class Headers:
    """Knows the columns by id, by name, with and without accents."""

    def __init__(self, vocabulary: Vocabulary, texts: Texts) -> None:
        self._vocabulary, self._texts = vocabulary, texts
        self._facts = {folded(fact.name_vi): fact.id for fact in vocabulary.facts.values()}
        self._facts |= {folded(name): fact for fact, names in texts.raw["columns"].items() for name in names}
        self._facts |= {fact: fact for fact in vocabulary.facts}
        self._roles = {folded(name): role for role, names in texts.raw["special"].items() for name in names}
        self._roles |= {role: role for role in texts.raw["special"]}

    def read(self, titles: Sequence[str]) -> list[Heading]:
        """Return what each column is; raises :class:`UnusableTable` where none is known or one comes twice."""
        headings = [self._one(place, title) for place, title in enumerate(titles)]
        seen: dict[tuple[str | None, ...], Heading] = {}
        for heading in headings:
            if heading.fact is None and heading.role is None:
                continue
            key = (heading.fact, heading.end, heading.role)
            if key in seen:
                about = heading.fact and self._vocabulary.facts[heading.fact].name_vi
                raise UnusableTable(
                    self._texts.say(
                        "errors", "twice", first=seen[key].title, second=heading.title, fact=about or heading.title
                    )
                )
            seen[key] = heading
        if not any(heading.fact for heading in headings):
            facts = self._texts.raw["template"]["columns"][2:6]
            examples = ", ".join(f'"{self._vocabulary.facts[fact].name_vi}"' for fact in facts)
            raise UnusableTable(self._texts.say("errors", "no_fact", examples=examples))
        return headings

    def is_head(self, titles: Sequence[str]) -> bool:
        """Tell whether *titles* name a fact."""
        return any(self._one(place, title).fact for place, title in enumerate(titles))

    def unread(self, headings: Sequence[Heading]) -> list[str]:
        """Return one sentence for every column that is about nothing known."""
        return [
            self._texts.say("errors", "nearest", column=heading.title, nearest=self._nearest(heading.title))
            for heading in headings
            if heading.title and heading.fact is None and heading.role is None
        ]

    def _one(self, place: int, title: str) -> Heading:
        plain = folded(title)
        role = self._roles.get(plain)
        fact = None if role else self._facts.get(plain)
        end = None
        for suffix, name in _ENDS.items():
            if fact is None and role is None and plain.endswith(suffix):
                fact, end = self._facts.get(plain.removesuffix(suffix)), name
        return Heading(place, title, fact, end if fact else None, role)

    def _nearest(self, title: str) -> str:
        close = get_close_matches(folded(title), [*self._facts], n=1)
        if not close:
            return ""
        fact = self._vocabulary.facts[self._facts[close[0]]]
        return self._texts.say("errors", "did_you_mean", name=fact.name_vi)
