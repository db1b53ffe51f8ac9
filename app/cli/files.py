"""Read the files that commands are given; a file that cannot be read ends the command with what is wrong and where."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from app.cli.output import fail


def read_text(path: Path) -> str:
    """Return the text of *path*, which is UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        return fail(f"{path} cannot be read: {error.strerror}.", code=2)
    except UnicodeDecodeError as error:
        return fail(f"{path} is not UTF-8 (byte {error.start}). Save it as UTF-8.", code=2)


def read_yaml(path: Path) -> Any:
    """Return what the YAML (or JSON) of *path* holds."""
    try:
        return yaml.safe_load(read_text(path))
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark
        place = f":{at.line + 1}:{at.column + 1}" if at is not None else ""
        return fail(f"{path}{place}: not YAML: {error.problem}.", code=2)
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a day such as 2026-02-31
        return fail(f"{path}: not YAML: {error}.", code=2)


def read_json_lines(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield the JSON value of every line that holds one, with the line's number."""
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except json.JSONDecodeError as error:
                fail(f"{path}:{number}: not JSON: {error.msg} (column {error.colno}).", code=2)
