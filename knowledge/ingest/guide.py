"""Reads a guide: Markdown in our own words, one passage a section.

Front matter: ``id, title, benefits, area, cites, valid_from``, optional ``valid_to``, ``place``. A section is
``## Heading {#anchor}``, then optionally attributes in an HTML comment (``cites: [..]; questions: [..]; kind: ..``),
then the short answer in one paragraph, then the rest. A fault is reported, not raised, and costs one section only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from core.citations import Citation
from core.vietnamese.text import nfc
from knowledge.passages import Passage

AREAS = frozenset({"allowance", "health_insurance", "loans", "general"})
KINDS = frozenset({"who", "how_much", "papers", "where", "how_long", "fee", "appeal", "stop", "move", "faq"})
_ATTRIBUTES = ("cites", "questions", "valid_from", "valid_to", "place", "kind", "benefits")
_HEADING = re.compile(r"^##[ \t]+(.+?)[ \t]*(?:\{#([\w.-]+)\})?[ \t]*$", re.MULTILINE)
_COMMENT = re.compile(r"\A\s*<!--(.*?)-->", re.DOTALL)
_ATTRIBUTE = re.compile(rf"(?:^|;|\n)\s*({'|'.join(_ATTRIBUTES)})\s*:")
_FRONT = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_PLACE_IN_LAW = re.compile(r"^(?:Điều|khoản|điểm|Mục|Chương)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of a guide, for its author."""

    code: str
    path: str
    line: int
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.code} {self.detail}".rstrip()


@dataclass(frozen=True, slots=True)
class Guide:
    """The passages of one file, and what is wrong with it."""

    passages: tuple[Passage, ...]
    findings: tuple[Finding, ...]


def read_guides(folder: Path) -> Guide:
    """Read every ``*.md`` of *folder* (README aside), in the order of their names."""
    guides = [
        read_guide(p.read_text(encoding="utf-8"), p.name) for p in sorted(folder.rglob("*.md")) if p.stem != "README"
    ]
    passages = [p for guide in guides for p in guide.passages]
    doubles = {p.id for i, p in enumerate(passages) if p.id in {q.id for q in passages[:i]}}
    findings = [f for guide in guides for f in guide.findings]
    findings += [Finding("double_id", double, 0) for double in sorted(doubles)]
    return Guide(tuple({p.id: p for p in passages}.values()), tuple(findings))


def read_guide(text: str, source: str) -> Guide:
    """Read one guide; never raises, whatever the text."""
    text = nfc(text)
    front = _FRONT.match(text)
    head = _mapping(front.group(1) if front else "")
    required = ("id", "title", "area", "cites")
    findings = [Finding("missing_field", source, 1, key) for key in required if not head.get(key)]
    if head.get("area") not in AREAS:
        findings.append(Finding("unknown_area", source, 1, str(head.get("area"))))
    start = front.end() if front else 0
    passages: list[Passage] = []
    for heading, anchor, body, offset in _sections(text, start):
        line = text.count("\n", 0, offset) + 1
        passage, faults = _passage(head, heading, anchor, body, source)
        findings += [Finding(code, source, line, detail) for code, detail in faults]
        if passage:
            passages.append(passage)
    if not passages:
        findings.append(Finding("no_section", source, 1))
    return Guide(tuple(passages), tuple(findings))


def _sections(text: str, start: int) -> Iterator[tuple[str, str, str, int]]:
    headings = list(_HEADING.finditer(text, start))
    for i, found in enumerate(headings):
        end = headings[i + 1].start() if i + 1 < len(headings) else len(text)
        yield found[1].strip(), found[2] or "", text[found.end() : end], found.start()


def _passage(
    head: Mapping[str, Any], heading: str, anchor: str, body: str, source: str
) -> tuple[Passage | None, list[tuple[str, str]]]:
    faults = [] if anchor else [("missing_anchor", heading)]
    comment = _COMMENT.match(body)
    attributes, bad = _attributes(comment.group(1)) if comment else ({}, [])
    faults += [("unreadable_attribute", key) for key in bad]
    text = body[comment.end() if comment else 0 :].strip()
    if not text:
        return None, [*faults, ("empty_section", heading)]
    merged = {**head, **attributes}
    kind = str(attributes.get("kind") or "")
    if kind and kind not in KINDS:
        faults.append(("unknown_kind", kind))
    days = {key: _day(merged.get(key)) for key in ("valid_from", "valid_to")}
    faults += [("unreadable_day", key) for key, day in days.items() if day is None and merged.get(key)]
    guide = str(head.get("id") or Path(source).stem)
    passage = Passage(
        id=f"{guide}#{anchor or heading}",
        title=str(head.get("title") or guide),
        text=text,
        citations=_citations(merged.get("cites")),
        benefits=_texts(merged.get("benefits")),
        valid_from=days["valid_from"],
        valid_to=days["valid_to"],
        place=str(merged["place"]) if merged.get("place") else None,
        source=source,
        heading=heading,
        kind=kind,
        area=str(head.get("area") or ""),
        questions=_texts(attributes.get("questions")),
    )
    return passage, faults


def _attributes(comment: str) -> tuple[dict[str, Any], list[str]]:
    """Read ``key: value; key: value``, each value in YAML flow style."""
    found = list(_ATTRIBUTE.finditer(comment))
    read: dict[str, Any] = {}
    bad: list[str] = []
    for i, one in enumerate(found):
        end = found[i + 1].start() if i + 1 < len(found) else len(comment)
        value = comment[one.end() : end].strip().rstrip(";").strip()
        try:
            read[one[1]] = yaml.safe_load(value) if value else None
        except (yaml.YAMLError, ValueError):
            bad.append(one[1])
    return read, bad


def _mapping(text: str) -> dict[str, Any]:
    try:
        read = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def _texts(value: Any) -> tuple[str, ...]:
    items: Sequence[Any] = value if isinstance(value, list) else ([] if value is None else [value])
    return tuple(str(item).strip() for item in items if item is not None and str(item).strip())


def _citations(value: Any) -> tuple[Citation, ...]:
    """Read citations; an unquoted one, cut at its comma by YAML, is put together again."""
    whole: list[str] = []
    for item in _texts(value):
        if whole and _PLACE_IN_LAW.match(item):
            whole[-1] += f", {item}"
        else:
            whole.append(item)
    return tuple(map(Citation, dict.fromkeys(whole)))


def _day(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
