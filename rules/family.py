"""A whole family in one go: every benefit for every member, what excludes what, and the best lawful combination.

Facts of the household are shared, facts of a person are that person's alone: nothing told of one member is taken as
told of another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from core.citations import Citation
from rules.engine.decision import Assessment, Decision
from rules.engine.model import Combination, Outcome
from rules.errors import InvalidFacts
from rules.findings import Finding
from rules.household_card import CARD, CardPlan, plan_cards
from rules.planner import Planner, Question
from rules.service import EligibilityService

_MONTHLY: Final = "amount_vnd_per_month"
_RANKED: Final = (Outcome.ELIGIBLE, Outcome.UNDETERMINED, Outcome.INELIGIBLE)


@dataclass(frozen=True, slots=True)
class Household:
    """What was told: ``shared`` of the household, ``people`` of each member (person id -> facts)."""

    people: Mapping[str, Mapping[str, Any]]
    shared: Mapping[str, Any] = field(default_factory=dict)

    def facts_of(self, person: str) -> dict[str, Any]:
        """Return what is known in judging one member."""
        return {**self.shared, **self.people[person]}


@dataclass(frozen=True, slots=True)
class Exclusion:
    """``person`` is entitled to ``benefit`` and yet not paid it, because ``instead`` is paid."""

    person: str
    benefit: str
    instead: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class SharedDecision:
    """The decision on a benefit of the household: granted when one member may apply for it.

    ``applicants`` are the members by whom it is decided so; ``decision`` is that of the first of them.
    """

    benefit: str
    decision: Decision
    applicants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FamilyQuestion:
    """Whom to ask for what."""

    person: str
    question: Question


@dataclass(frozen=True, slots=True)
class FamilyAssessment:
    """All decisions on a family.

    ``monthly_vnd`` adds up what is surely paid each month, in đồng; with ``complete`` nothing monthly is open any more.
    """

    as_of: date
    known_on: date
    release: str
    members: Mapping[str, Assessment]
    shared: tuple[SharedDecision, ...]
    exclusions: tuple[Exclusion, ...]
    cards: CardPlan
    monthly_vnd: int
    complete: bool

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "as_of": self.as_of.isoformat(),
            "known_on": self.known_on.isoformat(),
            "release": self.release,
            "members": {
                person: [decision.to_json() for decision in assessment.decisions]
                for person, assessment in self.members.items()
            },
            "household": [{**one.decision.to_json(), "applicants": list(one.applicants)} for one in self.shared],
            "exclusions": [
                {
                    "person": one.person,
                    "benefit": one.benefit,
                    "instead": one.instead,
                    "citations": [cite.text for cite in one.citations],
                }
                for one in self.exclusions
            ],
            "cards": self.cards.to_json(),
            "monthly_vnd": self.monthly_vnd,
            "complete": self.complete,
        }


class Family:
    """Judges families by one release."""

    def __init__(self, service: EligibilityService, planner: Planner | None = None) -> None:
        self._service, self._planner = service, planner or Planner(service)

    def assess(
        self,
        household: Household,
        *,
        as_of: date,
        known_on: date | None = None,
        province: str | None = None,
        conversational: bool = False,
    ) -> FamilyAssessment:
        """Judge every member for every benefit by the law of *as_of* as known on *known_on* (default: that day).

        Raises :class:`InvalidFacts` with every finding on every member at once; each names the member.
        """
        seen = known_on or as_of
        self._check(household, as_of=as_of, province=province)

        def judge(person: str, more: Mapping[str, Any], benefits: Sequence[str]) -> Assessment:
            return self._service.assess(
                {**household.facts_of(person), **more},
                as_of=as_of,
                known_on=seen,
                province=province,
                benefits=benefits,
                conversational=conversational,
            )

        own, common = self._by_scope()
        members = {person: judge(person, {}, own) for person in household.people}
        shared = (
            tuple(
                self._of_household(
                    name, {person: judge(person, {}, [name]).decision(name) for person in household.people}
                )
                for name in common
            )
            if household.people
            else ()
        )
        return FamilyAssessment(
            as_of,
            seen,
            self._service.release.id,
            members,
            shared,
            tuple(self._exclusions(members, as_of, seen)),
            plan_cards(household.people, lambda person, more: judge(person, more, [CARD]).decision(CARD)),
            sum(_paid_monthly(one) for member in members.values() for one in member.decisions),
            not any(self._open_monthly(one) for member in members.values() for one in member.decisions),
        )

    def exclusions(
        self,
        household: Household,
        *,
        as_of: date,
        known_on: date | None = None,
        province: str | None = None,
        conversational: bool = False,
    ) -> tuple[Exclusion, ...]:
        """Return only which benefits exclude each other: none but those that may are judged.

        Raises :class:`InvalidFacts` like :meth:`assess`.
        """
        seen = known_on or as_of
        self._check(household, as_of=as_of, province=province)
        benefits = list(dict.fromkeys(name for one in self._combinations(as_of, seen) for name in one.benefits))
        members = {
            person: self._service.assess(
                household.facts_of(person),
                as_of=as_of,
                known_on=seen,
                province=province,
                benefits=benefits,
                conversational=conversational,
                explain=False,
            )
            for person in household.people
        }
        return tuple(self._exclusions(members, as_of, seen))

    def next_question(
        self,
        household: Household,
        *,
        as_of: date,
        province: str | None = None,
        benefits: Sequence[str] | None = None,
        unanswerable: Mapping[str, Sequence[str]] | None = None,
        conversational: bool = True,
    ) -> FamilyQuestion | None:
        """Return the question that helps most of *benefits* (default: all) over all members, or ``None``.

        *unanswerable* names, by member, the facts that cannot be told. A fact of the household counts for all members.
        """
        skipped = unanswerable or {}
        questions = {
            person: self._planner.next_question(
                household.facts_of(person),
                as_of=as_of,
                province=province,
                benefits=benefits,
                unanswerable=skipped.get(person, ()),
                conversational=conversational,
            )
            for person in household.people
        }
        asked = {person: question for person, question in questions.items() if question is not None}
        if not asked:
            return None
        helped = {
            person: sum(
                len(other.benefits) for other in asked.values() if self._answers(question, other, person, asked)
            )
            for person, question in asked.items()
        }
        best = max(asked, key=lambda person: helped[person])
        return FamilyQuestion(best, asked[best])

    def _answers(self, one: Question, other: Question, person: str, asked: Mapping[str, Question]) -> bool:
        """Tell whether the answer of *person* to *one* answers *other* too."""
        shared = self._service.vocabulary.facts[one.fact].scope == "household"
        return other is asked[person] or (shared and other.fact == one.fact)

    def _by_scope(self) -> tuple[list[str], list[str]]:
        benefits = self._service.release.benefits
        own = [name for name, benefit in benefits.items() if benefit.scope == "person"]
        return own, [name for name in benefits if name not in own]

    def _of_household(self, benefit: str, by_member: Mapping[str, Decision]) -> SharedDecision:
        """Return the best decision any member would get."""
        for outcome in _RANKED:
            applicants = tuple(person for person, one in by_member.items() if one.outcome is outcome)
            if applicants:
                return SharedDecision(benefit, by_member[applicants[0]], applicants)
        raise AssertionError("a decision has one of three outcomes")

    def _exclusions(self, members: Mapping[str, Assessment], as_of: date, known_on: date) -> Iterator[Exclusion]:
        in_force = self._combinations(as_of, known_on)
        for person, assessment in members.items():
            for combination in in_force:
                yield from _excluded(person, assessment, combination, as_of, known_on)

    def _combinations(self, as_of: date, known_on: date) -> list[Combination]:
        return [one for one in self._service.release.combinations if one.source.period.covers(as_of, known_on)]

    def _open_monthly(self, decision: Decision) -> bool:
        """Tell whether a monthly payment may still be added."""
        figures = self._service.release.benefits[decision.benefit].results
        if not any(figure.name == _MONTHLY for figure in figures):
            return False
        undecided = decision.outcome is Outcome.UNDETERMINED
        return undecided or (decision.outcome is Outcome.ELIGIBLE and _MONTHLY not in decision.results)

    def _check(self, household: Household, *, as_of: date, province: str | None) -> None:
        findings = [
            replace(found, path=person, about=person)
            for person, facts in household.people.items()
            for found in (
                *self._misplaced(facts),
                *self._service.check(household.facts_of(person), as_of=as_of, province=province),
            )
        ]
        if findings:
            raise InvalidFacts(findings)

    def _misplaced(self, facts: Mapping[str, Any]) -> list[Finding]:
        known = self._service.vocabulary.facts
        return [
            Finding("household_fact", fact, params={"fact": fact})
            for fact in facts
            if fact in known and known[fact].scope == "household"
        ]


def _excluded(
    person: str, assessment: Assessment, combination: Combination, as_of: date, known_on: date
) -> Iterator[Exclusion]:
    decisions = {one.benefit: one for one in assessment.decisions if one.benefit in combination.benefits}
    paid = [name for name, one in decisions.items() if one.results.get("paid") is True]
    cites = tuple(cite.citation for cite in combination.source.cites if cite.period.covers(as_of, known_on))
    for name, one in decisions.items():
        if one.results.get("paid") is False and paid:
            yield Exclusion(person, name, paid[0], cites)


def _paid_monthly(decision: Decision) -> int:
    """Return what a decision surely brings each month, in đồng."""
    if decision.outcome is not Outcome.ELIGIBLE or decision.results.get("paid") is False:
        return 0
    amount = decision.results.get(_MONTHLY)
    return int(amount) if amount is not None else 0
