"""What a citizen asks after a verdict: why, which papers, what else; and beginning again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from actions.asking import Asking
from actions.cues import Cues
from actions.explaining import Explaining
from actions.family import FamilyPlan
from actions.household import HouseholdSummary, about_household
from actions.interview import Interview
from actions.interviews import InterviewStore
from actions.judging import INELIGIBLE, UNDETERMINED, Judge, Judged
from actions.law import Law
from actions.lines import Line, cited, fitted
from actions.looking_ahead import LookingAhead
from actions.message import CitizenMessage
from actions.phrasebook import Phrasebook
from actions.ports import Decision
from actions.replies import Said, one
from actions.summary import Summary
from actions.telling import FactTeller
from actions.turn import Turn
from actions.wording import Wording, worth_telling
from core.citations import Citation

MOST_CHECKLISTS = 2


class FollowUp:
    """Goes deeper into what was said."""

    def __init__(
        self,
        *,
        store: InterviewStore,
        judge: Judge,
        explaining: Explaining,
        asking: Asking,
        teller: FactTeller,
        wording: Wording,
        summary: Summary,
        household: HouseholdSummary,
        family: FamilyPlan,
        cues: Cues,
        ahead: LookingAhead,
        law: Law,
        phrasebook: Phrasebook,
        turn: Turn,
    ) -> None:
        self._store, self._judge, self._explaining, self._wording = store, judge, explaining, wording
        self._summary, self._household, self._ahead = summary, household, ahead
        self._family, self._cues = family, cues
        self._asking, self._teller = asking, teller
        self._law, self._phrasebook, self._turn = law, phrasebook, turn

    def why(self, message: CitizenMessage) -> Said:
        """Give the conditions one by one, with what was told, and the article."""
        interview, judged = self._case(message)
        subject = self._in_view(interview, judged)
        if subject is None or self._turn.tells_facts(message):
            return self._turn.step(message)
        lines = self._explaining.why(interview, *subject, as_of=message.occasion.as_of)
        return self._said(interview, lines, "why", "plain", "clause", "when", "person")

    def explain(self, message: CitizenMessage) -> Said:
        """Explain the verdict at hand: shortly, in everyday words, or by the clause itself."""
        interview, judged = self._case(message)
        subject = self._in_view(interview, judged)
        if subject is None or self._turn.tells_facts(message):
            return self._turn.step(message)
        day = message.occasion.as_of
        if message.intent == "explain_short":
            return self._said(interview, self._explaining.shortly(*subject, as_of=day), "explain", "plain", "clause")
        if message.intent == "explain_clause":
            return self._said(interview, self._explaining.by_clause(*subject, as_of=day), "explain", "short", "plain")
        lines = self._explaining.plainly(interview, *subject, as_of=day)
        return self._said(interview, lines, "explain", "short", "clause", "person")

    def when(self, message: CitizenMessage) -> Said:
        """Say when the answer will change, and what nearly changes it now."""
        interview, judged = self._case(message)
        subject = self._in_view(interview, judged)
        if subject is None or self._turn.tells_facts(message):
            return self._turn.step(message)
        one_, decision = subject
        day = message.occasion.as_of
        lines = [Line(self._wording.sentence(one_.person, decision, as_of=day), 8)]
        ahead = self._ahead.changes(interview, one_.person, decision.benefit, as_of=day)
        lines += ahead or [Line(self._phrasebook.say("no_change"), 9)]
        lines += self._ahead.near_misses(interview, one_.person, decision.benefit, as_of=day)
        return self._said(interview, lines, "when", "why", "papers", "person")

    def missing(self, message: CitizenMessage) -> Said:
        """Say what is still missing for the verdicts asked for, and ask for the first of it."""
        interview, judged = self._case(message)
        subject = self._waiting(interview, judged) or self._in_view(interview, judged)
        if subject is None or self._turn.tells_facts(message):
            return self._turn.step(message)
        one_, decision = subject
        if decision.outcome == UNDETERMINED and decision.missing:
            missing = self._judge.tellable(interview, one_.person, decision, as_of=message.occasion.as_of)
            facts = self._teller.names(missing)
            lines = [Line(self._phrasebook.say("still_missing", facts=facts), 9)]
        elif decision.outcome == INELIGIBLE:
            lines = [Line(self._wording.sentence(one_.person, decision, as_of=message.occasion.as_of), 9)]
            lines += self._explaining.way_out(interview, one_.person, decision, as_of=message.occasion.as_of)
        else:
            name = self._wording.benefit(decision.benefit, as_of=message.occasion.as_of)
            person = self._phrasebook.person(one_.person)
            lines = [Line(self._phrasebook.say("missing_nothing", benefit=name, person=person), 9)]
        return self._said(interview, lines, "missing", "papers", "why", "person")

    def summarise(self, message: CitizenMessage) -> Said:
        """Say how everyone stands, one line a person, then what holds between them; or their health cards."""
        interview, _ = self._case(message)
        if interview.is_empty or self._turn.tells_facts(message):
            return self._turn.step(message)
        before, interview.subjects = interview.subjects, about_household(interview)
        judged = self._judge.judge_everything(interview, as_of=message.occasion.as_of)
        interview.subjects = before
        day = message.occasion.as_of
        asks_for_cards = len(judged) > 1 and self._cues.cards.occur_in(message.text)
        if asks_for_cards and (cards := self._family.cards(interview, judged, as_of=day, in_full=True)):
            return self._said(interview, self._with_law(cards), "summary", "papers", "person")
        lines = self._household.lines(interview, judged, as_of=day, whole=True)
        if not lines:
            lines = [Line(self._phrasebook.say("no_verdict_yet"), 9)]
        if len(judged) < 2 or message.occasion.is_group:
            return self._said(interview, lines, "summary", "papers", "why", "person")
        people = [one_.person for one_ in judged]
        between = self._family.exclusions(interview, people, as_of=day)
        cards = self._family.cards(interview, judged, as_of=day)
        lines = [*lines[:-1], *between, *cards, *lines[-1:]]
        offers = ("family_cards", "papers", "person") if cards else ("papers", "why", "person")
        return self._said(interview, lines, "summary", *offers)

    def _with_law(self, lines: Sequence[Line]) -> list[Line]:
        """Name the law behind *lines* below them."""
        return [*lines, self._wording.citations(Citation(text) for text in cited(lines))]

    def papers(self, message: CitizenMessage) -> Said:
        """Give the checklist of papers, where to go, how long it takes."""
        interview, judged = self._case(message)
        benefits = [d.benefit for one_ in judged for d in worth_telling(one_) if d.outcome != INELIGIBLE]
        if not benefits or self._turn.tells_facts(message):
            return self._turn.step(message)
        lines: list[Line] = []
        for benefit in list(dict.fromkeys(benefits))[:MOST_CHECKLISTS]:
            lines += self._law.checklist(interview, benefit, message.occasion)
        return self._said(interview, lines, "papers", "why", "more", "person")

    def more(self, message: CitizenMessage) -> Said:
        """Look at every benefit that may apply, whatever was asked before."""
        interview, judged = self._case(message)
        if interview.is_empty:
            return self._turn.step(message)
        interview.benefits = []
        judged = self._judge.judge_everything(interview, as_of=message.occasion.as_of)
        interview.results, interview.action = (
            self._judge.results(interview, judged, as_of=message.occasion.as_of),
            "more",
        )
        lines = self._summary.verdicts(interview, judged, as_of=message.occasion.as_of)
        lines = lines or [
            Line(self._phrasebook.say("nothing_found", person=self._phrasebook.person(interview.current)), 9)
        ]
        return self._said(interview, lines, "more", "why", "papers", "person")

    def start_over(self, message: CitizenMessage) -> Said:
        """Forget the case and begin again."""
        interview = self._store.load(message.conversation) or Interview(message.conversation)
        interview.start_over()
        interview.action = "restart"
        self._store.save(interview)
        if self._turn.says_something(message):
            return self._turn.step(message)
        areas = (self._phrasebook.say(f"choice_{area}") for area in ("allowance", "health_insurance", "loans"))
        return one(self._phrasebook.say("started_over"), *areas, action="restart")

    def _case(self, message: CitizenMessage) -> tuple[Interview, list[Judged]]:
        interview = self._store.load(message.conversation) or Interview(message.conversation)
        interview.facts_cleared = False
        return interview, [] if interview.is_empty else self._judge.judge(interview, as_of=message.occasion.as_of)

    @staticmethod
    def _in_view(interview: Interview, judged: Sequence[Judged]) -> tuple[Judged, Decision] | None:
        """Return the verdict that was told last: of the person spoken of, the first worth telling."""
        for one_ in sorted(judged, key=lambda each: each.person != interview.current):
            telling = worth_telling(one_) or one_.of(one_.asked)
            if telling:
                return one_, telling[0]
        return None

    @staticmethod
    def _waiting(interview: Interview, judged: Sequence[Judged]) -> tuple[Judged, Decision] | None:
        """Return the open verdict the pending question is for, else the first that is open."""
        still_open = [(one_, d) for one_ in judged for d in one_.of(one_.asked) if d.outcome == UNDETERMINED]
        asked = interview.pending
        hanging = [pair for pair in still_open if asked and asked.fact in pair[1].missing]
        return next(iter([*hanging, *still_open]), None)

    def _said(self, interview: Interview, lines: Sequence[Line], action: str, *offers: str) -> Said:
        """Say *lines*; a question that waits is put again, so that the interview goes on."""
        interview.action = action
        self._store.save(interview)
        choices = [self._phrasebook.say(f"choice_{offer}") for offer in offers]
        signal: dict[str, Any] = {"action": action, "citations": cited(lines)}
        asked = interview.pending
        if asked is not None:
            words = self._asking.words(asked, interview.facts_of(asked.person))
            lines = [*lines, Line(self._phrasebook.say("next_is", question=words), 10)]
            choices = [choice.title for choice in asked.choices]
            if self._asking.takes_number(asked):
                signal["numeric_answer"] = True
        return one(fitted(self._wording.composed(lines)), *choices, **signal)
