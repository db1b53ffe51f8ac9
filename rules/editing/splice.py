"""Add to a mapping or a list of a YAML text, in the style in which it is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rules.editing.emit import emit, flow, scalar
from rules.editing.outline import Part, Text


def append_item(sequence: Part, value: Any, *, after: Part | None = None) -> str:
    """Return the whole text with *value* as a new item of *sequence*, behind the item *after* (default: the last)."""
    text, items = sequence.text, sequence.items()
    if sequence.is_flow:
        at = after.end if after is not None else items[-1].end if items else sequence.start + 1
        return text.spliced(at, at, f"{', ' if items else ''}{flow(value)}")
    place = after or items[-1]
    dash = _dash_column(text, items[0])
    end = text.line_end(place.end)
    return text.spliced(end, end, f"\n{' ' * dash}- {emit(value, dash + 2)}")


def set_key(mapping: Part, key: str, value: Any, *, behind: str | None = None) -> str:
    """Return the whole text with *key* of *mapping* set: where it stands, else first, or behind another."""
    text = mapping.text
    standing, own = mapping.get(key), mapping.key(key)
    if standing is not None and own is not None:
        return replace_value(text, own, standing, emit_or_flow(value, mapping, own.column))
    names = [name for name, _own, _value in mapping.entries()]
    place = names.index(behind) + 1 if behind in names else 0
    if place == len(names):
        return add_key(mapping, key, value)
    next_key = mapping.key(names[place])
    assert next_key is not None  # noqa: S101  (it was just listed)
    if mapping.is_flow:
        return text.spliced(next_key.start, next_key.start, f"{scalar(key)}: {flow(value)}, ")
    written = f"{scalar(key)}:{emit_or_flow(value, mapping, next_key.column)}\n{' ' * next_key.column}"
    return text.spliced(next_key.start, next_key.start, written)


def add_key(mapping: Part, key: str, value: Any) -> str:
    """Return the whole text with *key* added at the end of *mapping*."""
    text = mapping.text
    *_, (_name, own, last) = mapping.entries()
    if mapping.is_flow:
        return text.spliced(last.end, last.end, f", {scalar(key)}: {flow(value)}")
    end = text.line_end(last.end)
    written = emit_or_flow(value, mapping, own.column)
    return text.spliced(end, end, f"\n{' ' * own.column}{scalar(key)}:{written}")


def key_span(mapping: Part, key: str) -> tuple[int, int]:
    """Return from where to where *key* of *mapping* stands, with all that goes when it goes."""
    text = mapping.text
    own, value = mapping.key(key), mapping.get(key)
    assert own is not None  # noqa: S101  (the caller looked)
    assert value is not None  # noqa: S101
    if mapping.is_flow:
        behind = re.compile(r"\s*,\s*").match(text.source, value.end)
        return own.start, behind.end() if behind else value.end
    first = text.line_start(own.start)
    if text.source[first : own.start].strip():  # behind the dash of an item: the next key moves up
        rest = re.compile(r"[^\n]*\n\s*").match(text.source, value.end)
        return own.start, rest.end() if rest else value.end
    return first, min(text.line_end(value.end) + 1, len(text.source))


def replace_value(text: Text, key: Part, value: Part, written: str) -> str:
    """Return the whole text with the value behind *key* replaced by *written*, which begins with its own space."""
    colon = text.source.index(":", key.end) + 1
    return text.spliced(colon, value.end, written)


def emit_or_flow(value: Any, mapping: Part, column: int) -> str:
    """Return *value* to stand behind a key in *column*: on its line, or below it where it is long."""
    flat = flow(value)
    if mapping.is_flow or not isinstance(value, Mapping | list | tuple):
        return f" {flat}"
    written = emit(value, column + 2)
    if written == flat:
        return f" {flat}"
    return f"\n{' ' * (column + 2)}{written}"


def reindented(source: str, by: int) -> str:
    """Return *source* with every line but the first moved to the right."""
    first, *rest = source.split("\n")
    moved = [(" " * by + line if by > 0 else line[min(-by, len(line) - len(line.lstrip())) :]) for line in rest]
    return "\n".join([first, *(line if line.strip() else "" for line in moved)])


def _dash_column(text: Text, item: Part) -> int:
    start = text.line_start(item.start)
    return text.source.rindex("-", start, item.start) - start
