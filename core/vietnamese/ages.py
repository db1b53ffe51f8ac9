"""Read ages: ``76t``, ``bảy sáu tuổi``, ``5 tuổi 11 tháng``, ``3 tháng tuổi``, ``gần tám mươi``, ``76 tuổi mụ``.

An age is a span of full years. Limits of vague ages are kept wide on purpose: a rule that the span straddles
stays open and is asked about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.vietnamese.bounds import Bound, qualify
from core.vietnamese.numbers import Number, read_number
from core.vietnamese.words import OneOf, Word

_YEARS = OneOf("tuổi", "tủi", "tuồi", "t", "ts", "tuoỉ")
_FULL_WORD = OneOf("tuổi", "tủi")
_MONTHS = OneOf("tháng", "th", "thg")
_SOME = OneOf("mấy", "ngoài", "hơn", "lẻ", "x")
_DASH = frozenset("-–—~")
_UNTIL = OneOf("đến", "!tới", "hay", "hoặc")
_FROM = OneOf("từ")
_TRADITIONAL = OneOf("mụ", "ta", "âm")
_AFTER_BARE = OneOf(
    "triệu", "tr", "nghìn", "ngàn", "k", "trăm", "tỷ", "tháng", "năm", "ngày", "con", "người", "đứa", "phần", "lần",
    "cháu", "sào", "giờ", "m", "mét", "khẩu", "miệng", "mẫu", "chỉ", "kg", "km", "đồng", "đ", "tuần", "buổi", "cái",
    "suất", "bước", "cụ",
)  # fmt: skip
_SIGNS = frozenset("%/.-")
_WEEK_OR_MONTH, _WHICH = OneOf("tuần", "tháng"), OneOf("trước", "này", "rồi", "qua", "vừa")
_OLDEST = 125
# Two neighbouring numbers in a row from here on are an age that is not known for sure: *bảy tám bảy chín*.
_GROWN_UP = 50
_NO_LIMIT = None
# ``bảy mấy`` is seventy-odd; ``hai mấy`` counts anything.
_FEWEST_TENS = 5


@dataclass(frozen=True, slots=True)
class Age:
    """Full years between *low* and *high* (None: no limit on that side), read from ``words[start:end]``."""

    low: int | None
    high: int | None
    start: int
    end: int
    has_unit: bool = True


def read_age(words: Sequence[Word], at: int) -> Age | None:
    """Read the age whose number begins at *at*; without a unit it is a guess the caller must justify."""
    number = read_number(words, at)
    if number is None or number.whole is None or number.whole > 12 * _OLDEST:
        return None
    ranged = _range(words, number)
    if ranged is not None:
        return ranged
    decade = _decade(words, number)
    if decade is not None:
        return decade
    if _MONTHS.at(words, number.end) and _FULL_WORD.at(words, number.end + 1):
        years = number.whole // 12
        return _bounded(words, years, number.start, number.end + 2, has_unit=True)
    return _years(words, number)


def stands_alone(words: Sequence[Word], age: Age) -> bool:
    """Tell whether a number without a unit may be an age: nothing behind it says that it counts something else."""
    years = age.high if age.low is None else age.low
    if years is None or not 1 <= years <= 115:
        return False
    in_digits = any(word.is_number for word in words[age.start : age.end])
    if not in_digits and (age.end - age.start < 2 or years < 10):
        return False
    if age.end >= len(words) or (years >= _GROWN_UP and _is_a_time(words, age.end)):
        return True
    return not (words[age.end] in _AFTER_BARE or _goes_on(words, age.end))


def _is_a_time(words: Sequence[Word], at: int) -> bool:
    """``mới đủ 75 tuần trước``: the week is no unit of the number."""
    return _WEEK_OR_MONTH.at(words, at) and at + 1 < len(words) and words[at + 1] in _WHICH


def _goes_on(words: Sequence[Word], at: int) -> bool:
    """Tell whether a sign behind a number makes it part of something longer; a full stop ends it."""
    sign = words[at].text
    if sign not in _SIGNS:
        return False
    follower = words[at + 1] if at + 1 < len(words) else None
    return sign != "." or (follower is not None and follower.glued)


def _years(words: Sequence[Word], number: Number) -> Age | None:
    years = number.whole
    if years is None or years > _OLDEST:
        return None
    if number.pair is not None and number.pair[0] < 4 and _YEARS.at(words, number.end):
        return Age(number.pair[0], number.pair[1], number.start, number.end + 1)
    has_unit = _YEARS.at(words, number.end)
    end = number.end + has_unit
    if has_unit and _TRADITIONAL.at(words, end):
        return Age(max(years - 2, 0), max(years - 1, 0), number.start, end + 1)
    if has_unit:
        end = _months_too(words, end)
    return _bounded(words, years, number.start, end, has_unit=has_unit)


def _months_too(words: Sequence[Word], end: int) -> int:
    months = read_number(words, end)
    if months is not None and _MONTHS.at(words, months.end) and months.value < 12:
        return months.end + 1
    return end


def _range(words: Sequence[Word], first: Number) -> Age | None:
    between = first.end
    low = first.whole
    if _YEARS.at(words, between):
        between += 1
    neighbour = read_number(words, between)
    if neighbour is None and between < len(words) and words[between].text == ",":
        neighbour = read_number(words, between + 1)
    if neighbour is not None and neighbour.whole == (low or 0) + 1:
        has_unit = _YEARS.at(words, neighbour.end)
        if has_unit or ((low or 0) >= _GROWN_UP and neighbour.start == first.end):
            start = qualify(words, first.start, neighbour.end).start
            return Age(low, neighbour.whole, start, neighbour.end + has_unit, has_unit)
    joined = between < len(words) and (words[between].text in _DASH or words[between] in _UNTIL)
    second = read_number(words, between + 1) if joined else None
    if second is None or low is None or second.whole is None or not low < second.whole <= _OLDEST:
        return None
    if not _YEARS.at(words, second.end) and between == first.end and second.whole - low > 10:
        return None
    has_unit = _YEARS.at(words, second.end) or between > first.end
    return Age(low, second.whole, first.start, second.end + _YEARS.at(words, second.end), has_unit)


def _decade(words: Sequence[Word], number: Number) -> Age | None:
    value, end = number.whole, number.end
    if value is None or not _SOME.at(words, end):
        return None
    unit = _YEARS.at(words, end + 1)
    if value < 10 and value >= 2 and unit and words[end].folded in {"may", "x"}:
        return Age(10 * value, 10 * value + 9, number.start, end + 2)
    if _FEWEST_TENS <= value < 10 and words[end].folded in {"may", "x"}:
        return Age(10 * value, 10 * value + 9, number.start, end + 1, has_unit=False)
    if value % 10 == 0 and value >= 10 and words[end].folded != "x":
        return Age(value, value + 9, number.start, end + 1 + unit, has_unit=unit)
    return None


def _bounded(words: Sequence[Word], years: int, start: int, end: int, *, has_unit: bool) -> Age:
    meant = qualify(words, start, end)
    low, high = _limits(meant.bound, years)
    return Age(low, high, meant.start, meant.end, has_unit)


def _limits(bound: Bound, years: int) -> tuple[int | None, int | None]:
    match bound:
        case Bound.ABOUT:
            slack = 1 if years < 10 else 2
            return max(years - slack, 0), years + slack
        case Bound.MORE:
            return years, years if years < 10 else years - years % 10 + 9
        case Bound.AT_LEAST:
            return years, _NO_LIMIT
        case Bound.NEARLY:
            slack = 1 if years < 10 else 5 if years % 10 == 0 else 2
            return max(years - slack, 0), max(years - 1, 0)
        case Bound.SOON:
            return max(years - 1, 0), max(years - 1, 0)
        case Bound.BELOW:
            return _NO_LIMIT, max(years - 1, 0)
        case Bound.AT_MOST:
            return _NO_LIMIT, years
        case Bound.EXACT:
            return years, years
