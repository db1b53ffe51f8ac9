"""Numbers that name a person go; amounts, ages, years and dates stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.redaction import redact


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cccd 079081012345 của em", "cccd [id] của em"),
        ("079 081 012345", "[id]"),
        ("001.088.012.345", "[id]"),
        ("số cmnd 271234567", "số cmnd [id]"),
        ("cmnd cũ của mẹ em là 024123456", "cmnd cũ của mẹ em là [id]"),
        ("271234568", "[id]"),
        ("hộ chiếu B1234567", "hộ chiếu [id]"),
        ("thẻ GD4797922334455 hết hạn", "thẻ [insurance] hết hạn"),
        ("thẻ TE 1 79 79 22334455", "thẻ [insurance]"),
        ("bhxh 7912345678", "bhxh [insurance]"),
        ("0 7 9 0 8 1 0 1 2 3 4 5", "[id]"),
        ("0.7.9.0.8.1.0.1.2.3.4.5 ạ", "[id] ạ"),
        ("07 90 81 01 23 45", "[id]"),
        ("số không bảy chín không tám một không một hai ba bốn năm nhé", "số [number] nhé"),
        ("sdt khong chin mot hai ba bon nam sau bay tam", "sdt [number]"),
        ("thẻ HN2 01 0123456789 nhé", "thẻ [insurance] nhé"),
        ("bhyt DN 4 01 01 123 45678", "bhyt [insurance]"),
        ("mã thẻ bhyt 0123456789", "mã thẻ bhyt [insurance]"),
        ("cmnd 0 2 4 1 2 3 4 5 6", "cmnd [id]"),
        ("0912345678 0987654321", "[phone] [phone]"),
        ("sđt:0912345678,0987654321", "sđt:[phone],[phone]"),
        ("gọi em 0912 345 678 nhé", "gọi em [phone] nhé"),
        ("số em 0912345678ạ", "số em [phone]ạ"),
        ("+84 912 345 678", "[phone]"),
        ("84912345678", "[phone]"),
        ("0 9 1 2 3 4 5 6 7 8", "[phone]"),
        ("028 3829 1234", "[phone]"),
        ("stk: 0071000123456 VCB", "stk: [account] VCB"),
        ("số tài khoản của mẹ em 19012345678", "số tài khoản của mẹ em [account]"),
        ("9704123456789012", "[account]"),
        ("lan@gmail.com", "[email]"),
        ("001088012345/079081012345", "[id]/[id]"),
    ],
)
def test_identifying_numbers_go(text: str, expected: str) -> None:
    assert redact(text).text == expected


@pytest.mark.parametrize(
    "text",
    [
        "nhà có ba con, một đứa năm tuổi, hai đứa bảy tám tuổi",
        "không, ba mẹ không có lương, năm nay bảy sáu",
        "mẹ 76 tuổi, bố 80 tuổi, nhà 5 người 76 80 45 12 3",
        "lương 12.500.000 một tháng",
        "em có 250000000 đồng",
        "vay 150.000.000 được ko",
        "540.000.000.000 đ",
        "1 012 345 678",
        "1.000.000.000.000",
        "thu nhập 123456789",
        "tài khoản có 5000000",
        "gọi là 12000000",
        "làm giấy tờ hết 15000000",
        "sinh 01/07/1951 76 tuổi",
        "sinh 01-07-1951, cháu 02.09.2020",
        "từ 2019 2020 2021 2022 2023",
        "335/2026/NĐ-CP, Điều 11 khoản 1",
        "gọi 1900 561 292 hay 1022, 111, 115",
        "6,24 %/năm trong 36 tháng",
        "lương hưu 4 triệu 500",
    ],
)
def test_amounts_and_dates_stay(text: str) -> None:
    assert redact(text).text == text


def _grouped(number: int, separator: str) -> str:
    return f"{number:,}".replace(",", separator)


@given(
    number=st.integers(1, 10**12),
    separator=st.sampled_from(["", ".", ","]),
    unit=st.sampled_from([" đ", " đồng", "đ", " vnd", " triệu", "k", " nghìn đồng", " tỷ"]),
)
def test_amount_with_its_unit_stays(number: int, separator: str, unit: str) -> None:
    text = f"nhà em có {_grouped(number, separator)}{unit} thôi"

    assert redact(text).text == text


@given(number=st.integers(1, 10**9), word=st.sampled_from(["lương", "thu nhập", "vay", "trợ cấp", "tiền lương hưu là"]))
def test_amount_after_a_word_of_money_stays(number: int, word: str) -> None:
    text = f"{word} {number}"

    assert redact(text).text == text


@given(day=st.dates(), age=st.integers(0, 120), separator=st.sampled_from(["/", "-", "."]))
def test_dates_ages_and_years_stay(day: object, age: int, separator: str) -> None:
    year, month, date = str(day).split("-")
    text = f"sinh {date}{separator}{month}{separator}{year} nay {age} tuổi, từ năm {year} {year}"

    assert redact(text).text == text


@given(st.integers(1, 96), st.integers(0, 10**9 - 1), st.sampled_from(["{}{}", "{} {}", "{}.{}"]), st.text(max_size=20))
def test_no_identity_number_survives(province: int, rest: int, shape: str, around: str) -> None:
    number = shape.format(f"{province:03}", f"{rest:09}")
    text = f"{around} số {number} ạ"

    assert number not in redact(text).text


@given(st.text())
def test_any_text_can_be_redacted_twice(text: str) -> None:
    once = redact(text).text

    assert redact(once).text == once
