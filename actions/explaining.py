"""Why a verdict is what it is, what is missing, and how to find out what one does not know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from actions.asking import Asking
from actions.interview import Asked, Interview
from actions.judging import Judged, Next, is_settled
from actions.lines import Line
from actions.phrasebook import Phrasebook, capitalised
from actions.ports import Decision, FactId, Leaf, PersonId
from actions.supposing import Supposing
from actions.telling import FactTeller
from actions.wording import Wording
from core.vietnamese.format import money

MOST_CONDITIONS = 7


@dataclass(frozen=True)
class Advice:
    """What to tell someone who does not know: the words, a name for what was done, an easier question."""

    lines: tuple[Line, ...]
    action: str
    easier: Asked | None = None


class Explaining:
    """Gives the reasons behind verdicts and questions."""

    def __init__(
        self, *, phrasebook: Phrasebook, teller: FactTeller, asking: Asking, wording: Wording, supposing: Supposing
    ) -> None:
        self._phrasebook, self._teller, self._asking = phrasebook, teller, asking
        self._wording, self._supposing = wording, supposing

    # --- why ---

    def why(self, judged: Judged, decision: Decision, *, as_of: date) -> list[Line]:
        """Return the conditions of *decision* one a line, each with what was told, then the law."""
        say = self._phrasebook.say
        name = self._wording.benefit(decision.benefit, as_of=as_of)
        person = self._phrasebook.person(judged.person)
        lines = [Line(self._wording.sentence(judged.person, decision, as_of=as_of), 9)]
        lines.append(Line(say("why", Person=capitalised(person), benefit=name), 6))
        lines += [Line(self._condition(leaf), 5) for leaf in _telling(decision.reasons)[:MOST_CONDITIONS]]
        lines += [Line(reason.text, 7) for reason in decision.refer_reasons]
        if decision.missing and not is_settled(decision):
            lines.append(Line(say("still_missing", facts=self._teller.names(decision.missing)), 8))
        return [*lines, self._wording.citations(decision.citations)]

    def _condition(self, leaf: Leaf) -> str:
        say, condition = self._phrasebook.say, leaf.label_vi or self._teller.name(leaf.fact)
        if leaf.value is not None and leaf.source in ("told", "presumed"):
            condition = say(f"why_{leaf.source}", condition=condition, value=self._teller.tell(leaf.fact, leaf.value))
        mark = {True: "met", False: "unmet", None: "unknown"}[leaf.verdict]
        return say(f"why_{mark}", condition=condition)

    # --- what hangs on the next question ---

    def at_stake(self, interview: Interview, question: Next, judged: Sequence[Judged], *, as_of: date) -> list[Line]:
        """Say what an answer would lead to, where nothing else is open; silent about private matters."""
        decision = _waiting_for(question.person, question.fact, judged)
        if decision is None or len(decision.missing) > 1 or self._asking.is_private(question.fact):
            return []
        branches = self._supposing.branches(interview, question.person, decision, as_of=as_of)
        return self._wording.conditional(question.person, branches[:1], as_of=as_of)[:1]

    # --- not known ---

    def not_known(self, interview: Interview, asked: Asked, judged: Sequence[Judged], *, as_of: date) -> Advice:
        """Help someone who does not know the answer to *asked*."""
        decision = _waiting_for(asked.person, asked.fact, judged)
        threshold = _threshold(asked.fact, decision) if decision else None
        if decision is not None and threshold is not None:
            return self._threshold(interview, asked, decision, threshold, as_of)
        if advice := self._phrasebook.find_out(asked.fact):
            return Advice((Line(self._phrasebook.say(advice), 9),), f"explain_{advice}")
        return Advice((Line(self._phrasebook.say("not_known"), 7),), "left_open")

    def _threshold(self, interview: Interview, asked: Asked, decision: Decision, threshold: int, as_of: date) -> Advice:
        action, mark = f"explain_threshold_{threshold}", money(threshold)
        times = interview.times_asked.get(f"{asked.person}.{asked.fact}", 0)
        if times < 2:
            words = self._phrasebook.say("threshold", fact=self._teller.name(asked.fact), threshold=mark)
            easier = self._asking.about_threshold(asked.person, asked.fact, threshold)
            return Advice((Line(words, 9),), action, easier)
        branches = self._supposing.branches(interview, asked.person, decision, as_of=as_of)
        lines = self._wording.conditional(asked.person, branches, as_of=as_of)
        words = self._phrasebook.say("threshold_final", threshold=mark)
        return Advice((Line(words, 9), *lines), action)


def _telling(leaves: Sequence[Leaf]) -> list[Leaf]:
    """Put what failed first, then what is open, then what holds."""
    order = {False: 0, None: 1, True: 2}
    return sorted((leaf for leaf in leaves if leaf.label_vi), key=lambda leaf: order[leaf.verdict])


def _waiting_for(person: PersonId, fact: FactId, judged: Sequence[Judged]) -> Decision | None:
    """Return the open verdict that hangs on *fact*, one she asked for first."""
    for one in judged:
        if one.person == person:
            asked = one.asked
            return next((decision for decision in one.of(asked) if fact in decision.missing), None)
    return None


def _threshold(fact: FactId, decision: Decision) -> int | None:
    marks = [leaf.threshold for leaf in decision.reasons if leaf.fact == fact and type(leaf.threshold) is int]
    return next((mark for mark in marks if mark > 1000), None)
