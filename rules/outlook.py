"""What will change an answer and when, and what nearly changes it now.

What is told is taken to stay as it is: 'from the 75th birthday', 'from 2027-01-01, when the new poverty standard
counts', 'if the household were near-poor: from 70'. Every day on which something may change is judged by the law of
that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from core.citations import Citation
from rules.engine.calendar import add_months, add_years, child_card_end, full_years
from rules.engine.case import AGE_TOLD, BIRTH, Case
from rules.engine.decision import Decision, Leaf, ResultValue
from rules.engine.model import Need, Outcome
from rules.engine.nodes import leaves_of
from rules.engine.values import FactValue, Span
from rules.planner import Planner
from rules.service import EligibilityService

YEARS_AHEAD: Final = 10
_LAW, _TIME = "law", "time"
_NEVER_OTHERWISE: Final = frozenset({BIRTH, AGE_TOLD, "date_of_death", "is_vn_citizen"})


@dataclass(frozen=True, slots=True)
class Change:
    """From ``on`` the answer is another. ``why`` names what moves: ``law``, ``time`` (an age, a term), or both.

    ``because`` are the conditions judged otherwise than the day before; ``age`` is the age reached, where it is known.
    """

    benefit: str
    on: date
    why: tuple[str, ...]
    before: Decision
    after: Decision
    because: tuple[Leaf, ...]
    age: int | None

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "benefit": self.benefit,
            "on": self.on.isoformat(),
            "why": list(self.why),
            "age": self.age,
            "before": {"outcome": self.before.outcome.value, **self.before.results},
            "after": {"outcome": self.after.outcome.value, "group": self.after.group, **self.after.results},
            "because": [leaf.to_json() for leaf in self.because],
        }


@dataclass(frozen=True, slots=True)
class NearMiss:
    """Were ``fact`` one of ``values``, the benefit would be due from ``since``: now, or sooner than as it is."""

    benefit: str
    fact: str
    values: tuple[Any, ...]
    leaf: Leaf
    since: date
    age: int | None
    results: Mapping[str, ResultValue]
    citations: tuple[Citation, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "benefit": self.benefit,
            "fact": self.fact,
            "values": list(self.values),
            "leaf": self.leaf.to_json(),
            "since": self.since.isoformat(),
            "age": self.age,
            "results": dict(self.results),
            "citations": [cite.text for cite in self.citations],
        }


class Outlook:
    """Looks ahead from what was told, by one release."""

    def __init__(self, service: EligibilityService, planner: Planner) -> None:
        self._service, self._planner = service, planner

    def changes(
        self,
        facts: Mapping[str, Any],
        *,
        as_of: date,
        benefits: Sequence[str] | None = None,
        province: str | None = None,
        conversational: bool = False,
        until: date | None = None,
    ) -> tuple[Change, ...]:
        """Return every change of an answer after *as_of* up to *until* (default: ten years), earliest first.

        Raises :class:`InvalidFacts`, :class:`UnknownBenefit`.
        """
        view = self._view(facts, as_of, province, conversational=conversational)
        found = [
            change
            for benefit in self._service.asked(benefits)
            for change in view.changes(benefit, until or add_years(as_of, YEARS_AHEAD))
        ]
        return tuple(sorted(found, key=lambda change: change.on))

    def near_misses(
        self,
        facts: Mapping[str, Any],
        *,
        as_of: date,
        benefit: str,
        province: str | None = None,
        conversational: bool = False,
        until: date | None = None,
    ) -> tuple[NearMiss, ...]:
        """Return what one other fact would change for a benefit that is refused, soonest first.

        Only what was told and is not sensitive is supposed otherwise, never an age or a citizenship.
        """
        self._service.asked([benefit])
        view = self._view(facts, as_of, province, conversational=conversational)
        decision = view.decide(benefit, view.today, view.told, explain=True)
        if decision.outcome is not Outcome.INELIGIBLE:
            return ()
        last = until or add_years(as_of, YEARS_AHEAD)
        as_it_is = view.first_due(benefit, view.told, last)
        misses = [miss for leaf in self._movable(decision) for miss in view.otherwise(benefit, leaf, last, as_it_is)]
        return tuple(sorted(_joined(misses), key=lambda miss: miss.since))

    def _movable(self, decision: Decision) -> list[Leaf]:
        known = self._service.vocabulary.facts
        movable = {leaf.fact: leaf for leaf in decision.reasons if leaf.verdict is False and leaf.source == "told"}
        return [
            leaf
            for fact, leaf in movable.items()
            if fact in known and not known[fact].sensitive and fact not in _NEVER_OTHERWISE
        ]

    def _view(self, facts: Mapping[str, Any], as_of: date, province: str | None, *, conversational: bool) -> _View:
        case = self._service.case(facts, as_of=as_of, known_on=as_of, province=province, conversational=conversational)
        return _View(self._service, self._planner, case, conversational=conversational)


class _View:
    """One case, seen from its day into the days ahead."""

    def __init__(self, service: EligibilityService, planner: Planner, case: Case, *, conversational: bool) -> None:
        self._service, self._planner, self._case, self._conversational = service, planner, case, conversational
        self.today = case.as_of
        self.told: dict[str, FactValue] = dict(case.told)
        birth = case.facts.get(BIRTH)
        if AGE_TOLD in self.told and BIRTH not in self.told and birth is not None:
            del self.told[AGE_TOLD]  # an age told today is another tomorrow; the day of birth stays
            self.told[BIRTH] = birth

    def decide(self, benefit: str, day: date, told: Mapping[str, FactValue], *, explain: bool = False) -> Decision:
        """Return the decision on *day* had *told* been told."""
        snapshot = self._service.engine.snapshot(day, day)
        case = self._service.cases.retold(self._case, snapshot, told, as_of=day, conversational=self._conversational)
        return snapshot.decide(benefit, case, explain=explain)

    def changes(self, benefit: str, until: date) -> Iterator[Change]:
        """Yield the changes of the decision on *benefit*."""
        before = self.decide(benefit, self.today, self.told)
        for day in self._days(benefit, until):
            after = self.decide(benefit, day, self.told)
            if self._answer(after) != self._answer(before):
                yield self._change(benefit, day)
            before = after

    def first_due(self, benefit: str, told: Mapping[str, FactValue], until: date) -> date | None:
        """Return the first day on which *benefit* is surely due."""
        for day in (self.today, *self._days(benefit, until)):
            if self.decide(benefit, day, told).outcome is Outcome.ELIGIBLE:
                return day
        return None

    def otherwise(self, benefit: str, leaf: Leaf, until: date, as_it_is: date | None) -> Iterator[NearMiss]:
        """Yield what other values of the fact of *leaf* would bring, and from when."""
        for value, raw in self._planner.answers_to(leaf.fact, self._case):
            told = {**self.told, leaf.fact: value}
            since = self.first_due(benefit, told, until)
            if since is None or (as_it_is is not None and since >= as_it_is):
                continue
            due = self.decide(benefit, since, told, explain=True)
            yield NearMiss(benefit, leaf.fact, (raw,), leaf, since, self._age(since), due.results, due.citations)

    def _answer(self, decision: Decision) -> tuple[object, ...]:
        """Return what makes an answer another one; of the group only where all hangs on it."""
        by_group = self._service.release.benefits[decision.benefit].group_need is Need.REQUIRED
        return decision.outcome, dict(decision.results), decision.group if by_group else None

    def _change(self, benefit: str, day: date) -> Change:
        eve = day - timedelta(days=1)
        before = self.decide(benefit, eve, self.told, explain=True)
        after = self.decide(benefit, day, self.told, explain=True)
        why = [
            name for name, days in ((_LAW, self._law_days(day)), (_TIME, self._own_days(benefit, day))) if day in days
        ]
        return Change(benefit, day, tuple(why), before, after, _moved(before, after), self._age(day))

    def _days(self, benefit: str, until: date) -> list[date]:
        """Return every day after today on which the answer may change."""
        return sorted(
            {day for day in (*self._law_days(until), *self._own_days(benefit, until)) if self.today < day <= until}
        )

    def _law_days(self, until: date) -> set[date]:
        return {day for day in self._service.engine.days_of_change if self.today < day <= until}

    def _own_days(self, benefit: str, until: date) -> set[date]:
        """Return birthdays, and the days on which a term that runs from a told date ends."""
        days: set[date] = set()
        birth = self.told.get(BIRTH)
        for born in _ends(birth):
            first = full_years(born, self.today) + 1
            days.update(add_years(born, age) for age in range(first, first + until.year - self.today.year + 2))
            days.add(child_card_end(born) + timedelta(days=1))
        for leaf in self._term_leaves(benefit):
            for start in _ends(self.told.get(leaf[0])):
                days.add(_after(start, leaf[1], leaf[2]))
        return days

    def _term_leaves(self, benefit: str) -> Iterator[tuple[str, str, int]]:
        compiled = self._service.engine.snapshot(self.today, self.today).benefits[benefit]
        for node in (compiled.requires, *(group.pick for group in compiled.groups)):
            for leaf in leaves_of(node):
                if leaf.leaf is not None and leaf.leaf.operator.startswith("within"):
                    yield leaf.leaf.fact, leaf.leaf.operator, int(leaf.leaf.threshold)

    def _age(self, day: date) -> int | None:
        birth = self.told.get(BIRTH)
        if not isinstance(birth, Span) or not birth.exact or not isinstance(birth.lo, date):
            return None
        return full_years(birth.lo, day)


def _moved(before: Decision, after: Decision) -> tuple[Leaf, ...]:
    """Return the conditions judged otherwise than before, else those that are new."""
    known = {(leaf.fact, leaf.operator): (str(leaf.threshold), leaf.verdict) for leaf in before.reasons}
    news = [
        leaf for leaf in after.reasons if known.get((leaf.fact, leaf.operator)) != (str(leaf.threshold), leaf.verdict)
    ]
    return tuple([leaf for leaf in news if (leaf.fact, leaf.operator) in known] or news)


def _ends(value: FactValue | None) -> set[date]:
    if not isinstance(value, Span):
        return set()
    return {end for end in (value.lo, value.hi) if isinstance(end, date)}


def _after(start: date, operator: str, length: int) -> date:
    """Return the first day after the term."""
    if "years" in operator:
        end = add_years(start, length)
    else:
        end = add_months(start, length) if "months" in operator else start + timedelta(days=length)
    return end if operator.endswith("exclusive") else end + timedelta(days=1)


def _joined(misses: Iterable[NearMiss]) -> list[NearMiss]:
    """Join values of one fact that bring the same from the same day."""
    joined: dict[tuple[object, ...], NearMiss] = {}
    for miss in misses:
        key = (miss.fact, miss.since, tuple(sorted(miss.results.items(), key=str)))
        known = joined.get(key)
        values = miss.values if known is None else (*known.values, *miss.values)
        joined[key] = NearMiss(
            miss.benefit, miss.fact, values, miss.leaf, miss.since, miss.age, miss.results, miss.citations
        )
    return list(joined.values())
