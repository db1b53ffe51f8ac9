"""A list that was screened, read again from its result: the people for what a change of the rules does to them.

The result holds every column of the list, and of its rows those that could be judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from rules.batch import births
from rules.engine.case import AGE_TOLD, BIRTH
from rules.engine.vector.columns import Column
from rules.list_impact import ListSlice
from rules.screening.headers import Headers
from rules.screening.limits import Limits
from rules.screening.reading import ReadSlice, SliceReader, reader_for
from rules.screening.tables import Slice, Table
from rules.screening.texts import Texts
from rules.service import EligibilityService


@dataclass(frozen=True)
class KeptList:
    """The result of one screening, as ``.xlsx``; fills :class:`rules.list_impact.ScreenedList`.

    ``as_of`` is the day it was screened for: an age told then has grown since. ``province`` is a code or a name. The
    lines of its people are those of the list as it was handed in.
    """

    id: str
    result: Path
    as_of: date
    province: str | None = None
    texts: Texts = field(default_factory=Texts.load)
    limits: Limits = field(default_factory=Limits)

    def slices(self, service: EligibilityService) -> Iterator[ListSlice]:
        """Yield the people; raises :class:`rules.screening.headers.UnusableTable`."""
        headers = Headers(service.vocabulary, self.texts)
        reader: SliceReader | None = None
        for some in Table(self.result, self.limits, self.texts, headers.is_head).slices():
            lines, own = self._own(some)
            if reader is None:
                reader = reader_for(service, headers.read(own.titles), self.texts, self.limits)
            read = reader.read(own)
            yield ListSlice([lines[line] for line, _row in read.rows], self._grown(read), read.left_out)

    def _own(self, some: Slice) -> tuple[dict[int, int], Slice]:
        """Return the line in the list by the line in the result, and the columns that are the list's own."""
        added, titles = str(self.texts.raw["result"]["due"]), list(some.titles)
        end = titles.index(added) if added in titles else len(titles)
        has_lines = titles[:1] == [self.texts.raw["result"]["line"]]
        lines = {line: int(row[0]) if has_lines and row[0].isdecimal() else line for line, row in some.rows}
        return lines, Slice(some.sheet, titles[:end], [(line, row[:end]) for line, row in some.rows])

    def _grown(self, read: ReadSlice) -> Sequence[Column]:
        """Return the columns as they hold on any day: an age told on one stands as the span of birth."""
        told = {column.fact: column for column in read.columns}
        birth = births(told, len(read.rows), self.as_of)
        return [birth, *(column for name, column in told.items() if name not in (BIRTH, AGE_TOLD))]
