"""The bundled model through sentence-transformers, and its cache."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from knowledge.embedder import EmbeddingCache
from tests.knowledge.conftest import SyllableEmbedder


def test_meaning_is_near(embedder: EmbeddingCache) -> None:
    """A question lies nearer to its answer than to another topic, in unit vectors."""
    (question,) = embedder.queries(["người già không có lương hưu được trợ cấp gì"])
    near, far = embedder.passages(["trợ cấp hưu trí xã hội cho người cao tuổi", "cách nấu phở bò"])

    assert question @ near > question @ far
    np.testing.assert_allclose(np.linalg.norm(question), 1.0, rtol=1e-3)


def test_questions_and_passages_are_embedded_apart(embedder: EmbeddingCache) -> None:
    """The model reads its two prefixes differently."""
    (question,), (passage,) = embedder.queries(["hộ nghèo"]), embedder.passages(["hộ nghèo"])

    assert not np.allclose(question, passage, atol=1e-3)


def test_a_known_text_is_not_embedded_again(tmp_path: Path) -> None:
    """The cache goes by content, survives a restart, and reports only new work."""
    inner = SyllableEmbedder()
    EmbeddingCache(inner, tmp_path / "c.sqlite").passages(["một", "hai", "một"])
    heard: list[tuple[int, int]] = []

    vectors = EmbeddingCache(inner, tmp_path / "c.sqlite").passages(
        ["hai", "ba"], lambda done, total: heard.append((done, total))
    )

    assert inner.embedded == ["hai", "một", "ba"] or inner.embedded == ["một", "hai", "ba"]
    assert heard == [(1, 1)]
    np.testing.assert_allclose(vectors, inner.queries(["hai", "ba"]), atol=1e-3)
