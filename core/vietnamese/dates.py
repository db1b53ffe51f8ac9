"""Read days, months and years: ``10/12/2020``, ``tháng 5 năm 1950``, ``năm 51``, ``hôm qua``, ``4 năm rồi``.

A date is given as it was told, no sharper: ``1951``, ``1951-05`` or ``1951-05-02``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.vietnamese.numbers import Number, read_number
from core.vietnamese.words import OneOf, Word

_DAY, _MONTH, _YEAR = OneOf("ngày", "hôm", "mùng", "mồng"), OneOf("tháng", "thg", "th", "t"), OneOf("năm")
_WEEK = OneOf("tuần")
_BEFORE = OneOf("trước", "rồi", "nay", "qua")
_AGO = OneOf("trước", "rồi", "nay", "qua")
_SINCE = OneOf("cách", "được")
_SEPARATORS = frozenset("/-–.")
_DOTTED = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_DOTTED_MONTH = re.compile(r"([0-9]{1,2})\.((?:19|20)[0-9]{2})")
_OLDEST = 1900
_MOST_WEEKS = 12
_STARTS = frozenset({
    "hom", "bua", "sang", "trua", "chieu", "toi", "thang", "thg", "th", "t", "nam", "tuan", "ngay", "mung",
    "mong", "cach", "duoc", "day", "khoang", "hon", "mot", "hai", "ba", "bon", "tu", "sau", "bay", "tam",
    "chin", "muoi", "chuc", "vai", "may",
})  # fmt: skip
_FIXED: tuple[tuple[tuple[OneOf, ...], str, int], ...] = (
    ((OneOf("hôm", "bữa"), OneOf("kia", "kìa")), "day", 2),
    ((OneOf("hôm", "bữa"), OneOf("qua", "wa")), "day", 1),
    ((OneOf("hôm", "bữa"), OneOf("nay")), "day", 0),
    ((OneOf("sáng", "trưa", "chiều", "tối"), OneOf("qua")), "day", 1),
    ((OneOf("tháng"), OneOf("trước", "rồi", "qua")), "month", 1),
    ((OneOf("tháng"), OneOf("này")), "month", 0),
    ((OneOf("năm"), OneOf("ngoái", "rồi", "trước", "ngóai")), "year", 1),
    ((OneOf("năm"), OneOf("kia")), "year", 2),
    ((OneOf("năm"), OneOf("nay")), "year", 0),
)


@dataclass(frozen=True, slots=True)
class ToldDate:
    """A date as told (ISO, possibly only the year or month), read from ``words[start:end]``."""

    iso: str
    start: int
    end: int
    year_said: bool = True


def read_date(words: Sequence[Word], at: int, *, today: date) -> ToldDate | None:
    """Read the date that begins at *at*, counted from *today* where it is relative."""
    if at >= len(words) or not (words[at].is_number or words[at].folded in _STARTS):
        return None
    return (
        _fixed(words, at, today)
        or _numeric(words, at, today)
        or _spoken(words, at, today)
        or _year(words, at, today)
        or _ago(words, at, today)
    )


def full_year(text: str, *, today: date) -> int | None:
    """``51`` is 1951 and ``20`` is 2020 once that year has come; None for what is no year."""
    if len(text) == 4 and _OLDEST <= int(text) <= today.year + 10:
        return int(text)
    if len(text) == 2:
        return 2000 + int(text) if 2000 + int(text) <= today.year else 1900 + int(text)
    return None


def _iso(year: int, month: int | None = None, day: int | None = None) -> str | None:
    if month is None:
        return f"{year:04d}"
    if not 1 <= month <= 12:
        return None
    if day is None:
        return f"{year:04d}-{month:02d}"
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _made(iso: str | None, start: int, end: int) -> ToldDate | None:
    return None if iso is None else ToldDate(iso, start, end)


def _assumed(iso: str | None, start: int, end: int) -> ToldDate | None:
    """A day or month told without its year: the last such one is taken."""
    return None if iso is None else ToldDate(iso, start, end, year_said=False)


def _fixed(words: Sequence[Word], at: int, today: date) -> ToldDate | None:
    for forms, unit, back in _FIXED:
        if all(form.at(words, at + i) for i, form in enumerate(forms)):
            return ToldDate(_back(today, unit, back), at, at + len(forms))
    if _WEEK.at(words, at) and _BEFORE.at(words, at + 1):
        return ToldDate(_back(today - timedelta(days=7), "month", 0), at, at + 2)
    return None


def _back(today: date, unit: str, count: int) -> str:
    if unit == "day":
        return (today - timedelta(days=count)).isoformat()
    if unit == "year":
        return f"{max(today.year - count, 1):04d}"
    months = max(today.year * 12 + today.month - 1 - count, 12)
    return f"{months // 12:04d}-{months % 12 + 1:02d}"


def _small(words: Sequence[Word], at: int) -> int | None:
    if 0 <= at < len(words) and words[at].is_number and words[at].text.isdigit() and len(words[at].text) <= 4:
        return int(words[at].text)
    return None


def _numeric(words: Sequence[Word], at: int, today: date) -> ToldDate | None:
    if not words[at].is_number:
        return None
    if dotted := _DOTTED.fullmatch(words[at].text):
        day, month, year = map(int, dotted.groups())
        return _made(_iso(year, month, day), at, at + 1)
    if dotted := _DOTTED_MONTH.fullmatch(words[at].text):
        return _made(_iso(int(dotted[2]), int(dotted[1])), at, at + 1)
    parts = [at]
    while len(parts) < 3 and parts[-1] + 2 < len(words) and words[parts[-1] + 1].text in _SEPARATORS:
        if _small(words, parts[-1] + 2) is None:
            break
        parts.append(parts[-1] + 2)
    return _from_parts(words, parts, today) if len(parts) > 1 else None


def _from_parts(words: Sequence[Word], parts: list[int], today: date) -> ToldDate | None:
    texts = [words[p].text for p in parts]
    if len(texts) == 3:
        year = full_year(texts[2], today=today)
        if year is None or len(texts[0]) > 2:
            return None
        return _made(_iso(year, int(texts[1]), int(texts[0])), parts[0], parts[-1] + 1)
    if len(texts[1]) == 4:
        year = full_year(texts[1], today=today)
        return None if year is None else _made(_iso(year, int(texts[0])), parts[0], parts[-1] + 1)
    if words[parts[0] + 1].text != "/" or len(texts[0]) > 2:
        return None
    return _assumed(_past(int(texts[1]), int(texts[0]), today), parts[0], parts[-1] + 1)


def _past(month: int, day: int | None, today: date) -> str | None:
    """The last such day or month up to today: without a year, people speak of what has been."""
    this_year = _iso(today.year, month, day)
    if this_year is not None and this_year <= today.isoformat():
        return this_year
    return _iso(today.year - 1, month, day)


def _spoken(words: Sequence[Word], at: int, today: date) -> ToldDate | None:
    """``ngày 5 tháng 6 năm 1950``, ``tháng 5/1951``, ``tháng 3``."""
    day = None
    here = at
    if _DAY.at(words, here):
        numeric = _numeric(words, here + 1, today) if here + 1 < len(words) else None
        if numeric is not None:
            return ToldDate(numeric.iso, at, numeric.end, numeric.year_said)
        day = read_number(words, here + 1)
        if day is None:
            return None
        here = day.end
    elif words[at].is_number and (number := read_number(words, here)) is not None and _MONTH.at(words, number.end):
        following = read_number(words, number.end + 1)
        if following is None or following.whole is None or following.whole > 12:
            return None
        day, here = number, number.end
    return _month_on(words, at, here, day, today)


def _month_on(words: Sequence[Word], start: int, at: int, day: Number | None, today: date) -> ToldDate | None:
    if not _MONTH.at(words, at) or (words[at].folded in {"t", "th"} and not _small(words, at + 1)):
        return None
    numeric = _numeric(words, at + 1, today) if at + 1 < len(words) else None
    if numeric is not None and day is None and numeric.end == at + 4:
        return ToldDate(numeric.iso, start, numeric.end, numeric.year_said)
    month = read_number(words, at + 1)
    if month is None or month.whole is None:
        return None
    here = month.end + (_YEAR.at(words, month.end) or (month.end < len(words) and words[month.end].text in "/-"))
    year = full_year(words[here].text, today=today) if here > month.end and _small(words, here) else None
    told_day = day.whole if day is not None else None
    if year is not None:
        return _made(_iso(year, month.whole, told_day), start, here + 1)
    if (in_words := _year_in_words(words, month.end, today)) is not None:
        return _made(_iso(int(in_words.iso), month.whole, told_day), start, in_words.end)
    relative = _fixed(words, month.end, today)
    if relative is not None and len(relative.iso) == 4:
        return _made(_iso(int(relative.iso), month.whole, told_day), start, relative.end)
    return _assumed(_past(month.whole, told_day, today), start, month.end)


def _year(words: Sequence[Word], at: int, today: date) -> ToldDate | None:
    if _YEAR.at(words, at) and _small(words, at + 1) is not None:
        year = full_year(words[at + 1].text, today=today)
        goes_on = at + 2 < len(words) and words[at + 2].text in _SEPARATORS and _small(words, at + 3) is not None
        if year is not None and not goes_on and not _AGO.at(words, at + 2):
            return ToldDate(f"{year:04d}", at, at + 2)
        return None
    if (in_words := _year_in_words(words, at, today)) is not None:
        return in_words
    if _small(words, at) is not None and len(words[at].text) == 4:
        year = full_year(words[at].text, today=today)
        return None if year is None else ToldDate(f"{year:04d}", at, at + 1)
    return None


def _year_in_words(words: Sequence[Word], at: int, today: date) -> ToldDate | None:
    """``năm bốn lăm`` is 1945; one word alone (``năm hai``) is no year."""
    if not _YEAR.at(words, at):
        return None
    said = read_number(words, at + 1)
    if said is None or said.whole is None or said.end - said.start < 2:
        return None
    year = full_year(f"{said.whole:02d}", today=today)
    return None if year is None else ToldDate(f"{year:04d}", at, said.end)


def _ago(words: Sequence[Word], at: int, today: date) -> ToldDate | None:
    """``4 năm rồi``, ``được 3 tháng``, ``cách đây 2 năm``: the year, month or day that many before."""
    here = at
    counted = _SINCE.at(words, here)
    while (
        here < len(words)
        and here - at < 3
        and (words[here] in _SINCE or words[here].folded in {"day", "khoang", "hon"})
    ):
        here += 1
    number = read_number(words, here)
    if number is None or number.whole is None or number.whole > 120:
        return None
    unit = _span_unit(words, number.end)
    if unit == "week" and number.whole > _MOST_WEEKS:
        return None  # ``mới đủ 75 tuần trước``: last week somebody turned 75
    if unit is None or not (counted or _AGO.at(words, number.end + 1)):
        return None
    end = number.end + 1 + _AGO.at(words, number.end + 1)
    if unit == "week":
        return ToldDate(_back(today - timedelta(days=7 * number.whole), "month", 0), at, end)
    return ToldDate(_back(today, unit, number.whole), at, end)


def _span_unit(words: Sequence[Word], at: int) -> str | None:
    pairs = ((_YEAR, "year"), (_MONTH, "month"), (_WEEK, "week"), (OneOf("ngày", "hôm", "bữa"), "day"))
    return next((unit for forms, unit in pairs if forms.at(words, at)), None)
