"""One message of a citizen: take it in, judge, and say the verdict, the one question, or what the law says.

The order: what concerns the case comes first; a question about the law is answered in the middle and the interview
goes on; what is neither is said to be not understood. Nothing is made up on the way.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from actions.asking import Asking
from actions.back_then import BackThen
from actions.cues import Cues
from actions.explaining import Explaining
from actions.grounds import AGES
from actions.interview import Asked, Interview
from actions.interviews import InterviewStore
from actions.judging import Judge, Judged, is_settled
from actions.law import Law, LawAnswer
from actions.lines import Line, cited, fitted
from actions.listening import SOMEONE, Heard, Listener
from actions.message import CitizenMessage, Occasion
from actions.phrasebook import Phrasebook
from actions.ports import SELF
from actions.replies import Message, Said
from actions.rights import Rights
from actions.summary import Summary
from actions.supposing import Supposing
from actions.wording import Wording

# Citizen identity (12 digits), insurance card (2 letters, 13 digits), phone, card and account numbers.
IDENTITY_NUMBER = re.compile(r"\b(?:[A-Z]{2})?\d{12,19}\b|\b[A-Z]{2}\d{13}\b|\b0\d{9}\b", re.IGNORECASE)
# Of a verdict that was told before, only lines of this weight are said again.
SAID_AGAIN = 8
# A longer message tells more than what it is about.
MOST_WORDS_OF_A_TOPIC = 8
ASK_POLICY, ASK_PAPERS, ASK_BENEFIT = "ask_policy", "ask_papers", "ask_benefit"
# Intents by which a citizen goes on with her case even where no fact is told.
_ANSWERS = frozenset({"affirm", "deny", "dont_know", "skip"})
_ABOUT_THE_CASE = frozenset({"ask_benefit", "inform", "affirm", "deny", "dont_know", "skip", "nlu_fallback"})


class Turn:
    """Answers one message within an interview."""

    def __init__(
        self,
        *,
        store: InterviewStore,
        listener: Listener,
        judge: Judge,
        asking: Asking,
        explaining: Explaining,
        supposing: Supposing,
        summary: Summary,
        wording: Wording,
        law: Law,
        phrasebook: Phrasebook,
        rights: Rights,
        cues: Cues,
        back_then: BackThen,
    ) -> None:
        self._rights, self._cues, self._back_then = rights, cues, back_then
        self._store, self._listener, self._judge, self._asking = store, listener, judge, asking
        self._explaining, self._supposing, self._summary = explaining, supposing, summary
        self._wording, self._law, self._phrasebook = wording, law, phrasebook

    def step(self, message: CitizenMessage) -> Said:
        """Take *message* in and answer it; the interview is kept as it stands afterwards."""
        interview = self._open(message)
        heard = self._listener.listen(interview, message.text, today=message.occasion.as_of)
        if message.occasion.is_group and self._summary.is_private(heard, message.text):
            return self._move_to_private(message.conversation)
        said = self._respond(interview, heard, message)
        if heard.learned and (receipt := self._rights.mended(interview, message)):
            said = said.with_line(receipt)
        self._store.save(interview)
        return marked(said, interview, heard.left_open)

    def says_something(self, message: CitizenMessage) -> bool:
        """Tell whether *message* tells a fact or asks for a benefit, whatever else it is."""
        return self._peek(message).is_about_something

    def tells_facts(self, message: CitizenMessage) -> bool:
        """Tell whether *message* tells a fact."""
        return bool(self._peek(message).learned)

    def ask_the_law(self, message: CitizenMessage, *, otherwise: str) -> Said:
        """Answer *message* from the guides, or say the phrase *otherwise*."""
        interview = self._open(message)
        answer = self._law.answer(interview, message.text, message.occasion)
        if answer.is_answer:
            said = self._in_between(interview, answer)
        else:
            interview.action = otherwise
            said = self._said(interview, self._phrasebook.say(otherwise), self._areas(), reason=otherwise)
        self._store.save(interview)
        return marked(said, interview)

    def _peek(self, message: CitizenMessage) -> Heard:
        """Listen to *message* without keeping anything of it."""
        return self._listener.listen(self._open(message), message.text, today=message.occasion.as_of)

    def _open(self, message: CitizenMessage) -> Interview:
        interview = self._store.load(message.conversation) or Interview(message.conversation)
        interview.action, interview.facts_cleared = None, False
        if interview.province is None:
            interview.province = message.occasion.province
        return interview

    def _move_to_private(self, conversation: str) -> Said:
        """Decline to talk of private matters before others; what was just told is not kept."""
        interview = self._store.load(conversation) or Interview(conversation)
        interview.action = "move_to_private"
        self._store.save(interview)
        return Said((Message(self._phrasebook.say("move_to_private")),), {"action": "move_to_private"})

    def _respond(self, interview: Interview, heard: Heard, message: CitizenMessage) -> Said:
        text, intent, occasion = message.text, message.intent, message.occasion
        of_nobody = heard.described and not any(one.person for one in heard.learned)
        if of_nobody and (said := self._supposed(interview, heard, message)):
            return said
        if not heard.is_news and (lines := self._back_then.lines(interview, text, today=occasion.as_of)):
            interview.action = "answer"
            return self._reply(interview, lines, interview.pending, goes_on=True)
        if (
            intent in (ASK_POLICY, ASK_PAPERS)
            and not heard.learned
            and not heard.lacks_certificate
            and not self._asks_for_someone(interview, heard, text)
        ):
            answer = self._law.answer(interview, text, occasion)
            if answer.is_answer:
                return self._in_between(interview, answer)
        if heard.is_news or (not interview.is_empty and (heard.asked_for or intent in _ABOUT_THE_CASE)):
            return self._case(interview, heard, text, occasion)
        if intent == ASK_BENEFIT and heard.asked_for and interview.pending is None and self._only_names_it(text):
            return self._open_question(interview, occasion)
        answer = self._law.answer(interview, text, occasion)
        if answer.is_answer:
            return self._in_between(interview, answer)
        return self._nothing_to_go_on(interview, heard, answer, message)

    def _only_names_it(self, text: str) -> bool:
        """Tell whether *text* says no more than what it is about: *em muốn vay vốn*."""
        return len(text.split()) <= MOST_WORDS_OF_A_TOPIC and not self._asks(text)

    def _asks(self, text: str) -> bool:
        """Tell whether *text* asks something."""
        return "?" in text or any(cue.occur_in(text) for cue in (self._cues.question, self._cues.asks))

    def _asks_for_someone(self, interview: Interview, heard: Heard, text: str) -> bool:
        """Tell whether *text* asks for a benefit of someone known ("thẻ BHYT của cháu thì sao"), not how to apply."""
        if not heard.asked_for or interview.is_empty or self._cues.procedure.occur_in(text):
            return False
        named = {*heard.people, *([heard.focus] if heard.focus else [])}
        return bool(named & interview.people.keys()) or self._cues.what_of.occur_in(text)

    # --- the case ---

    def _case(self, interview: Interview, heard: Heard, text: str, occasion: Occasion) -> Said:
        judged = self._judge.judge(interview, as_of=occasion.as_of)
        results = self._judge.results(interview, judged, as_of=occasion.as_of)
        judged = _in_view(judged, heard)
        verdicts = self._summary.verdicts(
            interview, judged, as_of=occasion.as_of, in_group=occasion.is_group, again=not heard.is_news
        ) or self._summary.turned(interview, judged, as_of=occasion.as_of)
        if not heard.is_news and interview.results:
            verdicts = [line for line in verdicts if line.weight >= SAID_AGAIN]
        said_of = [one.person for one in judged] if verdicts else []
        lines = self._summary.understood(heard, in_group=occasion.is_group, said_of=said_of)
        question, before = self._what_next(interview, heard, judged, occasion, is_family=len(judged) > 1)
        interview.results = results
        if interview.action is None:
            interview.action = "ask" if question else "verdict" if verdicts else "undetermined"
        if question is None and not verdicts and not before:
            before = self._summary.undetermined(interview, judged, as_of=occasion.as_of)
        first, after = (lines, []) if heard.corrections or not verdicts else ([], lines)
        law = [] if before else self._law_first(interview, heard, judged, text, occasion)
        lines = [*self._without_numbers(text), *law, *first, *verdicts, *after, *before]
        return self._reply(interview, lines, question, is_verdict=bool(verdicts), in_group=occasion.is_group)

    def _law_first(
        self, interview: Interview, heard: Heard, judged: Sequence[Judged], text: str, occasion: Occasion
    ) -> list[Line]:
        """Return what the guides answer to a question that the case cannot settle yet."""
        settled = any(is_settled(decision) for one in judged for decision in one.of(one.asked))
        if settled or not self._asks(text):
            return []
        about = {benefit for one in judged for benefit in one.asked}
        aged = any(one.fact in AGES for one in heard.learned)
        return self._law.in_short(interview, text, occasion, about=about, any_age=aged)

    def _what_next(
        self, interview: Interview, heard: Heard, judged: Sequence[Judged], occasion: Occasion, *, is_family: bool
    ) -> tuple[Asked | None, list[Line]]:
        """Return the next question, and what to say before it to someone who could not answer the last one."""
        before: list[Line] = []
        if heard.left_open is not None and not heard.skipped:
            advice = self._explaining.not_known(interview, heard.left_open, judged, as_of=occasion.as_of)
            interview.action, before = advice.action, list(advice.lines)
            if advice.easier is not None:
                return advice.easier, before
        elif heard.skipped:
            before = [Line(self._phrasebook.say("skipped"), 7)]
        following = self._judge.next_question(interview, judged, as_of=occasion.as_of)
        if following is None or heard.lacks_certificate:
            return None, before  # of what is to be got first, nothing else is asked on the way
        if self._judge.too_many_questions(interview, following.person):
            return None, [*before, *self._summary.enough(interview, judged, as_of=occasion.as_of)]
        # Of a family the lines themselves say what hangs on what.
        stake = [] if is_family else self._explaining.at_stake(interview, following, judged, as_of=occasion.as_of)
        return self._asking.question(following.person, following.fact), [*before, *stake]

    # --- a case that is nobody's ---

    def _supposed(self, interview: Interview, heard: Heard, message: CitizenMessage) -> Said | None:
        """Answer what was asked about someone described only, and go on with the case where it stood."""
        supposed = Interview("", province=interview.province, benefits=list(interview.benefits))
        supposed.household = {one.fact: one.value for one in heard.learned if one.person is None}
        for one in heard.described:
            supposed.learn(self._listener.owner(one.fact, SOMEONE), one.fact, one.value)
        supposed.subjects = [SOMEONE]
        case = self._supposing.answer(supposed, as_of=message.occasion.as_of)
        law = self._law.answer(interview, message.text, message.occasion)
        if not case.is_answer and not law.is_answer:
            return None
        interview.action = "answer"
        return self._reply(interview, [*case.lines, *law.lines], interview.pending, goes_on=True)

    # --- the law, in the middle ---

    def _in_between(self, interview: Interview, answer: LawAnswer) -> Said:
        interview.action = "answer"
        interview.answered_in_between.append(answer.source)
        return self._reply(interview, list(answer.lines), interview.pending, goes_on=True)

    # --- nothing to go on ---

    def _nothing_to_go_on(self, interview: Interview, heard: Heard, answer: LawAnswer, message: CitizenMessage) -> Said:
        say, intent, occasion = self._phrasebook.say, message.intent, message.occasion
        if interview.pending is not None:
            key = "off_topic_pending" if answer.refusal == "off_topic" else "question_again"
            again = say(key, question=self._asking.words(interview.pending))
            return self._said(interview, again, [choice.title for choice in interview.pending.choices])
        if heard.asked_for or heard.focus:
            return self._open_question(interview, occasion)
        interview.action = "not_understood"
        is_forgotten = interview.is_empty and intent in _ANSWERS
        words = say("forgotten" if is_forgotten else answer.refusal)
        return self._said(interview, words, self._areas(), reason=answer.refusal)

    def _open_question(self, interview: Interview, occasion: Occasion) -> Said:
        """Begin an interview of which only the subject is known."""
        judged = self._judge.judge(interview, as_of=occasion.as_of)
        interview.results, interview.action = self._judge.results(interview, judged, as_of=occasion.as_of), "ask"
        following = self._judge.next_question(interview, judged, as_of=occasion.as_of)
        if following is None or not interview.benefits or _is_about_nobody(interview):
            return self._said(interview, self._phrasebook.say("ask_who"), [])
        return self._reply(interview, [], self._asking.question(following.person, following.fact))

    # --- putting it together ---

    def _reply(
        self,
        interview: Interview,
        lines: list[Line],
        question: Asked | None,
        *,
        is_verdict: bool = False,
        goes_on: bool = False,
        in_group: bool = True,
    ) -> Said:
        choices: list[str] = []
        if question is not None:
            words = self._asking.words(question, interview.facts_of(question.person))
            lines.append(Line(self._phrasebook.say("next_is", question=words) if goes_on else words, 10))
            choices = [choice.title for choice in question.choices]
            if not goes_on:
                interview.ask(question)
        elif not goes_on:
            interview.pending = None
        if question is None and is_verdict:
            choices = [self._phrasebook.say(f"choice_{key}") for key in ("why", "papers", "more", "person")]
        signal: dict[str, object] = {"numeric_answer": True} if question and self._asking.takes_number(question) else {}
        lines = self._wording.composed(lines)
        signal["citations"] = cited(lines)
        if (consent := self._rights.ask(interview, in_group=in_group)) is not None:
            lines.append(Line(consent.text, 10))
            choices = [*(choices if question else choices[:2]), *consent.choices]
        return self._said(interview, fitted(lines), choices, **signal)

    def _without_numbers(self, text: str) -> list[Line]:
        """Ask not to send identity numbers; they are neither kept nor said back."""
        return [Line(self._phrasebook.say("no_identity_numbers"), 7)] if IDENTITY_NUMBER.search(text) else []

    def _said(self, interview: Interview, text: str, choices: Sequence[str], **signal: object) -> Said:
        return Said((Message(text, tuple(choices)),), {"action": interview.action, **signal})

    def _areas(self) -> list[str]:
        return [self._phrasebook.say(f"choice_{area}") for area in ("allowance", "health_insurance", "loans")]


def marked(said: Said, interview: Interview, left_open: Asked | None = None) -> Said:
    """Return *said* with what the daily figures count: benefits spoken of, and the fact that could not be told."""
    marks: dict[str, object] = {"about": list(interview.benefits)}
    if left_open is not None:
        marks["unknown"] = left_open.fact
    return replace(said, signal={**said.signal, **marks})


def _is_about_nobody(interview: Interview) -> bool:
    """Tell whether nobody is known whose case it is; loans are asked for by who writes."""
    borrows = any(benefit.startswith("loan") for benefit in interview.benefits)
    return interview.is_empty and not borrows and set(interview.subjects) <= {SELF}


def _in_view(judged: list[Judged], heard: Heard) -> list[Judged]:
    """Return the verdicts on those the message was about; on everyone, where it named nobody."""
    people = {one.person for one in heard.learned if one.person} | ({heard.focus} if heard.focus else set())
    return [one for one in judged if one.person in people] or judged
