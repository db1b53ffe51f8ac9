"""Text forms and the way figures are shown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.vietnamese.format import day, decimal, money, percent, short_money
from core.vietnamese.text import fold, has_accents, nfc, squeeze


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (money(540_000), "540.000 đ"),
        (short_money(100_000_000), "100 triệu"),
        (short_money(1_500_000), "1,5 triệu"),
        (short_money(2_000_000_000), "2 tỷ"),
        (short_money(2_253_000), "2.253.000 đ"),
        (day(date(2026, 7, 1)), "01/7/2026"),
        (day(date(2026, 1, 1)), "01/01/2026"),
        (day(date(2026, 10, 5)), "05/10/2026"),
        (percent(Decimal("7.4880")), "7,488%"),
        (decimal(100), "100"),
        (decimal(0), "0"),
    ],
)
def test_figures_are_shown_as_decrees_write_them(shown: str, expected: str) -> None:
    """Amounts with dots, decimals with a comma, dates day first."""
    assert shown == expected


def test_fold_drops_every_accent() -> None:
    """Folded copies are what is matched."""
    assert fold("Điều kiện được Hưởng") == "dieu kien duoc huong"


def test_squeeze_removes_what_cannot_be_seen() -> None:
    """Zero-width characters and runs of spaces must not hide a word."""
    assert squeeze("  hộ\u200b  nghèo\n") == "hộ nghèo"


@given(st.text())
def test_folding_is_stable_and_leaves_no_accent(text: str) -> None:
    """Folding twice is folding once."""
    assert fold(fold(text)) == fold(text)
    assert not has_accents(fold(nfc(text)))
