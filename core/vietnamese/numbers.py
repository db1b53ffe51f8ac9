"""Read numbers below a thousand out of words, and any number out of digits: ``76``, ``1.500``, ``bảy sáu``.

Units of money, age and time are read by the modules beside this one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.vietnamese.words import OneOf, Word

_DIGITS = (
    (OneOf("một", "mốt"), 1),
    (OneOf("hai"), 2),
    (OneOf("ba"), 3),
    (OneOf("bốn", "tư"), 4),
    (OneOf("năm", "lăm", "nhăm"), 5),
    (OneOf("sáu"), 6),
    (OneOf("bảy", "bẩy"), 7),
    (OneOf("tám"), 8),
    (OneOf("chín"), 9),
)
_STARTS = frozenset(
    [
        "mot",
        "hai",
        "ba",
        "bon",
        "tu",
        "nam",
        "lam",
        "nham",
        "sau",
        "bay",
        "tam",
        "chin",
        "muoi",
        "chuc",
        "tram",
        "khong",
    ]
)
_TEN = OneOf("mười", "mươi", "chục")
_TENS = OneOf("mươi", "mười", "chục")
_HUNDRED = OneOf("trăm")
_AND = OneOf("linh", "lẻ")
_HALF = OneOf("rưỡi", "rưởi")
_FIVE_OR_YEAR = OneOf("năm")
_ONLY_LAST = OneOf("lăm", "nhăm", "!mốt")
_LAST_WRITTEN = frozenset({"lăm", "nhăm", "mốt"})
_NONE = OneOf("không")
_GROUPED = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+")
_LONGEST = 13


@dataclass(frozen=True, slots=True)
class Number:
    """A number read from ``words[start:end]``; *pair* holds two neighbours said in a row (``hai ba``)."""

    value: Decimal
    start: int
    end: int
    pair: tuple[int, int] | None = None

    @property
    def whole(self) -> int | None:
        """The value as an integer, or None when it has a fraction."""
        return int(self.value) if self.value == self.value.to_integral_value() else None


def read_number(words: Sequence[Word], at: int) -> Number | None:
    """Read the number that begins at *at*; None when none does."""
    if at >= len(words):
        return None
    if words[at].is_number:
        value = digits_value(words[at].text)
        return None if value is None else Number(value, at, at + 1)
    if words[at].folded not in _STARTS:
        return None
    return _hundreds(words, at) or _tens(words, at)


def digits_value(text: str) -> Decimal | None:
    """Return the value of digits with Vietnamese separators: ``540.000`` is 540000, ``1,5`` is 1.5."""
    if len(text) > _LONGEST + 4:
        return None
    if _GROUPED.fullmatch(text) and not text.startswith("0"):
        return Decimal(re.sub(r"[.,]", "", text))
    parts = re.split(r"[.,]", text)
    if len(parts) > 2:
        return None
    return Decimal(".".join(parts))


def _digit(words: Sequence[Word], at: int) -> int | None:
    if 0 <= at < len(words):
        for forms, value in _DIGITS:
            if words[at] in forms:
                return value
    return None


def last_digit(words: Sequence[Word], at: int) -> int | None:
    """Return the digit that only ends a number: ``mốt``, ``lăm``."""
    return _digit(words, at) if at < len(words) and words[at].text in _LAST_WRITTEN else None


def _tens(words: Sequence[Word], at: int) -> Number | None:
    first = None if at < len(words) and words[at] in _ONLY_LAST else _digit(words, at)
    if first is None:
        return _teens(words, at)
    if first > 1 and _TENS.at(words, at + 1):
        unit = _digit(words, at + 2)
        if unit is None or (_FIVE_OR_YEAR.at(words, at + 2) and not _says_lam(words[at + 2])):
            return Number(Decimal(10 * first), at, at + 2)
        return Number(Decimal(10 * first + unit), at, at + 3)
    second = _digit(words, at + 1)
    if first > 1 and second is not None and not _FIVE_OR_YEAR.at(words, at + 1):
        pair = (first, second) if second == first + 1 else None
        return Number(Decimal(10 * first + second), at, at + 2, pair)
    return Number(Decimal(first), at, at + 1)


def _says_lam(word: Word) -> bool:
    return word.folded in {"lam", "nham"}


def _teens(words: Sequence[Word], at: int) -> Number | None:
    if not _TEN.at(words, at):
        return None
    unit = _digit(words, at + 1)
    if unit is None or _FIVE_OR_YEAR.at(words, at + 1):
        return Number(Decimal(10), at, at + 1)
    return Number(Decimal(10 + unit), at, at + 2)


def _hundreds(words: Sequence[Word], at: int) -> Number | None:
    first = 0 if _NONE.at(words, at) else _digit(words, at)
    if first is None or not _HUNDRED.at(words, at + 1):
        return None
    after = at + 2
    if _HALF.at(words, after):
        return Number(Decimal(100 * first + 50), at, after + 1)
    if _AND.at(words, after) and (unit := _digit(words, after + 1)) is not None:
        return Number(Decimal(100 * first + unit), at, after + 2)
    rest = _tens(words, after)
    if rest is None:
        return Number(Decimal(100 * first), at, after)
    value = rest.value * 10 if rest.end == after + 1 and rest.value < 10 else rest.value
    return Number(100 * first + value, at, rest.end)
