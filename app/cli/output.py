"""How commands print: rich for people, one JSON object a line for programs, errors to standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)

AsJson = Annotated[bool, typer.Option("--json", help="one JSON object")]


def emit(value: Mapping[str, Any]) -> None:
    """Print one JSON object on one line, Vietnamese as it is."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def show(values: Mapping[str, Any], *, as_json: bool) -> None:
    """Print one thing: an aligned line a value for people, one JSON object for programs."""
    if as_json:
        emit(values)
        return
    width = max(map(len, values), default=0)
    for name, value in values.items():
        console.print(f"{name:{width}}  {'–' if value in (None, '') else value}", markup=False, soft_wrap=True)


def fail(*messages: object, code: int = 1) -> NoReturn:
    """Say what is wrong on standard error and end with *code*."""
    for message in messages:
        errors.print(str(message), style="red", markup=False, soft_wrap=True)
    raise typer.Exit(code)
