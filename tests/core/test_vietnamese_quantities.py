"""Numbers, ages, sums and days as people type them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.vietnamese.ages import read_age
from core.vietnamese.dates import read_date
from core.vietnamese.money import read_money
from core.vietnamese.numbers import digits_value, read_number
from core.vietnamese.syllables import SpellingIndex, is_syllable
from core.vietnamese.telex import from_telex
from core.vietnamese.words import OneOf, can_mean, sentences, split_words

TODAY = date(2026, 11, 21)


def first(reader, text: str, **options: object):
    """What *reader* makes of the first place of *text* it can read."""
    words = split_words(text)
    return next((found for at in range(len(words)) if (found := reader(words, at, **options)) is not None), None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("bảy sáu", 76),
        ("bay sau", 76),
        ("tám mươi mốt", 81),
        ("mười lăm", 15),
        ("chín chục", 90),
        ("hai trăm linh năm", 205),
        ("một trăm rưỡi", 150),
        ("540.000", 540_000),
    ],
)
def test_numbers_in_words_and_digits(text: str, value: int) -> None:
    """People say and type the same number in many ways."""
    assert first(read_number, text).whole == value


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("76t", 76, 76),
        ("gần tám mươi", 75, 79),
        ("ngoài 80", 80, 89),
        ("hơn 70 tuổi", 70, 79),
        ("5 tuổi 11 tháng", 5, 5),
        ("3 tháng tuổi", 0, 0),
        ("75-76 tuổi", 75, 76),
        ("bảy mươi mấy tuổi", 70, 79),
        ("trên 60 tuổi", 60, None),
        ("chưa tới 75 tuổi", None, 74),
        ("sắp 75 tuổi", 74, 74),
        ("76 tuổi mụ", 74, 75),
        ("khoảng 72 tuổi", 70, 74),
        ("60 tuổi trở lên", 60, None),
    ],
)
def test_ages_are_spans_of_full_years(text: str, low: int | None, high: int | None) -> None:
    """A vague age keeps both limits, so that a rule it straddles stays open."""
    age = first(read_age, text)

    assert (age.low, age.high) == (low, high)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2tr rưỡi", 2_500_000, 2_500_000),
        ("1tr2", 1_200_000, 1_200_000),
        ("1 triệu mốt", 1_100_000, 1_100_000),
        ("800 nghìn", 800_000, 800_000),
        ("năm trăm ngàn", 500_000, 500_000),
        ("5 trăm", 500_000, 500_000),
        ("1 triệu 250 nghìn", 1_250_000, 1_250_000),
        ("tầm 2-3 triệu", 2_000_000, 3_000_000),
        ("540.000đ", 540_000, 540_000),
        ("nửa triệu", 500_000, 500_000),
        ("2 tỷ rưỡi", 2_500_000_000, 2_500_000_000),
        ("hơn 5 triệu", 5_000_000, None),
        ("dưới 1tr5", None, 1_499_999),
        ("khoảng 1,8tr", 1_620_000, 1_980_000),
        ("vài trăm nghìn", 200_000, 999_999),
        ("1 triệu 2 tháng", 1_000_000, 1_000_000),
    ],
)
def test_sums_of_money(text: str, low: int | None, high: int | None) -> None:
    """Shorthand, words and vague sums all come out in đồng."""
    money = first(read_money, text)

    assert (money.low, money.high) == (low, high)


@pytest.mark.parametrize("text", ["0912345678", "001151012345", "76 tuổi", "không có gì"])
def test_what_is_no_sum(text: str) -> None:
    """Telephone and identity numbers are never read as money."""
    assert first(read_money, text) is None


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("10/12/2020", "2020-12-10"),
        ("10.3.2020", "2020-03-10"),
        ("tháng 5 năm 1950", "1950-05"),
        ("tháng 5/1951", "1951-05"),
        ("năm 51", "1951"),
        ("năm bốn tám", "1948"),
        ("ngày 5 tháng 6 năm 1950", "1950-06-05"),
        ("hôm qua", "2026-11-20"),
        ("năm ngoái", "2025"),
        ("4 năm rồi", "2022"),
        ("15/10", "2026-10-15"),
        ("tháng 3 năm ngoái", "2025-03"),
    ],
)
def test_days_are_no_sharper_than_told(text: str, iso: str) -> None:
    """A year stays a year; relative days count from the day given."""
    assert first(read_date, text, today=TODAY).iso == iso


def test_accents_written_must_agree_and_left_out_count_nothing() -> None:
    """*má* is not *mà*, *khuyêt* may be *khuyết*, *hoà* is *hòa*, *hổ trợ* is *hỗ trợ*."""
    assert not can_mean("má", "mà")
    assert can_mean("ma", "mà")
    assert can_mean("khuyêt", "khuyết")
    assert can_mean("hoà", "hòa")
    assert can_mean("hổ", "hỗ")


def test_a_form_with_a_bang_needs_its_accents() -> None:
    """*co* may be *có*: without accents it is not *cỡ*."""
    about = OneOf("!cỡ")

    assert split_words("cỡ")[0] in about
    assert split_words("co")[0] not in about


def test_telex_left_unfinished() -> None:
    """What an input method never finished is turned into letters."""
    assert can_mean(str(from_telex("khuyeets")), "khuyết")
    assert can_mean(str(from_telex("luwowng")), "lương")
    assert from_telex("nang") is None


def test_slips_and_run_together_words() -> None:
    """One slip away from one known word only; two known words run together."""
    index = SpellingIndex(["nghèo", "lương", "hưu"])

    assert index.nearest("nhgeo") == "ngheo"
    assert index.split("luonghuu") == ("luong", "huu")
    assert is_syllable("khuyet")
    assert not is_syllable("nhgeo")


def test_sentences_keep_their_closing_mark() -> None:
    """Sentences are ranges of words."""
    assert list(sentences(split_words("có. không"))) == [(0, 2), (2, 3)]


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    """Whatever is typed, words lie within it and no reader raises."""
    words = split_words(text)

    for at, word in enumerate(words):
        assert 0 <= word.start < word.end <= len(text)
        for found in (read_number(words, at), read_age(words, at), read_money(words, at)):
            assert found is None or found.end <= len(words)
        read_date(words, at, today=TODAY)


@given(st.integers(min_value=0, max_value=10**12))
def test_grouped_digits_keep_their_value(number: int) -> None:
    """``1.234.567`` is one number whichever separator groups it."""
    assert digits_value(f"{number:,}") == number
    assert digits_value(f"{number:,}".replace(",", ".")) == number
