"""Notice that a person stands in a list twice: by the identity number, else by name and birth."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

from rules.engine.case import BIRTH
from rules.screening.headers import Heading
from rules.screening.texts import folded

_BYTES: Final = 8


class Repeats:
    """Remembers the people seen so far by a short hash, never in clear."""

    def __init__(self) -> None:
        self._seen: dict[bytes, int] = {}

    def first_line(self, headings: Sequence[Heading], line: int, row: Sequence[str]) -> int | None:
        """Return the line in which the person of *row* stood before, ``None`` where there is none or no telling."""
        key = _key(headings, row)
        if key is None:
            return None
        digest = blake2b(key.encode(), digest_size=_BYTES).digest()
        before = self._seen.setdefault(digest, line)
        return before if before != line else None


def _key(headings: Sequence[Heading], row: Sequence[str]) -> str | None:
    cells = {h.role or h.fact: row[h.place].strip() for h in headings if h.place < len(row) and not h.end}
    number = cells.get("person_id")
    if number:
        return number.lower()
    name, birth = cells.get("name"), cells.get(BIRTH)
    return f"{folded(name)}|{folded(birth)}" if name and birth else None
