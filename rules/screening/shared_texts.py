"""The texts that the cells of a workbook share, on disk: a list of a million names needs no room in memory."""

from __future__ import annotations

import os
import tempfile
from array import array
from collections.abc import Mapping
from typing import Final

_REMEMBERED: Final = 20_000
_WRITTEN_AT_ONCE: Final = 1 << 20  # bytes


class SharedTexts:
    """Takes the texts in their order from a parser, gives them back by their number; ``""`` where there is none."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  (closed by close)
        self._ends = array("Q", [0])
        self._waiting = bytearray()
        self._written = 0
        self._said: list[str] = []
        self._listens = False
        self._phonetic = False
        self._known: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> str:
        text = self._known.get(number)
        if text is None:
            if number >= len(self):
                return ""
            begin, end = self._ends[number], self._ends[number + 1]
            text = os.pread(self._file.fileno(), end - begin, begin).decode()
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[number] = text
        return text

    def start(self, name: str, _attributes: Mapping[str, str]) -> None:
        """Meet the start of an element."""
        if name == "si":
            self._said = []
        elif name == "rPh":
            self._phonetic = True
        elif name == "t":
            self._listens = not self._phonetic

    def text(self, text: str) -> None:
        """Meet a text."""
        if self._listens:
            self._said.append(text)

    def end(self, name: str) -> None:
        """Meet the end of an element."""
        if name == "t":
            self._listens = False
        elif name == "rPh":
            self._phonetic = False
        elif name == "si":
            self._waiting += "".join(self._said).encode()
            self._ends.append(self._written + len(self._waiting))
            if len(self._waiting) > _WRITTEN_AT_ONCE:
                self._write()

    def finish(self) -> None:
        """Write what is still waiting."""
        self._write()
        self._file.flush()

    def close(self) -> None:
        """Remove the file."""
        self._file.close()

    def _write(self) -> None:
        self._file.write(self._waiting)
        self._written += len(self._waiting)
        self._waiting.clear()
