"""One mistake in a rule file or in what was told: what, where, and a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Protocol


class Position(Protocol):
    """Where something stands: the source of a statement."""

    @property
    def path(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Finding:
    """``code`` is stable and for machines, ``message`` for people; lines and columns count from 1, 0 is none."""

    code: str
    path: str
    line: int = 0
    message: str = ""
    column: int = 0
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @classmethod
    def at(cls, place: Position, code: str, message: str) -> Finding:
        """Return a finding on what stands at *place*."""
        return cls(code, place.path, place.line, message, place.column)

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        place = f"{place}:{self.column}" if self.line and self.column else place
        return f"{place}: {self.code}: {self.message}"

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "code": self.code,
            "path": self.path,
            "line": self.line,
            "column": self.column,
            "message": self.message,
        }


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ``" (did you mean ...?)"`` or nothing."""
    close = get_close_matches(word, list(dict.fromkeys(known)), n=3, cutoff=0.6)
    return f" (did you mean {', '.join(close)}?)" if close else ""
