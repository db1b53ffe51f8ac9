"""Hear that something told before is taken back, or belongs to somebody else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.vietnamese.words import OneOf, Word
from rules.facts.attribution import Attribution
from rules.facts.patterns import PatternBook, Slot
from rules.facts.people import Role
from rules.facts.reading import Retraction

_FARTHEST = 2
_NOT, _HAS = OneOf("không", "chẳng", "chả", "chưa"), OneOf("có")


@dataclass(frozen=True)
class Correction:
    """Whether the message corrects, from which character on, and what it moves to another person."""

    is_correction: bool
    last_at: int
    used: frozenset[int]
    retracted: tuple[Retraction, ...]


class CorrectionReader:
    """Reads ``lexicon/corrections.yaml``."""

    def __init__(self, data: Mapping[str, object]) -> None:
        self._markers: PatternBook[None] = PatternBook()
        self._moved: PatternBook[tuple[str, ...]] = PatternBook()
        markers, moved = data["markers"], data["moved"]
        for marker in markers if isinstance(markers, list) else ():
            self._markers.add(str(marker), None)
        for line in moved if isinstance(moved, list) else ():
            for phrase in line["phrases"]:
                self._moved.add(str(phrase), tuple(map(str, line["facts"])))

    @property
    def vocabulary(self) -> frozenset[str]:
        """Every word of a correction."""
        return self._markers.vocabulary | self._moved.vocabulary

    def read(self, words: Sequence[Word], slots: Mapping[int, Sequence[Slot]], attribution: Attribution) -> Correction:
        """Return what *words* take back."""
        marks = self._markers.search(words, slots)
        last = max((words[m.end - 1].end for m in marks), default=-1)
        retracted: list[Retraction] = []
        for match in sorted(self._moved.search(words, slots), key=lambda m: -len(m.used)):
            owner = self._owner(attribution, match.end)
            if owner is not None and not any(r.moved_to == owner for r in retracted):
                retracted.append(Retraction(match.meaning, None, owner, self._left_without(words, attribution, owner)))
        used = frozenset(i for m in marks for i in m.used)
        return Correction(bool(marks) or bool(retracted), last, used, tuple(retracted))

    @staticmethod
    def _left_without(words: Sequence[Word], attribution: Attribution, owner: str) -> bool:
        """Tell whether somebody else is said to have none: ``mẹ (thì) không có``."""
        others = (n for n in attribution.people if n.role is Role.PERSON and owner not in n.ids)
        return any(
            _NOT.at(words, at) and _HAS.at(words, at + 1) for naming in others for at in (naming.end, naming.end + 1)
        )

    @staticmethod
    def _owner(attribution: Attribution, at: int) -> str | None:
        for naming in attribution.people:
            if naming.role is Role.PERSON and 0 <= naming.start - at <= _FARTHEST and naming.ids:
                return naming.ids[0]
        return None
