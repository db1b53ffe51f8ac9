"""A citation of law: which document, which article, clause and point.

Written as the document number exactly as printed, a comma, then the place in it:
``335/2026/NĐ-CP, Điều 11 khoản 1 điểm c``. Two citations speak of the same law when number and article agree;
``25/2008/QH12, Điều 12 ... (sửa đổi bởi 51/2024/QH15)`` and ``51/2024/QH15, Điều 1 khoản 10 (Điều 12 ...)``
are the same article of the Law on Health Insurance as amended.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

_ARTICLE = re.compile(r"Điều\s+(\d+[a-zđ]?)", re.IGNORECASE)
_AMENDED_BY = re.compile(r"\(\s*sửa đổi bởi\s+([^)]+)\)", re.IGNORECASE)
_AMENDED_ARTICLE = re.compile(r"\(\s*Điều\s+(\d+[a-zđ]?)[^)]*\)", re.IGNORECASE)


@dataclass(frozen=True)
class Citation:
    """One citation, kept exactly as written in ``text`` (NFC)."""

    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", unicodedata.normalize("NFC", self.text).strip())

    @cached_property
    def document(self) -> str:
        """Number of the document, as printed (the part before the first comma)."""
        return self.text.split(",", 1)[0].strip()

    @cached_property
    def locator(self) -> str:
        """Place inside the document; empty when the whole document is meant."""
        return self.text.split(",", 1)[1].strip() if "," in self.text else ""

    @cached_property
    def article(self) -> str | None:
        """Number of the article named first, or ``None``."""
        found = _ARTICLE.search(self.locator)
        return found.group(1) if found else None

    @cached_property
    def _readings(self) -> frozenset[tuple[str, str | None]]:
        readings: set[tuple[str, str | None]] = {(self.document, self.article)}
        if amended := _AMENDED_BY.search(self.text):
            readings.add((amended.group(1).strip(), self.article))
        if amends := _AMENDED_ARTICLE.search(self.locator):
            readings.add((self.document, amends.group(1)))
        return frozenset(readings)

    def same_law(self, other: Citation) -> bool:
        """Tell whether both name the same document and, where both name one, the same article."""
        return any(
            mine[0] == theirs[0] and (mine[1] is None or theirs[1] is None or mine[1] == theirs[1])
            for mine in self._readings
            for theirs in other._readings
        )

    def __str__(self) -> str:
        return self.text
