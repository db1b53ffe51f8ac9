"""The guides keep their form: short answer first, every section cited, every figure a placeholder with a known key."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.citations import Citation
from core.vietnamese.format import day, decimal, money, percent, short_money

GUIDES = Path(__file__).parents[2] / "knowledge" / "guides"
AREAS = {"allowance", "health_insurance", "loans", "general"}
KINDS = {"who", "how_much", "papers", "where", "how_long", "fee", "appeal", "stop", "move", "faq"}
UNITS = {
    "vnd": money,
    "percent": percent,
    "age": lambda value: f"{decimal(value)} tuổi",
    "years": lambda value: f"{decimal(value)} năm",
    "months": lambda value: f"{decimal(value)} tháng",
    "days": lambda value: f"{decimal(value)} ngày",
    "count": decimal,
    "date": day,
}
PLACEHOLDER = re.compile(r"\{\{\s*([a-z0-9_.]+)\s*(?:\|\s*(short)\s*)?\}\}")
HEADING = re.compile(r"^## (?P<title>.+?) \{#(?P<anchor>[a-z0-9-]+)\}$")
COMMENT = re.compile(r"^<!-- (?P<meta>.+) -->$")
FIELD = re.compile(r'(\w+): (\[(?:"(?:[^"\\]|\\.)*"(?:, )?)*\]|[^;]+)(?:; |$)')
NUMBER_WORD = r"(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|mươi|trăm|rưỡi)"
BARE_AMOUNT = re.compile(
    r"\d[\d.,]*\s*(?:đ\b|đồng|nghìn|ngàn|triệu|tỷ|tr\b|k\b|%|phần trăm)|\d+ ngày|"
    rf"\b{NUMBER_WORD} (?:nghìn|ngàn|triệu|tỷ|phần trăm)"
)
SENTENCE_END = re.compile(r"[.!?](?=\s+[A-ZĐÀ-Ỹ]|$)")


@dataclass(frozen=True)
class Section:
    """One heading of a guide with the comment below it and its text."""

    title: str
    anchor: str
    meta: dict[str, Any]
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)


@dataclass(frozen=True)
class Guide:
    """One Markdown file: its front matter and its sections."""

    path: Path
    front: dict[str, Any]
    sections: tuple[Section, ...]


def read_guide(path: Path) -> Guide:
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    parts = re.split(r"(?m)^(?=## )", body)
    assert not parts[0].strip(), f"{path.name}: text before the first heading"
    return Guide(path, yaml.safe_load(front), tuple(read_section(part, path) for part in parts[1:]))


def read_section(source: str, path: Path) -> Section:
    heading, comment, *rest = source.strip().splitlines()
    head, meta = HEADING.match(heading), COMMENT.match(comment)
    assert head, f"{path.name}: heading without anchor: {heading}"
    assert meta, f"{path.name}#{head['anchor']}: the comment must follow the heading directly"
    fields = {key: yaml.safe_load(value) for key, value in FIELD.findall(meta["meta"])}
    paragraphs = tuple(p.strip() for p in "\n".join(rest).split("\n\n") if p.strip())
    return Section(head["title"], head["anchor"], fields, paragraphs)


def guides() -> list[Guide]:
    return [read_guide(path) for path in sorted(GUIDES.glob("*.md"))]


def figures() -> dict[str, dict[str, Any]]:
    return yaml.safe_load((GUIDES / "figures.yaml").read_text(encoding="utf-8"))["figures"]


ALL = guides()
FIGURES = figures()
every_guide = pytest.mark.parametrize("guide", ALL, ids=lambda guide: guide.path.stem)


def shown(text: str, place: str | None = None) -> str:
    """Fill the placeholders with the values expected today."""

    def fill(match: re.Match[str]) -> str:
        key, form = match.groups()
        entry = FIGURES[key]
        chosen = entry["by_place"][place] if "by_place" in entry else entry
        return short_money(chosen["value"]) if form else chosen["shown"]

    return PLACEHOLDER.sub(fill, text)


def keys(text: str) -> Iterator[str]:
    return (match.group(1) for match in PLACEHOLDER.finditer(text))


@every_guide
def test_front_matter_is_complete(guide: Guide) -> None:
    """The index reads id, benefits, area, citations and days from the front matter."""
    front = guide.front

    assert front["id"] == guide.path.stem
    assert front["title"]
    assert front["area"] in AREAS
    assert isinstance(front["benefits"], list)
    assert isinstance(front["valid_from"], date)
    assert set(front["cites"]) == {cite for section in guide.sections for cite in section.meta["cites"]}


@every_guide
def test_sections_have_an_anchor_of_their_own_and_a_complete_comment(guide: Guide) -> None:
    """A section is found and cited by its anchor; without a citation it must not be shown."""
    assert len({section.anchor for section in guide.sections}) == len(guide.sections)
    for section in guide.sections:
        where = f"{guide.path.name}#{section.anchor}"
        assert section.meta["cites"], where
        assert all(Citation(cite).document for cite in section.meta["cites"]), where
        assert section.meta["kind"] in KINDS, where
        assert isinstance(section.meta["valid_from"], date), where
        assert section.meta["valid_from"] <= section.meta.get("valid_to", date.max), where
        assert 3 <= len(section.meta["questions"]) <= 10, where
        assert len(set(section.meta["questions"])) == len(section.meta["questions"]), where


@every_guide
def test_short_answer_first_and_the_section_fits_a_message(guide: Guide) -> None:
    """First paragraph: at most two sentences and 250 letters; all of it: at most 900."""
    for section in guide.sections:
        where = f"{guide.path.name}#{section.anchor}"
        place = section.meta.get("place")
        first = shown(section.paragraphs[0], place)
        assert len(first) <= 250, f"{where}: first paragraph has {len(first)} letters"
        assert len(SENTENCE_END.findall(first.replace("TP.", "TP"))) <= 2, f"{where}: {first}"
        assert len(shown(section.text, place)) <= 900, f"{where}: {len(shown(section.text, place))} letters"


@every_guide
def test_no_bare_amount_stands_in_the_prose(guide: Guide) -> None:
    """Money, percentages and time limits come from dated parameters, so that prose is never stale."""
    for section in guide.sections:
        prose = PLACEHOLDER.sub("", "\n".join([section.title, *section.meta["questions"], section.text]))
        assert not BARE_AMOUNT.findall(prose), f"{guide.path.name}#{section.anchor}: {BARE_AMOUNT.findall(prose)}"
        assert "{{" not in prose, f"{guide.path.name}#{section.anchor}: a placeholder that cannot be read"


@every_guide
def test_every_placeholder_is_listed(guide: Guide) -> None:
    """A key nobody can provide would hide its section; a key by place needs a section of that place."""
    for section in guide.sections:
        for key in keys(section.title + section.text):
            where = f"{guide.path.name}#{section.anchor}: {key}"
            assert key in FIGURES, where
            if "by_place" in FIGURES[key]:
                assert section.meta.get("place") in FIGURES[key]["by_place"], where


@every_guide
def test_figures_have_a_value_on_the_days_of_their_section(guide: Guide) -> None:
    """A section in force on a day without a value would silently stay away."""
    for section in guide.sections:
        for key in keys(section.title + section.text):
            entry, first, last = FIGURES[key], section.meta["valid_from"], section.meta.get("valid_to", date.max)
            entry = entry["by_place"][section.meta["place"]] if "by_place" in entry else entry
            begin = min([entry["from"], *(span["from"] for span in entry.get("earlier", []))])
            where = f"{guide.path.name}#{section.anchor}: {key} is known from {begin} to {entry.get('to', 'now')}"
            assert begin <= first, where
            assert entry.get("to", date.max) >= last, where


def test_every_listed_figure_is_used_and_shown_by_its_unit() -> None:
    """The list stays the exact set of keys the rules must provide."""
    used = {key for guide in ALL for section in guide.sections for key in keys(section.title + section.text)}

    assert set(FIGURES) == used
    for key, entry in FIGURES.items():
        assert entry["means"], key
        assert entry["cites"], key
        for value in entry.get("by_place", {"": entry}).values():
            assert value["shown"] == UNITS[entry["unit"]](value["value"]), key


def test_no_question_is_asked_of_two_sections_of_one_day() -> None:
    """The same question under two headings would make the search choose at random."""
    asked = Counter(
        (question, section.meta.get("place"))
        for guide in ALL
        for section in guide.sections
        if section.meta.get("valid_to", date.max) == date.max
        for question in section.meta["questions"]
    )

    assert [question for question, times in asked.items() if times > 1] == []


def test_guides_are_plain_nfc_text() -> None:
    """Text is kept in NFC, so that search and quotations agree byte for byte."""
    import unicodedata

    for path in GUIDES.iterdir():
        text = path.read_text(encoding="utf-8")
        assert unicodedata.is_normalized("NFC", text), path.name
