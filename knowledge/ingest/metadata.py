"""What a document is: number, kind, issuer, dates, and which others it amends or replaces.

Read from the document's own words and from the property table that a web page puts above it. What is not found is
left open and reported; nothing is derived from the file's name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.ingest.relations import amended_by, number_in, replaced_by

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
_COUNCIL = re.compile(
    r"^\W*(Hội đồng nhân dân|[ỦU][ỷy] ban nhân dân)\s+(tỉnh|thành phố)\s+([^|,.;]{2,40})", re.IGNORECASE
)
_PASSED = re.compile(rf"\bthông qua\s+{_DAY}", re.IGNORECASE)
_NO_TITLE = re.compile(r"^\W*(?:\w{1,2}|[\d\s/:.,-]+|(?:thứ \w+|chủ nhật)[\d\s/:.,-]*)\W*$", re.IGNORECASE)
_TITLE_TAIL = re.compile(rf",?\s+{_DAY}\s+của\b.*$", re.IGNORECASE)
_KIND_ALONE = re.compile(
    r"^\W*(?:Bộ luật|Luật|Pháp lệnh|Nghị định|Thông tư liên tịch|Thông tư|Nghị quyết|Quyết định|Văn bản hợp nhất)\W*$",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(r"^\W*(?:thứ|chủ nhật)\b", re.IGNORECASE)  # the day of a news page
_HEAD = 60
_DAYS = ("issued_on", "effective_on", "expires_on")


@dataclass(frozen=True)
class Metadata:
    """What is known about a document; ``None`` or empty where nothing was found.

    ``expires_on`` is the last day on which it holds; ``place`` the unit id of the province whose document it is.
    ``amended_articles`` are those of the one document in ``amends`` that it changes.
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
    amended_articles: tuple[str, ...] = ()

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
        lists = {name: tuple(plain.get(name, ())) for name in ("amends", "replaces", "amended_articles")}
        return cls(**{**plain, **days, **lists})


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
        issued_on=_day(fields.get("ngày ban hành", "")) or _issued(head) or _passed(lines, number),
        effective_on=_field_day(fields, "hiệu lực", but="hết") or _effective(head, lines, number),
        expires_on=_field_day(fields, "hết hiệu lực"),
        amends=amended_by(head, number),
        replaces=replaced_by(lines, number),
    )


def _head(lines: Sequence[str]) -> list[str]:
    """Return the lines before the first article, without the laws that the document is based on."""
    before = lines[:_HEAD]
    first = next((at for at, line in enumerate(before) if _FIRST_ARTICLE.match(line)), len(before))
    return [line for line in before[:first] if line and not _BASIS.match(line)]


def effective_day(text: str) -> date | None:
    """Return the day from which *text* says something is in force."""
    return _date(found) if (found := _EFFECTIVE.search(text)) else None


def _effective(head: Sequence[str], lines: Sequence[str], number: str | None) -> date | None:
    """Take the day from the title, from the sentence in which the document speaks of itself, or of its articles."""
    own = (
        line
        for line in lines
        if (found := _SPEAKS_OF_ITSELF.search(line)) and not _BEFORE.search(line[: found.start()])
    )
    origins = (line for line in lines if number and line.startswith("(") and number_in(line) == number)
    return next(filter(None, map(effective_day, (*head, *own, *origins))), None)


def _passed(lines: Sequence[str], number: str | None) -> date | None:
    """Return the day on which the National Assembly passed a law, said below its last article."""
    if not number or "/QH" not in number:
        return None
    found = (_PASSED.search(line) for line in lines[-40:] if "quốc hội" in line.lower())
    return next((_date(one) for one in found if one), None)


def _own_number(line: str) -> str | None:
    """Return the number of a line that names the document itself: short, or beginning with its kind."""
    begins = any(words.match(line) for _, _, words in KINDS)
    return number_in(line) if len(line) < 60 or begins else None


def _title(head: Sequence[str], fields: Mapping[str, str], number: str | None) -> str:
    if given := fields.get("trích yếu") or fields.get("title"):
        return given
    for at, line in enumerate(head):
        if _KIND_ALONE.match(line) and (words := next((n for n in head[at + 1 : at + 4] if len(n) > 3), "")):
            return f"{line.strip().capitalize()} {_as_sentence(words)}"[:300]
    for line in head:
        if len(line) > 25 and any(words.match(line) for _, _, words in KINDS):
            return _TITLE_TAIL.sub("", line)[:300]
    named = (line for line in head if len(line) > 10 and not _ORGANISATION.match(line) and not _NO_TITLE.match(line))
    return next(named, number or "")[:300]


def _as_sentence(line: str) -> str:
    """Return a line of capitals in small letters; any other as it is."""
    return line.lower() if line.isupper() else line[0].lower() + line[1:]


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
    fixed = next((name for code, name in _ISSUERS if number and code.search(number)), None)
    return fixed or _issuer_by_code(number) or next(filter(None, map(_council, head)), None)


def _issuer_by_code(number: str | None) -> str | None:
    """Return the authority whose short name ends the number of a document that one authority issued."""
    codes = re.split(r"[-/]", number.split("/")[-1])[1:] if number else []
    return _authorities().get(codes[0]) if len(codes) == 1 else None


@cache
def _authorities() -> dict[str, str]:
    names: dict[str, str] = yaml.safe_load(Path(__file__).with_name("issuers.yaml").read_text(encoding="utf-8"))
    return names


def _council(line: str) -> str | None:
    """Return the province's council or committee that a line of the head names, written as a name is."""
    found = _COUNCIL.match(line)
    return f"{found[1].capitalize()} {found[2].lower()} {found[3].strip().title()}" if found else None


def _issued(head: Sequence[str]) -> date | None:
    for line in head:
        if found := _TITLE_DAY.search(line) or (_SIGNED.match(line) if len(line) < 80 else None):
            return None if _WEEKDAY.match(line) else _date(found)
    return None


def _field_day(fields: Mapping[str, str], word: str, *, but: str | None = None) -> date | None:
    for key, value in fields.items():
        if word in key and not (but and but in key) and (day := _day(value)):
            return day
    return None


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
