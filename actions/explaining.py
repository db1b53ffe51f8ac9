"""Why a verdict is what it is, what is missing, and how to find out what one does not know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from actions.asking import AGE, BIRTH, Asking
from actions.grounds import bears_on_it
from actions.interview import Asked, Interview
from actions.judging import ELIGIBLE, INELIGIBLE, Judged, Next, is_settled
from actions.lines import Line
from actions.looking_ahead import LookingAhead
from actions.phrasebook import Phrasebook, capitalised
from actions.ports import Decision, FactId, LawTexts, Leaf, PersonId
from actions.supposing import Supposing
from actions.telling import FactTeller
from actions.whatif import is_ordinary
from actions.wording import Wording
from core.vietnamese.format import money

MOST_CONDITIONS = 7
MOST_SPOKEN = 4
# With more facts open than these, nothing is said to hang on one of them.
MOST_OPEN = 3
MOST_CLAUSES = 2


@dataclass(frozen=True)
class Advice:
    """What to tell someone who does not know: the words, a name for what was done, an easier question."""

    lines: tuple[Line, ...]
    action: str
    easier: Asked | None = None


class Explaining:
    """Gives the reasons behind verdicts and questions."""

    def __init__(
        self,
        *,
        phrasebook: Phrasebook,
        teller: FactTeller,
        asking: Asking,
        wording: Wording,
        supposing: Supposing,
        ahead: LookingAhead,
        law_texts: LawTexts,
    ) -> None:
        self._phrasebook, self._teller, self._asking = phrasebook, teller, asking
        self._wording, self._supposing, self._ahead, self._law_texts = wording, supposing, ahead, law_texts

    # --- why ---

    def why(self, interview: Interview, judged: Judged, decision: Decision, *, as_of: date) -> list[Line]:
        """Return the conditions of *decision* one a line, each with what was told, what would change it, the law."""
        say = self._phrasebook.say
        lines = [Line(self._wording.sentence(judged.person, decision, as_of=as_of), 9)]
        told = [
            leaf for leaf in _telling(decision) if leaf.verdict is not None or not self._asking.is_private(leaf.fact)
        ]
        lines += [Line(self._condition(leaf), 5) for leaf in told[:MOST_CONDITIONS]]
        lines += [Line(reason.text, 7) for reason in decision.refer_reasons]
        lines += self._wording.notes(decision)
        if decision.outcome == INELIGIBLE:
            lines += self.way_out(interview, judged.person, decision, as_of=as_of)
        missing = self._supposing.tellable(interview, judged.person, decision, as_of=as_of)
        if missing and not is_settled(decision):
            lines.append(Line(say("still_missing", facts=self._teller.names(missing)), 8))
        return [*lines, self._wording.citations(decision.citations)]

    def way_out(self, interview: Interview, person: PersonId, decision: Decision, *, as_of: date) -> list[Line]:
        """Return what would turn a refusal: another fact, or time."""
        misses = self._ahead.near_misses(interview, person, decision.benefit, as_of=as_of)
        return [*misses, *self._ahead.changes(interview, person, decision.benefit, as_of=as_of)[:1]]

    # --- in three depths ---

    def shortly(self, judged: Judged, decision: Decision, *, as_of: date) -> list[Line]:
        """Return the verdict alone."""
        law = self._wording.citations(decision.citations[:1])
        return [Line(self._wording.sentence(judged.person, decision, as_of=as_of), 9), law]

    def plainly(self, interview: Interview, judged: Judged, decision: Decision, *, as_of: date) -> list[Line]:
        """Return the verdict with what speaks for and against it, in everyday words."""
        lines = [Line(self._wording.sentence(judged.person, decision, as_of=as_of), 9)]
        for verdict, key in ((False, "unmet"), (None, "unknown"), (True, "met")):
            if said := self._spoken(decision, verdict):
                lines.append(Line(self._phrasebook.say(f"plain_because_{key}", conditions=said), 7))
        if decision.outcome == INELIGIBLE:
            lines += self.way_out(interview, judged.person, decision, as_of=as_of)
        return lines

    def _spoken(self, decision: Decision, verdict: bool | None) -> str:
        """Return what was told (or is open) on the conditions judged so, as people say it."""
        leaves = [leaf for leaf in _telling(decision) if leaf.verdict is verdict]
        if verdict is None:
            leaves = [leaf for leaf in leaves if not self._asking.is_private(leaf.fact)]
        if verdict is True:
            said = [self._told(leaf) for leaf in leaves if leaf.value is not None]
        else:
            said = [_lower(leaf.label_vi) for leaf in leaves]
        return "; ".join(list(dict.fromkeys(said))[:MOST_SPOKEN])

    def by_clause(self, judged: Judged, decision: Decision, *, as_of: date) -> list[Line]:
        """Return each condition with its article, then the articles word by word where the documents are here."""
        say, name = self._phrasebook.say, self._wording.benefit(decision.benefit, as_of=as_of)
        person = capitalised(self._phrasebook.person(judged.person))
        lines = [Line(say("clauses_of", Person=person, benefit=name), 9)]
        cited = [leaf for leaf in _telling(decision) if leaf.citation is not None]
        lines += [
            Line(say("clause_condition", condition=leaf.label_vi, citation=leaf.citation), 6, (str(leaf.citation),))
            for leaf in cited[:MOST_CONDITIONS]
        ]
        texts = [(c, self._law_texts.clause(c, as_of=as_of)) for c in decision.citations[:MOST_CLAUSES]]
        quoted = [Line(say("clause", citation=c, text=text.strip()), 7, (c.text,)) for c, text in texts if text]
        return [*lines, *(quoted or [Line(say("clauses_absent"), 8), self._wording.citations(decision.citations)])]

    def _condition(self, leaf: Leaf) -> str:
        say, condition = self._phrasebook.say, leaf.label_vi or self._teller.name(leaf.fact)
        if leaf.value is not None and leaf.source in ("told", "presumed"):
            condition = say(f"why_{leaf.source}", condition=condition, value=self._told(leaf))
        mark = {True: "met", False: "unmet", None: "unknown"}[leaf.verdict]
        return say(f"why_{mark}", condition=condition)

    def _told(self, leaf: Leaf) -> str:
        """Say the value a condition was judged by; an age also where it was judged through the date of birth."""
        is_age = leaf.fact == BIRTH and not isinstance(leaf.value, str)
        return self._teller.tell(AGE if is_age else leaf.fact, leaf.value)

    # --- what hangs on the next question ---

    def at_stake(self, interview: Interview, question: Next, judged: Sequence[Judged], *, as_of: date) -> list[Line]:
        """Say what an answer would lead to, where nothing else is open; silent about private matters."""
        decision = _waiting_for(question.person, question.fact, judged)
        if decision is None or len(decision.missing) > MOST_OPEN or self._asking.is_private(question.fact):
            return []
        branches = self._supposing.branches(interview, question.person, decision, as_of=as_of)
        if len(decision.missing) > 1:  # then only what most people would say no to is supposed
            branches = [one for one in branches if one.decision.outcome == ELIGIBLE and is_ordinary(one)]
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


def _telling(decision: Decision) -> list[Leaf]:
    """Return the conditions worth telling: what failed first, then what is open, then what holds.

    Of a refusal by what was told, conditions that only fail because nobody speaks of them say nothing.
    """
    order = {False: 0, None: 1, True: 2}
    leaves = [leaf for leaf in decision.reasons if leaf.label_vi]
    leaves = [leaf for leaf in leaves if leaf.verdict is not False or bears_on_it(decision, leaf)]
    if any(leaf.verdict is False and leaf.source == "told" for leaf in leaves):
        leaves = [leaf for leaf in leaves if leaf.verdict is not False or leaf.source == "told"]
    return sorted(leaves, key=lambda leaf: order[leaf.verdict])


def _lower(text: str) -> str:
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


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
