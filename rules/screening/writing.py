"""Write the result row by row: Excel with the summary first, CSV, or Parquet. No cell of a list becomes a formula."""

from __future__ import annotations

import csv
import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Protocol

import polars as pl
import xlsxwriter

from rules.screening.report import ScreeningReport
from rules.screening.summary import write_problems, write_summary
from rules.screening.texts import Texts

_DANGEROUS: Final = frozenset(("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"))
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_ROWS_OF_A_SHEET: Final = 1_048_575
# A sheet is one file of the archive. Of 2 GB and more it needs the 64-bit form of ZIP, which Excel takes for damaged.
_BYTES_OF_A_SHEET: Final = 1_900_000_000
_BYTES_OF_A_CELL: Final = 80  # around its text, at most
RESULTS: Final = (".xlsx", ".csv", ".parquet")

Cell = str | int | None


class Writer(Protocol):
    """Takes the rows of a result as they come."""

    def rows(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Add rows."""
        ...

    def close(self, report: ScreeningReport) -> None:
        """Write what was counted and finish the file."""
        ...


def writer_for(path: Path, titles: Sequence[str], texts: Texts) -> Writer:
    """Return the writer for the ending of *path*, one of ``RESULTS``."""
    match path.suffix.lower():
        case ".xlsx":
            return WorkbookWriter(path, titles, texts)
        case ".csv":
            return CsvWriter(path, titles)
        case _:
            return ParquetWriter(path, titles)


def harmless(cell: Cell) -> Cell:
    """Return *cell* so that no spreadsheet takes it for a formula."""
    return "'" + cell if isinstance(cell, str) and cell[:1] in _DANGEROUS else cell


class CsvWriter:
    """UTF-8 with the mark that Excel needs; texts that look like formulas get an apostrophe."""

    def __init__(self, path: Path, titles: Sequence[str]) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow([harmless(title) for title in titles])

    def rows(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Add rows."""
        self._writer.writerows([[harmless(cell) for cell in row] for row in rows])

    def close(self, report: ScreeningReport) -> None:
        """Finish the file; the counts are in the report."""
        del report
        self._file.close()


class ParquetWriter:
    """One piece a slice, joined at the end without holding all in memory."""

    def __init__(self, path: Path, titles: Sequence[str]) -> None:
        self._path, self._titles, self._pieces = path, _each_once(titles), 0
        self._folder = Path(tempfile.mkdtemp(prefix="ansinh-screen-"))

    def rows(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Add rows."""
        columns = list(zip(*rows, strict=True)) if rows else [() for _ in self._titles]
        series = [
            pl.Series(title, list(column), dtype=pl.Int64 if _is_number(column) else pl.String, strict=False)
            for title, column in zip(self._titles, columns, strict=True)
        ]
        pl.DataFrame(series).write_parquet(self._folder / f"{self._pieces:06}.parquet")
        self._pieces += 1

    def close(self, report: ScreeningReport) -> None:
        """Join the pieces."""
        del report
        if not self._pieces:
            self.rows([])
        frames = [pl.scan_parquet(piece) for piece in sorted(self._folder.glob("*.parquet"))]
        pl.concat(frames, how="vertical_relaxed").sink_parquet(self._path)
        shutil.rmtree(self._folder)


class WorkbookWriter:
    """Summary, result, rows that could not be judged. Rows go to disk as they come.

    A sheet ends where Excel takes no more rows, or its file would grow beyond *most_bytes*; the result goes on in the
    next.
    """

    def __init__(self, path: Path, titles: Sequence[str], texts: Texts, *, most_bytes: int = _BYTES_OF_A_SHEET) -> None:
        self._book = xlsxwriter.Workbook(
            str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        self._titles, self._texts = titles, texts
        self._bold = self._book.add_format({"bold": True, "bg_color": "#E8EEF4", "text_wrap": True, "valign": "top"})
        self._money = self._book.add_format({"num_format": "#,##0"})
        self._summary = self._book.add_worksheet(texts.raw["sheets"]["summary"])
        self._sheet = self._new_sheet(1)
        self._sheets, self._row = 1, 1
        self._bytes, self._most_bytes = 0, most_bytes

    def rows(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Add rows; where a sheet is full a new one begins."""
        for row in rows:
            if self._row > _ROWS_OF_A_SHEET or self._bytes > self._most_bytes:
                self._sheets += 1
                self._sheet, self._row, self._bytes = self._new_sheet(self._sheets), 1, 0
            for place, cell in enumerate(row):
                if isinstance(cell, int):
                    self._sheet.write_number(self._row, place, cell, self._money)
                elif cell:
                    text = _CONTROL.sub(" ", cell)[:32_000]
                    self._sheet.write_string(self._row, place, text)
                    self._bytes += len(text.encode())
            self._bytes += _BYTES_OF_A_CELL * (len(row) + 1)
            self._row += 1

    def close(self, report: ScreeningReport) -> None:
        """Write the summary and the problems."""
        write_problems(self._book, report, self._texts)
        write_summary(self._book, self._summary, report, self._texts)
        self._book.close()

    def _new_sheet(self, number: int) -> Any:
        name = self._texts.raw["sheets"]["result"]
        sheet = self._book.add_worksheet(name if number == 1 else f"{name} {number}")
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_column(0, len(self._titles) - 1, 18)
        sheet.set_column(0, 0, 7)
        for place, title in enumerate(self._titles):
            sheet.write_string(0, place, title, self._bold)
        return sheet


def _each_once(titles: Sequence[str]) -> list[str]:
    """Return *titles* with a number behind those that come again."""
    seen: dict[str, int] = {}
    result: list[str] = []
    for title in titles:
        seen[title] = seen.get(title, 0) + 1
        result.append(title if seen[title] == 1 else f"{title} ({seen[title]})")
    return result


def _is_number(column: Sequence[Cell]) -> bool:
    return any(isinstance(cell, int) for cell in column)
