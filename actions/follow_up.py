"""What a citizen asks after a verdict: why, which papers, what else; and beginning again."""

from __future__ import annotations

from collections.abc import Sequence

from actions.explaining import Explaining
from actions.interview import Interview
from actions.interviews import InterviewStore
from actions.judging import INELIGIBLE, Judge, Judged
from actions.lines import Line, cited, fitted
from actions.message import CitizenMessage
from actions.phrasebook import Phrasebook
from actions.ports import Decision
from actions.replies import Said, one
from actions.summary import Summary
from actions.turn import Turn
from actions.wording import Wording, worth_telling

MOST_CHECKLISTS = 2


class FollowUp:
    """Goes deeper into what was said."""

    def __init__(
        self,
        *,
        store: InterviewStore,
        judge: Judge,
        explaining: Explaining,
        wording: Wording,
        summary: Summary,
        phrasebook: Phrasebook,
        turn: Turn,
    ) -> None:
        self._store, self._judge, self._explaining, self._wording = store, judge, explaining, wording
        self._summary, self._phrasebook, self._turn = summary, phrasebook, turn

    def why(self, message: CitizenMessage) -> Said:
        """Give the conditions one by one, with what was told, and the article."""
        interview, judged = self._case(message)
        subject = self._in_view(interview, judged)
        if subject is None or self._turn.tells_facts(message):
            return self._turn.step(message)
        lines = self._explaining.why(*subject, as_of=message.occasion.as_of)
        return self._said(interview, lines, "why", "papers", "more", "person")

    def papers(self, message: CitizenMessage) -> Said:
        """Give the checklist of papers, where to go, how long it takes."""
        interview, judged = self._case(message)
        benefits = [d.benefit for one_ in judged for d in worth_telling(one_) if d.outcome != INELIGIBLE]
        if not benefits or self._turn.tells_facts(message):
            return self._turn.step(message)
        lines: list[Line] = []
        for benefit in list(dict.fromkeys(benefits))[:MOST_CHECKLISTS]:
            lines += self._wording.papers(benefit, as_of=message.occasion.as_of, province=interview.province)
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

    def _said(self, interview: Interview, lines: Sequence[Line], action: str, *offers: str) -> Said:
        interview.action = action
        self._store.save(interview)
        choices = (self._phrasebook.say(f"choice_{offer}") for offer in offers)
        return one(fitted(self._wording.composed(lines)), *choices, action=action, citations=cited(lines))
