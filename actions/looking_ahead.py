"""When an answer will change, and what nearly changes it now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from actions.interview import Interview
from actions.judging import ELIGIBLE, INELIGIBLE, UNDETERMINED
from actions.lines import Line
from actions.phrasebook import Phrasebook
from actions.ports import BenefitId, Change, NearMiss, Outlook, PersonId
from actions.telling import FactTeller
from actions.wording import Wording
from core.vietnamese.format import day

MOST_CHANGES = 3
MOST_MISSES = 2


class LookingAhead:
    """Says what the days ahead bring, if what was told stays as it is."""

    def __init__(self, outlook: Outlook, phrasebook: Phrasebook, teller: FactTeller, wording: Wording) -> None:
        self._outlook, self._phrasebook = outlook, phrasebook
        self._teller, self._wording = teller, wording

    def changes(self, interview: Interview, person: PersonId, benefit: BenefitId, *, as_of: date) -> list[Line]:
        """Return the changes ahead, earliest first; empty where nothing moves."""
        found = self._changes(interview, person, benefit, as_of)
        lines: list[Line] = []
        for before, change in zip([None, *found], found, strict=False):
            if text := self._change(person, change, is_bracketed=_leaves_open(before)):
                lines.append(Line(text, 9, tuple(c.text for c in change.after.citations[:2])))
        return lines[:MOST_CHANGES]

    def first_due(self, interview: Interview, person: PersonId, benefit: BenefitId, *, as_of: date) -> str:
        """Return from when a refused benefit is due, as half a sentence; empty where that is not in sight."""
        found = self._changes(interview, person, benefit, as_of)
        for before, change in zip([None, *found], found, strict=False):
            if change.after.outcome == ELIGIBLE:
                key = "due_latest" if _leaves_open(before) else "due_from"
                return self._phrasebook.say(key, day=day(change.on))
        again = next((c for c in found if _leaves_open(c) and "time" in c.why), None)
        return self._phrasebook.say("due_again", day=day(again.on)) if again else ""

    def near_misses(self, interview: Interview, person: PersonId, benefit: BenefitId, *, as_of: date) -> list[Line]:
        """Return what one other fact would bring; empty where nothing comes near."""
        facts = interview.facts_of(person)
        found = self._outlook.near_misses(facts, as_of=as_of, province=interview.province, benefit=benefit)
        return [self._near_miss(person, miss, as_of) for miss in found[:MOST_MISSES]]

    def _changes(self, interview: Interview, person: PersonId, benefit: BenefitId, as_of: date) -> Sequence[Change]:
        facts = interview.facts_of(person)
        return self._outlook.changes(facts, as_of=as_of, province=interview.province, benefit=benefit)

    def _change(self, person: PersonId, change: Change, *, is_bracketed: bool) -> str:
        say, name = self._phrasebook.say, self._phrasebook.person(person)
        if change.after.outcome == UNDETERMINED:
            held = {(leaf.fact, leaf.label_vi) for leaf in change.before.reasons if leaf.verdict is True}
            lost = [
                leaf.label_vi
                for leaf in change.because
                if leaf.verdict is False and leaf.label_vi and (leaf.fact, leaf.label_vi) in held
            ]
            if change.before.outcome != ELIGIBLE or not lost:
                return ""
            benefit = self._wording.benefit(change.benefit, as_of=change.on)
            return say(
                "change_open", day=day(change.on), benefit=benefit, person=name, reasons="; ".join(dict.fromkeys(lost))
            )
        sentence = self._wording.sentence(person, change.after, as_of=change.on)
        key = "change_latest" if is_bracketed else self._why(change)
        return say(key, day=day(change.on), age=change.age or "", person=name, sentence=_lower(sentence))

    @staticmethod
    def _why(change: Change) -> str:
        if "time" in change.why:
            return "change_age" if change.age is not None else "change_time"
        return "change_law"

    def _near_miss(self, person: PersonId, miss: NearMiss, as_of: date) -> Line:
        either = self._phrasebook.say("or")
        condition = either.join(dict.fromkeys(self._teller.tell(miss.fact, value) for value in miss.values))
        text = self._phrasebook.say(
            "near_miss_now" if miss.since <= as_of else "near_miss_from",
            condition=condition,
            person=self._phrasebook.person(person),
            benefit=self._wording.benefit(miss.benefit, as_of=as_of),
            since=day(miss.since),
        )
        return Line(text, 7, tuple(citation.text for citation in miss.citations[:2]))


def _leaves_open(change: Change | None) -> bool:
    """Tell whether *change* only began the days in which the answer hangs on the exact date of birth."""
    return change is not None and change.after.outcome == UNDETERMINED and change.before.outcome == INELIGIBLE


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
