"""How commands print: rich for people, one JSON object a line for programs, errors to standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any, NoReturn

import typer
from rich.console import Console

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


def emit(value: Mapping[str, Any]) -> None:
    """Print one JSON object on one line, Vietnamese as it is."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def fail(*messages: object, code: int = 1) -> NoReturn:
    """Say what is wrong on standard error and end with *code*."""
    for message in messages:
        errors.print(str(message), style="red", markup=False)
    raise typer.Exit(code)
