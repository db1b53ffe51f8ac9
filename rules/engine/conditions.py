"""Turn conditions into compiled nodes for one snapshot of the law.

A compiled condition gives ``True``, ``False`` or ``None`` for a case; the tree stays beside it for explanation.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.citations import Citation
from rules.engine.case import AGE, BIRTH, FORMER, UNSET, Case, UnsettledValue
from rules.engine.comparisons import Truth
from rules.engine.decision import Verdict
from rules.engine.formula import CompiledFormula, NotSuch, compile_formula
from rules.engine.leaves import names_in, names_of, ordered, test_of, threshold_of, value_of
from rules.engine.model import (
    AllOf,
    AnyOf,
    BenefitTest,
    ChosenTest,
    Condition,
    Confidence,
    DefinitionTest,
    FactTest,
    FormulaTest,
    GroupTest,
    Not,
    Operand,
    Outcome,
    PlaceTest,
    Source,
)
from rules.engine.nodes import CHOSEN, LeafSpec, Node, Run, combine, literal, negate, remembered
from rules.engine.room import Room
from rules.engine.table import LeafTable


@dataclass(frozen=True, slots=True)
class Inherited:
    """What a condition takes over from the group or benefit it stands in."""

    cites: tuple[Citation, ...] = ()
    confidence: Confidence = Confidence.HIGH
    since: date | None = None


class ConditionCompiler:
    """Compiles conditions for the law of one day as known on one day; equal leaves are judged once a case."""

    def __init__(
        self,
        day: date,
        known_on: date,
        definitions: Mapping[str, Condition],
        unsure: Collection[str],
        room: Room,
    ) -> None:
        self._unsure = frozenset(unsure)
        self._day, self._known_on = day, known_on
        self._definitions = definitions
        self._slots: dict[Any, int] = {}
        self._specs = 0
        self.table = LeafTable(room)
        self.groups: dict[str, Node] = {}
        self.verdict: Callable[[str, Case], Verdict] | None = None

    @property
    def slots(self) -> int:
        """How many verdicts of parts that are no plain leaves a case has room for."""
        return len(self._slots)

    def in_force(self, source: Source) -> bool:
        """Tell whether *source* counts on the day of this snapshot."""
        return source.period.covers(self._day, self._known_on)

    def cites(self, source: Source) -> tuple[Citation, ...]:
        """Return the citations of *source* that count on the day."""
        return tuple(c.citation for c in source.cites if c.period.covers(self._day, self._known_on))

    def inherit(self, source: Source, above: Inherited) -> Inherited:
        """Return what the children of *source* take over."""
        return Inherited(
            self.cites(source) or above.cites,
            above.confidence if source.confidence is None else min(source.confidence, above.confidence),
            source.period.start or above.since,
        )

    def compile(self, condition: Condition, above: Inherited) -> Node:
        """Compile *condition*; parts that are not in force on the day fall away."""
        below = self.inherit(condition.source, above)
        match condition:
            case AllOf(children=children) | AnyOf(children=children):
                kind = "all" if isinstance(condition, AllOf) else "any"
                return combine(kind, [self.compile(c, below) for c in children if self.in_force(c.source)])
            case Not(child=child):
                return negate(self.compile(child, below))
            case DefinitionTest(name=name):
                return self._definition(name, below)
            case GroupTest(group=group):
                return self.groups.get(group) or combine("any", [])
            case FactTest():
                return self._fact(condition, below)
            case FormulaTest(formula=formula, operator=operator, operand=operand):
                return self._formula(condition, compile_formula(formula.text), operator, operand, below)
            case BenefitTest():
                return self._benefit(condition, below)
            case ChosenTest(groups=groups):
                wanted = frozenset(groups)
                spec = self._spec(condition, below, CHOSEN, ())
                return Node("leaf", lambda case: case.chosen(wanted), leaf=spec, chosen=wanted)
            case PlaceTest():
                return self._place(condition, below)

    def _definition(self, name: str, below: Inherited) -> Node:
        node = self.compile(self._definitions[name], below)
        return remembered(node, self.remembered(("definition", name), node.run)) if node.rest else node

    def remembered(self, key: object, run: Run) -> Run:
        """Wrap *run* so that it is judged once a case."""
        slot = self._slot(key)

        def recall(case: Case) -> Truth:
            verdict: Any = case.memo[slot]
            if verdict is UNSET:
                verdict = case.memo[slot] = run(case)
            return verdict  # type: ignore[no-any-return]

        return recall

    def _slot(self, key: object) -> int:
        return self._slots.setdefault(key, len(self._slots))

    def _fact(self, test: FactTest, below: Inherited) -> Node:
        value = value_of(test)
        judge, parameters = test_of(test.operator, test.operand)

        def run(case: Case) -> Truth:
            told = value(case)
            return None if told is None else judge(told, case)

        facts = (BIRTH if test.fact == AGE else test.fact,) + ((test.at,) if test.at else ())
        looked_at = {test.fact, *((test.at,) if test.at else ()), *names_of(test.operand)}
        key = (test.fact, test.at, test.operator, test.operand)
        spec = self._spec(test, below, test.fact, facts, parameters)
        spec.needs = facts
        return self._leaf(spec, key, looked_at, run)

    def _formula(
        self, test: FormulaTest, formula: CompiledFormula, operator: str, operand: Operand, below: Inherited
    ) -> Node:
        judge, more = ordered(operator, operand)

        def run(case: Case) -> Truth:
            try:
                return judge(formula.run(case, {}), case)
            except NotSuch:
                return False
            except UnsettledValue:
                return None

        facts = tuple(sorted(BIRTH if name == AGE else name for name in formula.names))
        spec = self._spec(test, below, test.formula.text, facts, formula.parameters + more)
        return self._leaf(spec, (test.formula, operator, operand), names_in(formula) | names_of(operand), run)

    def _place(self, test: PlaceTest, below: Inherited) -> Node:
        provinces, former = frozenset(test.provinces), frozenset(test.former)

        def run(case: Case) -> Truth:
            if provinces and case.province not in provinces:
                return False
            if not former:
                return True
            possible = frozenset(case.former)
            if possible and possible <= former:
                return True
            return None if possible & former else False

        spec = self._spec(test, below, "province", (FORMER,) if former else ())
        return self._leaf(spec, ("place", provinces, former), (), run)

    def _benefit(self, test: BenefitTest, below: Inherited) -> Node:
        verdict = self.verdict

        def run(case: Case) -> Truth:
            assert verdict is not None  # noqa: S101  (set by the snapshot before any case is judged)
            return holds(verdict(test.benefit, case), test.outcome, test.groups)

        spec = self._spec(test, below, test.benefit, ())
        spec.benefit = test.benefit
        key = ("benefit", test.benefit, test.outcome, test.groups)
        spec.run_on = self.remembered(key, run)
        return Node("leaf", spec.run_on, leaf=spec, tests=key[1:])

    def _leaf(self, spec: LeafSpec, key: object, looked_at: Collection[str], run: Run) -> Node:
        """Return the leaf, read off the state where it looks at one fact at most."""
        spec.looks_at, spec.plainly = tuple(sorted(looked_at)), run
        if looked_at and not spec.facts:
            spec.told = BIRTH if spec.looks_at[0] == AGE else spec.looks_at[0]
        if len(looked_at) > 1:
            spec.run_on = self.remembered(key, compared(self._slot(key), spec.looks_at, run))
            return Node("leaf", spec.run_on, leaf=spec)
        spec.yes, spec.no = yes, no = self.table.bits(key, next(iter(looked_at), None), run, spec)
        return Node("leaf", literal(yes, no), (), spec, yes, no)

    def _spec(
        self,
        test: FactTest | FormulaTest | BenefitTest | ChosenTest | PlaceTest,
        below: Inherited,
        fact: str,
        facts: tuple[str, ...],
        parameters: tuple[str, ...] = (),
    ) -> LeafSpec:
        threshold, worked_out = threshold_of(test)
        own = test.source.confidence or Confidence.HIGH
        operand = getattr(test, "operand", None)
        self._specs += 1
        return LeafSpec(
            fact=fact,
            facts=facts,
            operator=getattr(test, "operator", "is"),
            threshold=threshold,
            worked_out=worked_out,
            cites=below.cites,
            own_confidence=own,
            confidence=below.confidence,
            since=below.since,
            label=test.source.label,
            parameters=parameters,
            number=self._specs,
            personal=operand is not None and bool(names_of(operand)),
            unsure=own is not Confidence.HIGH or not self._unsure.isdisjoint(parameters),
        )


def compared(slot: int, looks_at: tuple[str, ...], run: Run) -> Run:
    """Wrap *run*, a comparison of several facts: the same values are compared once on a day in a place."""
    names = (*looks_at, BIRTH) if AGE in looks_at else looks_at

    def recall(case: Case) -> Truth:
        facts, table = case.facts, case.table
        values = (slot, *[facts.get(name) for name in names])
        verdict: Any = table.compared.get(values, UNSET)
        if verdict is UNSET:
            verdict = run(case)
            table.keep(table.compared, values, verdict)
        return verdict  # type: ignore[no-any-return]

    return recall


def holds(decision: Verdict, outcome: Outcome | None, groups: tuple[str, ...]) -> Truth:
    """Tell whether *decision* has the outcome and, where groups are named, one of them."""
    if outcome is not None and not groups:
        if decision.outcome is Outcome.UNDETERMINED and outcome is not Outcome.UNDETERMINED:
            return None
        return decision.outcome is outcome
    possible = {decision.group} if isinstance(decision.group, str) else set(decision.group or decision.candidates)
    if not possible & set(groups):
        return False
    settled = decision.outcome is not Outcome.UNDETERMINED and possible <= set(groups)
    return True if settled and (outcome is None or decision.outcome is outcome) else None
