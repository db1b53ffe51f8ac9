"""``ansinh check``: judge cases by the rules, and compare them with what they expect."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from app.bootstrap import load_planner, load_rules
from app.cli.files import read_text
from app.cli.output import console, emit, fail
from rules.checking import CheckedCase, WorkedCase, check_cases, lacks_reservation, read_cases
from rules.errors import InvalidRules
from rules.findings import Finding
from rules.outlook import Outlook


def check(
    files: Annotated[list[str], typer.Argument(help="files of cases (YAML, JSON or JSON lines), - for standard input")],
    expect: Annotated[bool, typer.Option("--expect", help="compare with `expect`; exit 1 where any differs")] = False,
    benefit: Annotated[list[str] | None, typer.Option(help="judge and compare only this benefit; repeatable")] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="every condition; what will change the answer and when; near misses")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a case")] = False,
) -> None:
    """Judge cases by the released rules: one verdict per case and benefit, with reasons and citations."""
    cases, findings = _read(files)
    try:
        service = load_rules()
        unknown = [name for name in benefit or () if name not in service.release.benefits]
        if unknown:
            fail(f"Unknown benefit: {', '.join(unknown)}. Known: {', '.join(service.release.benefits)}.", code=2)
        planner = load_planner(service)
        outlook = Outlook(service, planner) if explain else None
        checked = list(check_cases(service, cases, benefits=benefit, planner=planner, outlook=outlook))
    except InvalidRules as error:
        fail(error, code=2)
    for finding in findings:
        sys.stderr.write(f"{finding}\n")
    for one in checked:
        if as_json:
            emit(one.to_json())
        elif not expect:
            _show(one)
            if explain:
                _explain(one)
    if expect and not as_json:
        _show_differences(checked)
    wrong = bool(findings) or any(one.findings for one in checked)
    if wrong or (expect and not all(one.passed for one in checked)):
        raise typer.Exit(1)


def _read(files: Sequence[str]) -> tuple[list[WorkedCase], list[Finding]]:
    cases: list[WorkedCase] = []
    findings: list[Finding] = []
    for name in files:
        read, wrong = read_cases(sys.stdin.read() if name == "-" else read_text(Path(name)), name)
        cases += read
        findings += wrong
    return cases, findings


def _show(one: CheckedCase) -> None:
    console.print(f"[bold]{escape(one.case.id)}[/] {escape(one.case.title)}  ({one.case.as_of})")
    for finding in one.findings:
        console.print(f"  [red]{escape(finding.message)}[/]")
    for decision in one.assessment.decisions if one.assessment else ():
        values = decision.to_json()
        facts = [f"{k}={values[k]}" for k in ("group", *decision.results, "missing") if values.get(k)]
        console.print(f"  {decision.benefit}: [bold]{decision.outcome}[/] {escape('; '.join(facts))}")


def _explain(one: CheckedCase) -> None:
    for decision in one.assessment.decisions if one.assessment else ():
        if decision.reasons:
            console.print(f"  {decision.benefit}", style="bold")
        for leaf in decision.reasons:
            mark = {True: "[green]✓[/]", False: "[red]✗[/]", None: "[yellow]?[/]"}[leaf.verdict]
            since = f", {leaf.since}" if leaf.since else ""
            told = f"{leaf.value} ({leaf.source})"
            words = f"{leaf.label_vi or leaf.fact}: {told} {leaf.operator} {leaf.threshold}"
            console.print(f"    {mark} {escape(f'{words} [{leaf.level}{since}; {leaf.citation}]')}", soft_wrap=True)
        for note in decision.notes:
            console.print(f"    [cyan]i[/] {escape(note.cited)}", soft_wrap=True)
    outlook = one.outlook.to_json() if one.outlook else {"changes": [], "near_misses": []}
    for change in outlook["changes"]:
        age = f", {change['age']}" if change["age"] is not None else ""
        turn = f"{change['before']['outcome']} → {change['after']['outcome']}"
        told = f"{change['on']} ({', '.join(change['why'])}{age}) {change['benefit']}: {turn}"
        console.print(f"  → {escape(told)}", soft_wrap=True)
    for miss in outlook["near_misses"]:
        values = ", ".join(map(str, miss["values"]))
        told = f"{miss['benefit']}: {miss['fact']} = {values}: {miss['since']}"
        console.print(f"  ~ {escape(told)}", soft_wrap=True)


def _show_differences(checked: Sequence[CheckedCase]) -> None:
    table = Table("case", "benefit", "field", "expected", "found", title="Differences")
    for one in checked:
        for finding in one.findings:
            table.add_row(escape(one.case.id), "", finding.code, "", escape(finding.message))
        for d in one.differences:
            table.add_row(escape(one.case.id), d.benefit, d.key, escape(str(d.expected)), escape(str(d.found)))
    if table.row_count:
        console.print(table)
    for one in checked:
        if open_to_doubt := lacks_reservation(one):
            console.print(f"note: {one.case.id}: no reservation on {', '.join(open_to_doubt)}", style="dim")
    passed = sum(one.passed for one in checked)
    console.print(f"{passed} of {len(checked)} cases as expected")
