"""Read sums of money in đồng: ``2tr rưỡi``, ``1tr2``, ``800 nghìn``, ``tầm 2-3 triệu``, ``540.000đ``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.vietnamese.bounds import Bound, qualify
from core.vietnamese.numbers import Number, last_digit, read_number
from core.vietnamese.words import OneOf, Word

_UNITS = (
    (OneOf("nghìn", "ngàn", "ngìn", "nghin", "k", "ng", "n", "ngàng"), 1_000),
    (OneOf("triệu", "tr", "trịu", "chiệu", "!củ"), 1_000_000),
    (OneOf("tỷ", "tỉ", "!tỏi"), 1_000_000_000),
)
_DONG = OneOf("đồng", "đ", "vnd", "vnđ", "d")
_HALF = OneOf("rưỡi", "rưởi")
_HALF_OF = OneOf("nửa")
_HUNDRED = OneOf("trăm")
_SOME = OneOf("vài")
_OR = OneOf("đến", "!tới", "hay", "hoặc")
_DASH = frozenset("-–—~")
_TAKES_A_NUMBER = OneOf(
    "tháng", "năm", "người", "con", "đứa", "cháu", "ngày", "tuổi", "lần", "nhân", "miệng", "khẩu", "bé", "vợ",
    "sào", "mẫu", "héc", "cái", "chiếc", "thằng", "nghìn", "ngàn", "trăm", "phần", "triệu", "tr", "t",
)  # fmt: skip
_LEAST_WITHOUT_UNIT = 10_000
_MOST_DIGITS = 10
_STARTS = frozenset({
    "mot", "hai", "ba", "bon", "tu", "nam", "sau", "bay", "tam", "chin", "muoi", "chuc", "tram", "nghin",
    "ngan", "trieu", "tr", "ty", "ti", "nua", "vai", "khong",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in VND between *low* and *high* (None: no limit), read from ``words[start:end]``."""

    low: int | None
    high: int | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Sum:
    value: Decimal
    unit: int
    start: int
    end: int


def read_money(words: Sequence[Word], at: int) -> Money | None:
    """Read the sum that begins at *at*; None when there is none."""
    if at >= len(words) or not (words[at].is_number or words[at].folded in _STARTS):
        return None
    ranged = _range(words, at)
    if ranged is not None:
        return ranged
    total = _sum(words, at)
    if total is None:
        return _vague(words, at)
    meant = qualify(words, total.start, total.end)
    low, high = _limits(meant.bound, int(total.value))
    return Money(low, high, meant.start, meant.end)


def _limits(bound: Bound, vnd: int) -> tuple[int | None, int | None]:
    match bound:
        case Bound.ABOUT:
            return vnd * 9 // 10, vnd * 11 // 10
        case Bound.MORE | Bound.AT_LEAST:
            return vnd, None
        case Bound.NEARLY | Bound.SOON:
            return vnd * 8 // 10, max(vnd - 1, 0)
        case Bound.BELOW:
            return None, max(vnd - 1, 0)
        case Bound.AT_MOST:
            return None, vnd
        case Bound.EXACT:
            return vnd, vnd


def _sum(words: Sequence[Word], at: int) -> _Sum | None:
    total = _group(words, at)
    if total is None:
        return _plain(words, at)
    while total.unit > 1_000:
        smaller = _group(words, total.end)
        if smaller is None or smaller.unit >= total.unit or words[smaller.start].is_mark:
            break
        total = _Sum(total.value + smaller.value, smaller.unit, at, smaller.end)
    end = total.end + _DONG.at(words, total.end)
    return _Sum(total.value, total.unit, at, end)


def _group(words: Sequence[Word], at: int) -> _Sum | None:
    """Read one number with its unit and what hangs on it: ``1 triệu 2``, ``2tr rưỡi``, ``triệu hai``."""
    number = _count(words, at)
    if number is None:
        return None
    unit = _unit(words, number.end)
    if unit is None:
        return _hundreds_of_thousands(words, number)
    end = number.end + 1
    if _HALF.at(words, end):
        return _Sum((number.value + Decimal("0.5")) * unit, unit, at, end + 1)
    tail = _tail(words, end, unit)
    if tail is not None:
        return _Sum(number.value * unit + tail.value, 1, at, tail.end)
    return _Sum(number.value * unit, unit, at, end)


def _count(words: Sequence[Word], at: int) -> Number | None:
    number = read_number(words, at)
    if number is not None:
        return number
    if _HALF_OF.at(words, at):
        return Number(Decimal("0.5"), at, at + 1)
    starts_bare = _unit(words, at) in (1_000_000, 1_000_000_000) and _HALF.at(words, at + 1)
    if starts_bare or (_HUNDRED.at(words, at) and _unit(words, at + 1) is not None):
        value, end = (Decimal(1), at) if starts_bare else (Decimal(100), at + 1)
        return Number(value, at, end)
    return None


def _hundreds_of_thousands(words: Sequence[Word], number: Number) -> _Sum | None:
    """``5 trăm`` and ``năm trăm`` alone are hundreds of thousands in everyday talk of money."""
    says_hundred = words[number.end - 1].folded == "tram"
    if says_hundred and number.value < 1000:
        return _Sum(number.value * 1_000, 1_000, number.start, number.end)
    if words[number.start].is_number and _HUNDRED.at(words, number.end) and number.value < 10:
        end = number.end + 1
        unit = _unit(words, end)
        value = number.value * 100 * (unit or 1_000)
        return _Sum(value, unit or 1_000, number.start, end + (unit is not None))
    return None


def _unit(words: Sequence[Word], at: int) -> int | None:
    if 0 <= at < len(words):
        for forms, value in _UNITS:
            if words[at] in forms and not _is_loose_letter(words, at):
                return value
    return None


def _is_loose_letter(words: Sequence[Word], at: int) -> bool:
    """``n`` and ``ng`` are thousands only right after digits (``500n``); loose they are words of their own."""
    return words[at].folded in {"n", "ng", "k"} and not (at and words[at - 1].is_number)


def _tail(words: Sequence[Word], at: int, unit: int) -> _Sum | None:
    """``1tr2`` and ``1 triệu 2``: what follows the unit counts in tenths, hundredths or thousandths of it."""
    ending = last_digit(words, at)
    if ending is not None:
        return _Sum(Decimal(ending * unit) / 10, 1, at, at + 1)
    tail = read_number(words, at)
    if tail is None or tail.whole is None or tail.whole > 999 or _TAKES_A_NUMBER.at(words, tail.end):
        return None
    if _DONG.at(words, tail.end) or _unit(words, tail.end) is not None:
        return None
    digits = len(words[at].text) if words[at].is_number else (1 if tail.whole < 10 else 3)
    glued = words[at].glued
    if not words[at].is_number and tail.whole >= 10:
        return None
    if not glued and digits == 2:
        return None
    scale = Decimal(unit) / (10**digits)
    return _Sum(tail.value * scale, 1, at, tail.end)


def _plain(words: Sequence[Word], at: int) -> _Sum | None:
    """Digits without a unit word count only when long enough and not an identity or phone number."""
    if at >= len(words) or not words[at].is_number:
        return None
    text = words[at].text
    bare = text.isdigit()
    if bare and (text.startswith("0") or len(text) > _MOST_DIGITS):
        return None
    number = read_number(words, at)
    if number is None or number.whole is None:
        return None
    has_unit = _DONG.at(words, at + 1)
    if number.whole >= _LEAST_WITHOUT_UNIT or (has_unit and number.whole >= 1000) or text == "0" == "0" * has_unit:
        return _Sum(number.value, 1, at, at + 1 + has_unit)
    return None


def _range(words: Sequence[Word], at: int) -> Money | None:
    first = read_number(words, at)
    if first is None:
        return None
    if first.pair is not None and (unit := _unit(words, first.end)) is not None and unit > 1_000:
        return Money(first.pair[0] * unit, first.pair[1] * unit, at, first.end + 1)
    whole = _sum(words, at)
    between = whole.end if whole is not None else first.end
    if between >= len(words) or not (words[between].text in _DASH or words[between] in _OR or _comma(words, between)):
        return None
    second = _sum(words, between + 1)
    if second is None:
        return None
    low = int(whole.value) if whole is not None else int(first.value * second.unit)
    high = int(second.value)
    return Money(low, high, at, second.end) if low < high else None


def _comma(words: Sequence[Word], at: int) -> bool:
    """``2, 3 triệu``: a comma between two small numbers (with a space, else it is a decimal)."""
    return words[at].text == "," and words[at - 1].is_number and len(words[at - 1].text) == 1


def _vague(words: Sequence[Word], at: int) -> Money | None:
    """``vài trăm nghìn`` is two to nine of them."""
    if not _SOME.at(words, at):
        return None
    hundreds = _HUNDRED.at(words, at + 1)
    unit_at = at + 1 + hundreds
    unit = _unit(words, unit_at) or (1_000 if hundreds else None)
    if unit is None:
        return None
    step = unit * (100 if hundreds else 1)
    return Money(2 * step, 10 * step - 1, at, unit_at + (_unit(words, unit_at) is not None))
