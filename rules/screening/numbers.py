"""Read numbers, sums and days as an officer writes them in a cell."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from rules.screening.texts import Texts, folded

_NUMBER: Final = re.compile(r"(\d[\d.,]*)\s*([^\W\d_]*)")
_BETWEEN: Final = re.compile(r"^(.*\d[^-–]*?)\s*(?:-|–|\bden\b)\s*(\d.*)$")
_DAY: Final = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
_MONTH: Final = re.compile(r"(?:thang\s*)?(\d{1,2})[/.\-](\d{4})")
_ISO: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:[ t]00:00(?::00(?:\.0+)?)?)?")
_GROUPED: Final = re.compile(r"\d{1,3}(?:[.,]\d{3})+")


class Unreadable(ValueError):
    """The cell is not what the column asks for; the key names how."""


class Numbers:
    """Reads by the words of *texts*."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._after = sorted(texts.words["after_number"], key=len, reverse=True)

    def read(self, text: str, *, whole: bool) -> Any:
        """Return a number, or ``{min, max}``; raises :class:`Unreadable`."""
        plain = folded(text)
        between = _BETWEEN.match(plain)
        if between is not None:
            return self._between(between[1], between[2], whole=whole)
        words = self._texts.words
        first, rest = self._leading(plain)
        if first is None:
            return self._one(plain, whole=whole)
        if first in words["about"]:
            raise Unreadable("wrong_value")
        number, size = self._number(rest, whole=whole)
        if first in words["above"]:
            return {"min": number}
        if first in words["below"]:
            return {"max": max(number - (1 if whole else 0), 0)}
        del size
        return {"max": number}

    def _leading(self, plain: str) -> tuple[str | None, str]:
        words = self._texts.words
        for word in sorted(
            (*words["above"], *words["below"], *words["at_most"], *words["about"]), key=len, reverse=True
        ):
            if plain.startswith(word) and plain[len(word) : len(word) + 1] in ("", " ", *"0123456789"):
                return word, plain[len(word) :].strip()
        return None, plain

    def _between(self, low: str, high: str, *, whole: bool) -> Any:
        """``từ 2 đến 3 triệu``: a unit said once counts for both."""
        first, rest = self._leading(low.strip())
        del first
        top, unit = self._number(high, whole=whole)
        bottom, own = self._number(rest, whole=whole)
        if unit > 1 and own == 1:
            bottom *= unit
        if bottom > top:
            raise Unreadable("wrong_range")
        return {"min": bottom, "max": top}

    def _one(self, plain: str, *, whole: bool) -> Any:
        for word in self._texts.words["onwards"]:
            if plain.endswith(word):
                return {"min": self._number(plain[: -len(word)], whole=whole)[0]}
        return self._number(plain, whole=whole)[0]

    def _number(self, text: str, *, whole: bool) -> tuple[Any, int]:
        """Return the number and the size of its unit."""
        plain = text.strip()
        for word in self._after:
            if plain.endswith(word) and plain[: -len(word)].strip()[-1:].isalnum() and plain != word:
                plain = plain[: -len(word)].strip()
                break
        found = _NUMBER.fullmatch(plain)
        if found is None or (found[2] and found[2] not in self._texts.units):
            raise Unreadable("wrong_value")
        size = self._texts.units.get(found[2], 1)
        number = _decimal(found[1], grouped=size == 1) * size
        if number == number.to_integral_value():
            return int(number), size
        if whole:
            raise Unreadable("wrong_value")
        return float(number), size


def _decimal(text: str, *, grouped: bool) -> Decimal:
    """``540.000`` and ``540,000`` are thousands, ``1,5`` and ``1.5`` fractions."""
    if grouped and _GROUPED.fullmatch(text):
        plain = text.replace(".", "").replace(",", "")
    elif "," in text and "." in text:
        last = max(text.rfind(","), text.rfind("."))
        plain = re.sub(r"[.,]", "", text[:last]) + "." + text[last + 1 :]
    else:
        plain = text.replace(",", ".")
    try:
        return Decimal(plain)
    except InvalidOperation as error:
        raise Unreadable("wrong_value") from error


def read_day(text: str) -> str:
    """Return ``1951``, ``1951-05`` or ``1951-05-02``; days stand before months. Raises :class:`Unreadable`."""
    plain = folded(text)
    if (found := _DAY.fullmatch(plain)) is not None:
        year, month, day = int(found[3]), int(found[2]), int(found[1])
    elif (found := _MONTH.fullmatch(plain)) is not None:
        year, month, day = int(found[2]), int(found[1]), 0
    elif (found := _ISO.fullmatch(plain)) is not None:
        year, month, day = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    else:
        raise Unreadable("wrong_value")
    try:
        date(year, month or 1, day or 1)
    except ValueError as error:
        raise Unreadable("wrong_value") from error
    return f"{year:04}" + (f"-{month:02}" if month else "") + (f"-{day:02}" if day else "")
