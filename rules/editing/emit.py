"""Write plain values as YAML in the style of the rule files: flow on one line where it fits, else block."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

WIDTH: Final = 120
_PLAIN: Final = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`](?:[^:#,\[\]{}]|:(?=\S)|#(?<=\S#))*(?<!\s)(?<!:)")
_OTHER_TYPE: Final = re.compile(r"~|null|true|false|-?\d+(?:_\d{3})*|-?\d+\.\d+")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def emit(value: Any, column: int) -> str:
    """Return *value* as YAML to stand at *column*; further lines are indented to it."""
    flat = flow(value)
    if column + len(flat) <= WIDTH or not isinstance(value, Mapping | list | tuple) or not value:
        return flat
    if isinstance(value, Mapping):
        return _joined([_entry(key, part, column) for key, part in value.items()], column)
    return _joined([f"- {emit(part, column + 2)}" for part in value], column)


def block(value: Mapping[str, Any]) -> str:
    """Return a mapping as YAML, a key a line."""
    return "\n".join(_entry(key, part, 0) for key, part in value.items())


def flow(value: Any) -> str:
    """Return *value* as YAML on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(flow(part) for part in value) + "]"
    return scalar(value)


def scalar(value: Any) -> str:
    """Return a single value so that the loader reads the same again; a text that is a day stays a day."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal | float | date):
        return str(value)
    text = str(value)
    if _DAY.fullmatch(text):
        return text
    if _PLAIN.fullmatch(text) and not _OTHER_TYPE.fullmatch(text):
        return text
    if "\n" in text:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    return "'" + text.replace("'", "''") + "'"


def _entry(key: str, value: Any, column: int) -> str:
    flat = f"{scalar(key)}: {flow(value)}"
    if column + len(flat) <= WIDTH or not isinstance(value, Mapping | list | tuple):
        return flat
    return f"{scalar(key)}:\n{' ' * (column + 2)}{emit(value, column + 2)}"


def _joined(lines: Sequence[str], column: int) -> str:
    return f"\n{' ' * column}".join(lines)
