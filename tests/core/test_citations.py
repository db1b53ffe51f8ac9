"""Two citations speak of the same law when document and article agree."""

from __future__ import annotations

import pytest

from core.citations import Citation


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("335/2026/NĐ-CP, Điều 5 khoản 1", "335/2026/NĐ-CP, Điều 5 khoản 6 điểm a", True),
        ("335/2026/NĐ-CP, Điều 5", "335/2026/NĐ-CP, Điều 6", False),
        ("335/2026/NĐ-CP", "335/2026/NĐ-CP, Điều 6", True),
        ("335/2026/NĐ-CP, Điều 5", "20/2021/NĐ-CP, Điều 5", False),
        (
            "25/2008/QH12, Điều 12 khoản 3 điểm s (sửa đổi bởi 51/2024/QH15)",
            "51/2024/QH15, Điều 1 khoản 10 (Điều 12 khoản 3 điểm s)",
            True,
        ),
        (
            "25/2008/QH12, Điều 13 (sửa đổi bởi 51/2024/QH15)",
            "51/2024/QH15, Điều 1 khoản 10 (Điều 12 khoản 3 điểm s)",
            False,
        ),
        ("63/2025/NQ-HĐND (Hà Nội), Điều 7", "63/2025/NQ-HĐND (Hà Nội)", True),
    ],
)
def test_same_law(one: str, other: str, same: bool) -> None:
    """Clause and point do not matter, amendments are followed."""
    assert Citation(one).same_law(Citation(other)) is same
    assert Citation(other).same_law(Citation(one)) is same


def test_a_citation_is_kept_in_nfc() -> None:
    """Text typed with combining marks names the same document."""
    assert Citation("335/2026/NĐ-CP, Điều 4").text == "335/2026/NĐ-CP, Điều 4"
