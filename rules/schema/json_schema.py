"""JSON Schema (2020-12) of the rule language, for editors: made from the tables the loader reads by."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from rules.engine.case import AGE
from rules.engine.comparisons import ORDERED, SETS
from rules.engine.model import Confidence, Effect, Need, Outcome, Status
from rules.facts.vocabulary import Vocabulary
from rules.places import Places
from rules.schema import language as words
from rules.schema.language import Keys

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]
_TEXT: Final[Schema] = {"type": "string"}
_FLAG: Final[Schema] = {"type": "boolean"}
_WHOLE: Final[Schema] = {"type": "integer"}
_NUMBER: Final[Schema] = {"type": "number"}
_DAY: Final[Schema] = {"type": ["string", "null"], "pattern": r"^\d{4}-\d{2}-\d{2}$", "description": "2026-07-01"}
_WORDS: Final[Schema] = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}
_VALUE: Final[Schema] = {"type": ["number", "string", "boolean"], "description": "number, day, text or formula"}


def schemas(vocabulary: Vocabulary, places: Places) -> dict[str, Schema]:
    """Return the schema of every kind of document, by the name of its file."""
    shared = _definitions(vocabulary, places)
    tops: dict[str, Schema] = {
        "benefit": _ref("benefit"),
        "parameters": _table("parameters", _ref("parameter")),
        "definitions": _table("definitions", _ref("condition")),
        "combinations": _list_of("combinations", _ref("combination")),
        "figures": _table("figures", _ref("figure")),
        "cases": {
            "anyOf": [
                _list(_ref("case")),
                {"type": "object", "properties": {"cases": _list(_ref("case"))}, "required": ["cases"]},
                _ref("case"),
            ]
        },
    }
    return {name: {"$schema": DIALECT, "title": name, **top, "$defs": shared} for name, top in tops.items()}


def as_files(made: Mapping[str, Schema]) -> dict[str, str]:
    """Return the text of ``<kind>.schema.json`` for every kind, as it is kept in ``rules/schema/editor``."""
    return {f"{name}.schema.json": json.dumps(schema, ensure_ascii=False) + "\n" for name, schema in made.items()}


def _definitions(vocabulary: Vocabulary, places: Places) -> dict[str, Schema]:
    facts = _choice([*vocabulary.facts, AGE])
    unit, former = _choice(places.units), _choice(places.former)
    dated: dict[str, Schema] = {
        "from": _DAY, "to": _DAY, "known_from": _DAY, "label": _TEXT, "cites": _list(_ref("cite")),
        "confidence": _choice(level.name.lower() for level in Confidence),
    }  # fmt: skip
    place = {"province": unit, "former_province": former}
    clause = {"when": _ref("condition"), "value": _VALUE, "unsettled": _ref("unsettled"), **place}
    version = {"when": _ref("condition"), "order": _WHOLE, "gives_way": _ref("condition")}
    clauses = {"anyOf": [_VALUE, _ref("clause"), _list(_ref("clause"))]}
    mappings: dict[str, tuple[Keys, dict[str, Schema]]] = {
        "benefit": (words.BENEFIT, {
            "benefit": _TEXT, "name": _TEXT, "area": _choice(words.AREAS), "scope": _choice(words.SCOPES),
            "aliases": _WORDS, "group_as": _TEXT, "group_need": _choice(Need), "in_force": _list(_ref("in_force")),
            "requires": _ref("condition"), "groups": _list(_ref("group")), "select": _ref("select"),
            "results": _mapping(_ref("result")), "doubts": _list(_ref("doubt")),
            "procedure": _list(_ref("procedure")),
        }),
        "in_force": (words.IN_FORCE, {"status": _choice(Status), "reason": _TEXT, "text": _TEXT}),
        "group": (words.GROUP, {
            "id": _TEXT, "name": _TEXT, "outcome": _choice(Outcome), "refer": _ref("unsettled"),
            "values": _mapping(clauses), "versions": _list(_ref("version")), **version,
        }),
        "version": (words.VERSION, version),
        "clause": (words.CLAUSE, clause),
        "unsettled": (words.UNSETTLED, {
            "reason": _TEXT, "text": _TEXT, "refer": _FLAG, "at_least": _NUMBER, "at_most": _NUMBER,
        }),
        "select": (words.SELECT, {
            "strategy": _choice(words.STRATEGIES), "by": _TEXT, "prefer": _TEXT, "sums": _list(_ref("sum")),
        }),
        "sum": (words.SUM, {"base": _WORDS, "with": _WORDS}),
        "result": (words.RESULT, {
            "unit": _choice(words.UNITS), "need": _choice(Need), "refused_only": _FLAG, "best": _TEXT,
            "group_as": _TEXT, "clauses": _list(_ref("clause")), **clause,
        }),
        "doubt": (words.DOUBT, {"id": _TEXT, "text": _TEXT, "effect": _choice(Effect), "when": _ref("condition")}),
        "procedure": (words.PROCEDURE, {
            "province": unit, "where": _TEXT, "form": _TEXT, "days_working": _WHOLE, "fee_vnd": _WHOLE,
            "papers": _WORDS, "decided_by": _TEXT, "starts": _TEXT, "note": _TEXT,
        }),
        "parameter": (words.PARAMETER, {
            "unit": _choice(words.UNITS), "name": _TEXT, "combine": _choice(words.COMBINES),
            "rows": _list(_ref("row")), "revised_by": _DAY,
        }),
        "row": (words.ROW, {"value": _NUMBER, "unsettled": _ref("unsettled"), **place}),
        "combination": (words.COMBINATION, {"id": _TEXT, "benefits": _WORDS, "by": _TEXT}),
        "figure": (words.FIGURE, {
            "name": _TEXT, "unit": _choice(words.UNITS), "by_place": _FLAG, "former_province": former, "on": _DAY,
            "formula": _VALUE, "previous": _TEXT, "procedure": {"type": "object"}, "date": {"type": "object"},
        }),
        "cited": (words.CITE, {"text": _TEXT}),
        "within": (words.WITHIN, {"years": _WHOLE, "months": _WHOLE, "days": _WHOLE, "exclusive": _FLAG}),
        "tests": (words.CONDITION, _condition_keys(facts, unit, former)),
        "case": (words.CASE, {
            "id": _TEXT, "title": _TEXT, "name": _TEXT, "as_of": _DAY, "known_on": _DAY, "province": _TEXT,
            "facts": {"type": "object", "propertyNames": _choice(vocabulary.facts)}, "note": _TEXT, "covers": {},
            "expect": _list({"type": "object", "required": ["benefit"]}), "figures": {"type": "object"},
        }),
    }  # fmt: skip
    made = {name: _object(keys, {**dated, **types}) for name, (keys, types) in mappings.items()}
    one_kind = [{"required": [kind]} for kind in words.CONDITION_KINDS]
    made["condition"] = {"anyOf": [_list(_ref("condition")), {"allOf": [_ref("tests"), {"anyOf": one_kind}]}]}
    made["cite"] = {"anyOf": [_TEXT, _ref("cited")]}
    for name in ("clause", "row"):
        made[name]["oneOf"] = [{"required": ["value"]}, {"required": ["unsettled"]}]
    made["figure"]["oneOf"] = [{"required": [way]} for way in words.FIGURE_WAYS]
    return made


def _condition_keys(facts: Schema, unit: Schema, former: Schema) -> dict[str, Schema]:
    """Return the type of every key of a condition."""
    threshold: Schema = {"type": ["number", "string", "boolean", "array"]}
    return {
        "all": _list(_ref("condition")), "any": _list(_ref("condition")), "not": _ref("condition"), "fact": facts,
        "formula": _VALUE, "group": _WORDS, "benefit": _TEXT, "definition": _TEXT, "chosen": _WORDS,
        "place": {"anyOf": [unit, _list(unit)]}, "former": {"anyOf": [former, _list(former)]}, "at": facts,
        "outcome": _choice(Outcome), "exists": _FLAG, "within": _ref("within"),
        **dict.fromkeys((name for name in words.OPERATORS if name in ORDERED or name in SETS), threshold),
        "is": threshold, "is_not": threshold,
    }  # fmt: skip


def _object(keys: Keys, types: Mapping[str, Schema]) -> Schema:
    """Return a mapping with exactly the keys of the loader; a key nobody typed is a ``KeyError`` here."""
    made: Schema = {
        "type": "object",
        "properties": {key: types[key] for key in sorted(keys.allowed)},
        "additionalProperties": False,
    }
    return made | ({"required": sorted(keys.required)} if keys.required else {})


def _table(name: str, entry: Schema) -> Schema:
    return {
        "type": "object",
        "properties": {name: _mapping(entry)},
        "required": [name],
        "additionalProperties": False,
    }


def _list_of(name: str, entry: Schema) -> Schema:
    return {"type": "object", "properties": {name: _list(entry)}, "required": [name], "additionalProperties": False}


def _mapping(entry: Schema) -> Schema:
    return {"type": "object", "additionalProperties": entry}


def _list(entry: Schema) -> Schema:
    return {"type": "array", "items": entry}


def _choice(values: Iterable[Any]) -> Schema:
    return {"enum": [str(getattr(value, "value", value)) for value in values]}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}
