"""What is sensitive in the bot's own words is hidden, whatever became of the case meanwhile; the rest can be read."""

from __future__ import annotations

import pytest

from bot.handover.covering import Covering
from bot.handover.facts import ToldFact

COVERING = Covering((("Mình gửi kèm: ", "."), ("Mình hiểu: ", ".")), frozenset({"Nghệ An"}))
AGE = ToldFact("bố", "age_years", "Tuổi", "78 tuổi", False)
PENSION = ToldFact("bố", "monthly_pension_vnd", "Lương hưu", "lương hưu 1.500.000 đ, mỗi tháng", False)
DEGREE = ToldFact("bố", "disability_degree", "Mức độ khuyết tật", "khuyết tật nặng", True)
ILLNESS = ToldFact("bố", "hiv_confirmed", "HIV", "có xác nhận nhiễm HIV", True)
HOUSE = ToldFact("household", "poverty_status", "Hộ", "hộ nghèo", False)
FACTS = (AGE, PENSION, DEGREE, HOUSE)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (
            "Chờ cán bộ.\nMình gửi kèm: bố 78 tuổi, khuyết tật nặng; hộ nghèo; Nghệ An.",
            "Chờ cán bộ.\nMình gửi kèm: bố 78 tuổi, ••••; hộ nghèo; Nghệ An.",
        ),
        (
            "Mình hiểu: bố 78 tuổi, lương hưu 1.500.000 đ, mỗi tháng. Bố sống với ai?",
            "Mình hiểu: bố 78 tuổi, lương hưu 1.500.000 đ, mỗi tháng. Bố sống với ai?",
        ),
        ("Khuyết tật nặng thì được 1.080.000 đ.", "•••• thì được 1.080.000 đ."),
        ("Người khuyết tật nặngx", "Người khuyết tật nặngx"),
    ],
)
def test_only_what_is_sensitive_is_hidden(line: str, shown: str) -> None:
    assert COVERING.cover(line, FACTS) == shown


def test_a_value_that_was_corrected_since_is_hidden_in_the_list_too() -> None:
    """The list was written before the correction: what is not known to be harmless now stays covered."""
    said = "Mình gửi kèm: bố 78 tuổi, khuyết tật đặc biệt nặng, có xác nhận nhiễm HIV."

    assert COVERING.cover(said, FACTS) == "Mình gửi kèm: bố 78 tuổi, ••••."


def test_the_list_of_a_case_that_is_forgotten_is_hidden_whole() -> None:
    """Without the facts nobody knows what in it is harmless."""
    assert COVERING.cover("Mình gửi kèm: bố 78 tuổi; hộ nghèo.", ()) == "Mình gửi kèm: ••••; ••••."


def test_the_longer_of_two_sensitive_values_is_hidden_first() -> None:
    heavy = ToldFact("mẹ", "disability_degree", "Mức độ khuyết tật", "khuyết tật nặng hơn", True)

    assert COVERING.cover("Mẹ khuyết tật nặng hơn.", (DEGREE, heavy)) == "Mẹ ••••."
