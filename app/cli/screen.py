"""``ansinh screen``: judge a list of people, say who is due what and does not get it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from app.bootstrap import load_rules
from app.cli.options import AsOfOption, Province, known_province
from app.cli.output import console, emit, errors, fail
from core.clock import SystemClock
from rules.errors import InvalidFacts, InvalidRules, UnknownBenefit
from rules.screening import Screening, ScreeningReport
from rules.screening.headers import UnusableTable
from rules.screening.run import MONTHS_AHEAD
from rules.screening.template import Template
from rules.service import EligibilityService

_SHOWN = 20


def screen(
    people: Annotated[
        Path | None, typer.Argument(help="list of people: .csv, .xlsx, .xls, .ods", metavar="PEOPLE")
    ] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="result: .xlsx, .csv or .parquet")] = None,
    as_of: AsOfOption = None,
    province: Province = None,
    benefit: Annotated[list[str] | None, typer.Option(help="judge only this benefit; repeatable")] = None,
    months: Annotated[int, typer.Option(min=0, max=60, help="months to look ahead")] = MONTHS_AHEAD,
    template: Annotated[Path | None, typer.Option(help="write an empty list to fill in (.xlsx) and stop")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the report as one JSON object")] = False,
) -> None:
    """Judge everybody in a list for every benefit: who is entitled, who will be and when, what is missing."""
    try:
        service = load_rules()
        if template is not None:
            _write_template(service, template)
            return
        if people is None or out is None:
            fail("Give a list and a result: ansinh screen people.xlsx -o result.xlsx (or --template FILE).", code=2)
        day = as_of.day if as_of else SystemClock().today()
        place = known_province(service.places, province)
        report = _run(service, people, out, day, place, benefit, months, quiet=as_json)
    except (UnusableTable, InvalidRules, InvalidFacts, UnknownBenefit, OSError) as error:
        fail(error, code=2)
    if as_json:
        emit(report.to_json())
    else:
        _show(report)
    if report.left_out:
        raise typer.Exit(1)


def _write_template(service: EligibilityService, path: Path) -> None:
    if path.suffix.lower() != ".xlsx":
        fail(f"{path} must end in .xlsx.", code=2)
    names = {benefit.id: benefit.name_vi for benefit in service.release.benefits.values()}
    Template(service.vocabulary, names).write(path)
    console.print(str(path), markup=False)


def _run(
    service: EligibilityService,
    people: Path,
    out: Path,
    day: date,
    province: str | None,
    benefits: list[str] | None,
    months: int,
    *,
    quiet: bool,
) -> ScreeningReport:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, disable=quiet, transient=True) as progress:
        task = progress.add_task(people.name, total=None)

        def on_progress(done: int, total: int | None) -> None:
            progress.update(task, completed=done, total=total)

        return Screening(service).run(
            people, out, as_of=day, province=province, benefits=benefits, months_ahead=months, on_progress=on_progress
        )


def _show(report: ScreeningReport) -> None:
    table = Table(title=report.out, expand=True)
    table.add_column("benefit", ratio=1)
    for title in ("eligible", "not\nreceiving", "soon", "unknown", "not\neligible", "đ a month"):
        table.add_column(title, justify="right")
    for one in (count for count in report.counts.values() if count.eligible or count.coming):
        numbers = (one.eligible, one.due, one.coming, one.undetermined, one.ineligible, one.monthly_vnd)
        table.add_row(one.name_vi, *(f"{number:,}".replace(",", ".") for number in numbers))
    console.print(table)
    for problem in report.problems[:_SHOWN]:
        place = " ".join(part for part in (problem.sheet, f"dòng {problem.line}", problem.column) if part)
        errors.print(f"{place}: {problem.message}", markup=False, soft_wrap=True)
    more = len(report.problems) - _SHOWN + report.problems_dropped
    if more > 0:
        errors.print(f"... {more} more in the result", markup=False)
    for sentence in report.unread_columns:
        errors.print(sentence, markup=False, soft_wrap=True)
    rate = report.rows / report.seconds if report.seconds else 0
    console.print(
        f"{report.rows} rows: {report.judged} judged, {report.left_out} left out, {report.repeated} repeated; "
        f"{report.seconds:.1f} s ({rate:,.0f} rows/s), {report.peak_megabytes} MB at most; law {report.release}",
        soft_wrap=True,
    )
