"""What the service replies to one first message, from rules and guides together.

The same parts as in a conversation, without asking back: a fact that was not told makes the verdict conditional.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from actions.build import Dialogue
from actions.interview import Interview
from actions.law import ANSWERED, LawAnswer
from actions.lines import cited, fitted, unmarked
from actions.listening import Heard
from actions.message import Occasion
from actions.ports import Hit, KnowledgeAnswer
from actions.supposing import Supposed

REFUSED, HANDOVER, CRISIS = "refused", "handover", "crisis"
GREETING, OFF_TOPIC, CLARIFY = "greeting", "off_topic", "clarify"
# Intents the lexicon recognises, and topics the guides know to lie outside, by what becomes of them.
_BY_INTENT = {
    "handover": HANDOVER,
    "case_status": HANDOVER,
    "scam_report": HANDOVER,
    "fraud_help": REFUSED,
    "other_person_data": REFUSED,
    "injection": REFUSED,
    "abuse": REFUSED,
    "greet": GREETING,
    "thanks": GREETING,
    "goodbye": GREETING,
    "show_my_data": ANSWERED,
    "delete_my_data": ANSWERED,
    "withdraw_consent": ANSWERED,
    "medical": OFF_TOPIC,
    "political": OFF_TOPIC,
    "give_consent": ANSWERED,
    "refuse_consent": ANSWERED,
}
# Other intents of the lexicon go on with a conversation; a first message is answered by what it says.
_ANSWERED_AT_ONCE = frozenset({"crisis", *_BY_INTENT})
# What is said, where it is not to decline.
_PHRASES = {
    "handover": "handover",
    "case_status": "handover_file",
    "scam_report": "scam",
    "greet": "greet",
    "thanks": "close",
    "goodbye": "close",
    **dict.fromkeys(("show_my_data", "delete_my_data", "withdraw_consent"), "my_data_empty"),
    **dict.fromkeys(("give_consent", "refuse_consent"), "notice"),
}
_INTENT_OF_REASON = {
    "crisis": "crisis",
    "scam": "scam_report",
    "person": "handover",
    "medical": "medical",
    "political": "political",
    "case_status": "case_status",
    "fraud": "fraud_help",
    "personal_data": "other_person_data",
    "injection": "injection",
    "abuse": "abuse",
    "small_talk": "greet",
}
LONGEST = 1000
# A topic outside the scope is clearly meant when it is nearer by this much, in cosine.
CLEARLY_NEARER = 0.015
# The kind of section that tells what to bring.
PAPERS = "papers"


@dataclass(frozen=True)
class AskResult:
    """The reply to one message."""

    status: str
    answer: str
    citations: tuple[str, ...] = ()
    passages: tuple[Hit, ...] = field(default=(), repr=False)

    def to_json(self) -> dict[str, Any]:
        """Return plain data for ``ansinh ask --json`` (id and time are the caller's)."""
        return {
            "status": self.status,
            "answer": self.answer,
            "citations": list(self.citations),
            "passages": [
                {"id": hit.passage.id, "title": hit.passage.title, "score": round(hit.score, 4)}
                for hit in self.passages
            ],
        }


class FirstMessageAnswerer:
    """Answers a message as if it were the first of a conversation; keeps nothing."""

    def __init__(self, dialogue: Dialogue) -> None:
        self._dialogue = dialogue

    def reply(self, text: str, *, as_of: date, province: str | None = None) -> AskResult:
        """Answer *text* by the law of *as_of*."""
        intent = self._dialogue.lexicon.recognise(text)
        if intent in _ANSWERED_AT_ONCE:
            return self._by_intent(intent)
        interview = Interview("", province=province)
        heard = self._dialogue.listener.listen(interview, text, today=as_of, suppose=True)
        occasion = Occasion(as_of)
        found = self._dialogue.law.ask(text, occasion, interview.province, tuple(interview.benefits))
        if self._is_declined(interview, heard, found):
            return self._declined(found)
        case = self._case(interview, heard, found, found.former_day or as_of)
        if (about := self._about(interview, case)) != tuple(interview.benefits):
            found = self._dialogue.law.ask(text, occasion, interview.province, about)
        is_doubtful = found.reason in _INTENT_OF_REASON
        paperwork = None if is_doubtful else self._dialogue.law.paperwork(interview, text, found, occasion)
        if case.is_answer or found.status == ANSWERED or paperwork:
            return self._together(heard, case, found, paperwork)
        return self._without_answer(heard, found)

    @staticmethod
    def _is_declined(interview: Interview, heard: Heard, found: KnowledgeAnswer) -> bool:
        """Tell whether nothing told matters: the message asks for what is not given, or is about something else.

        Where facts or benefits were told, a topic must be clearly nearer than anything in scope.
        """
        if found.status == ANSWERED:
            return False
        says_nothing = not heard.learned and not interview.benefits
        if found.reason in _INTENT_OF_REASON:
            return says_nothing or found.lead >= CLEARLY_NEARER or (found.is_far and not interview.benefits)
        return found.is_far and not interview.benefits

    def _case(self, interview: Interview, heard: Heard, found: KnowledgeAnswer, as_of: date) -> Supposed:
        """Judge what was told; a benefit that was only named is judged where the guides have no answer."""
        named = [asked for asked in interview.benefits if asked not in self._dialogue.scoping.areas]
        if not heard.learned and (not named or found.status == ANSWERED):
            return Supposed()
        return self._dialogue.supposing.answer(interview, as_of=as_of)

    @staticmethod
    def _about(interview: Interview, case: Supposed) -> tuple[str, ...]:
        """Return the benefits the message is about: those named, or those the case came to."""
        spoken_of = [benefit for one in case.judged for benefit in one.named]
        return tuple(dict.fromkeys([*interview.benefits, *case.benefits, *spoken_of]))

    def _together(self, heard: Heard, case: Supposed, found: KnowledgeAnswer, paperwork: LawAnswer | None) -> AskResult:
        """Put verdict, place, guide and paperwork into one answer, the law of all of them named once."""
        law = (
            self._dialogue.law.lines(found, about=case.benefits if case.lines else None)
            if found.status == ANSWERED
            else ()
        )
        places = self._dialogue.summary.places(heard) if heard.former_province else []
        lines = [*places, *case.lines, *(paperwork.lines if paperwork and _is_paperwork(found) else law)]
        composed = self._dialogue.wording.composed(lines)
        citations = [*(c.text for c in case.citations), *cited(lines)]
        return AskResult(
            ANSWERED, unmarked(fitted(composed, LONGEST)), tuple(dict.fromkeys(citations)), tuple(found.passages)
        )

    def _without_answer(self, heard: Heard, found: KnowledgeAnswer) -> AskResult:
        say = self._dialogue.phrasebook.say
        if found.is_far or (found.reason == "outside" and not (heard.learned and heard.people)):
            return AskResult(OFF_TOPIC, say("off_topic"), passages=tuple(found.passages))
        if heard.is_about_something:
            return AskResult(CLARIFY, say("ask_who"), passages=tuple(found.passages))
        if found.reason == "not_sure":
            return AskResult(REFUSED, say("unknown_answer"), passages=tuple(found.passages))
        return AskResult(OFF_TOPIC, say("off_topic"), passages=tuple(found.passages))

    def _declined(self, found: KnowledgeAnswer) -> AskResult:
        """Decline in the way of the topic that the message is about."""
        passages = tuple(found.passages)
        if intent := _INTENT_OF_REASON.get(found.reason or ""):
            return self._by_intent(intent, passages)
        return AskResult(OFF_TOPIC, self._dialogue.phrasebook.say("off_topic"), passages=passages)

    def _by_intent(self, intent: str, passages: tuple[Hit, ...] = ()) -> AskResult:
        if intent == "crisis":
            return AskResult(CRISIS, self._dialogue.care.crisis_words(), passages=passages)
        key = _PHRASES.get(intent, f"decline_{intent}")
        return AskResult(_BY_INTENT.get(intent, REFUSED), self._dialogue.phrasebook.say(key), passages=passages)


def _is_paperwork(found: KnowledgeAnswer) -> bool:
    """Tell whether the rules' checklist answers better than the guide: it asks for papers, or no guide answers."""
    return found.status != ANSWERED or found.passages[0].passage.kind == PAPERS
