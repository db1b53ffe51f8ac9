"""The caller's case on the desk: what the story tells, what was filled in by hand, and what follows from both.

Nothing is kept on the server: the page carries what was filled in, and every change judges the whole case anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from console.deps import RulesInUse
from rules.engine.decision import Decision
from rules.engine.model import Outcome
from rules.errors import InvalidFacts
from rules.facts.reading import Pending, ReadingContext
from rules.facts.vocabulary import Vocabulary
from rules.family import Family, FamilyAssessment, FamilyQuestion, Household
from rules.findings import Finding
from rules.outlook import Change, NearMiss, Outlook

SELF: Final = "self"
HOUSEHOLD: Final = "household"
MOST_STORY: Final = 4000  # characters
MOST_PEOPLE: Final = 12
_WEIGHT: Final = {Outcome.ELIGIBLE: 0, Outcome.UNDETERMINED: 1, Outcome.INELIGIBLE: 2}

ByPerson = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a case: facts of the household under ``household``, of people by their id.

    ``by_hand`` are the (person, fact) that staff filled in; a fact whose value is ``None`` there was taken out.
    ``heard`` are the spans of the story that told a fact.
    """

    facts: ByPerson
    by_hand: frozenset[tuple[str, str]] = frozenset()
    province: str | None = None
    heard: tuple[tuple[int, int], ...] = ()

    @property
    def household(self) -> Household:
        """Return the case as the rules judge it; at least the caller is there."""
        people = {person: facts for person, facts in self.facts.items() if person != HOUSEHOLD}
        return Household(people or {SELF: {}}, self.facts.get(HOUSEHOLD, {}))


@dataclass(frozen=True, slots=True)
class Judged:
    """A case with its verdicts. ``changes`` and ``near_misses`` are by person; ``findings`` say what cannot be true."""

    told: Told
    as_of: date
    assessment: FamilyAssessment | None = None
    question: FamilyQuestion | None = None
    changes: Mapping[str, Sequence[Change]] = field(default_factory=dict)
    near_misses: Mapping[str, Sequence[NearMiss]] = field(default_factory=dict)
    findings: Sequence[Finding] = ()

    def verdicts(self, person: str) -> list[Decision]:
        """Return the decisions on *person*: granted first, then open ones with little missing, then refused ones."""
        if self.assessment is None:
            return []
        decisions = self.assessment.members[person].decisions
        return sorted(decisions, key=lambda one: (_WEIGHT[one.outcome], len(one.missing)))


class DeskCases:
    """Reads and judges cases by the release in use."""

    def __init__(self, rules: RulesInUse) -> None:
        self._rules = rules

    def told(self, story: str, by_hand: ByPerson, *, today: date, province: str | None = None) -> Told:
        """Return what *story* tells, with what was filled in *by_hand* put over it."""
        reading = self._rules.reader.read(story[:MOST_STORY], today=today)
        facts: dict[str, dict[str, Any]] = {person: {} for person in reading.people[:MOST_PEOPLE]}
        for mention in reading.mentions:
            owner = self._owner(mention.fact, mention.person or reading.focus)
            facts.setdefault(owner, {})[mention.fact] = mention.value
        if reading.former_province:
            facts.setdefault(HOUSEHOLD, {})["former_province"] = reading.former_province
        for person, more in by_hand.items():
            known = facts.setdefault(person, {})
            known.update({fact: value for fact, value in more.items() if value is not None})
            for fact in [fact for fact, value in more.items() if value is None]:
                known.pop(fact, None)
        filled = frozenset((person, fact) for person, more in by_hand.items() for fact in more)
        heard = tuple(mention.span for mention in reading.mentions)
        return Told(facts, filled, province or reading.province, heard)

    def answer(self, fact: str, person: str, words: str, *, today: date) -> Any:
        """Return what *words* say of *fact*, as in a chat ('2tr rưỡi', 'không', '1951').

        Raises :class:`InvalidFacts` where they say nothing of it.
        """
        about = SELF if person == HOUSEHOLD else person
        reading = self._rules.reader.read(
            words, today=today, pending=Pending(fact, about), context=ReadingContext(about, (about,))
        )
        for mention in reading.mentions:
            if mention.fact == fact:
                return mention.value
        if reading.answer in ("yes", "no") and self._vocabulary.facts[fact].type == "bool":
            return reading.answer == "yes"
        self._vocabulary.parse(fact, words.strip())
        return words.strip()

    def judge(
        self,
        told: Told,
        *,
        as_of: date,
        benefits: Sequence[str] | None = None,
        ahead: Iterable[str] = (),
        skipped: Iterable[str] = (),
    ) -> Judged:
        """Judge the case by the law of *as_of*; look ahead for the people named in *ahead*.

        The next question is about *benefits* (default: all), and none of the keys (``person:fact``) in *skipped*.
        """
        service, planner = self._rules.service, self._rules.planner
        family, household = Family(service, planner), told.household
        try:
            assessment = family.assess(household, as_of=as_of, province=told.province, conversational=True)
        except InvalidFacts as error:
            return Judged(told, as_of, findings=error.findings)
        question = family.next_question(
            household,
            as_of=as_of,
            province=told.province,
            benefits=benefits,
            unanswerable=_unanswerable(household.people, skipped),
        )
        outlook = Outlook(service, planner)
        looked_at = [person for person in ahead if person in household.people]
        return Judged(
            told,
            as_of,
            assessment,
            question,
            {person: self._changes(outlook, told, person, as_of) for person in looked_at},
            {person: self._near(outlook, told, person, assessment, as_of) for person in looked_at},
        )

    @property
    def _vocabulary(self) -> Vocabulary:
        return self._rules.service.vocabulary

    def _owner(self, fact: str, person: str | None) -> str:
        return HOUSEHOLD if self._vocabulary.facts[fact].scope == "household" else person or SELF

    def _changes(self, outlook: Outlook, told: Told, person: str, as_of: date) -> tuple[Change, ...]:
        facts = told.household.facts_of(person)
        return outlook.changes(facts, as_of=as_of, province=told.province, conversational=True, benefits=_OWN)

    def _near(
        self, outlook: Outlook, told: Told, person: str, assessment: FamilyAssessment, as_of: date
    ) -> tuple[NearMiss, ...]:
        facts = told.household.facts_of(person)
        refused = [one.benefit for one in assessment.members[person].decisions if one.outcome is Outcome.INELIGIBLE]
        return tuple(
            miss
            for benefit in refused
            if benefit in _OWN
            for miss in outlook.near_misses(
                facts, as_of=as_of, benefit=benefit, province=told.province, conversational=True
            )
        )


def _unanswerable(people: Iterable[str], keys: Iterable[str]) -> dict[str, list[str]]:
    """Return by member what cannot be told; a fact of the household counts for each."""
    pairs = [key.partition(":")[::2] for key in keys]
    return {person: [fact for owner, fact in pairs if owner in (person, HOUSEHOLD)] for person in people}


# What a birthday or a decree changes; loans hang on what one asks for.
_OWN: Final = ("social_pension", "social_allowance", "health_insurance_card")
