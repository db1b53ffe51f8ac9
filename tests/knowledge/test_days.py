"""A question about a former day is answered by the law of that day."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.days import Days

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def days() -> Days:
    return Days.load()


@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("hồi năm 2024 lãi hộ nghèo là mấy", date(2024, 7, 1)),
        ("hoi thang 5 nam 2026 huu tri xa hoi duoc bao nhieu", date(2026, 5, 15)),
        ("trước tháng 7/2026 mua bảo hiểm y tế hộ gia đình bao nhiêu", date(2026, 6, 30)),
        ("năm 2025 người 80 tuổi được mấy trăm", date(2025, 7, 1)),
    ],
)
def test_a_former_day_is_heard(days: Days, question: str, day: date) -> None:
    """With or without accents; a year stands for its middle, "before" for the eve."""
    assert days.asked(question, today=TODAY) == day


@pytest.mark.parametrize(
    "question",
    [
        "mẹ tôi sinh năm 1950 được bao nhiêu",
        "nhà em thoát nghèo năm 2024 có vay được không",
        "nộp hồ sơ tháng 12/2025 chưa duyệt thì tính theo luật nào",
        "chuẩn nghèo năm 2026 là bao nhiêu",
        "từ tháng 7/2027 đóng bao nhiêu",
        "sao tháng 8 tháng 9 vẫn lãnh mức cũ",
    ],
)
def test_what_happened_to_somebody_and_what_is_to_come_ask_for_no_former_law(days: Days, question: str) -> None:
    """A birth, an application, this year and years to come are asked by the law of today."""
    assert days.asked(question, today=TODAY) is None
