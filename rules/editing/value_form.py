"""The values of a group as a form shows them, and back: typed by what the benefit's results say, nothing lost.

What the fields cannot say (a key nobody knows, an article with days of its own) stays as YAML.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeAlias

from rules.editing.conditions import structured
from rules.editing.emit import emit
from rules.editing.fields import Choice, Field, FieldMaker, forms_table
from rules.editing.typed import cite_written, written
from rules.findings import Finding
from rules.wording.phrases import Phrases

Row: TypeAlias = Mapping[str, str]
FIRST: Final = "value"
YAML: Final = "yaml"
GROUP: Final = "group"
_UNSETTLED: Final = ("reason", "text", "refer", "at_least", "at_most")
_DAYS: Final = ("from", "to", "known_from")
_TYPES: Final = {"text": "choice", "flag": "flag", "date": "day", GROUP: "text"}


@dataclass(frozen=True, slots=True)
class ValueName:
    """A value that groups of a benefit have. ``texts``: those that stand in its groups, where it is a text."""

    name: str
    unit: str
    texts: tuple[str, ...] = ()


class ValueForm:
    """Takes the values of a group apart and puts them together."""

    def __init__(self, names: Sequence[ValueName], maker: FieldMaker) -> None:
        self._row = [maker.made(name, entry) for name, entry in forms_table()["row"].items()]
        self._firsts = {name.name: self._first(name) for name in names}

    @property
    def fields(self) -> Mapping[str, Field]:
        """Return the field of each value, by its name."""
        return self._firsts

    def field(self, name: str) -> Field:
        """Return the field of a value, also of one that no other group has."""
        return self._firsts.get(name) or self._first(ValueName(name, ""))

    @property
    def more(self) -> Sequence[Field]:
        """Return the fields that say when, where and by which article a value counts."""
        return self._row[1:]

    def taken_apart(self, values: Mapping[str, Any]) -> dict[str, list[Row]]:
        """Return the rows of each value; the texts of a value that the fields cannot say are one row of YAML."""
        return {name: self._rows(name, value) for name, value in values.items()}

    def put_together(self, told: Mapping[str, Sequence[Row]]) -> tuple[dict[str, Any], list[Finding]]:
        """Return the values as plain ones, and a finding per field that cannot be read (``v.name.0.from``)."""
        values: dict[str, Any] = {}
        findings: list[Finding] = []
        for name, rows in told.items():
            read = [self._read(name, number, row, findings) for number, row in enumerate(rows) if any(row.values())]
            if read:
                values[name] = _shortest(read)
        return values, findings

    def _rows(self, name: str, value: Any) -> list[Row]:
        listed = value if isinstance(value, list) else [value]
        rows = [_texts(one) for one in listed]
        if all(row is not None for row in rows):
            shown = [row for row in rows if row is not None]
            back, wrong = self.put_together({name: shown})
            if not wrong and _rows_of(_as_written(back.get(name))) == _rows_of(_as_written(value)):
                return shown
        return [{YAML: emit(value, 0)}]

    def _read(self, name: str, number: int, row: Row, findings: list[Finding]) -> Any:
        if row.get(YAML):
            return _of_yaml(row[YAML], f"v.{name}.{number}.{YAML}", findings)
        values: dict[str, Any] = {}
        for field in (self.field(name), *self._row[1:]):
            raw = row.get(field.name, "").strip()
            if not raw:
                continue
            try:
                values[field.name] = field.read(raw)
            except ValueError as error:
                findings.append(Finding(str(error), f"v.{name}.{number}.{field.name}", params={"value": raw}))
        return _entry(values, f"v.{name}.{number}.{FIRST}", findings)

    def _first(self, name: ValueName) -> Field:
        words = Phrases.load()
        label = words.known("values", name.name)
        label = words.known("results", name.name) if label == name.name else label
        choices = [Choice(text, words.known("texts", text)) for text in name.texts]
        kind = _TYPES.get(name.unit, self._row[0].type)
        if kind == "choice" and not choices:
            kind = "text"
        field = replace(self._row[0], label_vi=label, unit=name.unit, choices=tuple(choices), type=kind)
        return field if kind == self._row[0].type else replace(field, help_vi="")


def expected_fields(names: Sequence[ValueName], maker: FieldMaker) -> dict[str, Field]:
    """Return the fields of figures that a worked case expects: numbers, never formulas; texts may be any."""
    made = ValueForm(names, maker).fields
    types = {"operand": "number", "choice": "text"}
    return {name: replace(field, type=types.get(field.type, field.type), help_vi="") for name, field in made.items()}


def value_names(
    units: Mapping[str, str], decided: Sequence[str], groups: Sequence[Mapping[str, Any]]
) -> list[ValueName]:
    """Return the values that groups of a benefit can have.

    *units* are those of its results, *decided* the results that take the value of the chosen group, *groups* the values
    that its groups have.
    """
    names = dict.fromkeys([*decided, *(name for values in groups for name in values)])
    return [ValueName(name, units.get(name, ""), _words_of(name, units, groups)) for name in names]


def _words_of(name: str, units: Mapping[str, str], groups: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    if units.get(name) != "text":
        return ()
    rows = (row for values in groups if name in values for row in _rows_of(values[name]))
    return tuple(dict.fromkeys(str(row["value"]) for row in rows if "value" in row))


def _entry(values: dict[str, Any], at: str, findings: list[Finding]) -> dict[str, Any]:
    """Return one row with its point that the law leaves open where that belongs, days as texts."""
    open_point = {key: values.pop(key) for key in _UNSETTLED if key in values}
    if (FIRST in values) == bool(open_point) and not any(finding.path == at for finding in findings):
        findings.append(Finding("bad_value.either_typed", at))
    if open_point:
        values["unsettled"] = open_point
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in values.items()}


def _texts(value: Any) -> Row | None:
    """Return one value as the texts of its fields; ``None`` where they cannot say it."""
    row = dict(value) if isinstance(value, Mapping) else {FIRST: value}
    open_point = row.pop("unsettled", {})
    if not isinstance(open_point, Mapping) or set(open_point) - set(_UNSETTLED):
        return None
    return {key: _text(key, one) for key, one in {**row, **open_point}.items()}


def _text(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if key in _DAYS and value:
        return written(str(value))
    if key == "when":
        return emit(value, 0)
    if key == "cites":
        return "\n".join(map(cite_written, value))
    return written(value, "number") if isinstance(value, int | float | Decimal) else str(value)


def _shortest(rows: list[Any]) -> Any:
    if len(rows) > 1 or not rows:
        return rows
    only = rows[0]
    return only[FIRST] if isinstance(only, Mapping) and set(only) == {FIRST} else only


def _rows_of(value: Any) -> list[dict[str, Any]]:
    """Return a value in its longest form: rows."""
    listed = value if isinstance(value, list) else [value]
    return [dict(one) if isinstance(one, Mapping) else {FIRST: one} for one in listed]


def _as_written(value: Any) -> Any:
    """Return *value* as it is read again once it is written."""
    read: Any = structured(emit(value, 0))
    return read


def _of_yaml(text: str, at: str, findings: list[Finding]) -> Any:
    read = structured(text)
    if isinstance(read, list) and any(isinstance(part, Finding) for part in read):
        findings.append(Finding("not_a_condition.typed", at))
    return read
