"""The guides as they are: what is in scope is found and answered, nothing outside it is.

Vectors are kept in pytest's cache, so that only the first run is slow.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from core.vietnamese.text import fold
from knowledge.answer import ANSWERED, Answerer
from knowledge.calibrate import QUESTIONS, AnyFigure
from knowledge.embedder import EmbeddingCache, SentenceEmbedder
from knowledge.index.build import IndexStore
from knowledge.retrieval.hybrid import PassageSearch
from knowledge.sources import all_passages

NOVEMBER = date(2026, 11, 21)
CASES = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def answerer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    cache = Path(request.config.cache.mkdir("knowledge")) / "vectors.sqlite"  # type: ignore[union-attr]
    embedder = EmbeddingCache(SentenceEmbedder(), cache)
    store = IndexStore(tmp_path_factory.mktemp("guides"))
    store.ensure(all_passages(), embedder)
    return Answerer(PassageSearch(store, embedder, AnyFigure()))


def test_nothing_outside_the_scope_is_answered(answerer: Answerer) -> None:
    """No answer beats a wrong answer, in either spelling."""
    outside = [case["text"] for case in CASES if not case["benefits"]]

    answered = [t for text in outside for t in (text, fold(text)) if _status(answerer, t) == ANSWERED]

    assert answered == []


def test_most_questions_in_scope_are_answered_about_the_right_benefit(answerer: Answerer) -> None:
    """The floor is a little below what was measured; it catches a change that breaks retrieval or confidence."""
    inside = [case for case in CASES if case["benefits"]]
    answers = [(case, answerer.answer(case["text"], as_of=NOVEMBER)) for case in inside]

    answered = [(case, answer) for case, answer in answers if answer.status == ANSWERED]
    right = [1 for case, answer in answered if set(case["benefits"]) & set(answer.passages[0].passage.benefits)]

    assert len(answered) >= 0.85 * len(inside)
    assert len(right) >= 0.90 * len(answered)


def test_both_spellings_find_the_same(answerer: Answerer) -> None:
    """Without accents the same section answers nearly every question."""
    inside = [case["text"] for case in CASES if case["benefits"]]

    same = [_first(answerer, text) == _first(answerer, fold(text)) for text in inside]

    assert sum(same) >= 0.93 * len(same)


def _status(answerer: Answerer, text: str) -> str:
    return answerer.answer(text, as_of=NOVEMBER).status


def _first(answerer: Answerer, text: str) -> tuple[str, str]:
    answer = answerer.answer(text, as_of=NOVEMBER)
    return answer.status, answer.passages[0].passage.id if answer.passages else ""
