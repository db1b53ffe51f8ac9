"""Blank numbers that name a person before anything is stored: identity cards, insurance cards, phones, accounts.

Amounts, ages, years and dates stay: they are what the service works with. A number is blanked by its shape where the
shape is enough (identity numbers and phones begin with 0, which amounts do not), else by the word before it. Shapes:
identity card 12 digits that begin with a province code 001–096, the former one 9 digits; card of health insurance two
letters and 13 digits, or 10 digits; mobile phone 10 digits, fixed line 11. Public lines (1900, 1800) stay. Nine or more
numerals in words one after the other are a number read out, whatever it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from core.vietnamese.text import fold


@dataclass(frozen=True, slots=True)
class Redacted:
    """Text without identifying numbers; ``blanked``: the kinds of number that were taken out."""

    text: str = field(repr=False)
    blanked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Number:
    """Digits as they stand in the text, with the folded words around them."""

    start: int
    end: int
    digits: str
    groups: tuple[int, ...]
    before: str
    after: str

    @property
    def is_amount(self) -> bool:
        """Tell whether it reads like money; a number that begins with 0 never does."""
        if self.digits.startswith("0"):
            return False
        return self.digits.endswith("000") or self.has_unit or bool(_MONEY_BEFORE.search(self.before))

    @property
    def has_unit(self) -> bool:
        return bool(_MONEY_AFTER.match(self.after))


LONGEST_RUN = 12  # groups of digits looked at together
LOOK_BACK, LOOK_AHEAD = 60, 12  # characters

_RUN = re.compile(r"(?<!\d)(?<!\d[.,])\+?\d+(?:(?:[.\-_/ ]|, ?|\. )\d+)*")
_GROUP = re.compile(r"\d+")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+")
_CARD = re.compile(r"(?<!\w)(?:[A-Za-z]{2}|[A-Z]{2}[ .-])[1-5](?:[ .-]?\d){12}(?!\d)")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:([.,])\d{3}(?:\1\d{3})*|(?: \d{3})+)")
_PASSPORT = re.compile(r"(?<!\w)[A-Za-z]\d{7,8}(?!\w)")

_MONEY_AFTER = re.compile(r"\s*(?:d|dong|vnd|k|ngan|nghin|tram|trieu|tr|ty|ti|usd|%)(?![a-z])")
_MONEY_BEFORE = re.compile(
    r"(?:luong|thu nhap|tien|tro cap|vay|no|gia|phi|muc|huong)"
    r"(?: (?:huu|hang|moi|thang|la|duoc|khoang|tam|hon))*\s*:?\s*$"
)
_IDENTITY_BEFORE = re.compile(
    r"(?:cccd|cmnd|cmt|cmtnd|can cuoc|chung minh|dinh danh|ho chieu|so giay to)(?: ?[a-z]+){0,4}\s*[:#.]?\s*$"
)
_INSURANCE_BEFORE = re.compile(
    r"(?:bhxh|bhyt|so bao hiem|ma so bao hiem|the bao hiem|bao hiem (?:xa hoi|y te))(?: [a-z]+){0,3}\s*[:#]?\s*$"
)
_ACCOUNT_BEFORE = re.compile(
    r"(?:stk|so tai khoan|tai khoan|so tk|so the|the atm|account)(?: (?!(?:co|con|duoc|nhan)\b)[a-z]+){0,4}\s*[:#]?\s*$"
)
_PHONE_BEFORE = re.compile(r"(?:sdt|so dien thoai|dien thoai|so zalo|so may)(?: [a-z]+){0,3}\s*[:#.]?\s*$")

# Nine or more numerals one after the other, read out digit by digit.
_NUMERAL = r"(?:không|khong|linh|một|mot|hai|ba|bốn|bon|tư|tu|năm|nam|lăm|lam|sáu|sau|bảy|bẩy|bay|tám|tam|chín|chin)"
_READ_OUT = re.compile(rf"(?<!\w){_NUMERAL}(?:[\s.,-]+{_NUMERAL}){{8,}}(?!\w)", re.IGNORECASE)

_CCCD_GROUPS = {(1,) * 12, (2,) * 6, (12,), (3, 9), (3, 3, 6), (3, 3, 3, 3), (4, 4, 4), (6, 6), (3, 1, 2, 6), (4, 8)}
_CMND_GROUPS = {(1,) * 9, (9,), (3, 3, 3), (2, 7), (3, 6)}
_MOBILE_GROUPS = {
    *{(10,), (4, 3, 3), (3, 3, 4), (3, 4, 3), (3, 3, 2, 2), (4, 6), (5, 5), (4, 2, 2, 2), (2, 4, 4), (3, 7), (2, 8)},
    *{(2, 2, 2, 2, 2), (4, 4, 2), (3, 2, 2, 3), (2, 3, 3, 2), (4, 2, 4), (1,) * 10},
}
_FIXED_GROUPS = {(11,), (3, 4, 4), (4, 3, 4), (4, 7), (3, 8), (5, 3, 3), (4, 4, 3), (1,) * 11}


def redact(text: str, *, keeps_fixed_lines: bool = False) -> Redacted:
    """Return *text* with every identifying number replaced by the name of its kind in brackets.

    *keeps_fixed_lines*: staff name the telephones of offices, which are fixed lines.
    """
    blanked: list[str] = []

    def blank(kind: str) -> str:
        blanked.append(kind)
        return f"[{kind}]"

    text = _EMAIL.sub(lambda _: blank("email"), text)
    text = _CARD.sub(lambda _: blank("insurance"), text)
    text = _PASSPORT.sub(lambda _: blank("id"), text)
    text = _READ_OUT.sub(lambda _: blank("number"), text)
    kept: list[str] = []
    end = 0
    for number, kind in _findings(text):
        if keeps_fixed_lines and kind == "phone" and number.digits.startswith("02"):
            continue
        kept += [text[end : number.start], blank(kind)]
        end = number.end
    return Redacted("".join([*kept, text[end:]]), tuple(dict.fromkeys(blanked)))


def _findings(text: str) -> Iterator[tuple[_Number, str]]:
    for run in _RUN.finditer(text):
        if _THOUSANDS.fullmatch(run.group()):
            continue
        groups = [match.span() for match in _GROUP.finditer(text, run.start(), run.end())]
        at = 0
        while at < len(groups):
            number, kind, used = _longest(text, groups[at : at + LONGEST_RUN])
            if number is not None and kind is not None:
                yield number, kind
            at += used


def _longest(text: str, groups: list[tuple[int, int]]) -> tuple[_Number | None, str | None, int]:
    """Find the longest identifying number that begins with the first group; say how many groups it took."""
    for used in range(len(groups), 0, -1):
        number = _number(text, groups[:used])
        if kind := _kind(number):
            return number, kind, used
    return None, None, 1


def _number(text: str, groups: list[tuple[int, int]]) -> _Number:
    start, end = groups[0][0], groups[-1][1]
    digits = "".join(text[a:b] for a, b in groups)
    sizes = tuple(b - a for a, b in groups)
    if text[start - 1 : start] == "+" or (digits.startswith("84") and len(digits) in (11, 12)):
        digits, sizes = _national(digits, sizes)
        start -= text[start - 1 : start] == "+"
    before, after = text[max(0, start - LOOK_BACK) : start], text[end : end + LOOK_AHEAD]
    return _Number(start, end, digits, sizes, fold(before), fold(after))


def _national(digits: str, sizes: tuple[int, ...]) -> tuple[str, tuple[int, ...]]:
    """Write +84 912 345 678 as 0912 345 678, where it reads as a phone then."""
    national = "0" + digits.removeprefix("84")
    if not digits.startswith("84") or not _is_phone_number(national):
        return digits, sizes
    return national, (len(national),)


def _kind(number: _Number) -> str | None:
    return _kind_by_word(number) or _kind_by_shape(number)


def _kind_by_word(number: _Number) -> str | None:
    size, before = len(number.digits), number.before
    if number.has_unit and not number.digits.startswith("0"):
        return None
    if size in (9, 12) and _IDENTITY_BEFORE.search(before):
        return "id"
    if size in (10, 13) and _INSURANCE_BEFORE.search(before):
        return "insurance"
    if 6 <= size <= 20 and not (size < 9 and number.is_amount) and _ACCOUNT_BEFORE.search(before):
        return "account"
    if 9 <= size <= 11 and not number.is_amount and _PHONE_BEFORE.search(before):
        return "phone"
    return None


def _kind_by_shape(number: _Number) -> str | None:
    digits, groups = number.digits, number.groups
    if digits.startswith("0"):
        return _kind_with_zero(digits, groups)
    if len(groups) > 1 or not 9 <= len(digits) <= 20 or number.is_amount:
        return None
    return "id" if len(digits) == 9 else "account"


def _kind_with_zero(digits: str, groups: tuple[int, ...]) -> str | None:
    if groups in _CCCD_GROUPS and 1 <= int(digits[:3]) <= 96:
        return "id"
    if _is_phone_number(digits) and groups in (_MOBILE_GROUPS | _FIXED_GROUPS):
        return "phone"
    if groups in _CMND_GROUPS and not digits.startswith("00"):
        return "id"
    return "account" if len(groups) == 1 and 10 <= len(digits) <= 20 and not digits.startswith("00000") else None


def _is_phone_number(digits: str) -> bool:
    mobile = len(digits) == 10 and digits[1] in "35789"
    fixed = len(digits) == 11 and digits.startswith("02")
    return mobile or fixed
