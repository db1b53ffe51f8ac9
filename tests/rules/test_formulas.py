"""Formulas are exact on exact facts, spans on vague ones, and nothing but arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.engine.calendar import add_months, child_card_end, earliest_birth, full_months, full_years, latest_birth
from rules.engine.formula import BadFormula, NotSuch, compile_formula
from rules.engine.values import NO_DATE, FactValue, Span


@dataclass
class Facts:
    """What a formula may look at."""

    facts: Mapping[str, FactValue] = field(default_factory=dict)
    as_of: date = date(2026, 11, 21)
    numbers: frozenset[str] = frozenset({"count"})

    def parameter(self, key: str) -> Span:
        return {"law.level": Span.of(540000), "law.rate": Span.of(Decimal("6.24"))}[key]


def value(text: str, **facts: FactValue) -> Span:
    return compile_formula(text).run(Facts(facts), {})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("law.level * 1.5", 810000),
        ("law.rate * 1.3", Decimal("8.112")),
        ("-law.level", -540000),
        ("min(3, 2, 5) + max(1, 4)", 6),
        ("round(law.rate / 12, 4)", Decimal("0.5200")),
        ("floor(7 / 2)", 3),
    ],
)
def test_arithmetic_is_exact(text: str, expected: object) -> None:
    """Money and rates never pass through floating point."""
    assert value(text) == Span.of(expected)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    ["__import__('os')", "a.b.c()", "x if y else z", "[1]", "'text'", "a == b", "f(1)", "1 +", "x**2", "lambda: 1"],
)
def test_nothing_else_is_a_formula(text: str) -> None:
    """A rule file is data: it must not be able to run anything."""
    with pytest.raises(BadFormula):
        compile_formula(text)


def test_a_vague_fact_gives_a_span_and_an_exact_result_where_it_does_not_matter() -> None:
    """'Khoảng 2-3 triệu' capped at one million is one million."""
    assert value("income * 2", income=Span(2, 3)) == Span(4, 6)
    assert value("10 - income", income=Span(2, 3)) == Span(7, 8)
    assert value("min(income, 1)", income=Span(2, 3)) == Span(1, 1)


def test_an_untold_count_is_at_least_nothing() -> None:
    """Children not told of can only raise a sum."""
    assert value("count + 2") == Span(2, None)
    assert value("surely(count) + 2", count=Span(1, 3)) == Span.of(3)
    assert value("untold + 2") == Span(None, None)


def test_a_date_that_never_was_is_not_compared() -> None:
    """Somebody alive has no day of death."""
    with pytest.raises(NotSuch):
        value("add_years(died, 1)", died=NO_DATE)


@given(
    st.integers(-50, 50), st.integers(0, 30), st.integers(-50, 50), st.integers(0, 30), st.sampled_from("+-*"),
    st.data(),
)  # fmt: skip
def test_a_span_holds_every_exact_result(a: int, da: int, b: int, db: int, sign: str, data: st.DataObject) -> None:
    """Whatever the facts turn out to be, the figure lies in the span."""
    x = data.draw(st.integers(a, a + da))
    y = data.draw(st.integers(b, b + db))

    span = value(f"x {sign} y", x=Span(a, a + da), y=Span(b, b + db))
    exact = value(f"x {sign} y", x=Span.of(x), y=Span.of(y)).lo

    assert span.lo is not None
    assert span.hi is not None
    assert span.lo <= exact <= span.hi  # type: ignore[operator]


@given(st.dates(date(1900, 1, 1), date(2030, 1, 1)), st.integers(0, 110))
def test_full_years_are_reached_on_the_birthday_itself(birth: date, age: int) -> None:
    """'Đủ N tuổi' counts from the Nth birthday; 29 February falls on the last day of the month."""
    birthday = add_months(birth, 12 * age)

    assert full_years(birth, birthday) == age
    assert full_years(birth, birthday.replace(year=birthday.year) if age else birth) == age
    assert full_months(birth, birthday) == 12 * age


@given(st.integers(0, 100), st.dates(date(2021, 1, 1), date(2030, 12, 31)))
def test_a_told_age_and_the_days_of_birth_it_allows_agree(age: int, day: date) -> None:
    """'72 tuổi' is every day of birth that makes 72, and no other."""
    first, last = earliest_birth(age, day), latest_birth(age, day)

    assert full_years(first, day) == full_years(last, day) == age
    assert full_years(date.fromordinal(first.toordinal() - 1), day) == age + 1
    assert full_years(date.fromordinal(last.toordinal() + 1), day) == age - 1


@pytest.mark.parametrize(
    ("born", "ends"),
    [
        (date(2020, 9, 30), date(2026, 9, 30)),
        (date(2020, 10, 1), date(2026, 10, 31)),
        (date(2020, 12, 15), date(2026, 12, 31)),
        (date(2020, 2, 29), date(2026, 9, 30)),
    ],
)
def test_the_card_of_a_child_ends_with_the_school_year_or_the_month(born: date, ends: date) -> None:
    """Both sides of 30 September."""
    assert child_card_end(born) == ends
