"""Choose the next question: the one that settles most of what is still open.

First every missing fact is ranked by how much it would tell, by the compiled trees and the population prior; the best
few are then tried out: their likely answers are judged, and the question whose answers settle most verdicts wins. A
question whose answers change nothing is never asked; a sensitive one only when nothing else is left and a verdict hangs
on it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, islice
from typing import Any, Final

from rules.engine.case import AGE_TOLD, BIRTH, Case
from rules.engine.decision import Decision, Verdict
from rules.engine.model import Outcome
from rules.engine.snapshot import Snapshot
from rules.engine.table import bare_like
from rules.engine.values import FactValue, Span
from rules.insight import Insights
from rules.prior import Prior
from rules.profiles import Profiles, Spread, Weighed
from rules.service import EligibilityService

_TRIED: Final = 5  # questions whose answers are judged one by one
_PAIRS: Final = 15  # pairs of questions that are tried where no single one settles anything
_ANSWERS: Final = 4  # likeliest answers of a question that are judged

Open = Verdict | Decision
Wanted = Mapping[str, tuple[Open, ...]]


@dataclass(frozen=True, slots=True)
class Question:
    """The fact to ask for, and the benefits it would help to settle."""

    fact: str
    benefits: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {"fact": self.fact, "benefits": list(self.benefits)}


class Planner:
    """Plans the interview over one release."""

    def __init__(self, service: EligibilityService, prior: Prior | None = None) -> None:
        self._service = service
        self._prior = prior or Prior.load(service.vocabulary)
        self._profiles: dict[tuple[int, str | None, tuple[str, ...]], Profiles] = {}
        self._insights: dict[int, Insights] = {}  # by the profiles they are worked out from

    def next_question(
        self,
        facts: Mapping[str, Any],
        *,
        as_of: date,
        known_on: date | None = None,
        province: str | None = None,
        benefits: Sequence[str] | None = None,
        unanswerable: Collection[str] = (),
        conversational: bool = True,
    ) -> Question | None:
        """Return the best question about *benefits* (default: all), or ``None`` when no answer would change anything.

        *unanswerable* are facts the citizen cannot tell; they are never asked for again. Verdicts come first; when all
        are settled, the figures of what is granted. Raises :class:`InvalidFacts`, :class:`UnknownBenefit`.
        """
        seen = known_on or as_of
        case = self._service.case(facts, as_of=as_of, known_on=seen, province=province, conversational=conversational)
        snapshot = self._service.engine.snapshot(as_of, seen)
        asked = self._service.asked(benefits)
        profiles = self._profiles_for(snapshot, case)
        insights = self._insights.setdefault(id(profiles), Insights(snapshot))
        interview = _Interview(self._service, snapshot, case, profiles, insights, conversational)
        for tier in (interview.undecided, interview.without_figure):
            wanted = self._wanted(tier(asked), case, unanswerable, named=benefits is not None)
            for sensitive in (False, True):
                allowed = {fact: open_ for fact, open_ in wanted.items() if self._is_sensitive(fact) is sensitive}
                fact = self._best(interview, allowed, hanging=sensitive)
                if fact is not None:
                    return Question(fact, tuple(decision.benefit for decision in allowed[fact]))
            fact = self._first_of_two(interview, wanted)
            if fact is not None:
                return Question(fact, tuple(decision.benefit for decision in wanted[fact]))
        return None

    def is_asked_unbidden(self, fact: str) -> bool:
        """Tell whether *fact* is asked for where no benefit is named: a death or a disaster is not."""
        return not self._prior.facts[fact].only_if_asked

    def answers_to(self, fact: str, case: Case) -> list[tuple[FactValue, Any]]:
        """Return one answer of every kind to *fact* (value, plain form), as if nothing had been told of it."""
        snapshot = self._service.engine.snapshot(case.as_of, case.known_on)
        untold = {name: value for name, value in case.told.items() if name != fact}
        bare = self._service.cases.retold(case, snapshot, untold, as_of=case.as_of, conversational=False)
        kinds = self._profiles_for(snapshot, case).every_kind(fact, bare)
        return [(answer.value, answer.raw) for answer in kinds]

    def _best(self, interview: _Interview, wanted: Wanted, *, hanging: bool) -> str | None:
        """Return the fact most worth asking for; with *hanging*, only one on which a verdict hangs by itself."""
        ranked = interview.ranked(wanted)
        known = {fact: self._prior.facts[fact].known for fact in wanted}
        scored: list[tuple[float, str]] = []
        for fact, insight in sorted(ranked, key=lambda pair: pair[1] * known[pair[0]], reverse=True):
            tried = interview.try_out(fact, wanted[fact])
            if tried.settles if hanging else tried.changes:
                scored.append(((insight + tried.settled + len(wanted[fact])) * known[fact], fact))
                if len(scored) == _TRIED:
                    break
        return max(scored, key=lambda pair: pair[0])[1] if scored else None

    def _first_of_two(self, interview: _Interview, wanted: Wanted) -> str | None:
        """Return the fact to ask first where no single answer settles anything, but two together do.

        Both parents dead, say: as long as the other may live, neither death decides.
        """
        pairs = combinations(sorted(wanted, key=self._is_sensitive), 2)
        return next((one for one, two in islice(pairs, _PAIRS) if interview.settled_by(one, two, wanted[one])), None)

    def _wanted(
        self, decisions: Iterable[Open], case: Case, unanswerable: Collection[str], *, named: bool
    ) -> dict[str, tuple[Open, ...]]:
        """Return the facts that may be asked for, each with the decisions that miss it."""
        wanted: dict[str, tuple[Open, ...]] = {}
        for decision in decisions:
            for fact in decision.missing:
                if self._prior.facts[fact].only_if_asked and not named:
                    continue
                name = self._askable(fact, case, unanswerable)
                if name is not None:
                    wanted[name] = (*wanted.get(name, ()), decision)
        return wanted

    def _askable(self, fact: str, case: Case, unanswerable: Collection[str]) -> str | None:
        """Return *fact*, or the rougher one to ask for instead, or ``None`` when neither can be answered."""
        if fact not in unanswerable:
            return fact
        rougher = self._prior.facts[fact].instead
        if rougher is None or rougher in unanswerable or rougher in case.told or fact in case.told:
            return None
        return rougher

    def _is_sensitive(self, fact: str) -> bool:
        return self._service.vocabulary.facts[fact].sensitive

    def _profiles_for(self, snapshot: Snapshot, case: Case) -> Profiles:
        place = (id(snapshot), case.province, case.former)
        profiles = self._profiles.get(place)
        if profiles is None:
            profiles = self._profiles[place] = Profiles(
                snapshot, self._service.vocabulary, self._prior, case.as_of, bare_like(case)
            )
        return profiles


@dataclass(frozen=True, slots=True)
class _Tried:
    """What the answers of one question would do: share of verdicts settled, and whether any moves one."""

    settled: float
    changes: bool
    settles: bool


@dataclass(frozen=True, slots=True)
class _Interview:
    """One case in the middle of its questions."""

    service: EligibilityService
    snapshot: Snapshot
    case: Case
    profiles: Profiles
    insights: Insights
    conversational: bool

    def undecided(self, asked: Iterable[str]) -> list[Open]:
        """Return the verdicts that are open."""
        verdicts = [self.snapshot.verdict(name, self.case) for name in asked]
        return [verdict for verdict in verdicts if verdict.outcome is Outcome.UNDETERMINED]

    def without_figure(self, asked: Iterable[str]) -> list[Open]:
        """Return the decisions that stand but for a figure."""
        decisions = [self.snapshot.decide(name, self.case, explain=False) for name in asked]
        return [d for d in decisions if d.outcome is not Outcome.UNDETERMINED and d.missing]

    def ranked(self, wanted: Wanted) -> list[tuple[str, float]]:
        """Return every fact of *wanted* with how much its answer would tell."""
        totals = dict.fromkeys(wanted, 0.0)
        by_benefit: dict[str, list[str]] = {}
        for fact, open_ in wanted.items():
            for one in open_:
                by_benefit.setdefault(one.benefit, []).append(fact)
        for benefit, facts in by_benefit.items():
            told = self.insights.of(benefit, map(_leaf_fact, facts), self.case, self.spread)
            for fact in facts:
                totals[fact] += told[_leaf_fact(fact)]
        return list(totals.items())

    def answers(self, fact: str) -> tuple[Weighed, ...]:
        """Return the classes of answers to *fact* still possible here."""
        return self.spread(_leaf_fact(fact)).answers

    def spread(self, fact: str) -> Spread:
        """Return the answers to *fact* still possible here, and how likely the leaves on it hold."""
        return self.profiles.spread(fact, self.case)

    def try_out(self, fact: str, decisions: Sequence[Open]) -> _Tried:
        """Judge *decisions* again after each answer to *fact*."""
        settled, changes, settles = 0.0, False, False
        for place, one in enumerate(self.answers(fact)):
            if place >= _ANSWERS and changes and settles:
                break
            case = self._answered(fact, one)
            for decision in decisions:
                after = self._again(decision, case)
                now_settled = after.outcome is not Outcome.UNDETERMINED and after.outcome is not decision.outcome
                settles = settles or now_settled
                changes = changes or now_settled or _changed(decision, after, fact)
                if now_settled and place < _ANSWERS:
                    settled += one.share
        return _Tried(settled, changes, settles)

    def settled_by(self, one: str, two: str, decisions: Sequence[Open]) -> bool:
        """Tell whether answers to both facts together settle one of *decisions*."""
        verdicts = [decision.benefit for decision in decisions if decision.outcome is Outcome.UNDETERMINED]
        for first in self.answers(one) if verdicts else ():
            for second in self.answers(two):
                told = {one: _told(one, first), two: _told(two, second)}
                case = self.service.cases.also_told(self.case, self.snapshot, told, conversational=self.conversational)
                after = (self.snapshot.verdict(name, case) for name in verdicts)
                if any(verdict.outcome is not Outcome.UNDETERMINED for verdict in after):
                    return True
        return False

    def _again(self, before: Open, case: Case) -> Open:
        if isinstance(before, Decision):
            return self.snapshot.decide(before.benefit, case, explain=False)
        return self.snapshot.verdict(before.benefit, case)

    def _answered(self, fact: str, one: Weighed) -> Case:
        told = {fact: _told(fact, one)}
        return self.service.cases.also_told(self.case, self.snapshot, told, conversational=self.conversational)


def _told(fact: str, one: Weighed) -> FactValue:
    """Return the example of a class of answers as it would be told."""
    if fact == AGE_TOLD and one.example.key is not None:
        return Span.of(int(one.example.key))
    return one.example.value


def _leaf_fact(fact: str) -> str:
    return BIRTH if fact == AGE_TOLD else fact


def _changed(before: Open, after: Open, fact: str) -> bool:
    """Tell whether the answer to *fact* moved anything but that *fact* itself is no longer missing."""
    asked = {BIRTH, AGE_TOLD} if fact in (BIRTH, AGE_TOLD) else {fact}
    return (
        before.outcome is not after.outcome
        or before.group != after.group
        or set(before.missing) - asked != set(after.missing) - asked
        or (isinstance(before, Decision) and isinstance(after, Decision) and before.results != after.results)
    )
