"""What is said about a case: what was understood, the verdicts of one person or a family, what is still open."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from actions.grounds import AGES, facts_bearing_on, failed
from actions.household import HouseholdSummary
from actions.interview import Interview
from actions.judging import ELIGIBLE, INELIGIBLE, UNDETERMINED, Judged
from actions.lines import Line
from actions.listening import Heard, Learned
from actions.looking_ahead import LookingAhead
from actions.phrasebook import Phrasebook
from actions.ports import SELF, Decision, PersonId, PlaceNames, Vocabulary
from actions.supposing import Supposing
from actions.telling import FactTeller
from actions.wording import Wording, worth_telling
from dialogue.components.lexicon import Phrases

MOST_KNOWN = 5


class Summary:
    """Puts what is known and what was decided into lines."""

    def __init__(
        self,
        *,
        phrasebook: Phrasebook,
        teller: FactTeller,
        wording: Wording,
        supposing: Supposing,
        vocabulary: Vocabulary,
        places: PlaceNames,
        private_words: Phrases,
        household: HouseholdSummary,
        ahead: LookingAhead,
    ) -> None:
        self._household, self._ahead = household, ahead
        self._phrasebook, self._teller, self._wording = phrasebook, teller, wording
        self._supposing, self._vocabulary, self._places = supposing, vocabulary, places
        self._private_words = private_words

    # --- what was understood ---

    def understood(self, heard: Heard, *, in_group: bool, said_of: Collection[PersonId] = ()) -> list[Line]:
        """Say back what a message told, so that it can be corrected; before others nothing of a person.

        What the verdicts on *said_of* name themselves is not said twice, unless it corrects something.
        """
        told = heard.learned if heard.corrections else [one for one in heard.learned if one.person not in said_of]
        if said_of and not heard.corrections:
            told = [one for one in told if one.person is not None]
        lines = [] if in_group else [self._facts_line(told, corrected=bool(heard.corrections))]
        return [line for line in [*lines, *self.places(heard)] if line.text]

    def places(self, heard: Heard) -> list[Line]:
        """Say where the case is judged, an old province with its new name."""
        return [self._place_line(heard.province, heard.former_province)] if heard.province else []

    def is_private(self, heard: Heard, text: str) -> bool:
        """Tell whether a message says something sensitive about a person, understood as a fact or not."""
        if any(self._vocabulary.facts[one.fact].sensitive for one in heard.learned):
            return True
        return bool(heard.people) and self._private_words.occur_in(text)

    def everything(self, interview: Interview) -> str:
        """Return all that is known, in words; empty if nothing is."""
        facts = [Learned(person, fact, v) for person, known in interview.people.items() for fact, v in known.items()]
        facts += [Learned(None, fact, value) for fact, value in interview.household.items()]
        places = [self._places.name(interview.province)] if interview.province else []
        return "; ".join([*self._by_person(facts), *places])

    def _facts_line(self, learned: Sequence[Learned], *, corrected: bool) -> Line:
        told = [one for one in learned if one.fact != "former_province"]
        key = "corrected" if corrected else "understood"
        return Line(self._phrasebook.say(key, facts="; ".join(self._by_person(told))) if told else "", 5)

    def _by_person(self, learned: Sequence[Learned]) -> list[str]:
        people: dict[str | None, dict[str, object]] = {}
        for one in learned:
            people.setdefault(one.person, {})[one.fact] = one.value
        return [self._one_person(person, facts) for person, facts in people.items()]

    def _one_person(self, person: str | None, facts: dict[str, object]) -> str:
        told = self._teller.tell_all(facts)
        return told if person is None else f"{self._phrasebook.person(person)} {told}"

    def _place_line(self, province: str, former: str | None) -> Line:
        name = self._places.name(province)
        if former and (old := self._places.name(former)) != name:
            return Line(self._phrasebook.say("old_province_noted", former=old, province=name), 6)
        return Line(self._phrasebook.say("province_noted", province=name), 3)

    # --- verdicts ---

    def verdicts(
        self,
        interview: Interview,
        judged: Sequence[Judged],
        *,
        as_of: date,
        in_group: bool = False,
        again: bool = False,
    ) -> list[Line]:
        """Return the verdicts worth telling; for a family one line each, all of them where she asks *again*."""
        if len(judged) > 1:
            return self._household.lines(interview, judged, as_of=as_of, again=again)
        if not judged or not worth_telling(judged[0]):
            return []
        known = "" if in_group else self._known(interview, judged[0].person, worth_telling(judged[0])[0])
        interview.told[judged[0].person] = self._household.person(interview, judged[0], as_of=as_of).text
        lines = self._wording.verdict(judged[0], as_of=as_of, province=interview.province, known=known)
        more = self._supposing.brought(interview, judged[0], as_of=as_of) or self._later(interview, judged[0], as_of)
        return [*lines[:1], *more, *lines[1:]]

    def turned(self, interview: Interview, judged: Sequence[Judged], *, as_of: date) -> list[Line]:
        """Return the refusals of what was granted before by less or by other facts."""
        granted = {(one["person"], one["benefit"]) for one in interview.results if one["outcome"] == ELIGIBLE}
        lines: list[Line] = []
        for one in judged:
            for decision in one.of(one.asked):
                if decision.outcome == INELIGIBLE and (one.person, decision.benefit) in granted:
                    lines.append(Line(self._wording.sentence(one.person, decision, as_of=as_of), 9))
                    lines.append(self._wording.citations(decision.citations))
        return lines

    def _later(self, interview: Interview, judged: Judged, as_of: date) -> list[Line]:
        """Say from when a refused benefit is due by age alone; empty where that is not in sight."""
        decision = worth_telling(judged)[0]
        if decision.outcome != INELIGIBLE or not any(leaf.fact in AGES for leaf in failed(decision)):
            return []
        since = self._ahead.first_due(interview, judged.person, decision.benefit, as_of=as_of)
        person = self._phrasebook.person(judged.person)
        return [Line(self._phrasebook.say("due_later", person=person, since=since.lstrip("; ")), 8)] if since else []

    def _known(self, interview: Interview, person: PersonId, decision: Decision) -> str:
        """Return what the verdict rests on, in brackets behind whom it is about."""
        bearing = {*facts_bearing_on(decision), *AGES}
        facts = {f: value for f, value in interview.facts_of(person).items() if f in bearing}
        return self._teller.tell_all(dict(list(facts.items())[:MOST_KNOWN]))

    # --- still open ---

    def undetermined(self, interview: Interview, judged: Sequence[Judged], *, as_of: date) -> list[Line]:
        """Say what is open and on what it depends, where nothing more can be asked."""
        lines: list[Line] = []
        for one in judged:
            for decision in self._open(one):
                lines.append(Line(self._wording.sentence(one.person, decision, as_of=as_of), 9))
                branches = self._supposing.branches(interview, one.person, decision, as_of=as_of)
                lines += self._wording.conditional(one.person, branches, as_of=as_of)
                tellable = self._supposing.tellable(interview, one.person, decision, as_of=as_of)
                if not branches and tellable:
                    missing = self._teller.names(tellable)
                    lines.append(Line(self._phrasebook.say("still_missing", facts=missing), 8))
        return lines or [Line(self._phrasebook.say("nothing_found", person=self._phrasebook.person(SELF)), 9)]

    def enough(self, interview: Interview, judged: Sequence[Judged], *, as_of: date) -> list[Line]:
        """Stop asking, and say what is missing."""
        tellable = self._supposing.tellable
        still_open = [(one.person, decision) for one in judged for decision in self._open(one)]
        missing = dict.fromkeys(f for p, d in still_open for f in tellable(interview, p, d, as_of=as_of))
        return [Line(self._phrasebook.say("enough_questions", facts=self._teller.names(missing)), 9)]

    @staticmethod
    def _open(judged: Judged) -> list[Decision]:
        asked = judged.asked
        return [decision for decision in judged.of(asked) if decision.outcome == UNDETERMINED][:2]
