"""Small safe formulas: ``coefficient * social_allowance.base_level``, ``min(a, b)``, ``add_months(d, 12)``.

Evaluated on spans, so that a vague fact gives a vague result instead of a wrong one. Plain names are facts, values of
the group or earlier results; dotted names are parameters; ``as_of`` is the day asked about. ``surely(x)`` is the least
that x is by what is known: the figure then is a floor that may still rise. Nothing else exists.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from itertools import product
from typing import Any, Final, Protocol

from rules.engine.calendar import add_months, add_years, child_card_end, end_of_month, full_months, full_years
from rules.engine.values import NO_DATE, UNKNOWN_SPAN, FactValue, Number, Ordered, Span


class Context(Protocol):
    """What a formula may look at."""

    as_of: date
    facts: Mapping[str, FactValue]
    numbers: frozenset[str]

    def parameter(self, key: str) -> Span:
        """Return the value of a parameter for this case."""
        ...


Env = Mapping[str, Span]
_FROM_ZERO: Final = Span(0, None)
Evaluate = Callable[[Any, Env], Span]


class NotSuch(Exception):
    """The formula asks about something the case surely does not have."""


class BadFormula(ValueError):
    """The text is not a formula of this language: which sentence says why, and what fills it."""

    def __init__(self, key: str, /, **params: object) -> None:
        self.key, self.params = key, params
        super().__init__(f"{key}: {params}")


@dataclass(frozen=True, slots=True)
class CompiledFormula:
    """A formula ready to run, with what it looks at."""

    run: Evaluate
    names: frozenset[str]
    parameters: tuple[str, ...]
    floors: frozenset[str] = frozenset()


def _half_up(value: Number, digits: Number) -> Number:
    quantum = Decimal(1).scaleb(-int(digits))
    return Decimal(value).quantize(quantum, rounding=ROUND_HALF_UP)


def _divide(a: Number, b: Number) -> Number:
    return Decimal(a) / Decimal(b)


# Each function is monotone in every argument; the sign tells how, so that spans go through end to end.
_FUNCTIONS: Final[Mapping[str, tuple[Callable[..., Any], tuple[int, ...]]]] = {
    "round": (_half_up, (1, 1)),
    "floor": (lambda a: int(a // 1), (1,)),
    "years_between": (full_years, (-1, 1)),
    "months_between": (full_months, (-1, 1)),
    "days_between": (lambda a, b: (b - a).days, (-1, 1)),
    "add_years": (lambda d, n: add_years(d, int(n)), (1, 1)),
    "add_months": (lambda d, n: add_months(d, int(n)), (1, 1)),
    "add_days": (lambda d, n: d + timedelta(days=int(n)), (1, 1)),
    "end_of_month": (end_of_month, (1,)),
    "child_card_end": (child_card_end, (1,)),
}
_OPERATORS: Final[Mapping[type[ast.operator], Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: _divide,
}


@lru_cache(maxsize=4096)
def compile_formula(text: str) -> CompiledFormula:
    """Compile *text*; raise :class:`BadFormula` with the reason."""
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise BadFormula("not_a_formula", text=text) from error
    seen = _Seen(set(), [], set())
    run = _compile(tree, seen)
    return CompiledFormula(
        run, frozenset(seen.names), tuple(dict.fromkeys(seen.parameters)), frozenset(seen.floors - seen.names)
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a formula was found to look at."""

    names: set[str]
    parameters: list[str]
    floors: set[str]


def _compile(node: ast.expr, seen: _Seen) -> Evaluate:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            span = Span.of(number if isinstance(number, int) else Decimal(repr(number)))
            return lambda _case, _env: span
        case ast.Name(id="as_of"):
            return lambda case, _env: Span.of(case.as_of)
        case ast.Name(id=name):
            seen.names.add(name)
            return _named(name)
        case ast.Attribute():
            key = ast.unparse(node)
            seen.parameters.append(key)
            return lambda case, _env: case.parameter(key)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _binary(_OPERATORS[type(op)], op, _compile(left, seen), _compile(right, seen))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            zero = Span.of(0)
            inner = _compile(operand, seen)
            return _binary(operator.sub, ast.Sub(), lambda _c, _e: zero, inner)
        case ast.Call(func=ast.Name(id="min" | "max" as name), args=args, keywords=[]) if args:
            return _extreme(name, [_compile(arg, seen) for arg in args])
        case ast.Call(func=ast.Name(id="surely"), args=[part], keywords=[]):
            inside = _Seen(seen.floors, seen.parameters, seen.floors)
            return _floor(_compile(part, inside))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _FUNCTIONS:
            function, signs = _FUNCTIONS[name]
            if len(args) != len(signs):
                raise BadFormula("arguments", name=name, wanted=len(signs), got=len(args))
            return _monotone(function, signs, [_compile(arg, seen) for arg in args])
    raise BadFormula("not_allowed", part=ast.unparse(node), known=sorted([*_FUNCTIONS, "min", "max", "surely"]))


def _named(name: str) -> Evaluate:
    def run(case: Any, env: Env) -> Span:
        if (span := env.get(name)) is not None:
            return span
        value = case.facts.get(name)
        if isinstance(value, Span):
            return value
        if value is NO_DATE:
            raise NotSuch(name)
        return _FROM_ZERO if name in case.numbers else UNKNOWN_SPAN

    return run


def _floor(inner: Evaluate) -> Evaluate:
    def run(case: Any, env: Env) -> Span:
        span = inner(case, env)
        return Span.of(span.lo) if span.lo is not None else span

    return run


def _extreme(name: str, parts: list[Evaluate]) -> Evaluate:
    pick = min if name == "min" else max

    def run(case: Any, env: Env) -> Span:
        spans = [part(case, env) for part in parts]
        lows, highs = [s.lo for s in spans], [s.hi for s in spans]
        if lows == highs and None not in lows:
            value: Any = pick(lows)  # type: ignore[type-var]
            return Span(value, value)
        known_lows: list[Any] = [v for v in lows if v is not None]
        known_highs: list[Any] = [v for v in highs if v is not None]
        if name == "min":
            lo = pick(known_lows) if len(known_lows) == len(lows) else None
            hi = pick(known_highs) if known_highs else None
        else:
            lo = pick(known_lows) if known_lows else None
            hi = pick(known_highs) if len(known_highs) == len(highs) else None
        return Span(lo, hi)

    return run


def _binary(apply: Callable[[Any, Any], Any], op: ast.operator, left: Evaluate, right: Evaluate) -> Evaluate:
    def run(case: Any, env: Env) -> Span:
        a, b = left(case, env), right(case, env)
        low, also = a.lo, b.lo
        if low is not None and low == a.hi and also is not None and also == b.hi:
            value = apply(low, also)
            return Span(value, value)
        if isinstance(op, ast.Add):
            return Span(_or_open(apply, a.lo, b.lo), _or_open(apply, a.hi, b.hi))
        if isinstance(op, ast.Sub):
            return Span(_or_open(apply, a.lo, b.hi), _or_open(apply, a.hi, b.lo))
        return _scaled(apply, a, b)

    return run


def _scaled(apply: Callable[[Any, Any], Any], a: Span, b: Span) -> Span:
    """Multiply or divide spans; open ends stay open unless the other side is not negative."""
    ends = (a.lo, a.hi, b.lo, b.hi)
    if all(end is not None for end in ends):
        corners = [apply(x, y) for x, y in product((a.lo, a.hi), (b.lo, b.hi)) if y != 0 or apply is not _divide]
        return Span(min(corners), max(corners)) if corners else UNKNOWN_SPAN
    lows = (a.lo, b.lo)
    if apply is not _divide and all(isinstance(end, int | Decimal) and end >= 0 for end in lows):
        return Span(apply(a.lo, b.lo), None)
    return UNKNOWN_SPAN


def _monotone(function: Callable[..., Any], signs: tuple[int, ...], parts: list[Evaluate]) -> Evaluate:
    def run(case: Any, env: Env) -> Span:
        spans = [part(case, env) for part in parts]
        if all(s.lo is not None and s.lo == s.hi for s in spans):
            return Span.of(function(*[s.lo for s in spans]))
        low = [s.lo if sign > 0 else s.hi for s, sign in zip(spans, signs, strict=True)]
        high = [s.hi if sign > 0 else s.lo for s, sign in zip(spans, signs, strict=True)]
        return Span(_or_open(function, *low), _or_open(function, *high))

    return run


def _or_open(function: Callable[..., Any], *ends: Ordered | None) -> Any:
    return None if any(end is None for end in ends) else function(*ends)
