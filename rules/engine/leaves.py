"""What one leaf asks: the value it looks at, the test, its threshold, and the point of law that keeps it open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from rules.engine.calendar import add_months, add_years
from rules.engine.case import AGE, BIRTH, Case, UnsettledValue, age_on
from rules.engine.comparisons import ORDERED, SETS, Truth, exists, is_true
from rules.engine.formula import CompiledFormula, NotSuch, compile_formula
from rules.engine.model import Condition, FactTest, Formula, Literal, Operand
from rules.engine.values import FactValue, NoDate, Span

WITHIN: Final = ("within_years", "within_months", "within_days")
_LENGTHS: Final = frozenset({*WITHIN, *(f"{length}_exclusive" for length in WITHIN)})

Judge = Callable[[FactValue, Case], Truth]


def test_of(operator: str, operand: Operand) -> tuple[Judge, tuple[str, ...]]:
    """Return the test of a value by *operator*, and the parameters it is measured against."""
    if operator in _LENGTHS:
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
    return ordered(operator, operand)


def value_of(test: FactTest) -> Callable[[Case], FactValue | None]:
    """Return what *test* looks at: a fact, or the age on the day of another fact."""
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


def names_of(operand: Operand) -> frozenset[str]:
    """Return the facts that a threshold is worked out from."""
    if isinstance(operand, Literal):
        return frozenset()
    formula = compile_formula(operand.text)
    return formula.names | formula.floors


def names_in(formula: CompiledFormula) -> frozenset[str]:
    """Return every fact that a formula looks at."""
    return formula.names | formula.floors


def _within(operator: str, operand: Operand) -> Judge:
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

    def judge(value: FactValue, case: Case) -> Truth:
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


def ordered(operator: str, operand: Operand) -> tuple[Judge, tuple[str, ...]]:
    """Return the test of a number or day against a threshold, and the parameters in it."""
    compare = ORDERED[operator]
    if isinstance(operand, Literal):
        fixed = Span.of(operand.value)  # type: ignore[arg-type]

        def against_fixed(value: FactValue, _case: Case) -> Truth:
            if isinstance(value, Span):
                return compare(value, fixed)
            return False if isinstance(value, NoDate) else None

        return against_fixed, ()
    formula = compile_formula(operand.text)

    def against_formula(value: FactValue, case: Case) -> Truth:
        if not isinstance(value, Span):
            return False if isinstance(value, NoDate) else None
        try:
            return compare(value, formula.run(case, {}))
        except NotSuch:
            return False
        except UnsettledValue:
            return None

    return against_formula, formula.parameters


def threshold_of(test: Condition) -> tuple[Any, Callable[[Case], Any] | None]:
    """Return the threshold of *test* as it is shown, and what works it out where it depends on the case."""
    operand = getattr(test, "operand", None)
    if isinstance(operand, Literal):
        return (list(operand.value) if isinstance(operand.value, tuple) else operand.value), None
    if isinstance(operand, Formula):
        return operand.text, _shown(operand.text)
    shown = getattr(test, "groups", None) or getattr(test, "provinces", None)
    return (list(shown) if shown else None), None


def _shown(text: str) -> Callable[[Case], Any]:
    formula = compile_formula(text)

    def show(case: Case) -> Any:
        try:
            span = formula.run(case, {})
        except (NotSuch, UnsettledValue):
            return text
        return span.lo if span.exact else text

    return show
