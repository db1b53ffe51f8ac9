"""Read ``rules/figures/*.yaml``: which figure of the law stands behind a key that prose may show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from rules.documents import Documents
from rules.engine.formula import BadFormula, CompiledFormula, compile_formula
from rules.engine.model import Release, Source
from rules.findings import Finding, near
from rules.schema.language import FIGURE, FIGURE_DATES, FIGURE_WAYS, PROCEDURE, SOURCE_KEYS, UNITS
from rules.schema.nodes import Node, parse_yaml
from rules.schema.shape import Shape


@dataclass(frozen=True, slots=True)
class FigureDefinition:
    """One figure: exactly one of ``formula``, ``previous``, ``procedure``, ``date`` says where it comes from.

    ``previous`` is the value another figure had before the one in force; ``procedure`` a field of the procedure of a
    benefit (benefit, field); ``date`` a day of the row of a parameter in force (parameter, field). ``on`` fixes the day
    of a formula, ``former`` the former province. Without ``by_place`` the figure is the national one.
    """

    key: str
    name_vi: str
    unit: str
    source: Source
    formula: CompiledFormula | None = None
    on: date | None = None
    previous: str | None = None
    procedure: tuple[str, str] | None = None
    date: tuple[str, str] | None = None
    by_place: bool = False
    former: str | None = None


def read_figures(documents: Documents, release: Release) -> tuple[dict[str, FigureDefinition], list[Finding]]:
    """Return the figures that *documents* define and every finding."""
    definitions: dict[str, FigureDefinition] = {}
    findings: list[Finding] = []
    for path, text in documents.of_kind("figures"):
        shown = f"{documents.shown}{path}"
        node, wrong = parse_yaml(text, shown)
        shape = Shape(shown, findings)
        findings += wrong
        entries = shape.mapping(node, {"figures"}, {"figures"}).get("figures") if node is not None else None
        if entries is None or not isinstance(entries.value, Mapping):
            continue
        for key, child in entries.value.items():
            if key in definitions or key in release.parameters:
                shape.add("duplicate_id.figure", child, id=key)
            definition = _definition(shape, key, child)
            if definition is not None:
                definitions[key] = definition
    return definitions, findings + _unknown(definitions, release)


def _definition(shape: Shape, key: str, node: Node) -> FigureDefinition | None:
    entries = shape.mapping(node, *FIGURE)
    ways = [way for way in FIGURE_WAYS if way in entries]
    if len(ways) != 1:
        shape.add("bad_figure", node, key=key, ways=FIGURE_WAYS, found=ways or "@nothing")
        return None
    unit = shape.text(entries.get("unit"))
    if unit not in UNITS:
        shape.add("unknown_word.of", node, what=f"{key}: unit", value=unit, allowed=UNITS)
    return FigureDefinition(
        key,
        shape.text(entries.get("name")),
        unit,
        shape.source(entries, node),
        formula=_formula(shape, entries.get("formula")),
        on=shape.day(entries.get("on")),
        previous=shape.text(entries.get("previous")) or None,
        procedure=_pair(shape, entries.get("procedure"), "benefit", PROCEDURE.allowed - SOURCE_KEYS),
        date=_pair(shape, entries.get("date"), "parameter", FIGURE_DATES),
        by_place=shape.flag(entries.get("by_place")),
        former=shape.text(entries.get("former_province")) or None,
    )


def _formula(shape: Shape, node: Node | None) -> CompiledFormula | None:
    if node is None:
        return None
    try:
        formula = compile_formula(shape.text(node))
    except BadFormula as error:
        shape.add(f"bad_formula.{error.key}", node, **error.params)
        return None
    if formula.names:
        shape.add("bad_formula.facts", node, names=sorted(formula.names))
    return formula


def _pair(
    shape: Shape, node: Node | None, subject: str, fields: tuple[str, ...] | frozenset[str]
) -> tuple[str, str] | None:
    if node is None:
        return None
    entries = shape.mapping(node, {subject, "field"}, {subject, "field"})
    field = shape.text(entries.get("field"))
    if field not in fields:
        shape.add("unknown_word.of", node, what="field", value=field, allowed=sorted(fields))
    return shape.text(entries.get(subject)), field


def _unknown(definitions: Mapping[str, FigureDefinition], release: Release) -> list[Finding]:
    findings: list[Finding] = []
    known = [*definitions, *release.parameters]

    def check(definition: FigureDefinition, what: str, name: str, names: list[str]) -> None:
        if name not in names:
            found = Finding.at(
                definition.source, f"unknown_{what}", key=definition.key, name=name, near=near(name, names)
            )
            findings.append(found)

    for definition in definitions.values():
        for key in definition.formula.parameters if definition.formula else ():
            check(definition, "figure", key, known)
        if definition.previous:
            check(definition, "figure", definition.previous, known)
        if definition.procedure:
            check(definition, "benefit", definition.procedure[0], list(release.benefits))
        if definition.date:
            check(definition, "parameter", definition.date[0], list(release.parameters))
        if _leads_to(definition.key, definition.key, definitions, set()):
            findings.append(Finding.at(definition.source, "circle", name=definition.key))
    return findings


def _leads_to(start: str, target: str, definitions: Mapping[str, FigureDefinition], seen: set[str]) -> bool:
    definition = definitions.get(start)
    if definition is None or start in seen:
        return False
    seen.add(start)
    below = [*(definition.formula.parameters if definition.formula else ()), *filter(None, [definition.previous])]
    return any(key == target or _leads_to(key, target, definitions, seen) for key in below)
