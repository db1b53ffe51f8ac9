"""What each possible answer to a question would do to the leaves of the law of one day and place.

Answers that do the same to every leaf form one class; a class is known by one example. Besides the likely values of the
prior there is a value on each side of every threshold, so that no answer is overlooked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from rules.engine.calendar import add_months, add_years, full_years
from rules.engine.case import AGE, AGE_TOLD, BIRTH, Case, derive_ages
from rules.engine.nodes import Node, leaves_of
from rules.engine.snapshot import Snapshot
from rules.engine.values import Choice, Choices, FactValue, NoDate, Span
from rules.facts.vocabulary import FactDefinition, Vocabulary
from rules.prior import OLDEST, Prior, raw_value

_HALF: Final = 0.5
_RARE: Final = 1e-6
_MOST_SPREADS: Final = 4096


@dataclass(frozen=True, slots=True)
class Answer:
    """One possible answer: its key in the prior (``None`` for a value beside a threshold) and its plain form."""

    key: str | None
    raw: Any
    value: FactValue


@dataclass(frozen=True, slots=True)
class AnswerClass:
    """Answers that mean the same to the law; ``truths`` tells of each leaf (by its bit) how likely it holds then."""

    answers: tuple[Answer, ...]
    truths: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Weighed:
    """A class of answers with its share among the people the case may be about."""

    share: float
    example: Answer
    truths: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Spread:
    """The classes of answers to one fact, likeliest first, and how likely each leaf on the fact holds."""

    answers: tuple[Weighed, ...]
    chances: Mapping[int, float]


NewCase = Callable[[dict[str, FactValue]], Case]


class Profiles:
    """The classes of answers to every fact, for one snapshot and place; worked out when first needed."""

    def __init__(
        self, snapshot: Snapshot, vocabulary: Vocabulary, prior: Prior, as_of: date, new_case: NewCase
    ) -> None:
        self._snapshot, self._vocabulary, self._prior = snapshot, vocabulary, prior
        self._as_of, self._new_case = as_of, new_case
        self._leaves: dict[str, list[Node]] = {}
        for node in {leaf.yes: leaf for leaf in snapshot_leaves(snapshot) if leaf.yes}.values():
            if node.leaf is not None and len(node.leaf.facts) == 1:
                self._leaves.setdefault(node.leaf.facts[0], []).append(node)
        self._classes: dict[str, tuple[AnswerClass, ...]] = {}
        self._shares: dict[tuple[str, int, int], dict[str, float]] = {}
        self._spreads: dict[tuple[str, int, int, FactValue | None], Spread] = {}

    def spread(self, fact: str, case: Case) -> Spread:
        """Return the answers to *fact* still possible in *case*."""
        known = case.facts.get(fact)
        key = (fact, *age_bounds(case), known)
        spread = self._spreads.get(key)
        if spread is None:
            if len(self._spreads) >= _MOST_SPREADS:
                self._spreads.clear()
            answers = self._weigh(fact, known, self._shares_of(fact, *key[1:3]))
            bits = {bit for one in answers for bit in one.truths}
            chances = {bit: sum(one.share * one.truths.get(bit, _HALF) for one in answers) for bit in bits}
            spread = self._spreads[key] = Spread(answers, chances)
        return spread

    def every_kind(self, fact: str, case: Case) -> list[Answer]:
        """Return the likeliest answer of every class, and every value of a fact that has few."""
        if self._vocabulary.facts[fact].values:
            return [answer for one in self._of(fact) for answer in one.answers if answer.key is not None]
        return [one.example for one in self.spread(fact, case).answers]

    def _weigh(self, fact: str, known: FactValue | None, shares: Mapping[str, float]) -> tuple[Weighed, ...]:
        """Return the classes of answers that *known* leaves possible; their shares add up to 1."""
        weighed: list[Weighed] = []
        for one in self._of(fact):
            fitting = [fit for answer in one.answers if (fit := self._fit(fact, answer, known)) is not None]
            if fitting:
                best = max(fitting, key=lambda answer: shares.get(answer.key or "", 0.0))
                share = sum(shares.get(answer.key, 0.0) for answer in fitting if answer.key is not None)
                weighed.append(Weighed(share + _RARE, best, one.truths))
        weighed += self._ends(fact, known, {tuple(one.truths.items()) for one in weighed})
        whole = sum(one.share for one in weighed)
        return tuple(
            Weighed(one.share / whole, one.example, one.truths)
            for one in sorted(weighed, key=lambda one: one.share, reverse=True)
        )

    def _ends(
        self, fact: str, known: FactValue | None, seen: Collection[tuple[tuple[int, float], ...]]
    ) -> list[Weighed]:
        """Return the ends of what was told vaguely, where they mean to the law what no likely answer does."""
        if fact == BIRTH or not isinstance(known, Span) or known.exact:
            return []
        found: list[Weighed] = []
        for end in (known.lo, known.hi):
            if end is not None:
                value = Span.of(end)
                truths = dict(self._truths(fact, value))
                if tuple(truths.items()) not in seen:
                    raw = end.isoformat() if isinstance(end, date) else end
                    found.append(Weighed(_HALF, Answer(None, raw, value), truths))
        return found

    def _truths(self, fact: str, value: FactValue) -> Iterator[tuple[int, float]]:
        """Yield how likely each leaf on *fact* holds where it is *value*."""
        case = self._snapshot.opened(self._new_case(_with(fact, value, self._as_of)))
        return ((leaf.yes, _truth(leaf.run(case))) for leaf in self._leaves.get(fact, []))

    def _fit(self, fact: str, answer: Answer, known: FactValue | None) -> Answer | None:
        """Return *answer* if what is known leaves it possible; a day of birth is moved into the span that was told."""
        if known is None or possible(answer.value, known):
            return answer
        if fact != BIRTH or not isinstance(answer.value, Span) or not isinstance(known, Span):
            return None
        born: Any = answer.value.lo
        moved = born if known.lo is None else max(born, known.lo)
        moved = moved if known.hi is None else min(moved, known.hi)
        if str(full_years(moved, self._as_of)) != answer.key:
            return None
        return Answer(answer.key, moved.isoformat(), Span.of(moved))

    def _of(self, fact: str) -> tuple[AnswerClass, ...]:
        classes = self._classes.get(fact)
        if classes is None:
            classes = self._classes[fact] = tuple(self._classify(fact))
        return classes

    def _classify(self, fact: str) -> Iterator[AnswerClass]:
        leaves = self._leaves.get(fact, [])
        alike: dict[tuple[float, ...], list[Answer]] = {}
        for answer in self._answers(fact, leaves):
            case = self._snapshot.opened(self._new_case(_with(fact, answer.value, self._as_of)))
            truths = tuple(_truth(leaf.run(case)) for leaf in leaves)
            alike.setdefault(truths, []).append(answer)
        for truths, answers in alike.items():
            yield AnswerClass(tuple(answers), {leaf.yes: truth for leaf, truth in zip(leaves, truths, strict=True)})

    def _answers(self, fact: str, leaves: Iterable[Node]) -> Iterator[Answer]:
        definition = self._vocabulary.facts[fact]
        if fact == BIRTH:
            yield from self._births()
            return
        keys: dict[str, None] = dict.fromkeys(value for value, _w in self._prior.facts[fact].weights)
        for _first, table in self._prior.facts[fact].by_age:
            keys.update((value, None) for value, _w in table)
        for key in keys:
            raw = raw_value(definition, key, self._as_of)
            yield Answer(key, raw, self._vocabulary.parse(fact, raw))
        for raw in self._beside(definition, leaves):
            yield Answer(None, raw, self._vocabulary.parse(fact, raw))

    def _births(self) -> Iterator[Answer]:
        """Yield a day of birth for every age: half a year after the birthday."""
        for age in range(OLDEST):
            born = add_years(self._as_of, -age) - timedelta(days=182)
            yield Answer(str(age), born.isoformat(), Span.of(born))

    def _beside(self, fact: FactDefinition, leaves: Iterable[Node]) -> Iterator[Any]:
        """Yield a value on each side of every threshold of *fact*."""
        if fact.type == "enum":
            yield from fact.values
            yield from (list(wanted) for wanted in _several(leaves)) if fact.multiple else ()
            return
        empty = self._snapshot.opened(self._new_case({}))
        for leaf in leaves:
            assert leaf.leaf is not None  # noqa: S101  (only leaves are listed)
            threshold = leaf.leaf.measured(empty)
            if fact.type == "date":
                yield from (day.isoformat() for day in self._days_beside(leaf.leaf.operator, threshold))
            elif isinstance(threshold, int | Decimal) and not isinstance(threshold, bool):
                highest = 100 if fact.type == "percent" else None
                near = {max(0, int(threshold) + step) for step in (-1, 0, 1)}
                yield from (number for number in sorted(near) if highest is None or number <= highest)

    def _days_beside(self, operator: str, threshold: Any) -> Iterator[date]:
        if isinstance(threshold, date):
            middle = threshold
        elif operator.startswith("within") and isinstance(threshold, int):
            middle = _back(self._as_of, operator, threshold)
        else:
            return
        yield from (middle + timedelta(days=step) for step in (-1, 0, 1))

    def _shares_of(self, fact: str, low: int, high: int) -> dict[str, float]:
        """Return the weights of the answers among people of *low* to *high* years."""
        shares = self._shares.get((fact, low, high))
        if shares is None:
            ages = [share if low <= age <= high else 0.0 for age, share in enumerate(self._prior.ages)]
            if not any(ages):
                ages[min(low, OLDEST - 1)] = 1.0
            whole = sum(ages)
            by_age = {str(age): share / whole for age, share in enumerate(ages) if share}
            shares = by_age if fact == BIRTH else self._prior.of(fact, [share / whole for share in ages])
            self._shares[fact, low, high] = shares
        return shares


def age_bounds(case: Case) -> tuple[int, int]:
    """Return the youngest and oldest the person may be."""
    age = case.facts.get(AGE)
    if not isinstance(age, Span):
        return 0, OLDEST - 1
    low = int(age.lo) if isinstance(age.lo, int) else 0
    high = int(age.hi) if isinstance(age.hi, int) else OLDEST - 1
    return min(low, OLDEST - 1), min(high, OLDEST - 1)


def possible(value: FactValue, known: FactValue) -> bool:
    """Tell whether the exact *value* fits what is *known* vaguely."""
    if isinstance(value, Span) and isinstance(known, Span):
        v: Any = value.lo
        low: Any = known.lo
        high: Any = known.hi
        return (low is None or low <= v) and (high is None or v <= high)
    if isinstance(value, Choice) and isinstance(known, Choice):
        return value.possible <= known.possible
    if isinstance(value, Choices) and isinstance(known, Choices):
        return known.definite <= value.possible and value.definite <= known.possible
    return isinstance(value, NoDate) is isinstance(known, NoDate)


def snapshot_leaves(snapshot: Snapshot) -> Iterator[Node]:
    """Yield every leaf by which the benefits of *snapshot* are judged."""
    for benefit in snapshot.benefits.values():
        yield from leaves_of(benefit.requires)
        for group in benefit.groups:
            yield from leaves_of(group.pick)
        for point in benefit.doubts:
            yield from leaves_of(point.node)


def _several(leaves: Iterable[Node]) -> Iterator[tuple[str, ...]]:
    """Yield the values that a condition wants all at once."""
    for leaf in leaves:
        spec = leaf.leaf
        if spec is not None and spec.operator == "includes_all" and isinstance(spec.threshold, list):
            yield tuple(spec.threshold)


def _truth(verdict: bool | None) -> float:
    return _HALF if verdict is None else float(verdict)


def _with(fact: str, value: FactValue, as_of: date) -> dict[str, FactValue]:
    facts: dict[str, FactValue] = {fact: value}
    if fact in (BIRTH, AGE_TOLD):
        derive_ages(facts, as_of)
    return facts


def _back(day: date, operator: str, length: int) -> date:
    if "years" in operator:
        return add_years(day, -length)
    return add_months(day, -length) if "months" in operator else day - timedelta(days=length)
