"""The empty list an officer fills in: columns in plain Vietnamese, what each means, what may stand in it, examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from rules.facts.vocabulary import FactDefinition, Vocabulary
from rules.screening.cells import Cells
from rules.screening.texts import Texts

_ROWS: Final = 5_000  # rows for which a choice of values is offered
_WIDTH: Final = 20


class Template:
    """Writes the workbook from the vocabulary and the texts."""

    def __init__(self, vocabulary: Vocabulary, benefits: Mapping[str, str], texts: Texts | None = None) -> None:
        self._vocabulary, self._benefits = vocabulary, benefits
        self._texts = texts or Texts.load()
        self._cells = Cells(vocabulary, self._texts)

    def write(self, path: Path) -> None:
        """Write the workbook to *path*."""
        book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
        names = self._texts.raw["sheets"]
        sheet, help_sheet = book.add_worksheet(names["template"]), book.add_worksheet(names["help"])
        lists = book.add_worksheet(names["lists"])
        lists.hide()
        self._fill(book, sheet, lists)
        self._explain(book, help_sheet)
        book.close()

    def _columns(self) -> Sequence[str]:
        columns: Sequence[str] = self._texts.raw["template"]["columns"]
        return columns

    def _title(self, column: str) -> str:
        own: Mapping[str, str] = self._texts.raw["template"]["names"]
        return own.get(column) or self._vocabulary.facts[column].name_vi

    def _fill(self, book: Any, sheet: Any, lists: Any) -> None:
        head = book.add_format({"bold": True, "bg_color": "#E8EEF4", "text_wrap": True, "border": 1, "valign": "top"})
        text = book.add_format({"num_format": "@"})
        example = book.add_format({"num_format": "@", "italic": True, "font_color": "#7F7F7F"})
        sheet.freeze_panes(1, 1)
        for place, column in enumerate(self._columns()):
            sheet.set_column(place, place, _WIDTH, text)
            sheet.write_string(0, place, self._title(column), head)
            values = self._offered(column)
            for row, value in enumerate(values):
                lists.write_string(row, place, value)
            if values:
                self._offer(sheet, place, len(values))
            for row, one in enumerate(self._texts.raw["template"]["examples"], 1):
                if one.get(column):
                    sheet.write_string(row, place, str(one[column]), example)

    def _offer(self, sheet: Any, place: int, count: int) -> None:
        """Offer the values in the cells; another way of writing them stays possible."""
        letter = xlsxwriter.utility.xl_col_to_name(place)
        source = f"='{self._texts.raw['sheets']['lists']}'!${letter}$1:${letter}${count}"
        sheet.data_validation(
            1, place, _ROWS, place, {"validate": "list", "source": source, "error_type": "information"}
        )

    def _offered(self, column: str) -> list[str]:
        fact = self._vocabulary.facts.get(column)
        if column == "receiving":
            return list(self._benefits.values())
        if fact is None:
            return []
        if fact.type == "bool":
            return str(self._texts.raw["expected"]["bool"]).split(" / ")
        return list(fact.values.values())

    def _explain(self, book: Any, sheet: Any) -> None:
        head = book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1})
        wrap = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        for place, width in enumerate((34, 60, 34, 60, 34)):
            sheet.set_column(place, place, width)
        row = 0
        for sentence in self._texts.raw["template"]["intro"]:
            sheet.write_string(row, 0, sentence)
            row += 1
        for place, title in enumerate(self._texts.raw["template"]["help_heading"]):
            sheet.write_string(row + 1, place, title, head)
        shown = [*self._columns(), *(fact for fact in self._vocabulary.facts if fact not in self._columns())]
        for line, column in enumerate(shown, row + 2):
            for place, cell in enumerate(self._help(column)):
                sheet.write_string(line, place, cell, wrap)

    def _help(self, column: str) -> tuple[str, ...]:
        fact = self._vocabulary.facts.get(column)
        if fact is None:
            notes = self._texts.raw["template"]["notes"]
            return self._title(column), notes.get(column, ""), "", "; ".join(self._offered(column)), column
        return (
            fact.name_vi,
            fact.notes or fact.question_vi,
            self._written(fact),
            "; ".join(self._offered(column)),
            fact.id,
        )

    def _written(self, fact: FactDefinition) -> str:
        return "" if fact.type == "enum" else self._cells.expected(fact.id)
