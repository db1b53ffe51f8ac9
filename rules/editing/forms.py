"""The forms by which rules are changed, as plain values for a page; and what was filled in, read back.

Types and allowed values come from the JSON Schema of the rule language, labels and help from ``forms.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from rules.editing.conditions import structured
from rules.editing.edit import Edit
from rules.editing.operations import Editor
from rules.engine.case import AGE, AGE_TOLD
from rules.engine.model import Condition, Outcome, Release
from rules.engine.references import leaves
from rules.facts.vocabulary import FactDefinition, Vocabulary
from rules.findings import Finding
from rules.places import Places
from rules.schema.json_schema import schemas
from rules.schema.lint import fitting_operators
from rules.schema.nodes import plain_yaml

FORMS: Final = Path(__file__).with_name("forms.yaml")
_SLUG: Final = re.compile(r"[a-z][a-z0-9_]*")
_DAY_VI: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_THOUSANDS: Final = re.compile(r"-?\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_FRACTIONS: Final = ("percent", "ratio")
_TYPES: Final = {"number": "number", "integer": "number", "boolean": "flag", "string": "text"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One allowed value."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``type``: text, slug, number, day, choice, cites, condition, values, yaml, document, or what the
    value names (parameter, benefit, group).
    """

    name: str
    type: str
    label_vi: str
    is_required: bool = False
    help_vi: str = ""
    unit: str = ""
    choices: tuple[Choice, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "name": self.name,
            "type": self.type,
            "label": self.label_vi,
            "required": self.is_required,
            "help": self.help_vi,
            "unit": self.unit,
            "choices": [[choice.value, choice.label] for choice in self.choices],
        }


@dataclass(frozen=True, slots=True)
class Form:
    """One operation of :class:`rules.editing.operations.Editor` as a form."""

    operation: str
    title_vi: str
    help_vi: str
    fields: tuple[Field, ...]
    units: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        fields = [field.to_json() for field in self.fields]
        return {"operation": self.operation, "title": self.title_vi, "help": self.help_vi, "fields": fields}

    def read(self, filled: Mapping[str, Any]) -> tuple[dict[str, Any], list[Finding]]:
        """Return what was filled in as the operation takes it, and a finding per field that cannot be read."""
        values: dict[str, Any] = {}
        findings: list[Finding] = []
        unit = self.units.get(str(filled.get("key", "")), "")
        for one in self.fields:
            raw = filled.get(one.name)
            if raw in (None, "", [], {}):
                if one.is_required:
                    findings.append(Finding("required", one.name))
                continue
            try:
                values[one.name] = _READERS[one.type](replace(one, unit=unit), raw)
            except ValueError as error:
                findings.append(Finding(str(error), one.name, params={"value": raw}))
        return values, findings


def forms(release: Release, vocabulary: Vocabulary, places: Places) -> dict[str, Form]:
    """Return every form by its operation; lists of parameters, benefits and groups are those of *release*."""
    defined = schemas(vocabulary, places)["benefit"]["$defs"]
    names = {unit.id: unit.name_vi for unit in places.units.values()}
    names |= {old.id: old.name_vi for old in places.former.values()}
    named = {
        "parameter": [Choice(p.key, p.name_vi) for p in release.parameters.values()],
        "benefit": [Choice(b.id, b.name_vi) for b in release.benefits.values()],
        "group": [
            Choice(f"{b.id}/{g.id}", f"{b.name_vi}: {g.name_vi}") for b in release.benefits.values() for g in b.groups
        ],
    }

    def made_of(name: str, entry: Mapping[str, Any]) -> Field:
        made = Field(name, entry.get("type", ""), entry["label"], entry.get("required", False), entry.get("help", ""))
        if "of" not in entry:
            return replace(made, choices=tuple(named.get(made.type, ())))
        part, key = entry["of"].split(".")
        schema = defined[part]["properties"][key]
        if "enum" not in schema:
            return replace(made, type=_TYPES[schema["type"]])
        choices = tuple(Choice(value, names.get(value) or _word(value)) for value in map(str, schema["enum"]))
        return replace(made, type="choice", choices=choices)

    units = {parameter.key: parameter.unit for parameter in release.parameters.values()}
    return {
        operation: Form(
            operation, entry["title"], entry["help"], tuple(made_of(n, e) for n, e in entry["fields"].items()), units
        )
        for operation, entry in _table()["operations"].items()
    }


def apply(editor: Editor, form: Form, filled: Mapping[str, Any]) -> Edit:
    """Do what a filled form asks for; where it cannot be read nothing is changed, and each finding names its field."""
    values, findings = form.read(filled)
    if findings:
        return Edit(editor.documents, {}, tuple(findings), refused=True)
    operations: Mapping[str, Callable[..., Edit]] = {
        "add_value": editor.add_value,
        "set_conditions": editor.set_conditions,
        "add_group": editor.add_group,
        "close_group": editor.close_group,
        "replace": editor.replace,
    }
    return operations[form.operation](**values)


def condition_model(release: Release, vocabulary: Vocabulary, places: Places) -> dict[str, Any]:
    """Return what a page needs to build conditions: kinds, facts with operators and values, definitions, places."""
    table = _table()
    told = vocabulary.facts[AGE_TOLD]
    age = replace(told, id=AGE, name_vi=told.name_vi.partition("(")[0].strip())
    return {
        "kinds": [[kind, label] for kind, label in table["kinds"].items()],
        "operators": dict(table["operators"]),
        "facts": [_fact_model(fact) for fact in (age, *vocabulary.facts.values())],
        "parameters": [[p.key, p.name_vi, p.unit] for p in release.parameters.values()],
        "definitions": [[name, _definition(name, condition)] for name, condition in release.definitions.items()],
        "benefits": [[b.id, b.name_vi, [[g.id, g.name_vi] for g in b.groups]] for b in release.benefits.values()],
        "outcomes": [outcome.value for outcome in Outcome],
        "places": [[place, unit.name_vi] for place, unit in places.units.items()],
    }


def _definition(name: str, condition: Condition) -> str:
    """Return what a definition is called, else what its conditions are called."""
    told = [leaf.source.label for leaf in leaves(condition) if leaf.source.label]
    return condition.source.label or " · ".join(dict.fromkeys(told)) or name


def _fact_model(fact: FactDefinition) -> dict[str, Any]:
    shown = _table()["operators"]
    return {
        "id": fact.id,
        "name": fact.name_vi,
        "type": fact.type,
        "multiple": fact.multiple,
        "values": [[value, label] for value, label in fact.values.items()],
        "operators": [operator for operator in shown if operator in fitting_operators(fact)],
    }


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Any]:
    table: Mapping[str, Any] = plain_yaml(FORMS)
    return table


def _word(value: str) -> str:
    from rules.wording.phrases import Phrases

    phrases = Phrases.load()
    return str(_table()["choices"].get(value) or phrases.known("outcome", value))


def _text(_field: Field, raw: Any) -> str:
    return str(raw).strip()


def _number(field: Field, raw: Any) -> int | Decimal:
    """Read a number. Dots in threes part thousands, as money is written; of a percentage they are decimal points."""
    text = str(raw).strip().replace(" ", "")
    if _THOUSANDS.fullmatch(text) and field.unit not in _FRACTIONS:
        text = text.replace(".", "")
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation as error:
        raise ValueError("not_a_number.typed") from error
    if not number.is_finite():
        raise ValueError("not_a_number.typed")
    return int(number) if number == number.to_integral_value() else number


def _day(_field: Field, raw: Any) -> date:
    text = str(raw).strip()
    if found := _DAY_VI.fullmatch(text):
        day, month, year = map(int, found.groups())
        text = f"{year:04d}-{month:02d}-{day:02d}"
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError("not_a_day.typed") from error


def _choice(field: Field, raw: Any) -> str:
    if raw not in {choice.value for choice in field.choices}:
        raise ValueError("not_a_choice")
    return str(raw)


def _named(field: Field, raw: Any) -> str:
    """Read the name of something that is there; a group stands as ``benefit/group`` or by its own id."""
    text = str(raw).strip()
    if not any(text in (choice.value, choice.value.rpartition("/")[2]) for choice in field.choices):
        raise ValueError("not_a_choice")
    return text.rpartition("/")[2] if field.type == "group" else text


def _slug(_field: Field, raw: Any) -> str:
    if not _SLUG.fullmatch(str(raw).strip()):
        raise ValueError("not_a_slug")
    return str(raw).strip()


def _cites(_field: Field, raw: Any) -> list[str]:
    lines = raw if isinstance(raw, list) else str(raw).splitlines()
    return [str(line).strip() for line in lines if str(line).strip()]


def _condition(_field: Field, raw: Any) -> Any:
    """Read a condition: as plain values, or as YAML text."""
    if isinstance(raw, Mapping | list):
        return raw
    found = structured(str(raw))
    if not isinstance(found, Mapping) and any(isinstance(part, Finding) for part in found):
        raise ValueError("not_a_condition.typed")
    return found


_READERS: Final[Mapping[str, Callable[[Field, Any], Any]]] = {
    "number": _number, "day": _day, "choice": _choice, "slug": _slug, "cites": _cites, "condition": _condition,
    "values": _condition, "parameter": _named, "benefit": _named, "group": _named,
    "text": _text, "document": _text, "yaml": lambda _field, raw: str(raw),
}  # fmt: skip
