"""What a document is: number, kind, issuer, dates, and which others it amends or replaces.

Read from the document's own words and from the property table that a web page puts above it. What is not found is
left open and reported; nothing is derived from the file's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

_NUMBER = re.compile(r"\b\d{1,5}(?:/(?:19|20)\d{2})?/(?:[A-ZĐ]{1,12}\d{0,3})(?:-[A-ZĐ][A-ZĐa-z0-9]*)*(?![\w/])")
_DAY = r"(?:ngày\s+)?(\d{1,2})\s*(?:/|-|\.|\s+tháng\s+)\s*(\d{1,2})\s*(?:/|-|\.|\s+năm\s+)\s*((?:19|20)\d{2})"
_ANY_DAY = re.compile(_DAY, re.IGNORECASE)
_EFFECTIVE = re.compile(rf"có hiệu lực(?: thi hành)?(?:\s+kể)?\s+từ\s+\W{{0,4}}{_DAY}", re.IGNORECASE)
_SIGNED = re.compile(rf"^[^.;]{{0,60}},\s*{_DAY}", re.IGNORECASE)
_TITLE_DAY = re.compile(rf"\b{_DAY}\s+của\s+(?P<issuer>(?:(?!\bcủa\b)[^,;()])+?),\s*có hiệu lực", re.IGNORECASE)
_ORGANISATION = re.compile(
    r"^\W*(?:cộng hòa|độc lập|chính phủ|quốc hội|ủy ban|uỷ ban|bộ |ngân hàng|hội đồng|thủ tướng|---)", re.IGNORECASE
)
_FIRST_ARTICLE = re.compile(r"^\W*Điều\s*[\d.]+", re.IGNORECASE)
_SPEAKS_OF_ITSELF = re.compile(
    r"\b(?:Luật|Pháp lệnh|Nghị định|Thông tư|Quyết định|Nghị quyết) này có hiệu lực\b", re.IGNORECASE
)
_BEFORE = re.compile(r"(?:trước|kể từ|từ) (?:ngày|khi)\s*$", re.IGNORECASE)
_BASIS = re.compile(r"^\W*(?:Căn cứ|Theo đề nghị)\b", re.IGNORECASE)
_ENDS = re.compile(r"hết hiệu lực|thay thế|bãi bỏ", re.IGNORECASE)
_AMENDS = re.compile(r"sửa đổi|bổ sung", re.IGNORECASE)
KINDS = (
    ("law", re.compile(r"/QH\d+$"), re.compile(r"^\W*Luật\b", re.IGNORECASE)),
    ("ordinance", re.compile(r"/UBTVQH\d+$|/PL-"), re.compile(r"^\W*Pháp lệnh\b", re.IGNORECASE)),
    ("decree", re.compile(r"/NĐ-CP$"), re.compile(r"^\W*Nghị định\b", re.IGNORECASE)),
    ("joint_circular", re.compile(r"/TTLT"), re.compile(r"^\W*Thông tư liên tịch\b", re.IGNORECASE)),
    ("circular", re.compile(r"/TT-"), re.compile(r"^\W*Thông tư\b", re.IGNORECASE)),
    ("consolidated", re.compile(r"/VBHN-"), re.compile(r"^\W*Văn bản hợp nhất\b", re.IGNORECASE)),
    ("resolution", re.compile(r"/NQ-"), re.compile(r"^\W*Nghị quyết\b", re.IGNORECASE)),
    ("decision", re.compile(r"/QĐ-"), re.compile(r"^\W*Quyết định\b", re.IGNORECASE)),
)
_ISSUERS = (
    (re.compile(r"/QH\d+$"), "Quốc hội"),
    (re.compile(r"/UBTVQH\d+$"), "Ủy ban Thường vụ Quốc hội"),
    (re.compile(r"/NĐ-CP$|/NQ-CP$"), "Chính phủ"),
    (re.compile(r"/QĐ-TTg$"), "Thủ tướng Chính phủ"),
)
_HEAD = 60
_DAYS = ("issued_on", "effective_on", "expires_on")


@dataclass(frozen=True)
class Metadata:
    """What is known about a document; ``None`` or empty where nothing was found.

    ``expires_on`` is the last day on which it holds; ``place`` the unit id of the province whose document it is.
    """

    number: str | None = None
    kind: str | None = None
    title: str = ""
    issuer: str | None = None
    issued_on: date | None = None
    effective_on: date | None = None
    expires_on: date | None = None
    amends: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    place: str | None = None

    def missing(self) -> tuple[str, ...]:
        """Return the names of what a legal document should have and this one lacks."""
        wanted = ("number", "kind", "issuer", "issued_on", "effective_on")
        return tuple(name for name in wanted if getattr(self, name) is None)

    def to_json(self) -> dict[str, Any]:
        """Return the plain form: days as text, lists as lists."""
        return {name: _plain(value) for name, value in vars(self).items()}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Metadata:
        """Read back what :meth:`to_json` wrote."""
        days = {name: date.fromisoformat(plain[name]) if plain[name] else None for name in _DAYS}
        return cls(**{**plain, **days, "amends": tuple(plain["amends"]), "replaces": tuple(plain["replaces"])})


def describe(lines: Sequence[str], fields: Mapping[str, str]) -> Metadata:
    """Read the description of a document from all its *lines* and the *fields* of its page."""
    head = _head(lines)
    number = number_in(fields.get("số hiệu", "")) or next(filter(None, map(_own_number, head)), None)
    title = _title(head, fields, number)
    return Metadata(
        number=number,
        kind=_kind(number, head),
        title=title,
        issuer=_issuer(number, head, fields),
        issued_on=_day(fields.get("ngày ban hành", "")) or _issued(head),
        effective_on=_field_day(fields, "hiệu lực", but="hết") or _effective(head, lines),
        expires_on=_field_day(fields, "hết hiệu lực"),
        amends=_amended(head, number),
        replaces=_replaced(lines, number),
    )


def _head(lines: Sequence[str]) -> list[str]:
    """Return the lines before the first article, without the laws that the document is based on."""
    before = lines[:_HEAD]
    first = next((at for at, line in enumerate(before) if _FIRST_ARTICLE.match(line)), len(before))
    return [line for line in before[:first] if line and not _BASIS.match(line)]


def number_in(text: str) -> str | None:
    """Return the first document number of *text*, as printed."""
    found = _NUMBER.search(text.replace("/ ", "/").replace(" /", "/"))
    return found[0] if found else None


def effective_day(text: str) -> date | None:
    """Return the day from which *text* says something is in force."""
    return _date(found) if (found := _EFFECTIVE.search(text)) else None


def _effective(head: Sequence[str], lines: Sequence[str]) -> date | None:
    """Take the day from the title, or from the sentence in which the document speaks of itself."""
    own = (
        line
        for line in lines
        if (found := _SPEAKS_OF_ITSELF.search(line)) and not _BEFORE.search(line[: found.start()])
    )
    return next(filter(None, map(effective_day, (*head, *own))), None)


def _own_number(line: str) -> str | None:
    """Return the number of a line that names the document itself: short, or beginning with its kind."""
    begins = any(words.match(line) for _, _, words in KINDS)
    return number_in(line) if len(line) < 60 or begins else None


def _title(head: Sequence[str], fields: Mapping[str, str], number: str | None) -> str:
    if given := fields.get("trích yếu") or fields.get("title"):
        return given
    for at, line in enumerate(head):
        if any(words.match(line) for _, _, words in KINDS):
            following = next((n for n in head[at + 1 : at + 4] if len(n) > 10), "") if len(line) < 20 else ""
            return f"{line} {following}".strip()[:300]
    return next((line for line in head if len(line) > 10 and not _ORGANISATION.match(line)), number or "")[:300]


def _kind(number: str | None, head: Sequence[str]) -> str | None:
    for kind, code, words in KINDS:
        if (number and code.search(number)) or (not number and any(map(words.match, head[:10]))):
            return kind
    return None


def _issuer(number: str | None, head: Sequence[str], fields: Mapping[str, str]) -> str | None:
    if given := fields.get("cơ quan ban hành"):
        return given
    for line in head:
        if found := _TITLE_DAY.search(line):
            return found["issuer"].strip()
    return next((name for code, name in _ISSUERS if number and code.search(number)), None)


def _issued(head: Sequence[str]) -> date | None:
    for line in head:
        if found := _TITLE_DAY.search(line) or (_SIGNED.match(line) if len(line) < 80 else None):
            return _date(found)
    return None


def _field_day(fields: Mapping[str, str], word: str, *, but: str | None = None) -> date | None:
    for key, value in fields.items():
        if word in key and not (but and but in key) and (day := _day(value)):
            return day
    return None


def _amended(head: Sequence[str], number: str | None) -> tuple[str, ...]:
    titles = (line for line in head if any(words.match(line) for _, _, words in KINDS))
    found = (n for line in titles if (of := _AMENDS.search(line)) for n in _NUMBER.findall(line[of.end() :]))
    return tuple(n for n in dict.fromkeys(found) if n != number)


def _replaced(lines: Iterable[str], number: str | None) -> tuple[str, ...]:
    """Return the documents that a sentence on their end names; a document only changed is not ended."""
    found: dict[str, None] = {}
    listing = False
    for line in filter(None, lines):
        ends = bool(_ENDS.search(line)) and "hiệu lực" in line.lower()
        listing = (ends and line.rstrip().endswith(":")) or (listing and bool(re.match(r"^[a-zđ]\s?\)", line)))
        if (ends or listing) and (first := number_in(line)) and first != number and "trước ngày" not in line:
            found[first] = None
    return tuple(found)


def _day(text: str) -> date | None:
    return _date(found) if (found := _ANY_DAY.search(text)) else None


def _date(found: re.Match[str]) -> date | None:
    day, month, year = map(int, found.group(1, 2, 3))
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
