"""Which documents a document ends, and which it amends.

A document of which only some articles end is not ended: what says "Điều 8 của Nghị định số …" is left aside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

NUMBER = re.compile(r"\b\d{1,5}(?:/(?:19|20)\d{2})?(?:/[A-ZĐ]{1,12}\d{0,3})+(?:-[A-ZĐ][A-ZĐa-z0-9]*)*(?![\w/])")
_LOOSE = re.compile(r"\s*/\s*|(?<=QH)\s+(?=\d)")
_KIND = r"(?:Bộ luật|Luật|Pháp lệnh|Nghị định|Thông tư liên tịch|Thông tư|Nghị quyết|Quyết định)"
_ENDED = re.compile(r"hết hiệu lực", re.IGNORECASE)
_ENDS = re.compile(rf"(?:{_KIND} này\b[^.;:]*\bthay thế|^\W*(?:\d+[.)]\s*)?(?:bãi bỏ|thay thế))\b", re.IGNORECASE)
_ITEM = re.compile(r"^(?:[a-zđ]{1,2}\d?\s?\)|[-–•+])\s*")
_PARTLY = re.compile(
    r"\b(?:điều \d+|khoản \d+|điểm \w\b|chương \w+|mục \d+|phụ lục|cụm từ"
    r"|các quy định|quy định (?:tại|về)|một số (?:điều|nội dung))",
    re.IGNORECASE,
)
_FURTHER = re.compile(r"(?:đã )?được sửa đổi|trước ngày|quy định chi tiết|hướng dẫn", re.IGNORECASE)
_CHANGES = re.compile(r"\b(?:sửa đổi|bổ sung|thay thế|bãi bỏ|bỏ cụm từ)\b", re.IGNORECASE)
_CHANGED_ARTICLE = re.compile(r"\bĐiều (\d+[a-zđ]?)\b")
_QUOTES = ("“", '"')
_AMENDS = re.compile(r"(?<!được )(?<!văn bản )sửa đổi, bổ sung", re.IGNORECASE)


def number_in(text: str) -> str | None:
    """Return the first document number of *text*, as printed."""
    found = NUMBER.search(_LOOSE.sub(lambda m: "/" if "/" in m[0] else "", text))
    return found[0] if found else None


def replaced_by(lines: Iterable[str], own: str | None) -> tuple[str, ...]:
    """Return the numbers of the documents that *lines* end as a whole."""
    found: dict[str, None] = {}
    listing = False
    for line in filter(None, lines):
        head, ends = _sentence(line)
        listing = (ends and line.rstrip().endswith(":")) or (listing and bool(_ITEM.match(line)))
        if ends or listing:
            found |= dict.fromkeys(_whole(head if ends else _ITEM.sub("", line)))
    return tuple(number for number in found if number != own)


def amended_by(head: Sequence[str], own: str | None) -> tuple[str, ...]:
    """Return the numbers of the documents that the lines before the first article say are amended."""
    found: dict[str, None] = {}
    for line in head:
        for at in _AMENDS.finditer(line):
            said = _FURTHER.split(line[at.end() :], maxsplit=1)[0]
            if number := number_in(said):
                found[number] = None
    return tuple(number for number in found if number != own)


def articles_amended(lines: Iterable[str]) -> tuple[str, ...]:
    """Return the articles of the other document that *lines*, outside quotations, change or take out."""
    found: dict[str, None] = {}
    for line in lines:
        if (says := _CHANGES.search(line)) and line[:1] not in _QUOTES:
            found |= dict.fromkeys(_CHANGED_ARTICLE.findall(re.split(r"như sau|[“\"]", line[says.end() :])[0]))
    return tuple(found)


def _sentence(line: str) -> tuple[str, bool]:
    """Return the part of *line* that names what ends, and whether it says that something ends."""
    if (ended := _ENDED.search(line)) and "trước ngày" not in line:
        before = line[: ended.start()]
        return (line if line.rstrip().endswith(":") else before), True
    if ends := _ENDS.search(line):
        return line[ends.end() :], True
    return "", False


def _whole(text: str) -> Iterator[str]:
    """Yield the numbers that *text* names as whole documents."""
    for part in re.split(r";|\bvà (?=[A-ZĐ])", text):
        number = number_in(part)
        if number and not _PARTLY.search(part[: part.find(number.split("/")[0])]):
            yield number
