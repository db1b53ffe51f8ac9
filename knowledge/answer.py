"""Answers a citizen's general question out of the passages, or refuses.

The short answer comes first, then the steps. Text is never generated: it is what a guide says, with the figures of
the day asked. Below the threshold nothing is said, whatever was found.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from core.citations import Citation
from knowledge.choosing import Chosen, choose
from knowledge.confidence import ConfidenceModel, nearest
from knowledge.days import Days
from knowledge.ingest.chunker import KIND as DOCUMENT
from knowledge.interest import Interest
from knowledge.kinds import Kinds
from knowledge.outside import is_outside, reason_of
from knowledge.passages import Hit, citations_of
from knowledge.retrieval.hybrid import PassageSearch, Ranking

ANSWERED = "answered"
REFUSED = "refused"
# Hits among which sections of the kinds asked for are looked for.
LOOKED_THROUGH = 60
NO_PASSAGE = "no_passage"
NOT_SURE = "not_sure"
OUTSIDE = "outside"
_BLANK_LINES = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class KnowledgeAnswer:
    """What the passages say to a question.

    ``reason`` is a key, empty when answered: ``no_passage``, ``not_sure``, or the reason of a topic outside the scope
    (``outside``, ``fraud``, ``personal_data``, ``case_status``, ``injection``, ``abuse``, ``crisis``,
    ``small_talk``). ``topic`` is the id of that topic. ``further`` are the sections that say what the first leave
    open, ``besides`` those of them that tell what was asked besides; they are not part of ``text``. ``is_far`` tells
    that nothing in scope comes near the question, ``lead`` by how much (in cosine) the nearest topic outside is nearer
    than anything in scope. ``former_day`` is the day asked about, where the law of that day is told and not today's.
    """

    status: str
    text: str
    citations: tuple[Citation, ...]
    passages: tuple[Hit, ...]
    confidence: float
    reason: str = ""
    topic: str = ""
    further: tuple[Hit, ...] = ()
    besides: tuple[Hit, ...] = ()
    is_far: bool = False
    lead: float = 0.0
    former_day: date | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the plain form for a command line."""
        return {
            "status": self.status,
            "answer": self.text,
            "citations": [c.text for c in self.citations],
            "passages": [hit.to_json() for hit in self.passages],
            "confidence": round(self.confidence, 4),
            "reason": self.reason,
        }


class Answerer:
    """Finds, judges and composes."""

    def __init__(self, search: PassageSearch, model: ConfidenceModel | None = None, *, most_sections: int = 3) -> None:
        self._search, self._model, self._most = search, model or ConfidenceModel.load(), most_sections
        self._kinds, self._days, self._interest = Kinds.load(), Days.load(), Interest.load()

    def answer(
        self, question: str, *, as_of: date, province: str | None = None, benefits: Sequence[str] = ()
    ) -> KnowledgeAnswer:
        """Answer *question* by the law of *as_of*.

        *benefits*: ids of the benefits (or areas) that the caller knows were asked about; each gets its section
        where one answers. A question about a former day is answered by the law of that day, where a guide tells it;
        else the answer says that it is today's.
        """
        former = self._days.asked(question, today=as_of)
        if former is None:
            return self._answered(question, as_of, province, benefits)
        then = self._answered(question, former, province, benefits)
        if then.status == ANSWERED:
            return replace(then, text=self._days.headed(then.text, former), former_day=former)
        now = self._answered(question, as_of, province, benefits)
        return replace(now, text=self._days.headed_now(now.text, former)) if now.status == ANSWERED else now

    def _answered(self, question: str, as_of: date, province: str | None, benefits: Sequence[str]) -> KnowledgeAnswer:
        # Answers are in our own words; the wording of the law is for those who ask to see it.
        ranking = self._search.rank(
            question, as_of=as_of, province=province, limit=LOOKED_THROUGH, benefits=benefits, without=(DOCUMENT,)
        )
        confidence = self._model.confidence(ranking)
        if not self._is_sure(ranking, confidence, benefits):
            return _refusal(ranking, confidence, is_far=confidence < self._model.floor)
        first, *also = self._kinds.all_asked(ranking.question.syllables) or ("",)
        chosen = choose(ranking, benefits, kind=first, also=also, most=self._most)
        return KnowledgeAnswer(
            ANSWERED,
            _with_second(_compose(chosen), self._interest_of_a_month(question, chosen, as_of, province)),
            citations_of(chosen.all),
            (*chosen.all, *_rest(ranking.hits, chosen.all)),
            confidence,
            further=chosen.further,
            besides=chosen.besides,
        )

    def _interest_of_a_month(self, question: str, chosen: Chosen, as_of: date, province: str | None) -> str | None:
        def show(key: str) -> str | None:
            return self._search.figure(key, as_of=as_of, province=province)

        benefits = chosen.main[0].passage.benefits if len(chosen.main) == 1 else ()
        return self._interest.told(question, benefits, show)

    def _is_sure(self, ranking: Ranking, confidence: float, benefits: Sequence[str]) -> bool:
        """Tell whether to answer: less is enough where the section is about a benefit that was asked for by name."""
        if confidence >= self._model.threshold:
            return True
        if confidence < self._model.threshold_asked or not ranking.hits:
            return False
        top = ranking.hits[0].passage
        near = nearest(ranking)
        return (
            near is not None
            and not is_outside(near.passage)
            and not set(benefits).isdisjoint((*top.benefits, top.area))
        )


def short_answer(text: str) -> str:
    """Return the first paragraph of a section."""
    return _BLANK_LINES.split(text.strip(), maxsplit=1)[0]


def _with_second(text: str, paragraph: str | None) -> str:
    """Put *paragraph*, if there is one, behind the first of *text*."""
    if paragraph is None:
        return text
    first, *rest = _BLANK_LINES.split(text.strip())
    return "\n\n".join([first, paragraph, *rest])


def _compose(chosen: Chosen) -> str:
    if len(chosen.main) == 1:
        return chosen.main[0].passage.text.strip()
    return "\n\n".join(f"{hit.passage.title}: {short_answer(hit.passage.text)}" for hit in chosen.main)


def _refusal(ranking: Ranking, confidence: float, *, is_far: bool) -> KnowledgeAnswer:
    """Refuse with the reason of the topic the question is nearest to; far from everything, any topic's will do."""
    near, lead = nearest(ranking), _lead(ranking)
    reason, topic = NOT_SURE, ""
    if near is None:
        reason = NO_PASSAGE
    elif is_outside(near.passage):
        reason, topic = reason_of(near.passage), near.passage.id.partition("#")[2]
    elif is_far and ranking.outside:
        reason = OUTSIDE
    return KnowledgeAnswer(
        REFUSED, "", (), ranking.hits, confidence, reason, topic, is_far=is_far or near is None, lead=lead
    )


def _lead(ranking: Ranking) -> float:
    if ranking.outside is None:
        return -1.0
    return ranking.outside.dense - (ranking.hits[0].dense if ranking.hits else 0.0)


def _rest(hits: Sequence[Hit], chosen: Sequence[Hit]) -> tuple[Hit, ...]:
    return tuple(h for h in hits if h not in chosen)[:7]
