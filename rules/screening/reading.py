"""Turn a slice of a table into columns of facts, and name every cell that cannot be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from rules.batch import PROVINCE
from rules.engine.values import Span
from rules.engine.vector.columns import UNTOLD, Column
from rules.places import Places
from rules.screening.cells import Cells
from rules.screening.headers import Heading
from rules.screening.limits import Limits
from rules.screening.numbers import Unreadable
from rules.screening.receiving import Receiving
from rules.screening.report import Problem
from rules.screening.tables import Row, Slice
from rules.screening.texts import Texts, folded
from rules.service import EligibilityService

_ALLOWANCE: Final = "current_allowance"
_MOST_REMEMBERED: Final = 50_000  # texts of one column, and as many more as one slice brings


@dataclass(frozen=True, slots=True)
class ReadSlice:
    """The rows of a slice that can be judged; ``receives`` are the benefits each is told to get, ``None`` untold."""

    rows: Sequence[Row]
    columns: Sequence[Column]
    receives: Sequence[frozenset[str] | None]
    problems: Sequence[Problem]
    left_out: int


class SliceReader:
    """Reads the cells of one sheet; what a text means in a column is worked out once."""

    def __init__(
        self,
        headings: Sequence[Heading],
        cells: Cells,
        receiving: Receiving,
        places: Places,
        texts: Texts,
        limits: Limits,
    ) -> None:
        self._headings, self._cells, self._receiving = headings, cells, receiving
        self._places, self._texts, self._limits = places, texts, limits
        self._known: dict[int, dict[str, object]] = {heading.place: {} for heading in headings}
        self._unreadable: dict[int, set[str]] = {heading.place: set() for heading in headings}

    def read(self, some: Slice) -> ReadSlice:
        """Return what the slice says; rows with a wrong cell are left out."""
        wrong: dict[int, list[Problem]] = self._too_wide(some)
        values: dict[int, list[object]] = {}
        for heading in self._headings:
            if heading.fact or heading.role:
                values[heading.place] = self._column(some, heading, wrong)
        self._turned_round(some, values, wrong)
        good = list(some.rows)
        if wrong:
            good = [row for number, row in enumerate(some.rows) if number not in wrong]
            values = {
                place: [value for number, value in enumerate(column) if number not in wrong]
                for place, column in values.items()
            }
        columns = list(self._columns(values, len(good)))
        problems = [problem for number in sorted(wrong) for problem in wrong[number]]
        return ReadSlice(good, columns, self._receives(values, len(good)), problems, len(wrong))

    def _too_wide(self, some: Slice) -> dict[int, list[Problem]]:
        """Name the rows with cells beyond the last column."""
        expected = len(self._headings)
        found: dict[int, list[Problem]] = {}
        for number, (line, row) in enumerate(some.rows):
            if len(row) > expected and any(cell and not cell.isspace() for cell in row[expected:]):
                message = self._texts.say("problems", "too_many_cells", found=len(row), expected=expected)
                found[number] = [Problem("too_many_cells", some.sheet, line, "", message)]
        return found

    def _column(self, some: Slice, heading: Heading, wrong: dict[int, list[Problem]]) -> list[object]:
        """Return the values of one column; cells that cannot be read are added to *wrong*."""
        place = heading.place
        if heading.role in ("name", "person_id"):
            return [None] * len(some.rows)
        texts = [row[place] if place < len(row) else "" for _line, row in some.rows]
        known = self._known[place]
        if len(known) >= _MOST_REMEMBERED:
            known.clear()
            self._unreadable[place].clear()
        for text in set(texts) - known.keys():
            known[text] = self._value(heading, text)
        values = [known[text] for text in texts]
        if not self._unreadable[place].isdisjoint(texts):
            for number, value in enumerate(values):
                if isinstance(value, Unreadable):
                    line = some.rows[number][0]
                    wrong.setdefault(number, []).append(self._problem(some, line, heading, texts[number], value))
        return values

    def _turned_round(
        self, some: Slice, values: Mapping[int, Sequence[object]], wrong: dict[int, list[Problem]]
    ) -> None:
        """Name every range in two columns whose lower end lies above the upper."""
        lows = {heading.fact: values[heading.place] for heading in self._headings if heading.end == "min"}
        for heading in self._headings:
            if heading.end != "max" or heading.fact not in lows:
                continue
            for number, (low, high) in enumerate(zip(lows[heading.fact], values[heading.place], strict=True)):
                if not isinstance(low, Span) or not isinstance(high, Span) or number in wrong:
                    continue
                lo: Any = low.lo
                if high.hi is not None and lo is not None and lo > high.hi:
                    message = self._texts.say("problems", "wrong_range", text=f"{lo} - {high.hi}")
                    line = some.rows[number][0]
                    wrong[number] = [Problem("wrong_range", some.sheet, line, heading.title, message)]

    def _value(self, heading: Heading, text: str) -> object:
        """Return what *text* means in a column, or the :class:`Unreadable` that says why it means nothing."""
        try:
            return self._read(heading, text)
        except Unreadable as error:
            self._unreadable[heading.place].add(text)
            return error

    def _read(self, heading: Heading, text: str) -> object:
        if len(text) > self._limits.cell_characters:
            raise Unreadable("too_long")
        if heading.fact is not None:
            return self._cells.read(heading.fact, text)
        if heading.role == "receiving":
            return self._receiving.read(text)
        return self._province(text)

    def _province(self, text: str) -> object:
        if not folded(text):
            return None
        if text in self._places.units or text in self._places.former:
            return text
        found = self._places.find(text)
        if len(found) != 1:
            raise Unreadable("unknown_province")
        return found[0].former or found[0].province

    def _problem(self, some: Slice, line: int, heading: Heading, text: str, error: Unreadable) -> Problem:
        expected = ""
        if heading.fact is not None:
            expected = self._cells.expected(heading.fact)
        elif heading.role == "receiving":
            expected = self._texts.say("expected", "receiving")
        shown = text if len(text) <= 60 else text[:60] + "…"
        message = self._texts.say(
            "problems", str(error), text=shown, column=heading.title, expected=expected,
            limit=self._limits.cell_characters,
        )  # fmt: skip
        return Problem(str(error), some.sheet, line, heading.title, message)

    def _columns(self, values: dict[int, list[object]], count: int) -> Sequence[Column]:
        columns: list[Column] = []
        ends: dict[str, dict[str, list[object]]] = {}
        for heading in self._headings:
            if heading.role == PROVINCE:
                columns.append(_coded(PROVINCE, values[heading.place]))
            elif heading.fact and heading.end:
                ends.setdefault(heading.fact, {})[heading.end] = values[heading.place]
            elif heading.fact:
                columns.append(_coded(heading.fact, values[heading.place]))
        columns += self._allowances(values)
        for fact, told in ends.items():
            if all(column.fact != fact for column in columns):
                columns.append(_coded(fact, _between(told, count)))
        return columns

    def _allowances(self, values: dict[int, list[object]]) -> Sequence[Column]:
        """Return the allowances that follow from what is received, where the list does not tell them itself."""
        if any(heading.fact == _ALLOWANCE for heading in self._headings):
            return []
        for heading in self._headings:
            if heading.role == "receiving":
                return [_coded(_ALLOWANCE, [self._receiving.allowances_of(one) for one in values[heading.place]])]
        return []

    def _receives(self, values: dict[int, list[object]], count: int) -> Sequence[frozenset[str] | None]:
        for heading in self._headings:
            if heading.role == "receiving":
                return values[heading.place]  # type: ignore[return-value]
        for heading in self._headings:
            if heading.fact == _ALLOWANCE and not heading.end:
                return [self._receiving.told_by(value) for value in values[heading.place]]
        return [None] * count


def reader_for(service: EligibilityService, headings: Sequence[Heading], texts: Texts, limits: Limits) -> SliceReader:
    """Return the reader of a sheet with these columns."""
    cells, receiving = Cells(service.vocabulary, texts), Receiving(service.release, texts)
    return SliceReader(headings, cells, receiving, service.places, texts, limits)


def _coded(fact: str, values: Sequence[object]) -> Column:
    """Return the column of *values*; exact days and whole numbers stand as themselves."""
    known: dict[object, int] = {None: UNTOLD}
    others: list[object] = []
    days = False
    by_identity: dict[int, int] = {}  # the same text is read as the same object
    for value in {id(value): value for value in values}.values():
        code = known.get(value)
        if code is None:
            exact = value.lo if isinstance(value, Span) and value.exact else None
            if isinstance(exact, date):
                code, days = exact.toordinal(), True
            elif isinstance(exact, int):
                code = exact
            else:
                others.append(value)
                code = -1 - len(others)
            known[value] = code
        by_identity[id(value)] = code
    codes = np.fromiter((by_identity[id(value)] for value in values), np.int64, len(values))
    return Column(fact, codes, others, days)  # type: ignore[arg-type]


def _between(told: dict[str, list[object]], count: int) -> list[object]:
    """Join two columns that tell the ends of a range."""
    lows, highs = told.get("min", [None] * count), told.get("max", [None] * count)
    joined: list[object] = []
    for low, high in zip(lows, highs, strict=True):
        lo = low.lo if isinstance(low, Span) else None
        hi = high.hi if isinstance(high, Span) else None
        joined.append(None if lo is None and hi is None else Span(lo, hi))
    return joined
