"""Read a file of dialogues: a list of ``{id, turns, as_of?, channel?, province?, after_last?}`` in YAML."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from app.cli.files import read_yaml
from app.cli.output import fail


def read_script(path: Path) -> list[dict[str, Any]]:
    """Return the dialogues of *path*; end with every mistake at once."""
    items = read_yaml(path)
    if isinstance(items, dict):
        items = [items]
    if not isinstance(items, list):
        fail(f"{path}: a list of dialogues is needed, each with id and turns.", code=2)
    mistakes = [m for number, item in enumerate(items, start=1) for m in _mistakes(item, number)]
    if mistakes:
        fail(*(f"{path}: {mistake}" for mistake in mistakes), code=2)
    return items


def _mistakes(item: object, number: int) -> Sequence[str]:
    if not isinstance(item, dict):
        return [f"dialogue {number} is not a mapping with id and turns"]
    name = str(item.get("id", f"dialogue {number}"))
    mistakes = []
    turns = item.get("turns")
    if "id" not in item:
        mistakes.append(f"dialogue {number} has no id")
    if not isinstance(turns, list) or not turns:
        mistakes.append(f"{name}: turns must be a list of what the citizen writes, at least one")
    try:
        date.fromisoformat(str(item.get("as_of", "2026-01-01")))
    except ValueError:
        mistakes.append(f"{name}: as_of {item['as_of']!r} is no day; write it as 2026-11-21")
    return mistakes
