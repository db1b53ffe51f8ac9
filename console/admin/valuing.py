"""The values of a group on the page: typed fields for each, rows by time and place, or the YAML of all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from starlette.datastructures import FormData

from core.vietnamese.text import nfc
from rules.editing.conditions import structured
from rules.editing.emit import emit
from rules.editing.fields import Field
from rules.editing.value_form import YAML, Row, ValueForm

MODE: Final = "values_mode"
TO_YAML: Final = "values.yaml"
TO_FORM: Final = "values.form"
MOST_ROWS: Final = 30
_NAME: Final = re.compile(r"v\.([a-z][a-z0-9_]*)\.(\d{1,2})\.([a-z_]+)")
_ADD: Final = re.compile(r"row\.([a-z][a-z0-9_]*)")
_DROP: Final = re.compile(r"unrow\.([a-z][a-z0-9_]*)\.(\d{1,2})")


@dataclass(frozen=True)
class Valuer:
    """The values as a template draws them. ``focus``: the row to go to; ``errors`` are by field."""

    form: ValueForm
    rows: Mapping[str, Sequence[Row]]
    focus: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """Return the values in the order of the law, those that only this group has behind them."""
        return list(dict.fromkeys([*self.form.fields, *self.rows]))

    def rows_of(self, name: str) -> Sequence[Row]:
        """Return the rows of a value, an empty one where there is none."""
        return self.rows.get(name) or [{}]

    def first(self, name: str) -> Field:
        """Return the field of a value."""
        return self.form.field(name)

    def is_by_hand(self, row: Row) -> bool:
        """Tell whether the fields cannot say this row."""
        return YAML in row

    def is_wrong_below(self, at: str) -> bool:
        """Tell whether a field of a row is wrong that says more than its value."""
        return any(path.startswith(f"{at}.") and path != f"{at}.value" for path in self.errors)

    def is_told(self, row: Row) -> bool:
        """Tell whether more is said of the row than its value."""
        return any(row.get(field.name) for field in self.form.more)


def is_of_values(command: str) -> bool:
    """Tell whether a button is one of the values."""
    return command in (TO_YAML, TO_FORM) or bool(_ADD.fullmatch(command) or _DROP.fullmatch(command))


def shown(form: ValueForm, yaml: str) -> Valuer | None:
    """Return the fields of values that stand as YAML; ``None`` where that is none."""
    values = structured(yaml) if yaml.strip() else {}
    return Valuer(form, form.taken_apart(values)) if isinstance(values, Mapping) else None


def sent(form: ValueForm, data: FormData) -> Valuer:
    """Return the fields that were sent, after what their button asked for."""
    rows, command, focus = _rows(data), str(data.get("do", "")), ""
    if (add := _ADD.fullmatch(command)) and len(rows.setdefault(add[1], [{}])) < MOST_ROWS:
        rows[add[1]].append({})
        focus = f"{add[1]}.{len(rows[add[1]]) - 1}"
    if (drop := _DROP.fullmatch(command)) and int(drop[2]) < len(rows.get(drop[1], [])):
        del rows[drop[1]][int(drop[2])]
        focus = f"{drop[1]}.{max(0, int(drop[2]) - 1)}"
    return Valuer(form, rows, focus)


def read(form: ValueForm, data: FormData) -> tuple[str, Valuer | None]:
    """Return what was sent as YAML, and the fields with their errors where it cannot be read."""
    rows = _rows(data)
    values, findings = form.put_together(rows)
    if findings:
        return "", Valuer(form, rows, errors={finding.path: finding.message for finding in findings})
    return emit(values, 0) if values else "", None


def _rows(data: FormData) -> dict[str, list[Row]]:
    """Return the rows that were sent, by value; numbers that are missing between them are closed up."""
    found: dict[str, dict[int, dict[str, str]]] = {}
    for name, value in data.multi_items():
        if isinstance(value, str) and (at := _NAME.fullmatch(name)):
            found.setdefault(at[1], {}).setdefault(int(at[2]), {})[at[3]] = nfc(value).replace("\r\n", "\n")
    return {name: list(_in_order(rows)) for name, rows in found.items()}


def _in_order(rows: Mapping[int, Row]) -> Iterator[Row]:
    for number in sorted(rows)[:MOST_ROWS]:
        yield rows[number]
