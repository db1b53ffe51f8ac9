"""What the law says: paperwork of the benefit at hand from the rules, everything else from the guides."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from actions.interview import Interview
from actions.judging import INELIGIBLE, Judge
from actions.lines import Line
from actions.message import Occasion
from actions.ports import BenefitId, Hit, Knowledge, KnowledgeAnswer, Passage
from actions.wording import Wording
from core.citations import Citation
from dialogue.components.lexicon import Phrases

ANSWERED = "answered"
# Kinds of sections that tell what a verdict tells for the person at hand.
TOLD_BY_VERDICTS = ("who", "how_much")
# Above a guide's answer the title of the checklist is not needed.
TITLE_WEIGHT = 10
# From this score on a section surely answers, if no other comes nearer than the distance.
CLEAR, AHEAD = 0.98, 0.1
# Reasons of a refusal that have words of their own; anything else is "not enough ground to answer".
_REFUSALS = {"outside": "off_topic", "small_talk": "not_understood", "no_passage": "not_understood"}


@dataclass(frozen=True)
class LawAnswer:
    """An answer, or the phrase that says why there is none."""

    lines: tuple[Line, ...] = ()
    source: str = ""
    refusal: str = "unknown_answer"

    @property
    def is_answer(self) -> bool:
        """Tell whether there is something to say."""
        return bool(self.lines)


class Law:
    """Answers questions about the law, with the case at hand in mind."""

    def __init__(
        self, knowledge: Knowledge, judge: Judge, wording: Wording, *, procedure_cues: Phrases, age_cues: Phrases
    ) -> None:
        self._knowledge, self._judge, self._wording = knowledge, judge, wording
        self._cues, self._ages = procedure_cues, age_cues

    def answer(self, interview: Interview, text: str, occasion: Occasion) -> LawAnswer:
        """Answer *text* by the law of the day."""
        found = self.ask(text, occasion, interview.province, tuple(interview.benefits))
        if paperwork := self.paperwork(interview, text, found, occasion):
            return paperwork
        if found.status != ANSWERED:
            return LawAnswer(refusal=_REFUSALS.get(found.reason or "", "unknown_answer"))
        return LawAnswer(self.lines(found), source=_source(found))

    def in_short(
        self,
        interview: Interview,
        text: str,
        occasion: Occasion,
        *,
        about: Collection[BenefitId],
        any_age: bool = False,
    ) -> list[Line]:
        """Return the first paragraph of the guides' answer to *text*, if it is surely the one on the benefits *about*.

        A message that tells a case resembles many sections: only one far ahead of all others is said. Sections on
        several ages sound alike: with *any_age* only one that holds at any age is.
        """
        found = self.ask(text, occasion, interview.province, tuple(interview.benefits))
        if found.status != ANSWERED or not _is_clear(found.passages):
            return []
        benefits = found.passages[0].passage.benefits
        if len(benefits) != 1 or benefits[0] not in about:
            return []
        first = found.text.split("\n\n", 1)[0].split("\n", 1)[0].strip()
        if any_age and self._ages.occur_in(first):
            return []
        return [Line(first, 8), self._wording.citations(found.passages[0].passage.citations)]

    def paperwork(
        self, interview: Interview, text: str, found: KnowledgeAnswer, occasion: Occasion
    ) -> LawAnswer | None:
        """Answer a question about the paperwork of the benefit at hand; ``None`` where *text* is none.

        Place, time and fee come from the rules; a guide that was found tells about the papers where they do not.
        """
        if not self._cues.occur_in(text) or (benefit := self.at_hand(interview, occasion)) is None:
            return None
        return LawAnswer(tuple(self._with_guide(interview, benefit, found, occasion)), source=benefit)

    def checklist(self, interview: Interview, benefit: BenefitId, occasion: Occasion) -> list[Line]:
        """Return papers, place, time and fee of *benefit*; a guide tells of papers the rules do not list."""
        if self._wording.lists_papers(benefit, as_of=occasion.as_of):
            return self._wording.papers(benefit, as_of=occasion.as_of, province=interview.province)
        question = self._wording.question_about_papers(benefit, as_of=occasion.as_of)
        found = self.ask(question, occasion, interview.province, (benefit,))
        return self._with_guide(interview, benefit, found, occasion)

    def _with_guide(
        self, interview: Interview, benefit: BenefitId, found: KnowledgeAnswer, occasion: Occasion
    ) -> list[Line]:
        lines = self._wording.papers(benefit, as_of=occasion.as_of, province=interview.province)
        if found.status != ANSWERED or self._wording.lists_papers(benefit, as_of=occasion.as_of):
            return lines
        return [*self.lines(found), *(line for line in lines if line.weight != TITLE_WEIGHT)]

    def ask(
        self, text: str, occasion: Occasion, province: str | None, benefits: tuple[BenefitId, ...] = ()
    ) -> KnowledgeAnswer:
        """Ask the guides."""
        return self._knowledge.answer(text, as_of=occasion.as_of, province=province, benefits=benefits)

    def lines(self, found: KnowledgeAnswer, *, about: Collection[BenefitId] | None = None) -> tuple[Line, ...]:
        """Return a guide's answer: what matters first, then what it leaves open, then its details one by one.

        *about* are the benefits of the verdict above it, if there is one: then a heading goes before it, with what
        it is about where that is another benefit.
        """
        first, *details = (part.strip() for part in found.text.split("\n\n") if part.strip())
        passage = found.passages[0].passage if found.passages else None
        stands_alone = passage is not None and passage.text.startswith(first)
        if about is not None and passage is not None and stands_alone:
            is_another = bool(about) and set(about).isdisjoint(passage.benefits)
            first = self._wording.related(passage, same_guide=not is_another).text
        lines = [Line(first, 8), *(Line(detail, _weight(detail)) for part in details for detail in part.split("\n"))]
        alike = _guide(passage) if passage else ""
        shown = found.further if about is None else _beside_a_verdict(found)
        further = [
            self._wording.related(hit.passage, same_guide=stands_alone and _guide(hit.passage) == alike)
            for hit in shown
        ]
        return (*lines, *further, self._wording.citations(_behind(found, shown)))

    def at_hand(self, interview: Interview, occasion: Occasion) -> BenefitId | None:
        """Return the benefit the interview is about, as far as it is known."""
        if interview.is_empty and not interview.benefits:
            return None
        judged = self._judge.judge(interview, as_of=occasion.as_of)
        open_to_her = [d.benefit for one in judged for d in one.decisions if d.outcome != INELIGIBLE]
        return open_to_her[0] if open_to_her else None


def _is_clear(hits: Sequence[Hit]) -> bool:
    """Tell whether the first of *hits* stands for itself."""
    return bool(hits) and hits[0].score >= CLEAR and all(hit.score <= hits[0].score - AHEAD for hit in hits[1:])


def _behind(found: KnowledgeAnswer, shown: Sequence[Hit]) -> list[Citation]:
    """Return the law of what is said: not of further sections that are left out."""
    told = {c.text for hit in (*found.passages[:1], *shown) for c in hit.passage.citations}
    left_out = {c.text for hit in found.further if hit not in shown for c in hit.passage.citations}
    return [citation for citation in found.citations if citation.text in told or citation.text not in left_out]


def _beside_a_verdict(found: KnowledgeAnswer) -> Sequence[Hit]:
    """Return what was asked besides that a verdict does not say itself; nothing is added of its own accord."""
    return [hit for hit in found.besides if hit.passage.kind not in TOLD_BY_VERDICTS]


def _weight(detail: str) -> int:
    """Return the weight of a line after the first: a paragraph of its own answers another part of the question."""
    return 3 if detail.startswith("- ") else 7


def _guide(passage: Passage) -> str:
    return passage.id.partition("#")[0]


def _source(found: KnowledgeAnswer) -> str:
    return found.passages[0].passage.id if found.passages else ""
