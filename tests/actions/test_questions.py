"""How replies to questions are judged: what counts as contained, as cited, as the right way to decline."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from actions.questions import Judged, judge, summary


@dataclass(frozen=True)
class Said:
    status: str = "answered"
    answer: str = ""
    citations: tuple[str, ...] = ()


def _item(**fields: object) -> dict[str, object]:
    return {"id": "q", "text": "?", "answer_must_contain": [], "cites": [], **fields}


@pytest.mark.parametrize(
    ("must", "answer", "held"),
    [
        ("540.000", "được 540.000 đ/tháng", True),
        ("540.000 đ", "được 540.000\u00a0đ mỗi tháng", True),
        ("40 triệu", "ít nhất 40triệu", True),
        ("Cổng dịch vụ công", "nộp qua Cổng Dịch vụ công", True),
        ("không có", "khong co", False),
        ("6,24%", "lãi 6,24 %/năm", True),
        ("10 đồng", "mười đồng", False),
    ],
)
def test_spaces_case_and_the_dong_do_not_count_but_accents_do(must: str, answer: str, held: bool) -> None:
    """A figure is a figure however it is set; a word without its accents is another word."""
    assert judge(_item(answer_must_contain=[must]), Said(answer=answer)).contains is held


def test_citations_count_by_document_and_article() -> None:
    """A clause more or less is the same law; another article is not."""
    item = _item(cites=["335/2026/NĐ-CP, Điều 31"])

    assert judge(item, Said(citations=("335/2026/NĐ-CP, Điều 31 khoản 1",))).cites is True
    assert judge(item, Said(citations=("335/2026/NĐ-CP, Điều 5",))).cites is False


def test_only_the_way_of_declining_counts_where_nothing_is_to_be_answered() -> None:
    """An answer where refusal is due is the worst mistake, and counted by itself."""
    item = _item(expect="refuse")

    assert judge(item, Said("refused")).is_right
    assert judge(item, Said("answered")).answered_against_refusal
    assert not judge(item, Said("off_topic")).status


def test_a_twin_that_is_judged_otherwise_is_counted() -> None:
    """The same question without accents must fare the same; other words of an equal answer are told apart."""
    item = _item(answer_must_contain=["5"])
    replies = Said(answer="5 năm"), Said(answer="5 tháng"), Said("clarify")
    judged = [
        Judged(item, replies[0], judge(item, replies[0]), twin, judge(item, twin)) for twin in (replies[1], replies[2])
    ]

    counts = summary(judged)

    assert counts["twin_same"]["right"] == 1
    assert counts["twin_identical"]["right"] == 0
