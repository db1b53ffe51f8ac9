"""Read conditions: ``{fact: household_status, one_of: [poor, near_poor]}`` and what joins them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from rules.engine.comparisons import SETS
from rules.engine.formula import BadFormula, compile_formula
from rules.engine.leaves import WITHIN
from rules.engine.model import (
    AllOf,
    AnyOf,
    BenefitTest,
    ChosenTest,
    Condition,
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
)
from rules.findings import kind_of_value
from rules.schema.language import CONDITION, CONDITION_KINDS, OPERATORS
from rules.schema.language import WITHIN as WITHIN_KEYS
from rules.schema.nodes import Node
from rules.schema.shape import Shape


def read_condition(shape: Shape, node: Node) -> Condition | None:
    """Read one condition; a list stands for ``all``."""
    if isinstance(node.value, list):
        return AllOf(
            shape.sequence(node, lambda child: read_condition(shape, child)),
            shape.place(node),
        )
    entries = shape.mapping(node, *CONDITION)
    kinds = [kind for kind in CONDITION_KINDS if kind in entries]
    if "benefit" in kinds and "group" in kinds:
        kinds.remove("group")
    if len(kinds) != 1:
        shape.add("not_a_condition", node, kinds=CONDITION_KINDS, found=kinds or "@nothing")
        return None
    source = shape.source(entries, node)
    return _READERS[kinds[0]](shape, entries, source, node)


def _all(shape: Shape, entries: Mapping[str, Node], source: Source, _node: Node) -> Condition:
    return AllOf(shape.sequence(entries["all"], lambda child: read_condition(shape, child)), source)


def _any(shape: Shape, entries: Mapping[str, Node], source: Source, _node: Node) -> Condition:
    return AnyOf(shape.sequence(entries["any"], lambda child: read_condition(shape, child)), source)


def _not(shape: Shape, entries: Mapping[str, Node], source: Source, _node: Node) -> Condition | None:
    child = read_condition(shape, entries["not"])
    return Not(child, source) if child is not None else None


def _fact(shape: Shape, entries: Mapping[str, Node], source: Source, node: Node) -> Condition | None:
    fact, at = shape.text(entries["fact"]), shape.text(entries.get("at")) or None
    tests = [FactTest(fact, operator, operand, at, source) for operator, operand in _operators(shape, entries, node)]
    return _joined(tests, source)


def _formula(shape: Shape, entries: Mapping[str, Node], source: Source, node: Node) -> Condition | None:
    formula = read_formula(shape, entries["formula"])
    if formula is None:
        return None
    tests = [FormulaTest(formula, operator, operand, source) for operator, operand in _operators(shape, entries, node)]
    return _joined(tests, source)


def _joined(tests: list[FactTest] | list[FormulaTest], source: Source) -> Condition | None:
    if len(tests) == 1:
        return tests[0]
    return AllOf(tuple(tests), replace(source, label="")) if tests else None


def _operators(shape: Shape, entries: Mapping[str, Node], node: Node) -> list[tuple[str, Operand]]:
    found = [(name, entries[name]) for name in entries if name in OPERATORS]
    if not found:
        shape.add("no_operator", node, allowed=sorted(OPERATORS))
    read = [_operand(shape, name, value) for name, value in found]
    return [pair for pair in read if pair is not None]


def _operand(shape: Shape, name: str, node: Node) -> tuple[str, Operand] | None:
    value = node.value
    if name == "within":
        return _within(shape, node)
    if name == "exists" or (isinstance(value, bool) and name in ("is", "is_not")):
        return name, Literal(shape.flag(node))
    if name in ("is", "is_not") and isinstance(value, int | Decimal | date):
        if name == "is_not":
            shape.add("wrong_operator.not", node)
        return "equals", Literal(value)
    if name in SETS:
        return name, Literal(shape.words(node))
    if isinstance(value, str):
        formula = read_formula(shape, node)
        return (name, formula) if formula is not None else None
    if isinstance(value, bool) or not isinstance(value, int | Decimal | date):
        shape.add("bad_threshold", node, operator=name, got=kind_of_value(value))
        return None
    return name, Literal(value)


def _within(shape: Shape, node: Node) -> tuple[str, Operand] | None:
    entries = shape.mapping(node, *WITHIN_KEYS)
    units = [unit for unit in ("years", "months", "days") if unit in entries]
    if len(units) != 1:
        shape.add("bad_threshold.within", node)
        return None
    operator = f"within_{units[0]}"
    assert operator in WITHIN  # noqa: S101  (one list of lengths for reading and judging)
    if shape.flag(entries.get("exclusive")):
        operator += "_exclusive"
    return operator, Literal(shape.whole(entries[units[0]]))


def read_formula(shape: Shape, node: Node) -> Formula | None:
    """Read a formula; a mistake in it is a finding."""
    text = str(node.value) if isinstance(node.value, int | Decimal) else shape.text(node)
    try:
        compile_formula(text)
    except BadFormula as error:
        shape.add(f"bad_formula.{error.key}", node, **error.params)
        return None
    return Formula(text)


def _group(shape: Shape, entries: Mapping[str, Node], source: Source, _node: Node) -> Condition:
    tests = tuple(GroupTest(name, source) for name in shape.words(entries["group"]))
    return tests[0] if len(tests) == 1 else AnyOf(tests, source)


def _benefit(shape: Shape, entries: Mapping[str, Node], source: Source, node: Node) -> Condition:
    groups = shape.words(entries.get("group"))
    outcome = shape.one_of(entries.get("outcome"), Outcome, Outcome.ELIGIBLE) if "outcome" in entries else None
    if not groups and outcome is None:
        shape.add("no_operator.benefit", node)
    return BenefitTest(shape.text(entries["benefit"]), outcome, groups, source)


def _definition(shape: Shape, entries: Mapping[str, Node], source: Source, _node: Node) -> Condition:
    return DefinitionTest(shape.text(entries["definition"]), source)


def _chosen(shape: Shape, entries: Mapping[str, Node], source: Source, _node: Node) -> Condition:
    return ChosenTest(shape.words(entries["chosen"]), source)


def _place(shape: Shape, entries: Mapping[str, Node], source: Source, _node: Node) -> Condition:
    return PlaceTest(shape.words(entries["place"]), shape.words(entries.get("former")), source)


_READERS: Final = {
    "all": _all,
    "any": _any,
    "not": _not,
    "fact": _fact,
    "formula": _formula,
    "group": _group,
    "benefit": _benefit,
    "definition": _definition,
    "chosen": _chosen,
    "place": _place,
}
