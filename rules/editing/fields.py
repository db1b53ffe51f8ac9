"""The fields of the forms by which rules are changed, and how what is typed into one is read.

Types and allowed values come from the JSON Schema of the rule language, labels and help from ``forms.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from rules.editing.conditions import structured
from rules.editing.typed import cite_typed, day
from rules.facts.vocabulary import Vocabulary
from rules.findings import Finding
from rules.places import Places
from rules.schema.json_schema import schemas
from rules.schema.nodes import plain_yaml
from rules.wording.phrases import Phrases

FORMS: Final = Path(__file__).with_name("forms.yaml")
_SLUG: Final = re.compile(r"[a-z][a-z0-9_]*")
_THOUSANDS: Final = re.compile(r"-?\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_FRACTIONS: Final = ("percent", "ratio")
_FORMULA: Final = re.compile(r"[^\W\d]")  # a name, so more than a number that cannot be read
_TYPES: Final = {"number": "number", "integer": "number", "boolean": "flag", "string": "text"}
_FLAGS: Final = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Choice:
    """One allowed value."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``type``: text, slug, number, operand (a number or a formula), day, flag, choice, cites, condition,
    values, yaml, document, place, or what the value names (parameter, benefit, group).
    """

    name: str
    type: str
    label_vi: str
    is_required: bool = False
    help_vi: str = ""
    unit: str = ""
    choices: tuple[Choice, ...] = ()

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Return the allowed values with their labels."""
        return [(choice.value, choice.label) for choice in self.choices]

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

    def read(self, raw: Any) -> Any:
        """Return what was typed; raises ``ValueError`` with the code of the finding."""
        return _READERS[self.type](self, raw)


class FieldMaker:
    """Makes fields of the entries of ``forms.yaml``. ``choices``: what a field of a type may name."""

    def __init__(
        self, vocabulary: Vocabulary, places: Places, choices: Mapping[str, Sequence[Choice]] | None = None
    ) -> None:
        self._defined = schemas(vocabulary, places)["benefit"]["$defs"]
        self._names = {unit.id: unit.name_vi for unit in places.units.values()}
        self._names |= {old.id: old.name_vi for old in places.former.values()}
        self._choices = {"place": _places(places), **(choices or {})}

    def made(self, name: str, entry: Mapping[str, Any]) -> Field:
        """Return the field that *entry* tells of; its type is that of the schema where it says ``of``."""
        field = Field(name, entry.get("type", ""), entry["label"], entry.get("required", False), entry.get("help", ""))
        if "of" not in entry:
            return replace(field, choices=tuple(self._choices.get(field.type, ())))
        part, key = entry["of"].split(".")
        schema = self._defined[part]["properties"][key]
        if "enum" not in schema:
            return replace(field, type=_TYPES[schema["type"]])
        words = (Choice(value, self._names.get(value) or _word(value)) for value in map(str, schema["enum"]))
        return replace(field, type="choice", choices=tuple(words))


@lru_cache(maxsize=1)
def forms_table() -> Mapping[str, Any]:
    """Return ``forms.yaml``."""
    table: Mapping[str, Any] = plain_yaml(FORMS)
    return table


def _places(places: Places) -> list[Choice]:
    """Return the units of today by name, then the former provinces."""
    today = sorted((Choice(unit.id, unit.name_vi) for unit in places.units.values()), key=lambda one: one.label)
    ids = {one.value for one in today}
    named = str(forms_table()["former_place"])
    before = (Choice(old.id, named.format(name=old.name_vi)) for old in places.former.values())
    return [*today, *sorted((one for one in before if one.value not in ids), key=lambda one: one.label)]


def _word(value: str) -> str:
    phrases = Phrases.load()
    return str(forms_table()["choices"].get(value) or phrases.known("outcome", value))


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


def _day(field: Field, raw: Any) -> date:
    return date.fromisoformat(day(str(raw), field.name))


def _operand(field: Field, raw: Any) -> int | Decimal | str:
    """Read a number, or a formula: what has a name in it is no number."""
    text = str(raw).strip()
    return text if _FORMULA.search(text) else _number(field, text)


def _flag(_field: Field, raw: Any) -> bool:
    if str(raw) not in _FLAGS:
        raise ValueError("not_a_choice")
    return _FLAGS[str(raw)]


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


def _cites(_field: Field, raw: Any) -> list[Any]:
    lines = raw if isinstance(raw, list) else str(raw).splitlines()
    return [cite_typed(str(line).strip()) for line in lines if str(line).strip()]


def _condition(_field: Field, raw: Any) -> Any:
    """Read a condition: as plain values, or as YAML text."""
    if isinstance(raw, Mapping | list):
        return raw
    found = structured(str(raw))
    if not isinstance(found, Mapping) and any(isinstance(part, Finding) for part in found):
        raise ValueError("not_a_condition.typed")
    return found


_READERS: Final[Mapping[str, Callable[[Field, Any], Any]]] = {
    "number": _number, "operand": _operand, "flag": _flag, "day": _day, "choice": _choice, "slug": _slug,
    "cites": _cites, "place": _choice, "condition": _condition, "values": _condition, "parameter": _named,
    "benefit": _named, "group": _named, "text": _text, "document": _text, "yaml": lambda _field, raw: str(raw),
}  # fmt: skip
