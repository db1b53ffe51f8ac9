"""Read tables in slices: CSV and Excel workbooks row by row, older kinds sheet by sheet.

Every cell is a text; lines keep their numbers.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import fastexcel

from rules.screening.headers import UnusableTable
from rules.screening.limits import Limits
from rules.screening.texts import Texts
from rules.screening.workbook import BrokenWorkbook, Workbook

STREAMED: Final = (".xlsx", ".xlsm")
SUFFIXES: Final = (".csv", *STREAMED, ".xls", ".ods")
_SNIFFED: Final = 8192
_COUNTED_AT_ONCE: Final = 1 << 20
_HEADING_LINES: Final = 20  # rows in which the titles are looked for

Row = tuple[int, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Slice:
    """Some rows of one sheet, each with its line in the file (1 is the first)."""

    sheet: str
    titles: Sequence[str]
    rows: Sequence[Row]


class Table:
    """One file. ``total`` is about how many rows there are, where that is known before reading.

    *is_head* tells whether a row holds the titles of columns.
    """

    def __init__(self, path: Path, limits: Limits, texts: Texts, is_head: Callable[[Sequence[str]], bool]) -> None:
        self._path, self._limits, self._texts, self._is_head = path, limits, texts, is_head
        self.total: int | None = None
        if path.suffix.lower() not in SUFFIXES:
            known = ", ".join(SUFFIXES)
            raise UnusableTable(texts.say("errors", "suffix", known=known, found=path.suffix))
        try:
            size = path.stat().st_size / 1_000_000
        except OSError as error:
            raise UnusableTable(texts.say("errors", "unreadable", why=error.strerror)) from error
        limit = limits.megabytes
        if path.suffix.lower() not in (".csv", *STREAMED):
            limit = min(limit, limits.whole_megabytes)
        if size > limit:
            raise UnusableTable(texts.say("errors", "too_large", found=round(size), limit=limit))

    def slices(self) -> Iterator[Slice]:
        """Yield the rows; raises :class:`UnusableTable`."""
        try:
            match self._path.suffix.lower():
                case ".csv":
                    yield from self._csv()
                case suffix if suffix in STREAMED:
                    yield from self._workbook()
                case _:
                    yield from self._whole()
        except BrokenWorkbook as error:
            raise UnusableTable(self._texts.say("errors", "unreadable", why=self._why(error))) from error
        except (UnicodeDecodeError, csv.Error, fastexcel.FastExcelError, OSError) as error:
            raise UnusableTable(self._texts.say("errors", "unreadable", why=type(error).__name__)) from error

    def _why(self, error: BrokenWorkbook) -> str:
        reasons = self._texts.raw["broken"]
        return str(reasons.get(str(error), reasons["other"]))

    def _csv(self) -> Iterator[Slice]:
        self.total = self._lines()
        with self._path.open(encoding="utf-8-sig", newline="") as file:
            sample = file.read(_SNIFFED)
            file.seek(0)
            first = sample.partition("\n")[0]
            separator = max(",;\t", key=first.count)
            reader = csv.reader(file, delimiter=separator)
            rows = ((reader.line_num, row) for row in reader)
            yield from self._sliced("", rows)

    def _lines(self) -> int:
        """Return about how many rows a text file holds."""
        with self._path.open("rb") as file:
            return sum(piece.count(b"\n") for piece in iter(lambda: file.read(_COUNTED_AT_ONCE), b"")) - 1

    def _workbook(self) -> Iterator[Slice]:
        with Workbook(self._path, unpacked_bytes=self._limits.unpacked_megabytes * 1_000_000) as book:
            sheets = [sheet for sheet in book.sheets if not self._is_own(sheet)]
            heights = [book.height(sheet) or 0 for sheet in sheets]
            self.total = sum(heights) - len(heights) if min(heights, default=0) > 1 else None
            read = False
            for sheet in sheets:
                for some in self._sliced(sheet, book.rows(sheet)):
                    read = True
                    yield some
        if not read:
            raise UnusableTable(self._texts.say("errors", "empty"))

    def _whole(self) -> Iterator[Slice]:
        """Read a workbook of an older kind."""
        book = fastexcel.read_excel(self._path)
        read = False
        for name in book.sheet_names:
            if self._is_own(name):
                continue
            sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string", skip_whitespace_tail_rows=True)
            if sheet.height == 0 or sheet.width == 0:
                continue
            self.total = (self.total or 0) + sheet.height - 1
            frame = sheet.to_polars()
            rows = (
                (line, ["" if cell is None else cell for cell in row]) for line, row in enumerate(frame.iter_rows(), 1)
            )
            yield from self._sliced(name, rows)
            read = True
        if not read:
            raise UnusableTable(self._texts.say("errors", "empty"))

    def _is_own(self, sheet: str) -> bool:
        """Tell whether a sheet is one that the template or a result explains itself with."""
        return any(sheet == self._texts.raw["sheets"][name] for name in ("help", "lists", "summary", "problems"))

    def _sliced(self, sheet: str, rows: Iterable[Row]) -> Iterator[Slice]:
        filled = ((line, row) for line, row in rows if any(cell and not cell.isspace() for cell in row))
        head = self._head(filled)
        if head is None:
            if not sheet:
                raise UnusableTable(self._texts.say("errors", "empty"))
            return
        titles = [cell.strip() for cell in head[1]]
        if len(titles) > self._limits.columns:
            limit = self._limits.columns
            raise UnusableTable(self._texts.say("errors", "too_many_columns", found=len(titles), limit=limit))
        if not self._is_head(titles):
            yield Slice(sheet, titles, [])  # whoever reads it says what is wrong with the titles
            return
        while some := list(islice(filled, self._limits.rows_at_once)):
            yield Slice(sheet, titles, some)

    def _head(self, filled: Iterator[Row]) -> Row | None:
        """Return the row of titles: the first that names a known column, past the heading lines of a document."""
        first: Row | None = None
        for line, row in islice(filled, _HEADING_LINES):
            first = first or (line, row)
            if self._is_head(row):
                return line, row
        return first
