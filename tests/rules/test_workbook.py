"""Workbooks are read row by row: the same cells that a reader of whole sheets finds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import fastexcel
import pytest
import xlsxwriter

from rules.screening.headers import UnusableTable
from rules.screening.limits import Limits
from rules.screening.tables import Table
from rules.screening.texts import Texts
from rules.screening.workbook import BrokenWorkbook, Workbook

TEXTS = Texts.load()
ROOM = 10_000_000
Fill = Callable[[Any, Any], None]


def made(path: Path, fill: Fill, **options: Any) -> Path:
    book = xlsxwriter.Workbook(str(path), options)
    fill(book, book.add_worksheet("Thôn 1"))
    book.close()
    return path


def rows(path: Path) -> list[tuple[int, list[str]]]:
    with Workbook(path, unpacked_bytes=ROOM) as book:
        return [row for sheet in book.sheets for row in book.rows(sheet)]


def everything(book: Any, sheet: Any) -> None:
    day, moment = (book.add_format({"num_format": code}) for code in ("dd/mm/yyyy", "yyyy-mm-dd hh:mm:ss"))
    colour = book.add_format({"num_format": "[Red]#,##0"})
    sheet.write_row(0, 0, ["Họ và tên", "  có  dấu cách ", "a<b>&\"'", "12"])
    sheet.write_number(2, 0, 1948)
    sheet.write_number(2, 1, 0.25)
    sheet.write_number(2, 2, 123_456_789_012)
    sheet.write_number(2, 3, 540_000, colour)
    sheet.write_datetime(3, 0, datetime(1951, 5, 2), day)  # noqa: DTZ001
    sheet.write_datetime(3, 1, datetime(1951, 5, 2, 13, 30), moment)  # noqa: DTZ001
    sheet.write_datetime(3, 2, date(2026, 7, 1), day)
    sheet.write_boolean(4, 1, True)
    sheet.write_formula(4, 2, "=1+1", None, 2)
    sheet.write_rich_string(4, 3, book.add_format({"bold": True}), "hộ ", "nghèo")
    sheet.write_string(5, 30, "xa")


@pytest.mark.parametrize("options", [{}, {"constant_memory": True}, {"date_1904": True}])
def test_cells_are_what_a_reader_of_whole_sheets_finds(tmp_path: Path, options: dict[str, Any]) -> None:
    """Shared and inline texts, numbers, days, formulas, gaps."""
    path = made(tmp_path / "people.xlsx", everything, **options)
    whole = fastexcel.read_excel(path).load_sheet(0, header_row=None, dtypes="string").to_polars()

    found = rows(path)

    for line, cells in found:
        theirs = [cell or "" for cell in whole.row(line - 1)]
        assert [cell.removesuffix(" 00:00:00") for cell in theirs[: len(cells)]] == cells
        assert not any(theirs[len(cells) :])
    assert [line for line, _cells in found] == [1, 3, 4, 5, 6]


def with_sheet(tmp_path: Path, sheet: str) -> Path:
    """Return a workbook whose only sheet is written by hand."""
    made(tmp_path / "plain.xlsx", lambda _book, sheet: sheet.write_row(0, 0, ["An", "x"]))
    path = tmp_path / "by_hand.xlsx"
    with ZipFile(tmp_path / "plain.xlsx") as old, ZipFile(path, "w") as new:
        for part in old.namelist():
            new.writestr(part, sheet if part.endswith("sheet1.xml") else old.read(part))
    return path


def test_names_of_elements_may_carry_a_prefix(tmp_path: Path) -> None:
    """Some programs write them so; readings aids of East Asian texts are no text."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = (
        f'<x:worksheet xmlns:x="{space}"><x:sheetData><x:row r="4"><x:c r="B4" t="inlineStr"><x:is><x:t>Bình</x:t>'
        '<x:rPh sb="0" eb="1"><x:t>aid</x:t></x:rPh></x:is></x:c></x:row></x:sheetData></x:worksheet>'
    )

    assert rows(with_sheet(tmp_path, sheet)) == [(4, ["", "Bình"])]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ('<row r="900000000"><c r="A900000000"><v>1</v></c></row>', "too_tall"),
        ('<row r="1"><c r="ZZZ1"><v>1</v></c></row>', "too_wide"),
        ('<row r="1"><c r="A1"><v>một</v></c></row>', "ValueError"),
        ('<row r="1"><c r="A1" t="s"><v>77</v></c></row>', "IndexError"),
        (f'<row r="1"><c r="A1" t="str"><v>{"x" * (1 << 20)}x</v></c></row>', "cell_too_long"),
    ],
)
def test_what_no_sheet_holds_is_refused(tmp_path: Path, row: str, why: str) -> None:
    """Rows and columns far beyond Excel's, a number that is none, a text that is not there."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    path = with_sheet(tmp_path, f'<worksheet xmlns="{space}"><sheetData>{row}</sheetData></worksheet>')

    with pytest.raises(BrokenWorkbook, match=why):
        rows(path)


def test_what_a_sheet_says_of_its_size_is_not_believed(tmp_path: Path) -> None:
    """Some programs say that a sheet is one cell large; the rest is read all the same."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = (
        f'<worksheet xmlns="{space}"><dimension ref="A1"/><sheetData>'
        '<row r="2"><c r="A2" t="str"><v>An</v></c><c r="B2"><v>7</v></c></row></sheetData></worksheet>'
    )

    assert rows(with_sheet(tmp_path, sheet)) == [(2, ["An", "7"])]


def test_declarations_and_oversized_files_are_refused(tmp_path: Path) -> None:
    """A file from outside must not make the reader read others, or fill the disk and the memory."""
    path = made(tmp_path / "plain.xlsx", lambda _book, sheet: sheet.write_row(0, 0, ["An"]))
    evil = tmp_path / "evil.xlsx"
    with ZipFile(path) as old, ZipFile(evil, "w") as new:
        for part in old.namelist():
            text = old.read(part).decode() if part.endswith(".xml") else ""
            doctype = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><'
            end = text.find("?>") + 2
            new.writestr(part, text[:end] + doctype + text[end:].lstrip()[1:] if "sheet1" in part else old.read(part))

    with pytest.raises(BrokenWorkbook, match="doctype"):
        rows(evil)
    with pytest.raises(BrokenWorkbook, match="unpacked_size"):
        Workbook(path, unpacked_bytes=100)


def test_a_broken_workbook_is_an_unusable_table(tmp_path: Path) -> None:
    """Cut off in the middle, or no workbook at all: said in words."""
    path = made(tmp_path / "people.xlsx", everything)
    path.write_bytes(path.read_bytes()[:-200])

    with pytest.raises(UnusableTable, match="tệp hỏng"):
        list(Table(path, Limits(), TEXTS, bool).slices())


def test_several_sheets_are_one_list(tmp_path: Path) -> None:
    """More people than one sheet holds; a sheet that explains itself holds none."""

    def fill(book: Any, sheet: Any) -> None:
        more, help_sheet = book.add_worksheet("Thôn 2"), book.add_worksheet(TEXTS.raw["sheets"]["help"])
        for one, name in ((sheet, "An"), (more, "Bình"), (help_sheet, "Cột")):
            one.write_row(0, 0, ["Họ tên"])
            one.write_row(1, 0, [name])

    path = made(tmp_path / "people.xlsx", fill)

    table = Table(path, Limits(), TEXTS, bool)
    found = [(some.sheet, [row for _line, row in some.rows]) for some in table.slices()]

    assert found == [("Thôn 1", [["An"]]), ("Thôn 2", [["Bình"]])]
    assert table.total == 2
