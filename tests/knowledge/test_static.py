"""The static embedding: learns from titles and texts, reads both spellings, and is the same after it was saved."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.vietnamese.text import fold
from knowledge.static import StaticEmbedder, save
from knowledge.syllables import syllables
from knowledge.train import Pair, Recipe, train

TOPICS = {
    "Mức trợ cấp hưu trí xã hội": "người từ đủ bảy mươi lăm tuổi không có lương hưu được hưởng mức tiền hằng tháng",
    "Thẻ bảo hiểm y tế của trẻ em": "trẻ dưới sáu tuổi được ngân sách nhà nước đóng và cấp thẻ khám chữa bệnh",
    "Lãi suất cho vay hộ nghèo": "ngân hàng chính sách xã hội cho hộ nghèo vay vốn với lãi suất ưu đãi không thế chấp",
    "Hồ sơ xác định khuyết tật": "đơn đề nghị và giấy tờ y tế nộp cho hội đồng xác định mức độ khuyết tật cấp xã",
}


def pairs() -> list[Pair]:
    return [Pair(tuple(syllables(t)), tuple(syllables(f"{x}. {x}"))) for t, x in TOPICS.items() for _ in range(8)]


def test_a_title_finds_its_text_in_both_spellings(tmp_path: Path) -> None:
    """Trained on four articles, the embedding puts each title nearest to its own text, accents or none."""
    words, table = train(pairs(), Recipe(dimension=16, epochs=30, batch=16), lambda _: None)
    save(tmp_path / "static.npz", words, table)
    embedder = StaticEmbedder(tmp_path / "static.npz")

    texts = embedder.passages(list(TOPICS.values()))

    for spelled in (str, fold):
        scores = embedder.queries([spelled(title) for title in TOPICS]) @ texts.T
        assert scores.argmax(axis=1).tolist() == [0, 1, 2, 3]


def test_what_is_unknown_or_empty_has_a_vector(tmp_path: Path) -> None:
    """A text of which nothing is known is near to nothing, and no error."""
    words, table = train(pairs(), Recipe(dimension=8, epochs=1, batch=16), lambda _: None)
    save(tmp_path / "static.npz", words, table)

    vectors = StaticEmbedder(tmp_path / "static.npz").passages(["", "zzz", "hộ nghèo"])

    assert np.isfinite(vectors).all()
    assert np.linalg.norm(vectors, axis=1).round(3).tolist() == [0.0, 0.0, 1.0]
