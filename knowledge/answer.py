"""Answers a citizen's general question out of the passages, or refuses.

The short answer comes first, then the steps. Text is never generated: it is what a guide says, with the figures of
the day asked. Below the threshold nothing is said, whatever was found.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.citations import Citation
from knowledge.confidence import ConfidenceModel, nearest
from knowledge.ingest.chunker import KIND as DOCUMENT
from knowledge.outside import is_outside, reason_of
from knowledge.passages import Hit, citations_of
from knowledge.retrieval.hybrid import PassageSearch, Ranking

ANSWERED = "answered"
REFUSED = "refused"
NO_PASSAGE = "no_passage"
NOT_SURE = "not_sure"
_BLANK_LINES = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class KnowledgeAnswer:
    """What the passages say to a question.

    ``reason`` is a key, empty when answered: ``no_passage``, ``not_sure``, or the reason of a topic outside the scope
    (``outside``, ``fraud``, ``personal_data``, ``case_status``, ``injection``, ``abuse``, ``crisis``,
    ``small_talk``). ``topic`` is the id of that topic.
    """

    status: str
    text: str
    citations: tuple[Citation, ...]
    passages: tuple[Hit, ...]
    confidence: float
    reason: str = ""
    topic: str = ""

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

    def answer(
        self, question: str, *, as_of: date, province: str | None = None, benefits: Sequence[str] = ()
    ) -> KnowledgeAnswer:
        """Answer *question* by the law of *as_of*.

        *benefits*: ids of the benefits (or areas) that the caller knows were asked about; each gets its section
        where one answers.
        """
        # Answers are in our own words; the wording of the law is for those who ask to see it.
        ranking = self._search.rank(
            question, as_of=as_of, province=province, limit=20, benefits=benefits, without=(DOCUMENT,)
        )
        confidence = self._model.confidence(ranking)
        if confidence < self._model.threshold:
            return _refusal(ranking, confidence)
        chosen = self._chosen(ranking.hits, benefits)
        return KnowledgeAnswer(
            ANSWERED,
            _compose(chosen),
            citations_of(chosen),
            (*chosen, *_rest(ranking.hits, chosen)),
            confidence,
        )

    def _chosen(self, hits: Sequence[Hit], benefits: Collection[str]) -> tuple[Hit, ...]:
        """Take the best hit, and for each further benefit asked about the best hit that is nearly as good."""
        top = hits[0]
        chosen = [top]
        left = [b for b in benefits if b not in (*top.passage.benefits, top.passage.area)]
        for benefit in left:
            about = (h for h in hits if benefit in (*h.passage.benefits, h.passage.area) and h not in chosen)
            best = next(about, None)
            if best and best.score >= 0.6 * top.score and len(chosen) < self._most:
                chosen.append(best)
        return tuple(chosen)


def short_answer(text: str) -> str:
    """Return the first paragraph of a section."""
    return _BLANK_LINES.split(text.strip(), maxsplit=1)[0]


def _compose(chosen: Sequence[Hit]) -> str:
    if len(chosen) == 1:
        return chosen[0].passage.text.strip()
    return "\n\n".join(f"{hit.passage.title}: {short_answer(hit.passage.text)}" for hit in chosen)


def _refusal(ranking: Ranking, confidence: float) -> KnowledgeAnswer:
    near = nearest(ranking)
    if near is None:
        return KnowledgeAnswer(REFUSED, "", (), ranking.hits, confidence, NO_PASSAGE)
    if is_outside(near.passage):
        return KnowledgeAnswer(
            REFUSED,
            "",
            (),
            ranking.hits,
            confidence,
            reason_of(near.passage),
            near.passage.id.partition("#")[2],
        )
    return KnowledgeAnswer(REFUSED, "", (), ranking.hits, confidence, NOT_SURE)


def _rest(hits: Sequence[Hit], chosen: Sequence[Hit]) -> tuple[Hit, ...]:
    return tuple(h for h in hits if h not in chosen)[:7]
