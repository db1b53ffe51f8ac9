"""YAML with positions, read strictly: no duplicate keys, no ``yes``/``no`` booleans, decimals kept exact."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import yaml

from rules.errors import InvalidRules
from rules.findings import Finding, yaml_problem

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT: Final = re.compile(r"-?\d+(?:_\d{3})*")
_DECIMAL: Final = re.compile(r"-?\d+\.\d+")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a YAML file and where it begins, counted from 1."""

    value: Any
    line: int
    column: int = 0


def parse_yaml(text: str, path: str) -> tuple[Node | None, list[Finding]]:
    """Return the tree of *text* and what is wrong with it as YAML."""
    findings: list[Finding] = []
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        return None, [Finding("not_yaml", path, line, column, {"problem": yaml_problem(error)})]
    if root is None:
        return None, [Finding("empty_file", path)]
    return convert(root, path, findings), findings


def convert(node: yaml.Node, path: str, findings: list[Finding]) -> Node:
    """Return the tree of a composed node; what is wrong with its values is added to *findings*."""
    line, column = node.start_mark.line + 1, node.start_mark.column + 1
    if isinstance(node, yaml.SequenceNode):
        return Node([convert(child, path, findings) for child in node.value], line, column)
    if isinstance(node, yaml.MappingNode):
        return Node(_mapping(node, path, findings), line, column)
    assert isinstance(node, yaml.ScalarNode)  # noqa: S101  (the only kind left)
    try:
        return Node(_scalar(node), line, column)
    except ValueError:
        findings.append(Finding("bad_value", path, line, column, {"value": node.value}))
        return Node(node.value, line, column)


def _mapping(node: yaml.MappingNode, path: str, findings: list[Finding]) -> dict[str, Node]:
    """Convert the keys; ``<<: *anchor`` or ``<<: [*one, *another]`` puts keys of others underneath those written."""
    merged: dict[str, Node] = {}
    own: dict[str, Node] = {}
    for key, value in node.value:
        others = value.value if isinstance(value, yaml.SequenceNode) else [value]
        if key.value == "<<" and all(isinstance(other, yaml.MappingNode) for other in others):
            for other in others:
                merged = _mapping(other, path, findings) | merged
            continue
        if key.value in own:
            mark = key.start_mark
            place = (mark.line + 1, mark.column + 1)
            findings.append(Finding("duplicate_key", path, *place, {"key": key.value}))
        own[key.value] = convert(value, path, findings)
    return merged | own


def _scalar(node: yaml.ScalarNode) -> Any:
    text: str = node.value
    if node.style in ('"', "'", "|", ">"):
        return text
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _DAY.fullmatch(text):
        return date.fromisoformat(text)
    if _INT.fullmatch(text):
        return int(text.replace("_", ""))
    return Decimal(text) if _DECIMAL.fullmatch(text) else text


def plain(node: Node) -> Any:
    """Return the bare value of *node*, without positions."""
    if isinstance(node.value, Mapping):
        return {key: plain(child) for key, child in node.value.items()}
    if isinstance(node.value, list):
        return [plain(child) for child in node.value]
    return node.value


def plain_yaml(path: Path) -> Any:
    """Read *path* as bare values; raises :class:`InvalidRules`."""
    node, findings = parse_yaml(path.read_text(encoding="utf-8"), str(path))
    if findings or node is None:
        raise InvalidRules(findings)
    return plain(node)
