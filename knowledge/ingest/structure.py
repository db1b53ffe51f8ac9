"""Lines of a legal text to articles, clauses and points; the numbering of the state codification is read too.

Quoted text of an amending law stays inside the clause that quotes it, however much it looks like an article.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from knowledge.ingest.metadata import effective_day
from knowledge.ingest.relations import number_in

_CODE = r"\d+(?:\.\d+)*\.(?:[A-ZĐ]{1,4}\.)+\d+(?:\.\d+)*[a-zđ]?"
_ARTICLE = re.compile(rf"^Điều\s*(?P<number>{_CODE}|\d+[a-zđ]?)\s*(?:[.:]\s*(?P<title>.*)|$)", re.IGNORECASE)
ARTICLE_HEAD = re.compile(r"^Điều\s+[\w.]+?[.:]?\s+(?=\D)")  # of a heading, before the words of its title
_DIVISION = re.compile(
    r"^(?P<kind>Phần|Chương|Mục|Tiểu mục)\s+(?P<number>[IVXLCDM]+|\d+|thứ \w+)\b[.:]?\s*(?P<title>.*)$", re.I
)
_CLAUSE = re.compile(r"^(?P<number>\d{1,3}[a-zđ]?)\s*[.)]\s*(?P<text>\S.*)$")
_POINT = re.compile(r"^(?P<letter>[a-zđ]{1,2}\d?)\s?\)\s*(?P<text>\S.*)$")
_ORIGIN = re.compile(r"^\(\s*(?=(?:Điều|Khoản|Điểm|Mục|Phụ lục)\b)(?!Điều này)", re.IGNORECASE)
_PAGE_CODE = re.compile(
    r"^(?:STT:\s*)?\d{1,3}$|^(?:STT:\s*)?\d{20,}$"
)  # how the codification's pages number their items
_RELATED = re.compile(r"^\(\s*Điều này có nội dung liên quan", re.IGNORECASE)
_OPENS, _CLOSES = '“"', '”"'
_LONGEST_QUOTE = 400  # lines; a quotation mark that was never closed must not swallow the rest


@dataclass(frozen=True)
class Clause:
    """A clause (khoản) with its points; ``number`` is empty for text that stands before the first clause."""

    number: str
    lines: tuple[str, ...]
    points: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The wording as it stands."""
        return "\n".join(self.lines)


@dataclass(frozen=True)
class Article:
    """An article; ``origin`` is where a codified article comes from, as printed."""

    number: str
    title: str
    clauses: tuple[Clause, ...] = ()
    division: str = ""
    origin: str = ""
    effective_on: date | None = None

    @property
    def is_codified(self) -> bool:
        """Tell whether the number is one of the codification."""
        return "." in self.number

    @property
    def text(self) -> str:
        """The wording of all clauses."""
        return "\n".join(clause.text for clause in self.clauses)


@dataclass(frozen=True)
class Outline:
    """What was understood of a text: the lines before the first article, and the articles."""

    head: tuple[str, ...]
    articles: tuple[Article, ...]
    warnings: tuple[str, ...] = ()

    @property
    def is_codified(self) -> bool:
        """Tell whether this is a page of the codification (a few of its articles may keep their old numbers)."""
        return sum(article.is_codified for article in self.articles) > len(self.articles) / 2

    @property
    def is_list_of_headings(self) -> bool:
        """Tell whether most articles have no text: a list of contents, or of the beginnings of articles."""
        return bool(self.articles) and sum(not a.clauses for a in self.articles) > len(self.articles) / 2


@dataclass
class _Draft:
    number: str
    title: str
    division: str
    lines: list[str] = field(default_factory=list)


def outline(lines: Sequence[str]) -> Outline:
    """Read *lines*; never raises. A text without articles has only a head."""
    inside = quoted(lines)
    drafts: list[_Draft] = []
    head: list[str] = []
    division = ""
    awaits_title = False
    for line, is_quote in zip(lines, inside, strict=True):
        if not line or _PAGE_CODE.match(line):
            continue
        if not is_quote and (found := _ARTICLE.match(line)):
            drafts.append(_Draft(found["number"], (found["title"] or "").strip(), division))
            awaits_title = False
        elif not is_quote and (found := _DIVISION.match(line)) and len(line) < 200:
            division, awaits_title = line, not found["title"]
        elif awaits_title and line.isupper():
            division = f"{division}. {line}"
        else:
            awaits_title = False
            (drafts[-1].lines if drafts else head).append(line)
    articles = tuple(_once(map(_article, _without_contents_list(_under_their_codes(drafts)))))
    return Outline(tuple(head), articles, tuple(_warnings(articles)))


def quoted(lines: Sequence[str]) -> list[bool]:
    """Tell of every line whether it begins inside, or with, a quotation."""
    inside, since = False, 0
    marks = []
    for at, line in enumerate(lines):
        begins = line[:1] in _OPENS if line else False
        marks.append(inside or begins)
        ends = line.rstrip(" .;,:").endswith(tuple(_CLOSES))
        if not inside and begins and not (ends and len(line) > 1):
            inside, since = True, at
        elif inside and (ends or at - since > _LONGEST_QUOTE):
            inside = False
    return marks


def _under_their_codes(drafts: list[_Draft]) -> list[_Draft]:
    """On a page of the codification, put an article under its own number below the code that announced it empty."""
    if sum("." in d.number for d in drafts) <= len(drafts) / 2:
        return drafts
    kept: list[_Draft] = []
    for draft in drafts:
        last = kept[-1] if kept else None
        if last and not last.lines and "." not in draft.number and last.number.endswith(f".{draft.number}"):
            kept[-1] = replace(last, title=last.title or draft.title, lines=draft.lines)
        else:
            kept.append(draft)
    return kept


def _without_contents_list(drafts: Iterable[_Draft]) -> list[_Draft]:
    """Drop empty headings of a table of contents: the same number comes again with its text."""
    kept = list(drafts)
    full = {d.number for d in kept if d.lines}
    return [d for d in kept if d.lines or d.number not in full]


def _once(articles: Iterable[Article]) -> Iterable[Article]:
    """Keep one of articles that say the same under the same number (pages print some twice)."""
    seen: dict[tuple[str, str], Article] = {}
    for article in articles:
        key = (article.number, " ".join(article.text.split()))
        if key not in seen or (article.origin and not seen[key].origin):
            seen[key] = article
    return seen.values()


def _article(draft: _Draft) -> Article:
    origin = ""
    body: list[str] = []
    for line in draft.lines:
        if not body and not origin and _ORIGIN.match(line) and number_in(line):
            origin = line.strip("() ")
        elif not _RELATED.match(line):
            body.append(line)
    title, body = _split_title(draft.title, body)
    article = Article(draft.number, title, tuple(_clauses(body)), draft.division, origin)
    return replace(article, effective_on=effective_day(origin)) if origin else article


def _split_title(title: str, body: list[str]) -> tuple[str, list[str]]:
    """Take the wording out of a heading line that goes on with it ("Hiệu lực thi hành1. Luật này...")."""
    if found := re.search(r"(?<=\D)1\.\s+\S.*$", title):
        return title[: found.start()].strip(), [title[found.start() :], *body]
    if len(title) > 300:
        return "", [title, *body]
    return title, body


def _clauses(lines: Sequence[str]) -> list[Clause]:
    clauses: list[tuple[str, list[str], list[str]]] = []
    inside = quoted(lines)
    for line, is_quote in zip(lines, inside, strict=True):
        found = None if is_quote else _CLAUSE.match(line)
        if found and _follows(found["number"], clauses):
            clauses.append((found["number"], [line], []))
            continue
        if not clauses:
            clauses.append(("", [], []))
        clauses[-1][1].append(line)
        if not is_quote and (point := _POINT.match(line)):
            clauses[-1][2].append(point["letter"])
    return [Clause(number, tuple(text), tuple(points)) for number, text, points in clauses]


def _follows(number: str, clauses: Sequence[tuple[str, list[str], list[str]]]) -> bool:
    """Tell whether a number can be the next clause: it counts on from the last, or starts at one."""
    last = next((n for n, _, _ in reversed(clauses) if n), "0")
    here, before = _leading(number), _leading(last)
    return here in (before, before + 1) if number != last else False


def _leading(number: str) -> int:
    digits = re.match(r"\d+", number)
    return int(digits[0]) if digits else 0


def _warnings(articles: Sequence[Article]) -> Iterable[str]:
    counts = Counter(article.number for article in articles)
    if twice := [number for number, count in counts.items() if count > 1]:
        yield _some("articles_twice", twice)
    if empty := [article.number for article in articles if not article.clauses]:
        yield _some("articles_empty", empty)
    plain = {_leading(a.number) for a in articles if not a.is_codified}
    missing = sorted(set(range(1, max(plain, default=0) + 1)) - plain)
    if missing and len(missing) <= len(plain):
        yield _some("articles_missing", list(map(str, missing)))


def _some(key: str, numbers: Sequence[str], most: int = 10) -> str:
    more = f",… ({len(numbers)})" if len(numbers) > most else ""
    return f"{key}:{','.join(numbers[:most])}{more}"


def origin_citation(origin: str) -> str | None:
    """Return the citation of a codified article's origin ("39/2009/QH12, Điều 1"), ``None`` if it has no number."""
    number = number_in(origin)
    place = re.match(r"(?:Điều|Khoản|Điểm|Mục|Phụ lục)\s+[\w.]+", origin, re.IGNORECASE)
    return f"{number}, {place[0]}" if number and place else number
