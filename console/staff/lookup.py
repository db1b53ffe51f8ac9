"""Look-up while the phone rings: the short answer, the figures of the day, the sections of guides and law behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from console.checklist.sheet import words
from console.checklist.steps import steps_of
from console.deps import KnowledgeInUse, RulesInUse
from console.staff.figure_search import FigureSearch, FoundFigure
from core.citations import Citation
from knowledge.answer import ANSWERED, KnowledgeAnswer
from knowledge.passages import Hit

MOST_WORDS: Final = 500  # characters of a question
MOST_WAYS: Final = 2
_LIMIT: Final = 8


@dataclass(frozen=True, slots=True)
class Way:
    """How one applies for a benefit: papers, then steps as label and text, and the articles behind them."""

    name: str
    papers: tuple[str, ...]
    steps: tuple[tuple[str, str], ...]
    citations: tuple[Citation, ...]


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
    ways: tuple[Way, ...] = ()

    @property
    def is_outside(self) -> bool:
        """Tell whether the question is about nothing that is looked up here."""
        return self.answer.status != "answered" and (bool(self.answer.topic) or self.answer.is_far)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing at all was found."""
        return self.answer.status != "answered" and not (self.figures or self.guides or self.clauses)


class Lookup:
    """Searches guides, law and figures of the release in use.

    *areas* names what the figures' keys belong to, *asking* holds the words of any question, *ahead* the
    coming days on which the law changes.
    """

    def __init__(
        self,
        rules: RulesInUse,
        knowledge: KnowledgeInUse,
        areas: Mapping[str, str],
        asking: str = "",
        ahead: Callable[[], Sequence[date]] = tuple,
    ) -> None:
        self._rules, self._knowledge, self._areas = rules, knowledge, areas
        self._asking, self._ahead = asking, ahead
        self._figures: tuple[str, FigureSearch] | None = None

    def find(self, question: str, *, as_of: date, province: str | None = None) -> Found:
        """Return what is found for *question*; a place it names counts unless *province* is given."""
        asked = question[:MOST_WORDS]
        place = province or self._rules.reader.read(asked, today=as_of).province
        answer = self._knowledge.answerer.answer(asked, as_of=as_of, province=place)
        hits = self._knowledge.search.search(asked, as_of=as_of, province=place, limit=_LIMIT)
        return Found(
            asked,
            as_of,
            place,
            answer,
            self._figure_search().find(
                asked, as_of=as_of, province=place, ahead=[day for day in self._ahead() if day > as_of]
            ),
            tuple(hit for hit in hits if hit.passage.questions or hit.passage.kind),
            tuple(hit for hit in hits if not (hit.passage.questions or hit.passage.kind)),
            self._ways(answer, as_of, place),
        )

    def _ways(self, answer: KnowledgeAnswer, as_of: date, province: str | None) -> tuple[Way, ...]:
        """Return how one applies for what the answer is about, where the rules tell it."""
        if answer.status != ANSWERED or not answer.passages:
            return ()
        catalogue, found = self._rules.catalogue, []
        known = {card.id: card.name_vi for card in catalogue.cards(as_of)}
        for benefit in [one for one in answer.passages[0].passage.benefits if one in known][:MOST_WAYS]:
            way = catalogue.procedure(benefit, as_of=as_of, province=province)
            if way is not None:
                found.append(Way(known[benefit], way.papers, steps_of(way, words()), way.citations))
        return tuple(found)

    def _figure_search(self) -> FigureSearch:
        """Return the search over the figures of the release in use."""
        release = self._rules.service.release.id
        if self._figures is None or self._figures[0] != release:
            self._figures = (release, FigureSearch(self._rules.figures, self._areas, self._asking))
        return self._figures[1]
