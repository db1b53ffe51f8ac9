"""Read an Excel workbook (.xlsx, .xlsm) row by row in bounded memory: a sheet of a million rows is never held whole.

Cells come as texts, days as ``2026-07-01``. Formulas count by the value Excel kept. The texts that cells share lie in a
file of their own while the workbook is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from rules.screening.shared_texts import SharedTexts

_PIECE: Final = 1 << 16
_LONGEST: Final = 1 << 20  # characters of one cell
_WIDEST: Final = 2_000  # columns
_DATE_FORMATS: Final = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_NO_DATE: Final = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_DATE_LETTERS: Final = re.compile(r"[ymdhs]", re.IGNORECASE)
_EPOCHS: Final = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}  # noqa: DTZ001  (days of a calendar)
_PHANTOM: Final = 60  # the 29th of February 1900, which only Excel knows
_LETTERS: Final = re.compile(r"[A-Z]{1,3}")

Row = tuple[int, list[str]]
Attributes = Mapping[str, str]


class BrokenWorkbook(Exception):
    """The file is no workbook that can be read; the argument says in a word what is wrong."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name and the part of the file that holds it."""

    name: str
    part: str


class Workbook:
    """One open file; a context manager. Raises :class:`BrokenWorkbook` wherever it cannot be read."""

    def __init__(self, path: Path, *, unpacked_bytes: int) -> None:
        try:
            self._file = ZipFile(path)
        except (BadZipFile, OSError) as error:
            raise BrokenWorkbook(type(error).__name__) from error
        self._texts = SharedTexts()
        self._unpacked = unpacked_bytes
        self._dates: frozenset[str] = frozenset()  # numbers of the styles that show a day
        self._since_1904 = False

    def __enter__(self) -> Workbook:
        return self

    def __exit__(self, *_error: object) -> None:
        self._texts.close()
        self._file.close()

    def sheets(self) -> list[Sheet]:
        """Read what the workbook is made of and return its sheets in their order."""
        if sum(part.file_size for part in self._file.infolist()) > self._unpacked:
            raise BrokenWorkbook("unpacked_size")
        book = self._book_part()
        parts = self._related(book)
        found: list[tuple[str, str]] = []

        def start(name: str, attributes: Attributes) -> None:
            if name == "sheet":
                found.append(
                    (attributes.get("name", ""), next((v for k, v in attributes.items() if k[-3:] == ":id"), ""))
                )
            elif name == "workbookPr":
                self._since_1904 = attributes.get("date1904", "0") in ("1", "true")

        self._walk(book, start)
        self._read_styles(next((part for kind, part in parts.values() if kind == "styles"), None))
        self._read_texts(next((part for kind, part in parts.values() if kind == "sharedStrings"), None))
        return [Sheet(name, parts[to][1]) for name, to in found if to in parts and parts[to][0] == "worksheet"]

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """Yield the rows of *sheet* that are not empty, each with its number from 1."""
        reader = _RowReader(self._texts, self._dates, since_1904=self._since_1904)
        for _ in self._fed(sheet.part, reader.start, reader.end, reader.text):
            yield from reader.taken()

    def height(self, sheet: Sheet) -> int | None:
        """Return how many rows the sheet says it has, ``None`` where it does not say."""
        with self._open(sheet.part) as part:
            found = re.search(rb'<(?:\w+:)?dimension[^>]*ref="[A-Z]+\d+:[A-Z]+(\d+)"', part.read(4096))
        return int(found[1]) if found else None

    def _book_part(self) -> str:
        for kind, part in self._related("").values():
            if kind == "officeDocument":
                return part
        raise BrokenWorkbook("no_workbook")

    def _related(self, part: str) -> dict[str, tuple[str, str]]:
        """Return by id the parts that *part* refers to: what each is, and where."""
        folder, _, name = part.rpartition("/")
        prefix = folder + "/" if folder else ""
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, attributes: Attributes) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes.get("Target", "")
                whole = target[1:] if target.startswith("/") else prefix + target
                found[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], whole)

        self._walk(f"{prefix}_rels/{name}.rels", start)
        return found

    def _read_styles(self, part: str | None) -> None:
        """Note which styles of cells show a day."""
        if part is None:
            return
        formats: dict[str, bool] = {}
        styles: list[bool] = []
        inside: list[str] = []

        def start(name: str, attributes: Attributes) -> None:
            if name == "numFmt":
                code = _NO_DATE.sub("", attributes.get("formatCode", ""))
                formats[attributes.get("numFmtId", "")] = code != "General" and bool(_DATE_LETTERS.search(code))
            elif name in ("cellXfs", "cellStyleXfs"):
                inside.append(name)
            elif name == "xf" and inside[-1:] == ["cellXfs"]:
                known = attributes.get("numFmtId", "0")
                styles.append(formats.get(known, known.isdecimal() and int(known) in _DATE_FORMATS))

        self._walk(part, start)
        self._dates = frozenset(str(place) for place, is_date in enumerate(styles) if is_date)

    def _read_texts(self, part: str | None) -> None:
        if part is None:
            return
        texts = self._texts
        for _ in self._fed(part, texts.start, texts.end, texts.text):
            pass
        texts.finish()

    def _walk(self, part: str, start: Callable[[str, Attributes], None]) -> None:
        for _ in self._fed(part, start, None, None):
            pass

    def _open(self, part: str) -> Any:
        try:
            return self._file.open(part)
        except (KeyError, BadZipFile, RuntimeError, NotImplementedError) as error:
            raise BrokenWorkbook(part) from error

    def _fed(
        self,
        part: str,
        start: Callable[[str, Attributes], None],
        end: Callable[[str], None] | None,
        text: Callable[[str], None] | None,
    ) -> Iterator[None]:
        """Parse *part* piece by piece, yielding after each; names of elements come without their prefix."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = _without_prefix(parser, start, end)
        parser.EndElementHandler, parser.CharacterDataHandler = end, text
        parser.StartDoctypeDeclHandler = _no_doctype
        with self._open(part) as source:
            try:
                while piece := source.read(_PIECE):
                    parser.Parse(piece, False)
                    yield
                parser.Parse(b"", True)
            except (expat.ExpatError, BadZipFile, EOFError, OSError) as error:
                raise BrokenWorkbook(type(error).__name__) from error
        yield


def _no_doctype(*_declared: object) -> None:
    raise BrokenWorkbook("doctype")


def _without_prefix(
    parser: Any, start: Callable[[str, Attributes], None], end: Callable[[str], None] | None
) -> Callable[[str, Attributes], None]:
    """Return the handler of the first element: it finds out whether names carry a prefix, and leaves the rest to do."""

    def first(name: str, attributes: Attributes) -> None:
        prefix = name[: name.index(":") + 1] if ":" in name else ""
        if not prefix:
            parser.StartElementHandler = start
        else:
            cut = len(prefix)
            parser.StartElementHandler = lambda name, attributes: start(name[cut:], attributes)
            parser.EndElementHandler = None if end is None else lambda name: end(name[cut:])
        start(name[len(prefix) :], attributes)

    return first


class _RowReader:
    """Puts the cells of one sheet together from what the parser meets."""

    def __init__(self, texts: SharedTexts, dates: frozenset[str], *, since_1904: bool) -> None:
        self._texts, self._dates, self._epoch = texts, dates, _EPOCHS[since_1904]
        self._places: dict[str, int] = {}
        self._rows: list[Row] = []
        self._row: list[str] = []
        self._line = self._place = 0
        self._kind = self._style = ""
        self._said: list[str] = []
        self._listens = self._is_reading_aid = False
        self._length = 0

    def taken(self) -> list[Row]:
        """Return the rows that are whole, once."""
        rows, self._rows = self._rows, []
        return rows

    def start(self, name: str, attributes: Attributes) -> None:
        """Meet the start of an element."""
        if name == "c":
            self._place = self._place_of(attributes["r"]) if "r" in attributes else self._place + 1
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
            self._said = []
        elif name in ("v", "t"):
            self._listens = not self._is_reading_aid
        elif name == "row":
            said = attributes.get("r", "")
            self._line = int(said) if said.isdecimal() else self._line + 1
            self._row, self._place = [], -1
        elif name == "rPh":
            self._is_reading_aid = True

    def text(self, text: str) -> None:
        """Meet a text."""
        if self._listens:
            self._said.append(text)
            self._length += len(text)
            if self._length > _LONGEST:
                raise BrokenWorkbook("cell_too_long")

    def end(self, name: str) -> None:
        """Meet the end of an element."""
        if name == "c":
            if self._said:
                self._put("".join(self._said))
        elif name in ("v", "t"):
            self._listens, self._length = False, 0
        elif name == "rPh":
            self._is_reading_aid = False
        elif name == "row" and self._row:
            self._rows.append((self._line, self._row))

    def _put(self, said: str) -> None:
        row, place = self._row, self._place
        if place >= _WIDEST:
            raise BrokenWorkbook("too_wide")
        if place > len(row):
            row.extend([""] * (place - len(row)))
        text = self._read(said)
        if place == len(row):
            row.append(text)
        else:
            row[place] = text

    def _read(self, said: str) -> str:
        match self._kind:
            case "s":
                return self._texts[int(said)] if said.isdecimal() else ""
            case "n":
                return self._number(said)
            case "b":
                return "true" if said == "1" else "false"
            case _:
                return said

    def _number(self, said: str) -> str:
        is_day = self._style in self._dates
        if said.isdecimal() and not is_day:
            return said
        try:
            number = float(said)
            return self._day(number) if is_day else str(int(number)) if number.is_integer() else repr(number)
        except (ValueError, OverflowError):
            return said

    def _day(self, number: float) -> str:
        days = number if number >= _PHANTOM or self._epoch.year == 1904 else number + 1
        moment = self._epoch + timedelta(days=days)
        moment = (moment + timedelta(microseconds=500_000)).replace(microsecond=0)
        is_midnight = not (moment.hour or moment.minute or moment.second)
        return moment.date().isoformat() if is_midnight else moment.isoformat(" ")

    def _place_of(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        place = self._places.get(letters)
        if place is None:
            if not _LETTERS.fullmatch(letters):
                raise BrokenWorkbook("reference")
            place = 0
            for letter in letters:
                place = place * 26 + ord(letter) - 64
            place = self._places[letters] = place - 1
        return place
