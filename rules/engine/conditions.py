"""Turn conditions into closures for one snapshot of the law.

A compiled condition gives ``True``, ``False`` or ``None`` for a case; the tree stays beside it for explanation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from core.citations import Citation
from rules.engine.calendar import add_months, add_years
from rules.engine.case import AGE, BIRTH, FORMER, UNSET, Case, UnsettledValue, age_on
from rules.engine.comparisons import ORDERED, SETS, Verdict, exists, is_true
from rules.engine.formula import CompiledFormula, NotSuch, compile_formula
from rules.engine.model import (
    AllOf,
    AnyOf,
    BenefitTest,
    ChosenTest,
    Condition,
    Confidence,
    DefinitionTest,
    FactTest,
    Formula,
    FormulaTest,
    GroupTest,
    Literal,
    Not,
    Operand,
    Outcome,
    PlaceTest,
    Source,
    Unsettled,
)
from rules.engine.values import FactValue, NoDate, Span, is_exact

if TYPE_CHECKING:
    from rules.engine.decision import Decision

Run = Callable[[Case], Verdict]
WITHIN: Final = ("within_years", "within_months", "within_days")


@dataclass(frozen=True, slots=True)
class Inherited:
    """What a condition takes over from the group or benefit it stands in."""

    cites: tuple[Citation, ...] = ()
    confidence: Confidence = Confidence.HIGH
    since: date | None = None


@dataclass(slots=True)
class Node:
    """One compiled condition. ``kind`` is ``all``, ``any``, ``not`` or ``leaf``."""

    kind: str
    run: Run
    children: tuple[Node, ...] = ()
    leaf: LeafSpec | None = None


@dataclass(slots=True)
class LeafSpec:
    """What a leaf needs to be explained."""

    fact: str
    facts: tuple[str, ...]
    operator: str
    threshold: Callable[[Case], Any]
    cites: tuple[Citation, ...]
    own_confidence: Confidence
    confidence: Confidence
    since: date | None
    label: str
    parameters: tuple[str, ...] = ()
    benefit: str | None = None
    problem: Callable[[Case], Unsettled | None] = field(default=lambda _case: None)


class ConditionCompiler:
    """Compiles conditions for the law of one day as known on one day; equal leaves are judged once a case."""

    def __init__(self, day: date, known_on: date, definitions: Mapping[str, Condition]) -> None:
        self._day, self._known_on = day, known_on
        self._definitions = definitions
        self._slots: dict[Any, int] = {}
        self.groups: dict[str, Node] = {}
        self.decide: Callable[[str, Case], Decision] | None = None

    @property
    def slots(self) -> int:
        """How many verdicts a case has room for."""
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
                return self.compile(self._definitions[name], below)
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
                return self._leaf(condition, below, "group", (), lambda case: case.chosen(wanted))
            case PlaceTest():
                return self._place(condition, below)

    def remembered(self, key: object, run: Run) -> Run:
        """Wrap *run* so that it is judged once a case."""
        slot = self._slots.setdefault(key, len(self._slots))

        def recall(case: Case) -> Verdict:
            verdict: Any = case.memo[slot]
            if verdict is UNSET:
                verdict = case.memo[slot] = run(case)
            return verdict  # type: ignore[no-any-return]

        return recall

    def _fact(self, test: FactTest, below: Inherited) -> Node:
        value_of = _value_of(test)
        judge, parameters = self._judge(test.operator, test.operand)

        def run(case: Case) -> Verdict:
            value = value_of(case)
            return None if value is None else judge(value, case)

        key = (test.fact, test.at, test.operator, test.operand)
        facts = (BIRTH if test.fact == AGE else test.fact,) + ((test.at,) if test.at else ())
        return self._leaf(test, below, test.fact, facts, self.remembered(key, run), parameters=parameters)

    def _judge(self, operator: str, operand: Operand) -> tuple[Callable[[FactValue, Case], Verdict], tuple[str, ...]]:
        if operator in WITHIN or operator in tuple(f"{w}_exclusive" for w in WITHIN):
            return _within(operator, operand), ()
        if operator == "exists" and isinstance(operand, Literal):
            there = exists(bool(operand.value))
            return (lambda value, _case: there(value)), ()
        if isinstance(operand, Literal) and isinstance(operand.value, bool):
            truth = is_true(operand.value is (operator == "is"))
            return (lambda value, _case: truth(value)), ()
        if operator in SETS and isinstance(operand, Literal):
            values = operand.value if isinstance(operand.value, tuple) else (str(operand.value),)
            member = SETS[operator](frozenset(values))
            return (lambda value, _case: member(value)), ()
        return _ordered(operator, operand)

    def _formula(
        self, test: FormulaTest, formula: CompiledFormula, operator: str, operand: Operand, below: Inherited
    ) -> Node:
        judge, more = _ordered(operator, operand)

        def run(case: Case) -> Verdict:
            try:
                return judge(formula.run(case, {}), case)
            except NotSuch:
                return False
            except UnsettledValue:
                return None

        facts = tuple(sorted(BIRTH if name == AGE else name for name in formula.names))
        parameters = formula.parameters + more
        key = (test.formula, operator, operand)
        return self._leaf(test, below, test.formula.text, facts, self.remembered(key, run), parameters=parameters)

    def _benefit(self, test: BenefitTest, below: Inherited) -> Node:
        decide = self.decide

        def run(case: Case) -> Verdict:
            assert decide is not None  # noqa: S101  (set by the snapshot before any case is judged)
            return holds(decide(test.benefit, case), test.outcome, test.groups)

        key = ("benefit", test.benefit, test.outcome, test.groups)
        node = self._leaf(test, below, test.benefit, (), self.remembered(key, run))
        assert node.leaf is not None  # noqa: S101
        node.leaf.benefit = test.benefit
        return node

    def _place(self, test: PlaceTest, below: Inherited) -> Node:
        provinces, former = frozenset(test.provinces), frozenset(test.former)

        def run(case: Case) -> Verdict:
            if provinces and case.province not in provinces:
                return False
            if not former:
                return True
            possible = frozenset(case.former)
            if possible and possible <= former:
                return True
            return None if possible & former else False

        return self._leaf(test, below, "province", (FORMER,) if former else (), run)

    def _leaf(
        self,
        test: FactTest | FormulaTest | BenefitTest | ChosenTest | PlaceTest,
        below: Inherited,
        fact: str,
        facts: tuple[str, ...],
        run: Run,
        *,
        parameters: tuple[str, ...] = (),
    ) -> Node:
        spec = LeafSpec(
            fact=fact,
            facts=facts,
            operator=getattr(test, "operator", "is"),
            threshold=_threshold(test),
            cites=below.cites,
            own_confidence=test.source.confidence or Confidence.HIGH,
            confidence=below.confidence,
            since=below.since,
            label=test.source.label,
            parameters=parameters,
            problem=_problem(parameters),
        )
        return Node("leaf", run, leaf=spec)


def combine(kind: str, nodes: list[Node]) -> Node:
    """Join *nodes* by Kleene's *and* (``all``) or *or* (``any``)."""
    if len(nodes) == 1:
        return nodes[0]
    runs = tuple(node.run for node in nodes)
    decisive = kind == "any"

    def run(case: Case) -> Verdict:
        verdict: Verdict = not decisive
        for part in runs:
            one = part(case)
            if one is decisive:
                return decisive
            if one is None:
                verdict = None
        return verdict

    return Node(kind, run, tuple(nodes))


def negate(node: Node) -> Node:
    """Negate *node* in three values."""
    inner = node.run

    def run(case: Case) -> Verdict:
        verdict = inner(case)
        return None if verdict is None else not verdict

    return Node("not", run, (node,))


def holds(decision: Decision, outcome: Outcome | None, groups: tuple[str, ...]) -> Verdict:
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


def _value_of(test: FactTest) -> Callable[[Case], FactValue | None]:
    fact, at = test.fact, test.at
    if fact != AGE or at is None:
        return lambda case: case.facts.get(fact)

    def age_then(case: Case) -> FactValue | None:
        birth, day = case.facts.get(BIRTH), case.facts.get(at)
        if not isinstance(birth, Span) or not isinstance(day, Span):
            return None
        low, high = day.lo, day.hi
        young = age_on(birth, low).lo if isinstance(low, date) else None
        old = age_on(birth, high).hi if isinstance(high, date) else None
        return Span(young, old)

    return age_then


def _within(operator: str, operand: Operand) -> Callable[[FactValue, Case], Verdict]:
    """The day asked about lies not later than the date plus a length of time, and not before the date."""
    length = operand.value if isinstance(operand, Literal) else 0
    count = int(length) if isinstance(length, int) else 0
    exclusive = operator.endswith("_exclusive")

    def moved(day: date) -> date:
        if "years" in operator:
            return add_years(day, count)
        return add_months(day, count) if "months" in operator else date.fromordinal(day.toordinal() + count)

    def one(day: date, as_of: date) -> bool:
        return day <= as_of and (as_of < moved(day) if exclusive else as_of <= moved(day))

    def judge(value: FactValue, case: Case) -> Verdict:
        if isinstance(value, NoDate):
            return False
        if not isinstance(value, Span):
            return None
        low, high = value.lo, value.hi
        if not isinstance(low, date) or not isinstance(high, date):
            return None
        first, last = one(low, case.as_of), one(high, case.as_of)
        if first and last:
            return True
        beyond = high < case.as_of and not last  # the whole span lies too far back
        ahead = low > case.as_of
        return False if beyond or ahead else None

    return judge


def _ordered(operator: str, operand: Operand) -> tuple[Callable[[FactValue, Case], Verdict], tuple[str, ...]]:
    compare = ORDERED[operator]
    if isinstance(operand, Literal):
        fixed = Span.of(operand.value)  # type: ignore[arg-type]

        def against_fixed(value: FactValue, _case: Case) -> Verdict:
            if isinstance(value, Span):
                return compare(value, fixed)
            return False if isinstance(value, NoDate) else None

        return against_fixed, ()
    formula = compile_formula(operand.text)

    def against_formula(value: FactValue, case: Case) -> Verdict:
        if not isinstance(value, Span):
            return False if isinstance(value, NoDate) else None
        try:
            return compare(value, formula.run(case, {}))
        except NotSuch:
            return False
        except UnsettledValue:
            return None

    return against_formula, formula.parameters


def _threshold(test: Condition) -> Callable[[Case], Any]:
    operand = getattr(test, "operand", None)
    if isinstance(operand, Literal):
        value = operand.value
        return lambda _case: list(value) if isinstance(value, tuple) else value
    if isinstance(operand, Formula):
        formula = compile_formula(operand.text)

        def show(case: Case) -> Any:
            try:
                span = formula.run(case, {})
            except (NotSuch, UnsettledValue):
                return operand.text
            return span.lo if span.exact else operand.text

        return show
    shown = getattr(test, "groups", None) or getattr(test, "provinces", None)
    return lambda _case: list(shown) if shown else None


def _problem(parameters: tuple[str, ...]) -> Callable[[Case], Unsettled | None]:
    if not parameters:
        return lambda _case: None

    def find(case: Case) -> Unsettled | None:
        return next((found.unsettled for key in parameters if (found := case.found(key)).unsettled), None)

    return find


def missing_facts(node: Node, case: Case, into: dict[str, None]) -> None:
    """Collect, in order, the facts that keep *node* from a verdict."""
    if node.run(case) is not None:
        return
    if node.leaf is None:
        for child in node.children:
            missing_facts(child, case, into)
        return
    if node.leaf.benefit is not None:
        into.update(dict.fromkeys(case.decisions[node.leaf.benefit].missing))
    into.update((fact, None) for fact in node.leaf.facts if lacks(case, fact))
    for key in node.leaf.parameters:
        if case.found(key).needs_former_province:
            into[FORMER] = None


def lacks(case: Case, fact: str) -> bool:
    """Tell whether learning *fact* (better) could still change something."""
    return not is_exact(case.facts.get(fact))


def problems(node: Node, case: Case) -> list[Unsettled]:
    """Collect the open points of law that keep *node* from a verdict."""
    if node.run(case) is not None:
        return []
    if node.leaf is not None:
        problem = node.leaf.problem(case)
        return [problem] if problem else []
    return [problem for child in node.children for problem in problems(child, case)]
