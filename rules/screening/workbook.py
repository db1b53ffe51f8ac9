"""Read an Excel workbook (.xlsx, .xlsm) row by row: a sheet of a million rows is never held whole.

openpyxl reads; here stands what a file from outside may not do. Cells come as texts, days as ``2026-07-01``. Formulas
count by the value Excel kept.
"""

from __future__ import annotations

import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from defusedxml import DefusedXmlException
from openpyxl import load_workbook

_WIDEST: Final = 2_000  # columns
_TALLEST: Final = 1_048_576  # rows; Excel has no more
_LONGEST: Final = 1 << 20  # characters of one cell

warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")  # extensions it passes over

# What openpyxl lets through of a file whose parts are missing, cut off or not what they should be.
_BROKEN: Final = (
    ParseError, BadZipFile, zlib.error, EOFError, OSError,
    ValueError, TypeError, LookupError, AttributeError, RuntimeError, NotImplementedError,
)  # fmt: skip

Row = tuple[int, list[str]]


class BrokenWorkbook(Exception):
    """The file is no workbook that can be read; the argument says in a word what is wrong."""


class Workbook:
    """One open file; a context manager. Raises :class:`BrokenWorkbook` wherever it cannot be read."""

    def __init__(self, path: Path, *, unpacked_bytes: int) -> None:
        with _said_in_a_word():
            with ZipFile(path) as file:
                if sum(part.file_size for part in file.infolist()) > unpacked_bytes:
                    raise BrokenWorkbook("unpacked_size")
            self._book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        self.sheets: list[str] = [sheet.title for sheet in self._book.worksheets]

    def __enter__(self) -> Workbook:
        return self

    def __exit__(self, *_error: object) -> None:
        self._book.close()

    def height(self, sheet: str) -> int | None:
        """Return how many rows the sheet says it has, ``None`` where it does not say."""
        return self._book[sheet].max_row

    def rows(self, sheet: str) -> Iterator[Row]:
        """Yield the rows of *sheet* that are not empty, each with its number from 1."""
        source: Any = self._book[sheet]
        source.reset_dimensions()  # some programs write wrong ones, and what lies beyond would be passed over
        with _said_in_a_word():
            for line, cells in enumerate(source.iter_rows(values_only=True), 1):
                if line > _TALLEST or len(cells) > _WIDEST:
                    raise BrokenWorkbook("too_tall" if line > _TALLEST else "too_wide")
                texts = [_text(cell) for cell in cells]
                if any(texts):
                    yield line, texts


@contextmanager
def _said_in_a_word() -> Iterator[None]:
    """Turn whatever goes wrong inside into :class:`BrokenWorkbook`."""
    try:
        yield
    except _BROKEN as error:
        declares = any(isinstance(one, DefusedXmlException) for one in (error, error.__cause__, error.__context__))
        raise BrokenWorkbook("doctype" if declares else type(error).__name__) from error


def _text(cell: object) -> str:
    """Return what stands in a cell."""
    match cell:
        case None:
            return ""
        case str():
            if len(cell) > _LONGEST:
                raise BrokenWorkbook("cell_too_long")
            return cell
        case bool():
            return "true" if cell else "false"
        case float():
            return str(int(cell)) if cell.is_integer() else repr(cell)
        case datetime():
            return _day(cell)
        case date():
            return cell.isoformat()
        case _:
            return str(cell)


def _day(moment: datetime) -> str:
    """Return the day, and the time to the second where it is not midnight."""
    whole = (moment + timedelta(microseconds=500_000)).replace(microsecond=0)
    is_midnight = not (whole.hour or whole.minute or whole.second)
    return whole.date().isoformat() if is_midnight else whole.isoformat(" ")
