"""Work out one value from its rows: which row counts for this case, and what it gives.

While a condition or a quantity is still vague, every row that could count is kept: the value is settled only when all
of them agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from core.citations import Citation
from rules.engine.case import BIRTH, FORMER, Case, UnsettledValue
from rules.engine.conditions import ConditionCompiler, Inherited
from rules.engine.formula import CompiledFormula, NotSuch, compile_formula
from rules.engine.model import AllOf, Clause, Confidence, Formula, Literal, PlaceTest, Row, Source, Unsettled
from rules.engine.nodes import LeafSpec, Node, gaps, lacks, leaves_of, open_bits
from rules.engine.trace import behind
from rules.engine.values import Ordered, Span

Plain = Ordered | str | bool
Env = Mapping[str, Span]


class Value(NamedTuple):
    """What a value came to. ``settled`` is ``None`` when it does not exist or is not known exactly."""

    settled: Plain | None = None
    span: Span | None = None
    missing: tuple[str, ...] = ()
    unsettled: Unsettled | None = None
    cites: tuple[Citation, ...] = ()
    confidence: Confidence = Confidence.HIGH
    improvable: tuple[str, ...] = ()


ABSENT: Final = Value()


@dataclass(frozen=True, slots=True)
class CompiledClause:
    """One row, ready to run: a fixed value, or a formula."""

    when: Node | None
    fixed: Value | None
    formula: CompiledFormula | None
    cites: tuple[Citation, ...]
    confidence: Confidence

    def looks_at(self) -> Iterator[str]:
        """Yield the facts that its condition and its formula look at."""
        for leaf in leaves_of(self.when) if self.when is not None else ():
            yield from leaf.leaf.facts if leaf.leaf is not None else ()
        if self.formula is not None:
            yield from self.formula.names


def compile_clauses(
    clauses: tuple[Clause, ...], compiler: ConditionCompiler, above: Inherited
) -> tuple[CompiledClause, ...]:
    """Compile the rows that count on the day of the compiler."""
    return tuple(_compile(c, compiler, above) for c in clauses if compiler.in_force(c.source))


def _compile(clause: Clause, compiler: ConditionCompiler, above: Inherited) -> CompiledClause:
    below = compiler.inherit(clause.source, above)
    when = compiler.compile(clause.when, below) if clause.when is not None else None
    formula = compile_formula(clause.value.text) if isinstance(clause.value, Formula) else None
    fixed = None if isinstance(clause.value, Formula) else _fixed(clause.value, below)
    return CompiledClause(when, fixed, formula, below.cites, below.confidence)


def _fixed(value: Literal | Unsettled, below: Inherited) -> Value:
    if isinstance(value, Unsettled):
        return Value(unsettled=value, cites=below.cites, confidence=below.confidence)
    literal = value.value
    if isinstance(literal, tuple):
        return Value(cites=below.cites, confidence=below.confidence)
    span = None if isinstance(literal, str | bool) else Span.of(literal)
    return Value(literal, span, cites=below.cites, confidence=below.confidence)


def evaluate(clauses: tuple[CompiledClause, ...], case: Case, env: Env) -> Value:
    """Return what *clauses* give for *case*; *env* holds values worked out before."""
    possible: list[Value] = []
    missing: dict[str, None] = {}
    open_points: list[Unsettled] = []
    for clause in clauses:
        verdict = True if clause.when is None else clause.when.run(case)
        if verdict is False:
            continue
        value = clause.fixed or _computed(clause, case, env)
        if verdict and not possible:
            return value
        possible.append(value)
        if verdict:
            break
        if clause.when is not None:
            untold, unsettled = gaps(clause.when, case)
            missing.update(untold)
            open_points += unsettled
    else:
        possible.append(ABSENT)
    return _agree(possible, missing, open_points)


def says_something(clauses: tuple[CompiledClause, ...], case: Case) -> bool:
    """Tell whether a value that nobody waits for may be given, or meet an open point of law."""
    rows = [clause.when for clause in clauses if clause.when is None or clause.when.run(case) is not False]
    if len(rows) != 1 or rows[0] is None or rows[0].run(case):
        return bool(rows)
    leaves: list[LeafSpec] = []
    bits = open_bits(rows[0], case, leaves)
    return bool(bits & case.unclear) or any(leaf.parameters for leaf in leaves)


def used_facts(clauses: tuple[CompiledClause, ...], case: Case) -> Iterator[str]:
    """Yield the names behind the row that counts: facts its condition was decided by, and what its formula takes."""
    for clause in clauses:
        verdict = True if clause.when is None else clause.when.run(case)
        if verdict is False:
            continue
        if clause.when is not None and verdict:
            yield from (fact for leaf in behind(clause.when, True, case) for fact in leaf.facts)
        if clause.formula is not None:
            yield from clause.formula.names
        if verdict:
            return


def _agree(possible: list[Value], missing: dict[str, None], open_points: list[Unsettled]) -> Value:
    first = possible[0]
    if all(value.settled == first.settled and value.unsettled == first.unsettled for value in possible[1:]) and (
        first.settled is not None or len(possible) == 1
    ):
        return first
    for value in possible:
        missing.update(dict.fromkeys(value.missing))
    cites = tuple(dict.fromkeys(cite for value in possible for cite in value.cites))
    unsettled = next((v.unsettled for v in possible if v.unsettled), open_points[0] if open_points else None)
    return Value(None, _hull(possible), tuple(missing), unsettled, cites, min(v.confidence for v in possible))


def _hull(possible: list[Value]) -> Span | None:
    spans: list[Any] = [value.span for value in possible]
    if any(span is None for span in spans):
        return None
    lows, highs = [s.lo for s in spans], [s.hi for s in spans]
    return Span(None if None in lows else min(lows), None if None in highs else max(highs))


def _computed(clause: CompiledClause, case: Case, env: Env) -> Value:
    formula = clause.formula
    assert formula is not None  # noqa: S101  (a row has a fixed value or a formula)
    rows = [row for key in formula.parameters for row in case.found(key).rows]
    cites = (*clause.cites, *_cited(rows))
    confidence = min([clause.confidence, *(row.source.confidence or Confidence.HIGH for row in rows)])
    try:
        span = formula.run(case, env)
    except NotSuch:
        return ABSENT
    except UnsettledValue as error:
        open_ = (*clause.cites, *_cited(error.rows))
        return Value(unsettled=error.unsettled, cites=open_, confidence=confidence)
    found = next((found for key in formula.parameters if (found := case.found(key)).unsettled), None)
    if found is not None:
        open_ = (*clause.cites, *_cited(found.rows))
        return Value(None, span, unsettled=found.unsettled, cites=open_, confidence=confidence)
    if span.exact:
        rising = tuple(sorted(name for name in formula.floors if lacks(case, name)))
        return Value(span.lo, span, cites=cites, confidence=confidence, improvable=rising)
    return Value(None, span, _unknown(formula, case, env), cites=cites, confidence=confidence)


def _cited(rows: Iterable[Row]) -> tuple[Citation, ...]:
    """Return the articles of *rows* of parameters."""
    return tuple(cite.citation for row in rows for cite in row.source.cites)


def _unknown(formula: CompiledFormula, case: Case, env: Env) -> tuple[str, ...]:
    names = sorted(BIRTH if name == "age" else name for name in formula.names if name not in env)
    unknown = [name for name in names if lacks(case, name)]
    if any(case.found(key).needs_former_province for key in formula.parameters):
        unknown.append(FORMER)
    return tuple(unknown)


def placed(clause_source: Source, province: str | None, former: str | None) -> PlaceTest | None:
    """Return the test that a row is for this place, or ``None`` for a national row."""
    if province is None and former is None:
        return None
    return PlaceTest((province,) if province else (), (former,) if former else (), clause_source)


def with_place(clause: Clause, province: str | None, former: str | None) -> Clause:
    """Return *clause* restricted to a place."""
    test = placed(Source(path=clause.source.path, line=clause.source.line), province, former)
    if test is None:
        return clause
    when = test if clause.when is None else AllOf((test, clause.when), Source())
    return Clause(clause.value, when, clause.source)
