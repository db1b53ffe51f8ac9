"""The first sheet of a result, readable on one printed page, and the sheet of rows that could not be judged."""

from __future__ import annotations

from typing import Any

from core.vietnamese.format import day
from rules.screening.report import ScreeningReport
from rules.screening.texts import Texts


def write_summary(book: Any, sheet: Any, report: ScreeningReport, texts: Texts) -> None:
    """Write what was read and, by benefit, how many people stand how."""
    say = texts.raw["summary"]
    title = book.add_format({"bold": True, "font_size": 15})
    bold = book.add_format({"bold": True, "bg_color": "#E8EEF4", "text_wrap": True, "border": 1, "valign": "top"})
    cell = book.add_format({"border": 1, "num_format": "#,##0", "text_wrap": True})
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_column(0, 0, 46)
    sheet.set_column(1, 6, 15)
    sheet.write_string(0, 0, say["title"], title)
    row = 1
    for key, value in _facts_of(report).items():
        if value is None:
            continue
        sheet.write_string(row, 0, say[key])
        if isinstance(value, int):
            sheet.write_number(row, 1, value)
        else:
            sheet.write_string(row, 1, value)
        row += 1
    row += 1
    for place, key in enumerate(("benefit", "eligible", "due", "coming", "undetermined", "ineligible", "money")):
        sheet.write_string(row, place, say[key], bold)
    for count in report.counts.values():
        row += 1
        sheet.write_string(row, 0, count.name_vi, cell)
        numbers = (count.eligible, count.due, count.coming, count.undetermined, count.ineligible, count.monthly_vnd)
        for place, number in enumerate(numbers, 1):
            sheet.write_number(row, place, number, cell)
    row += 2
    sheet.write_string(row, 0, say["note"])
    for sentence in report.unread_columns:
        row += 1
        sheet.write_string(row, 0, sentence)


def _facts_of(report: ScreeningReport) -> dict[str, str | int | None]:
    return {
        "file": report.path,
        "as_of": day(report.as_of),
        "province": report.province,
        "release": report.release,
        "rows": report.rows,
        "judged": report.judged,
        "bad": report.left_out,
        "repeated": report.repeated,
    }


def write_problems(book: Any, report: ScreeningReport, texts: Texts) -> None:
    """Write every problem with its place; nothing where there is none."""
    if not report.problems:
        return
    sheet = book.add_worksheet(texts.raw["sheets"]["problems"])
    bold = book.add_format({"bold": True, "bg_color": "#E8EEF4"})
    sheet.set_column(0, 2, 18)
    sheet.set_column(3, 3, 90)
    sheet.freeze_panes(1, 0)
    for place, title in enumerate(texts.raw["problems"]["heading"]):
        sheet.write_string(0, place, title, bold)
    for row, problem in enumerate(report.problems, 1):
        sheet.write_string(row, 0, problem.sheet)
        sheet.write_number(row, 1, problem.line)
        sheet.write_string(row, 2, problem.column)
        sheet.write_string(row, 3, problem.message)
