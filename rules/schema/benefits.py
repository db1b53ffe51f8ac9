"""Read ``rules/benefits/<slug>/rules.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from rules.engine.clauses import with_place
from rules.engine.model import (
    AllOf,
    Benefit,
    Best,
    Clause,
    Condition,
    Doubt,
    Effect,
    Group,
    InForce,
    Literal,
    Need,
    Operand,
    Outcome,
    Procedure,
    ResultField,
    Select,
    Status,
    SumRule,
    Unsettled,
    Version,
)
from rules.findings import kind_of_value
from rules.schema.conditions import read_condition, read_formula
from rules.schema.language import (
    AREAS,
    BENEFIT,
    CLAUSE,
    DOUBT,
    GROUP,
    IN_FORCE,
    PROCEDURE,
    RESULT,
    SELECT,
    SOURCE_KEYS,
    STRATEGIES,
    SUM,
    TEXT_UNITS,
    UNITS,
    UNSETTLED,
    VERSION,
)
from rules.schema.nodes import Node, plain
from rules.schema.shape import Shape


def read_benefit(shape: Shape, node: Node) -> Benefit | None:
    """Read one benefit."""
    entries = shape.mapping(node, *BENEFIT)
    if "benefit" not in entries:
        return None
    area = shape.text(entries.get("area"))
    results = _results(shape, entries.get("results"))
    units = {result.name: result.unit for result in results}
    if area not in AREAS:
        shape.add("unknown_word.of", entries.get("area", node), what="area", value=area, allowed=AREAS)
    return Benefit(
        id=shape.text(entries["benefit"]),
        name_vi=shape.text(entries.get("name")),
        area=area,
        scope=shape.text(entries.get("scope"), "person"),
        aliases=shape.words(entries.get("aliases")),
        group_as=shape.text(entries.get("group_as")) or None,
        group_need=shape.one_of(entries.get("group_need"), Need, Need.WANTED),
        in_force=shape.sequence(entries.get("in_force"), lambda child: _in_force(shape, child)),
        requires=_condition(shape, entries.get("requires")),
        groups=shape.sequence(entries.get("groups"), lambda child: _group(shape, child, units)),
        select=_select(shape, entries.get("select")),
        results=results,
        doubts=shape.sequence(entries.get("doubts"), lambda child: _doubt(shape, child)),
        procedures=shape.sequence(entries.get("procedure"), lambda child: _procedure(shape, child)),
        source=shape.source(entries, node),
    )


def _condition(shape: Shape, node: Node | None) -> Condition:
    condition = read_condition(shape, node) if node is not None else None
    return condition if condition is not None else AllOf(())


def _in_force(shape: Shape, node: Node) -> InForce:
    entries = shape.mapping(node, *IN_FORCE)
    return InForce(
        shape.one_of(entries.get("status"), Status, Status.OPEN),
        shape.text(entries.get("reason")),
        shape.text(entries.get("text")),
        shape.source(entries, node),
    )


def _group(shape: Shape, node: Node, units: Mapping[str, str]) -> Group | None:
    entries = shape.mapping(node, *GROUP)
    if "id" not in entries:
        return None
    if "versions" in entries:
        versions = shape.sequence(entries["versions"], lambda child: _version(shape, child, entries))
    else:
        versions = (_one_version(shape, entries, node),)
    if entries.get("outcome") is not None and entries["outcome"].value == "undetermined" and "refer" not in entries:
        shape.add("missing_key.refer", node)
    return Group(
        id=shape.text(entries["id"]),
        name_vi=shape.text(entries.get("name")),
        outcome=shape.one_of(entries.get("outcome"), Outcome, Outcome.ELIGIBLE),
        refer=read_unsettled(shape, entries["refer"]) if "refer" in entries else None,
        versions=versions,
        values=_values(shape, entries.get("values"), units),
        source=shape.source(entries, node),
    )


def _version(shape: Shape, node: Node, group: Mapping[str, Node]) -> Version:
    entries = shape.mapping(node, *VERSION)
    return _one_version(shape, {**{k: group[k] for k in ("when", "order", "gives_way") if k in group}, **entries}, node)


def _one_version(shape: Shape, entries: Mapping[str, Node], node: Node) -> Version:
    return Version(
        _condition(shape, entries.get("when")),
        shape.whole(entries.get("order")),
        shape.source(entries, node),
        read_condition(shape, entries["gives_way"]) if "gives_way" in entries else None,
    )


def _values(shape: Shape, node: Node | None, units: Mapping[str, str]) -> dict[str, tuple[Clause, ...]]:
    if node is None:
        return {}
    if not isinstance(node.value, Mapping):
        shape.add("not_a_mapping.names", node)
        return {}
    return {name: _clauses(shape, child, name, units.get(name, "")) for name, child in node.value.items()}


def _clauses(shape: Shape, node: Node, name: str, unit: str) -> tuple[Clause, ...]:
    """Read a value: bare, one row, or a list of rows."""
    if isinstance(node.value, list):
        return shape.sequence(node, lambda child: _clause(shape, child, unit))
    if isinstance(node.value, Mapping):
        clause = _clause(shape, node, unit)
        return (clause,) if clause is not None else ()
    value = _value(shape, node, unit)
    if value is None:
        shape.add("bad_value.not_a_value", node, name=name, value=kind_of_value(node.value))
        return ()
    return (Clause(value, None, shape.place(node)),)


def _clause(shape: Shape, node: Node, unit: str) -> Clause | None:
    entries = shape.mapping(node, *CLAUSE)
    return _clause_of(shape, entries, node, unit)


def _clause_of(shape: Shape, entries: Mapping[str, Node], node: Node, unit: str) -> Clause | None:
    if ("value" in entries) == ("unsettled" in entries):
        shape.add("bad_value.either", node)
        return None
    value = _value(shape, entries["value"], unit) if "value" in entries else read_unsettled(shape, entries["unsettled"])
    if value is None:
        return None
    when = read_condition(shape, entries["when"]) if "when" in entries else None
    clause = Clause(value, when, shape.source(entries, node))
    province, former = shape.text(entries.get("province")) or None, shape.text(entries.get("former_province")) or None
    return with_place(clause, province, former)


def _value(shape: Shape, node: Node, unit: str) -> Operand | None:
    value = node.value
    if unit in TEXT_UNITS or isinstance(value, bool):
        return Literal(value if isinstance(value, bool) else shape.text(node))
    if isinstance(value, int | Decimal | date):
        return Literal(value)
    return read_formula(shape, node)


def read_unsettled(shape: Shape, node: Node) -> Unsettled:
    """Read a point the law leaves open."""
    entries = shape.mapping(node, *UNSETTLED)
    return Unsettled(
        shape.text(entries.get("reason")),
        shape.text(entries.get("text")),
        shape.flag(entries.get("refer"), default=True),
        _bound(shape, entries.get("at_least")),
        _bound(shape, entries.get("at_most")),
    )


def _bound(shape: Shape, node: Node | None) -> int | Decimal | None:
    if node is None:
        return None
    value = node.value
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        shape.add("not_a_number", node, got=kind_of_value(value))
        return None
    return value


def _select(shape: Shape, node: Node | None) -> Select:
    if node is None:
        return Select("any")
    entries = shape.mapping(node, *SELECT)
    strategy = shape.text(entries.get("strategy"), "any")
    if strategy not in STRATEGIES:
        shape.add("unknown_word.of", node, what="strategy", value=strategy, allowed=STRATEGIES)
    if strategy == "highest" and "by" not in entries:
        shape.add("missing_key.by", node)
    return Select(
        strategy,
        shape.text(entries.get("by")) or None,
        shape.text(entries.get("prefer")) or None,
        shape.sequence(entries.get("sums"), lambda child: _sum(shape, child)),
    )


def _sum(shape: Shape, node: Node) -> SumRule:
    entries = shape.mapping(node, *SUM)
    return SumRule(shape.words(entries.get("base")), shape.words(entries.get("with")), shape.source(entries, node))


def _results(shape: Shape, node: Node | None) -> tuple[ResultField, ...]:
    if node is None:
        return ()
    if not isinstance(node.value, Mapping):
        shape.add("not_a_mapping.names", node)
        return ()
    return tuple(_result(shape, name, child) for name, child in node.value.items())


def _result(shape: Shape, name: str, node: Node) -> ResultField:
    entries = shape.mapping(node, *RESULT)
    unit = shape.text(entries.get("unit"))
    if unit not in UNITS:
        shape.add("unknown_word.of", node, what="unit", value=unit, allowed=UNITS)
    best = Best(shape.text(entries["best"]), shape.text(entries.get("group_as")) or None) if "best" in entries else None
    clauses: tuple[Clause, ...] = ()
    if "clauses" in entries:
        clauses = shape.sequence(entries["clauses"], lambda child: _clause(shape, child, unit))
    elif "value" in entries or "unsettled" in entries:
        clause = _clause_of(shape, entries, node, unit)
        clauses = (clause,) if clause is not None else ()
    return ResultField(
        name=name,
        unit=unit,
        need=shape.one_of(entries.get("need"), Need, Need.WANTED),
        refused_only=shape.flag(entries.get("refused_only")),
        clauses=clauses,
        best=best,
        source=shape.source(entries, node),
    )


def _doubt(shape: Shape, node: Node) -> Doubt:
    entries = shape.mapping(node, *DOUBT)
    return Doubt(
        shape.text(entries.get("id")),
        shape.text(entries.get("text")),
        shape.one_of(entries.get("effect"), Effect, Effect.UNDETERMINED),
        _condition(shape, entries.get("when")),
        shape.source(entries, node),
    )


def _procedure(shape: Shape, node: Node) -> Procedure:
    entries = shape.mapping(node, *PROCEDURE)
    details = {key: plain(child) for key, child in entries.items() if key not in SOURCE_KEYS}
    return Procedure(details, shape.source(entries, node))
