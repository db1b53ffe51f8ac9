"""Read ``rules/parameters/*.yaml``, ``rules/definitions/*.yaml`` and ``rules/combinations.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from rules.engine.model import Combination, Condition, Parameter, Row
from rules.findings import kind_of_value
from rules.schema.benefits import read_unsettled
from rules.schema.conditions import read_condition
from rules.schema.language import COMBINATION, COMBINES, PARAMETER, ROW, UNITS
from rules.schema.nodes import Node
from rules.schema.shape import Shape


def read_parameters(shape: Shape, node: Node) -> dict[str, Parameter]:
    """Read a file of parameters: ``parameters: {key: {unit, name, rows}}``."""
    entries = shape.mapping(node, {"parameters"}, {"parameters"}).get("parameters")
    if entries is None or not isinstance(entries.value, Mapping):
        return {}
    return {key: _parameter(shape, key, child) for key, child in entries.value.items()}


def _parameter(shape: Shape, key: str, node: Node) -> Parameter:
    entries = shape.mapping(node, *PARAMETER)
    if "." not in key:
        shape.add("bad_key", node, key=key)
    unit = shape.text(entries.get("unit"))
    if unit not in UNITS:
        shape.add("unknown_word.of", node, what="unit", value=unit, allowed=UNITS)
    combine = shape.text(entries.get("combine"), "override")
    if combine not in COMBINES:
        shape.add("unknown_word.of", node, what="combine", value=combine, allowed=COMBINES)
    return Parameter(
        key,
        unit,
        shape.text(entries.get("name")),
        combine == "highest",
        shape.sequence(entries.get("rows"), lambda child: _row(shape, child)),
        shape.source(entries, node),
        shape.day(entries.get("revised_by")),
    )


def _row(shape: Shape, node: Node) -> Row | None:
    entries = shape.mapping(node, *ROW)
    if ("value" in entries) == ("unsettled" in entries):
        shape.add("bad_value.either", node)
        return None
    if "unsettled" in entries:
        value: int | Decimal | object = read_unsettled(shape, entries["unsettled"])
    else:
        value = entries["value"].value
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            shape.add("not_a_number", entries["value"], got=kind_of_value(value))
            return None
    return Row(
        value,  # type: ignore[arg-type]
        shape.text(entries.get("province")) or None,
        shape.text(entries.get("former_province")) or None,
        shape.source(entries, node),
    )


def read_definitions(shape: Shape, node: Node) -> dict[str, Condition]:
    """Read named conditions: ``definitions: {name: condition}``."""
    entries = shape.mapping(node, {"definitions"}, {"definitions"}).get("definitions")
    if entries is None or not isinstance(entries.value, Mapping):
        return {}
    read = {name: read_condition(shape, child) for name, child in entries.value.items()}
    return {name: condition for name, condition in read.items() if condition is not None}


def read_combinations(shape: Shape, node: Node) -> tuple[Combination, ...]:
    """Read which benefits exclude each other: ``combinations: [{id, benefits, by, cites}]``."""
    entries = shape.mapping(node, {"combinations"}, {"combinations"})
    return shape.sequence(entries.get("combinations"), lambda child: _combination(shape, child))


def _combination(shape: Shape, node: Node) -> Combination:
    entries = shape.mapping(node, *COMBINATION)
    return Combination(
        shape.text(entries.get("id")),
        shape.words(entries.get("benefits")),
        shape.text(entries.get("by")),
        shape.source(entries, node),
    )
