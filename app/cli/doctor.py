"""``ansinh doctor``: what works, what does not, and what to do about it."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from app.bootstrap import Parts
from app.cli.output import console, emit
from app.diagnosis import examine
from app.findings import Finding, Health
from app.logs import configure
from app.settings import Settings

MARKS = {Health.OK: "[green]ok", Health.OFF: "[dim]off", Health.WARN: "[yellow]warn", Health.FAIL: "[red]fail"}


def doctor(as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False) -> None:
    """Check interpreters, models, index, database, rules, Rasa, and each channel's token and webhook."""
    configure("ERROR")
    findings = asyncio.run(examine(Parts.of(Settings())))
    failed = any(finding.health is Health.FAIL for finding in findings)
    if as_json:
        emit({"ok": not failed, "checks": [finding.to_json() for finding in findings]})
    else:
        console.print(_table(findings))
    raise typer.Exit(1 if failed else 0)


def _table(findings: list[Finding]) -> Table:
    table = Table("", "what", "found", "what to do")
    for finding in findings:
        row = (finding.name, finding.detail, finding.advice)
        table.add_row(MARKS[finding.health], *(escape(text) for text in row))
    return table
