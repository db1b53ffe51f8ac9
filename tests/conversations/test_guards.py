"""Intents that the words alone decide, in either spelling."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from actions.phrasebook import FOLDER
from core.vietnamese.text import fold
from dialogue.components.lexicon import Lexicon, Phrases
from dialogue.components.spelling import Spelling

SPELLING = Spelling.load(FOLDER / "spellings.yml")
MESSAGES = yaml.safe_load(Path(__file__).with_name("guards.yml").read_text(encoding="utf-8"))


def _items() -> Iterator[tuple[str | None, str]]:
    for intent, texts in MESSAGES.items():
        for text in texts:
            yield (None if intent == "nothing" else intent), text
            yield (None if intent == "nothing" else intent), fold(text)


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load(FOLDER / "guards.yml", SPELLING)


@pytest.mark.parametrize(("intent", "text"), list(_items()))
def test_words_decide(lexicon: Lexicon, intent: str | None, text: str) -> None:
    """Safety does not hang on a classifier's mood, and nobody is turned away for a word that only looks alike."""
    assert lexicon.recognise(text) == intent


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("tự_tử", "em muốn tự tử", True),
        ("tự_tử", "em muon tu tu", True),
        ("tự_tử", "từ từ đã", False),
        ("=giả", "giay gia", False),
        ("=giả", "giấy giả", True),
        ("gặp .. cán_bộ", "cho gặp một anh cán bộ", True),
        ("gặp .. cán_bộ", "gặp ở chỗ này rồi sau đó cán bộ", False),
        ("muốn? gặp cán_bộ", "gặp cán bộ", True),
        ("không muốn", "hok muốn", True),
    ],
)
def test_pattern_language(pattern: str, text: str, found: bool) -> None:
    """The few signs of the pattern language mean what the module says."""
    assert Phrases(SPELLING, [pattern]).occur_in(text) is found
