"""The interest of a month is worked out for the sum a question names, by the rate of the programme found."""

from __future__ import annotations

import pytest

from knowledge.interest import Interest

NEAR_POOR = ("loan.near_poor_household",)
RATES = {"loan.near_poor_household.rate": "7,488%", "loan.poor_household.rate": "6,24%"}


@pytest.fixture(scope="module")
def interest() -> Interest:
    return Interest.load()


@pytest.mark.parametrize(
    ("question", "benefits", "said"),
    [
        ("vay 60 triệu hộ cận nghèo mỗi tháng trả lãi bao nhiêu", NEAR_POOR, "374.400 đ"),
        ("vay 60tr can ngheo 1 thang lai nhieu", NEAR_POOR, "374.400 đ"),
        ("mượn bảy chục triệu tiền lãi một tháng nhiêu", ("loan.poor_household",), "364.000 đ"),
    ],
)
def test_the_interest_of_a_month(interest: Interest, question: str, benefits: tuple[str, ...], said: str) -> None:
    """Sum times rate by twelve, in any spelling."""
    told = interest.told(question, benefits, RATES.get)

    assert told is not None
    assert said in told


@pytest.mark.parametrize(
    ("question", "benefits"),
    [
        ("lãi vay hộ cận nghèo mỗi tháng bao nhiêu", NEAR_POOR),  # no sum
        ("vay 60 triệu hộ cận nghèo trong mấy năm", NEAR_POOR),  # no interest asked for
        ("vay 60 triệu mỗi tháng lãi bao nhiêu", ("loan.near_poor_household", "loan.poor_household")),  # of which?
        ("vay 60 triệu đi học mỗi tháng lãi bao nhiêu", ("loan.student_stem",)),  # no rate that day
        ("lương 5 triệu một tháng còn lãi gì không", ("health_insurance_card",)),  # no loan
    ],
)
def test_nothing_is_worked_out_where_it_is_not_sure(
    interest: Interest, question: str, benefits: tuple[str, ...]
) -> None:
    """No sum, no interest asked for, no single programme, no rate: no figure."""
    assert interest.told(question, benefits, RATES.get) is None
