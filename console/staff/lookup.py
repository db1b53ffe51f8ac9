"""Look-up while the phone rings: the short answer, the figures of the day, the sections of guides and law behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from console.deps import KnowledgeInUse, RulesInUse
from console.staff.figure_search import FigureSearch, FoundFigure
from knowledge.answer import KnowledgeAnswer
from knowledge.passages import Hit

MOST_WORDS: Final = 500  # characters of a question
_LIMIT: Final = 8


@dataclass(frozen=True, slots=True)
class Found:
    """Everything there is on a question by the law of a day."""

    question: str
    as_of: date
    province: str | None
    answer: KnowledgeAnswer
    figures: tuple[FoundFigure, ...]
    guides: tuple[Hit, ...]
    clauses: tuple[Hit, ...]

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing at all was found."""
        return self.answer.status != "answered" and not (self.figures or self.guides or self.clauses)


class Lookup:
    """Searches guides, law and figures of the release in use. ``areas`` names what the figures' keys belong to."""

    def __init__(self, rules: RulesInUse, knowledge: KnowledgeInUse, areas: Mapping[str, str]) -> None:
        self._rules, self._knowledge, self._areas = rules, knowledge, areas
        self._figures: tuple[str, FigureSearch] | None = None

    def find(self, question: str, *, as_of: date, province: str | None = None) -> Found:
        """Return what is found for *question*; a place it names counts unless *province* is given."""
        words = question[:MOST_WORDS]
        place = province or self._rules.reader.read(words, today=as_of).province
        answer = self._knowledge.answerer.answer(words, as_of=as_of, province=place)
        hits = self._knowledge.search.search(words, as_of=as_of, province=place, limit=_LIMIT)
        return Found(
            words,
            as_of,
            place,
            answer,
            self._figure_search().find(words, as_of=as_of, province=place),
            tuple(hit for hit in hits if hit.passage.questions or hit.passage.kind),
            tuple(hit for hit in hits if not (hit.passage.questions or hit.passage.kind)),
        )

    def _figure_search(self) -> FigureSearch:
        """Return the search over the figures of the release in use."""
        release = self._rules.service.release.id
        if self._figures is None or self._figures[0] != release:
            self._figures = (release, FigureSearch(self._rules.figures, self._areas))
        return self._figures[1]
