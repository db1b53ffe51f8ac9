"""What the words around a number make of it: about, more than, nearly, at most.

Read once here for ages and for money; each draws its own limits from the :class:`Bound`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from core.vietnamese.words import OneOf, Word


class Bound(Enum):
    """How exactly a number is meant."""

    EXACT = "exact"
    ABOUT = "about"  # khoảng 70
    MORE = "more"  # hơn 70, ngoài 70: above, yet of the same decade
    AT_LEAST = "at_least"  # trên 70, từ 70 trở lên
    NEARLY = "nearly"  # gần 70
    SOON = "soon"  # sắp 70
    BELOW = "below"  # dưới 70, chưa tới 70
    AT_MOST = "at_most"  # không quá 70, 70 trở xuống


_LEADING = (
    (OneOf("khoảng", "!tầm", "!cỡ", "chừng", "!độ", "áng", "xấp"), Bound.ABOUT),
    (OneOf("gần", "ngót", "suýt"), Bound.NEARLY),
    (OneOf("hơn", "ngoài", "quá", "ngoại"), Bound.MORE),
    (OneOf("trên"), Bound.AT_LEAST),
    (OneOf("dưới"), Bound.BELOW),
    (OneOf("sắp"), Bound.SOON),
)
# *bà ngoại 76 tuổi* is a relative of 76; only *ngoài* written out goes beyond it.
_KIN = OneOf("bà", "ông", "cháu", "bên", "nhà", "cụ", "cậu", "dì", "ôn", "mệ", "mẹ", "ba", "má", "con")
_OUTSIDE = OneOf("ngoại")
_NOT_YET = OneOf("chưa", "không", "chẳng")
_REACHED = OneOf("tới", "đến", "đủ", "tròn", "đầy", "được")
_EXCEED = OneOf("quá", "hơn")
_LEAST = OneOf("nhất")
_SKIPPED = OneOf(
    "tròn", "đủ", "đúng", "vừa", "mới", "bước", "sang", "tuổi", "lên", "được", "qua", "xỉ", "đến", "tới",
    "chừng", "có", "là", "cũng",
)  # fmt: skip
_BACK = OneOf("trở", "đổ")
_UP = OneOf("lên")
_DOWN = OneOf("xuống", "lại")
_ODD = OneOf("lẻ", "hơn", "mấy", "ngoài")
_FARTHEST = 2


@dataclass(frozen=True, slots=True)
class Qualifier:
    """A :class:`Bound` and the words it took before and after the number."""

    bound: Bound
    start: int
    end: int


def qualify(words: Sequence[Word], start: int, end: int) -> Qualifier:
    """Read how ``words[start:end]``, a number with its unit, is meant from the words around it."""
    after = _after(words, start, end)
    if after is not None:
        return after
    for at in range(start - 1, max(start - 2 - _FARTHEST, -1), -1):
        found = _leading(words, at)
        if found is not None:
            return Qualifier(found[0], found[1], end)
        if words[at] not in _SKIPPED:
            break
    return Qualifier(Bound.EXACT, start, end)


def _leading(words: Sequence[Word], at: int) -> tuple[Bound, int] | None:
    word = words[at]
    if word.folded == "tam" and at + 1 < len(words) and words[at + 1].is_number:
        return Bound.ABOUT, at  # ``tam 2 trieu`` cannot be *tám*
    if word in _OUTSIDE and word.text != "ngoài" and _KIN.at(words, at - 1):
        return None
    denied = _NOT_YET.at(words, at - 1)
    if denied and word in _EXCEED:
        return Bound.AT_MOST, at - 1
    if denied and word in _REACHED:
        return Bound.BELOW, at - 1
    if word in _LEAST:
        return Bound.AT_LEAST, at
    return next(((bound, at) for forms, bound in _LEADING if word in forms), None)


def _after(words: Sequence[Word], start: int, end: int) -> Qualifier | None:
    if _BACK.at(words, end) and _UP.at(words, end + 1):
        return Qualifier(Bound.AT_LEAST, start, end + 2)
    if _BACK.at(words, end) and _DOWN.at(words, end + 1):
        return Qualifier(Bound.AT_MOST, start, end + 2)
    if end < len(words) and words[end].text == "+":
        return Qualifier(Bound.AT_LEAST, start, end + 1)
    if _ODD.at(words, end):
        return Qualifier(Bound.MORE, start, end + 1)
    return None
