"""Judge the people of an interview by the law of a day, and find what still has to be asked.

No wording. A verdict counts as settled when it is eligible, ineligible, or a person's to decide whatever else is
told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from actions.interview import Interview
from actions.ports import BenefitId, Benefits, Decision, Eligibility, FactId, PersonId, Raw, Vocabulary
from actions.scope import Scope, Scoping

# More missing facts than these are no help to anybody.
MOST_TELLABLE = 4
ELIGIBLE, INELIGIBLE, UNDETERMINED = "eligible", "ineligible", "undetermined"


def is_settled(decision: Decision) -> bool:
    """Tell whether no further fact can change the verdict."""
    return decision.outcome != UNDETERMINED or (decision.refer_to_human and not decision.missing)


@dataclass(frozen=True)
class Judged:
    """The verdicts on one person, by scope."""

    person: PersonId
    scopes: tuple[Scope, ...]
    decisions: tuple[Decision, ...]

    def of(self, benefits: Iterable[BenefitId]) -> list[Decision]:
        """Return the decisions on *benefits*, in that order."""
        by_benefit = {decision.benefit: decision for decision in self.decisions}
        return [by_benefit[benefit] for benefit in benefits if benefit in by_benefit]

    @property
    def named(self) -> frozenset[BenefitId]:
        """The benefits she named or spoke of, one by one."""
        return frozenset(benefit for scope in self.scopes if scope.named for benefit in scope.benefits)

    @property
    def asked(self) -> list[BenefitId]:
        """The benefits she asked for, by name or by area."""
        return [benefit for scope in self.scopes if scope.asked for benefit in scope.benefits]

    @property
    def eligible(self) -> list[Decision]:
        """What she may apply for."""
        return [decision for decision in self.decisions if decision.outcome == ELIGIBLE]

    def open_benefits(self) -> list[BenefitId]:
        """Return the benefits whose verdict is still worth a question."""
        return [benefit for scope in self.scopes if scope.asked for benefit in self._open_in(scope)]

    def _open_in(self, scope: Scope) -> list[BenefitId]:
        decisions = self.of(scope.benefits)
        if not scope.named and any(decision.outcome == ELIGIBLE for decision in decisions):
            return []
        return [decision.benefit for decision in decisions if not is_settled(decision)]


@dataclass(frozen=True)
class Next:
    """The question to ask next, and about whom."""

    person: PersonId
    fact: FactId


class Judge:
    """Brings an interview before the engine and the planner."""

    def __init__(self, eligibility: Eligibility, benefits: Benefits, scoping: Scoping, vocabulary: Vocabulary) -> None:
        self._eligibility, self._benefits, self._scoping = eligibility, benefits, scoping
        self._vocabulary = vocabulary

    def judge(self, interview: Interview, *, as_of: date) -> list[Judged]:
        """Return the verdicts on everyone the citizen asks for, or on whom she speaks of."""
        return [self._person(interview, person, as_of) for person in interview.subjects or [interview.current]]

    def judge_everything(self, interview: Interview, *, as_of: date) -> list[Judged]:
        """Return the verdicts on everyone, whatever benefits were asked for."""
        asked, interview.benefits = interview.benefits, self._scoping.everything
        try:
            return self.judge(interview, as_of=as_of)
        finally:
            interview.benefits = asked

    def next_question(self, interview: Interview, judged: Sequence[Judged], *, as_of: date) -> Next | None:
        """Return the one question that helps most people, the one spoken of first; ``None`` when nothing is open.

        An answer about the household helps everyone who waits for it.
        """
        in_turn = sorted(judged, key=lambda one: one.person != interview.current)
        asked = [(one, self._question(interview, one, as_of, is_family=len(judged) > 1)) for one in in_turn]
        found = [Next(one.person, fact) for one, fact in asked if fact is not None]
        return max(found, key=lambda question: self._helped(question, judged), default=None)

    def _helped(self, question: Next, judged: Sequence[Judged]) -> int:
        """Return how many people the answer brings further."""
        if self._vocabulary.facts[question.fact].scope != "household":
            return 1
        waiting = ([d for d in one.of(one.open_benefits()) if question.fact in d.missing] for one in judged)
        return sum(1 for decisions in waiting if decisions)

    def brought_by(
        self, interview: Interview, granted: Decision, facts: Mapping[FactId, Raw], *, as_of: date
    ) -> Iterator[tuple[dict[FactId, Raw], Decision]]:
        """Yield what *granted* may bring with it: the facts once it is paid to someone, and the verdict by them."""
        for grant in self._scoping.grants:
            if grant["benefit"] == granted.benefit and self._is_released(grant["brings"], as_of):
                value = granted.group if grant["value"] == "group" else grant["value"]
                paid = {**facts, grant["fact"]: list(value) if isinstance(value, tuple) else value}
                verdicts = self._eligibility.assess(
                    paid, as_of=as_of, province=interview.province, benefits=[grant["brings"]]
                )
                yield paid, verdicts[0]

    def bringing(self, benefit: BenefitId) -> list[BenefitId]:
        """Return the benefits whose grant may bring *benefit* with it."""
        return [grant["benefit"] for grant in self._scoping.grants if grant["brings"] == benefit]

    def one(self, interview: Interview, person: PersonId, benefit: BenefitId, *, as_of: date) -> Decision | None:
        """Return the verdict on one benefit, asked for or not; ``None`` where it is not released."""
        if not self._is_released(benefit, as_of):
            return None
        facts = interview.facts_of(person)
        return self._eligibility.assess(facts, as_of=as_of, province=interview.province, benefits=[benefit])[0]

    def _is_released(self, benefit: BenefitId, as_of: date) -> bool:
        return any(card.id == benefit for card in self._benefits.cards(as_of))

    def results(self, interview: Interview, judged: Sequence[Judged], *, as_of: date) -> list[dict[str, Any]]:
        """Return the verdicts as plain data, with those on benefits looked at before as they stand now."""
        now = dict.fromkeys(decision.benefit for one in judged for decision in one.decisions)
        before = [benefit for benefit in interview.looked_at if benefit not in now]
        interview.looked_at = [*before, *now]
        found = [(one.person, decision) for one in judged for decision in one.decisions]
        for one in judged if before else ():
            facts = interview.facts_of(one.person)
            again = self._eligibility.assess(facts, as_of=as_of, province=interview.province, benefits=before)
            found += [(one.person, decision) for decision in again]
        return [as_result(person, decision) for person, decision in found]

    def supposable(self, interview: Interview, person: PersonId, decision: Decision, *, as_of: date) -> list[FactId]:
        """Return the open facts of *decision* that may be supposed aloud, those that settle most first.

        Private matters only where she spoke of them herself.
        """
        facts = interview.facts_of(person)
        private = self._scoping.unaskable({*facts, *interview.hinted})
        planned = self._eligibility.next_question(
            facts, as_of=as_of, province=interview.province, benefits=[decision.benefit], unanswerable=private
        )
        first = [*interview.hinted, *([planned.fact] if planned else [])]
        return [fact for fact in dict.fromkeys([*first, *decision.missing]) if fact not in private]

    def tellable(self, interview: Interview, person: PersonId, decision: Decision, *, as_of: date) -> list[FactId]:
        """Return what *decision* misses as far as it may be named to her, what settles most first."""
        return self.supposable(interview, person, decision, as_of=as_of)[:MOST_TELLABLE]

    def too_many_questions(self, interview: Interview, person: PersonId) -> bool:
        """Tell whether *person* was asked about often enough."""
        asked = sum(1 for key in interview.times_asked if key.startswith(f"{person}."))
        return asked >= self._scoping.questions_at_most

    def _person(self, interview: Interview, person: PersonId, as_of: date) -> Judged:
        facts = interview.facts_of(person)
        scopes = self._scoping.scopes(interview.benefits, facts)
        named = dict.fromkeys(benefit for scope in scopes for benefit in scope.benefits)
        benefits = [benefit for benefit in named if self._is_released(benefit, as_of)]
        decisions = self._eligibility.assess(facts, as_of=as_of, province=interview.province, benefits=benefits)
        return Judged(person, tuple(scopes), tuple(decisions))

    def _question(self, interview: Interview, judged: Judged, as_of: date, *, is_family: bool = False) -> FactId | None:
        """Return what she spoke of herself, or else what the planner would ask; of a family nothing private."""
        still_open = judged.open_benefits()
        if not still_open:
            return None
        facts = interview.facts_of(judged.person)
        unanswerable = interview.left_open(judged.person) | self._scoping.unaskable({*facts, *interview.hinted})
        missing = {fact for decision in judged.of(still_open) for fact in decision.missing}
        for fact in interview.hinted:
            if fact in missing and fact not in unanswerable:
                return fact
        private = self._private(missing, facts) if is_family else frozenset[FactId]()
        question = self._eligibility.next_question(
            facts, as_of=as_of, province=interview.province, benefits=still_open, unanswerable=unanswerable | private
        )
        return question.fact if question else None

    def _private(self, facts: Collection[FactId], told: Collection[FactId]) -> frozenset[FactId]:
        """Return those of *facts* that are private and were not spoken of."""
        known = self._vocabulary.facts
        return frozenset(fact for fact in facts if fact in known and known[fact].sensitive and fact not in told)


def as_result(person: PersonId, decision: Decision) -> dict[str, Any]:
    group = decision.group if decision.group is None or isinstance(decision.group, str) else list(decision.group)
    return {
        "person": person,
        "benefit": decision.benefit,
        "outcome": str(decision.outcome),
        "group": group,
        **decision.results,
        "missing": list(decision.missing),
        "refer_to_human": decision.refer_to_human,
        "citations": [citation.text for citation in decision.citations],
    }
