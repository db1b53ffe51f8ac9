"""BM25 against its formula, and the accent-free twin against the accented one."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.vietnamese.text import fold
from knowledge.index.lexical import Bm25, LexicalIndex
from knowledge.syllables import syllables

TEXTS = ["hộ nghèo vay vốn", "hộ cận nghèo vay vốn làm ăn", "thẻ bảo hiểm y tế", "hò reo"]
DOCUMENTS = [syllables(text) for text in TEXTS]


def by_hand(query: list[str], document: list[str], documents: list[list[str]], bm25: Bm25) -> float:
    """BM25 (Lucene's form of the idf) over syllables and bigrams, term by term."""

    def terms(words: list[str]) -> list[tuple[str, ...]]:
        return [(w,) for w in words] + list(pairwise(words))

    everything = [terms(d) for d in documents]
    mean = sum(map(len, everything)) / len(everything)
    mine = terms(document)
    total = 0.0
    for term in terms(query):
        df = sum(term in d for d in everything)
        tf = mine.count(term)
        idf = math.log(1 + (len(documents) - df + 0.5) / (df + 0.5))
        norm = bm25.k1 * (1 - bm25.b + bm25.b * len(mine) / mean)
        total += idf * tf * (bm25.k1 + 1) / (tf + norm) if tf else 0.0
    return total


@pytest.mark.parametrize("query", ["vay vốn hộ nghèo", "bảo hiểm y tế", "không ai biết", "nghèo nghèo"])
def test_scores_are_the_formula(query: str) -> None:
    """The vectorised index and the textbook agree."""
    bm25 = Bm25()
    index = LexicalIndex.build(DOCUMENTS, bm25)

    scores = index.scores(syllables(query), accents=True)

    expected = [by_hand(syllables(query), d, DOCUMENTS, bm25) for d in DOCUMENTS]
    np.testing.assert_allclose(scores, expected, rtol=1e-5)


def test_the_twin_scores_folded_text_as_if_folded_from_the_start() -> None:
    """Accent-free search over the twin is BM25 over folded documents."""
    folded = [syllables(fold(text)) for text in TEXTS]

    twin = LexicalIndex.build(DOCUMENTS, Bm25()).scores(syllables("ho ngheo"), accents=False)

    plain = LexicalIndex.build(folded, Bm25()).scores(syllables("ho ngheo"), accents=True)
    np.testing.assert_allclose(twin, plain, rtol=1e-6)


def test_a_saved_index_scores_alike(tmp_path: Path) -> None:
    """What is mapped from disk is what was built."""
    built = LexicalIndex.build(DOCUMENTS, Bm25())
    built.save(tmp_path)

    opened = LexicalIndex.open(tmp_path)

    for accents in (True, False):
        np.testing.assert_array_equal(
            built.scores(DOCUMENTS[1], accents=accents), opened.scores(DOCUMENTS[1], accents=accents)
        )


def test_an_empty_index_answers() -> None:
    """No document, no score, no error."""
    assert len(LexicalIndex.build([], Bm25()).scores(["hộ"], accents=True)) == 0


@given(st.lists(st.lists(st.sampled_from(["hộ", "ho", "nghèo", "vay", "1"]), max_size=6), min_size=1, max_size=5))
def test_a_document_is_found_by_its_own_words(documents: list[list[str]]) -> None:
    """No document scores below zero, and one with words scores above zero for them."""
    index = LexicalIndex.build(documents, Bm25())

    for row, document in enumerate(documents):
        scores = index.scores(document, accents=True)
        assert (scores >= 0).all()
        assert not document or scores[row] > 0
