"""Change the condition of a group, or what is required of all: as it stands, or from a day on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from rules.editing.emit import emit, flow
from rules.editing.outline import Part
from rules.editing.splice import append_item, emit_or_flow, key_span, reindented, replace_value, set_key
from rules.engine.decision import plain as as_json
from rules.findings import Finding
from rules.schema.nodes import convert, parse_yaml, plain

Condition = Mapping[str, Any] | Sequence[Any]
_DATED = ("from", "to", "known_from", "cites")


@dataclass(frozen=True)
class Block:
    """Where a condition stands: *place* is a group or a benefit, *name* the key (``when``, ``requires``)."""

    place: Part
    name: str

    @property
    def shared_as(self) -> str | None:
        """The name under which other places use the condition too: changing it would change them."""
        place = self.versions[-1] if self.versions else self.place
        own, value = place.key(self.name), place.get(self.name)
        if own is None or value is None:
            return None
        source = place.text.source
        anchors = re.findall(r"&([\w-]+)", source[own.end : value.end])
        return next((name for name in anchors if re.search(rf"\*{name}\b", source)), None)

    @property
    def versions(self) -> list[Part]:
        """The versions of a group."""
        found = self.place.get("versions") if self.name == "when" else None
        return found.items() if found is not None else []

    def cannot_begin(self, start: date) -> tuple[str, dict[str, str]] | None:
        """Return why no condition can begin on *start*: which sentence, and what fills it."""
        last = self.versions[-1] if self.versions else self.place
        first, end = last.word("from"), last.word("to")
        if first is not None and first >= str(start):
            return "not_later", {"first": first}
        if end is not None and end < str(start):
            return "not_later.ended", {"end": end}
        return None


def in_place(block: Block, condition: Condition) -> str:
    """Return the whole text with the condition (of the last version) replaced."""
    place = block.versions[-1] if block.versions else block.place
    return set_key(place, block.name, condition)


def new_version(block: Block, condition: Condition, *, start: date, cites: list[str], known_from: date | None) -> str:
    """Return the whole text with *condition* from *start* on; what stood there is kept for the days before.

    A change that counts back (*known_from*) leaves the condition before open: it goes on for what was known then.
    """
    dated: dict[str, Any] = {"from": start}
    dated |= {"known_from": known_from} if known_from else {}
    dated |= {"cites": cites} if cites else {}
    end = None if known_from else start - timedelta(days=1)
    if block.versions:
        return _another_version(block, {**dated, "when": condition}, end)
    if block.place.is_flow:
        return _flow_group(block.place, condition, dated, end)
    if block.name == "requires":
        return _dated_requires(block.place, condition, dated, end)
    return _first_versions(block.place, condition, dated, end)


def dated_conditions(block: Block) -> list[dict[str, Any]]:
    """Return the conditions by period as plain values."""
    if block.versions:
        own = block.place.get("when")
        return [_as_dated(version, version.get("when") or own) for version in block.versions]
    value = block.place.get(block.name)
    return [_as_dated(block.place if block.name == "when" else None, value)]


def structured(text: str) -> Condition | list[Finding]:
    """Return *text* as plain values."""
    node, findings = parse_yaml(text, "condition")
    if findings or node is None:
        return findings
    found: Condition = _json(plain(node))
    return found


def _as_dated(place: Part | None, value: Part | None) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for key in _DATED:
        found = place.get(key) if place is not None else None
        if found is not None:
            told[key] = value_of(found)
    return told | {"condition": value_of(value) if value is not None else []}


def value_of(part: Part) -> Any:
    """Return what *part* says as plain values, aliases filled in; days as texts."""
    return _json(plain(convert(part.node, "part", [])))


def _json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _json(part) for key, part in value.items()}
    return [_json(part) for part in value] if isinstance(value, list) else as_json(value)


def _another_version(block: Block, version: Mapping[str, Any], end: date | None) -> str:
    sequence = block.place.get("versions")
    assert sequence is not None  # noqa: S101  (it has versions)
    longer = append_item(sequence, version)
    if end is None:
        return longer
    last = block.versions[-1]
    source = sequence.text.source
    closed = set_key(last, "to", end, behind="from")  # changes nothing behind the version it closes
    return closed[: len(closed) - (len(source) - last.end)] + longer[last.end :]


def _first_versions(group: Part, condition: Condition, dated: Mapping[str, Any], end: date | None) -> str:
    """Turn ``when: X`` of a group into two versions; articles of the group go with the condition they belong to."""
    own, value = group.key("when"), group.get("when")
    column = group.column if own is None else own.column
    inner = column + 4
    before = [f"to: {end}"] if end else []
    cites = group.get("cites") if "cites" in dated else None
    if cites is not None:
        before.append("cites:" + _moved(group, "cites", inner))
    if own is not None and value is not None:
        before.append("when:" + _moved(group, "when", inner))
    else:
        before.append("when: []")
    new = emit({**dated, "when": condition}, inner)
    if new.startswith("{"):
        new = f"\n{' ' * inner}".join(f"{key}: {flow(part)}" for key, part in {**dated, "when": condition}.items())
    pad = " " * (column + 2)
    written = f"versions:\n{pad}- " + f"\n{' ' * inner}".join(before) + f"\n{pad}- {new}"
    if own is None or value is None:
        end_of = group.text.line_end(group.end)
        changes = [(end_of, end_of, f"\n{' ' * column}{written}")]
    else:
        changes = [(own.start, value.end, written)]
    return group.text.changed([*changes, *([(*key_span(group, "cites"), "")] if cites is not None else [])])


def _moved(mapping: Part, key: str, column: int) -> str:
    """Return what stands behind *key*, an anchor included, as it is written in *column*."""
    own, value = mapping.key(key), mapping.get(key)
    assert own is not None  # noqa: S101  (the caller looked)
    assert value is not None  # noqa: S101
    source = mapping.text.source
    colon = source.index(":", own.end) + 1
    return reindented(source[colon : value.end], column - own.column)


def _flow_group(group: Part, condition: Condition, dated: Mapping[str, Any], end: date | None) -> str:
    """Rewrite a group that stands on one line as a block with two versions."""
    told = value_of(group)
    old: dict[str, Any] = {"to": end} if end else {}
    if "cites" in dated and "cites" in told:
        old["cites"] = told.pop("cites")
    old["when"] = told.pop("when", [])
    told["versions"] = [old, {**dated, "when": condition}]
    return group.text.spliced(group.start, group.end, _block(told, group.column))


def _block(entries: Mapping[str, Any], column: int) -> str:
    lines: list[str] = []
    for key, value in entries.items():
        if key == "versions":
            pad = " " * (column + 2)
            lines.append("versions:" + "".join(f"\n{pad}- {_block(version, column + 4)}" for version in value))
        else:
            flat = f"{key}: {flow(value)}"
            long = column + len(flat) > 120 and isinstance(value, Mapping | list)
            lines.append(f"{key}:\n{' ' * (column + 2)}{emit(value, column + 2)}" if long else flat)
    return f"\n{' ' * column}".join(lines)


def _dated_requires(root: Part, condition: Condition, dated: Mapping[str, Any], end: date | None) -> str:
    """Turn ``requires: X`` into what was required before and what is required from the day on."""
    own, value = root.key("requires"), root.get("requires")
    new = {**dated, "all": [condition] if isinstance(condition, Mapping) else list(condition)}
    if own is None or value is None:
        return set_key(root, "requires", {"all": [new]}, behind="in_force")
    old_value = value_of(value)
    old: dict[str, Any] = {"to": end} if end else {}
    old |= {"all": [old_value] if isinstance(old_value, Mapping) else old_value}
    if value.is_flow or value.is_alias or end is None:
        joined = {"all": [old, new]} if end else {"all": [old_value, new]}
        return replace_value(root.text, own, value, emit_or_flow(joined, root, own.column))
    body = root.text.source[value.start : value.end]
    is_list = isinstance(old_value, list)
    shift = 6 if is_list else 8
    kept = reindented(body, shift) if is_list else "- " + reindented(body, shift)
    pad = " " * (own.column + value.column - own.column + 6)
    written = f"\n  all:\n    - to: {end}\n      all:\n{pad}{kept}\n    - {emit(new, 6)}"
    return replace_value(root.text, own, value, written)
