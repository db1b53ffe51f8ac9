"""Turns of speech that once told the reader something else than the citizen."""

from __future__ import annotations

from datetime import date

import pytest

from rules.facts.reader import FactReader
from rules.facts.reading import Pending, Reading, ReadingContext

TODAY = date(2026, 11, 21)


def _read(reader: FactReader, text: str, fact: str = "", person: str = "self") -> Reading:
    pending = Pending(fact, person) if fact else None
    return reader.read(text, today=TODAY, pending=pending, context=ReadingContext(person, (person,)))


def _told(reading: Reading) -> dict[tuple[str | None, str], object]:
    return {(m.person, m.fact): m.value for m in reading.mentions}


@pytest.mark.parametrize("text", ["tháng 3 á", "ngày 2 tháng 9", "2/9"])
def test_a_day_without_its_year_is_no_date_of_birth(reader: FactReader, text: str) -> None:
    """It completes a year that was told; an elder is not born this year."""
    reading = _read(reader, text, "date_of_birth", "father")

    assert _told(reading) == {}
    assert reading.day_of_birth in ("-03", "-09-02")


def test_years_are_said_in_words(reader: FactReader) -> None:
    """*năm bốn lăm* is 1945."""
    reading = _read(reader, "Sinh mồng 2 tháng 9 năm bốn lăm", "date_of_birth", "grandfather")

    assert _told(reading) == {("grandfather", "date_of_birth"): "1945-09-02"}


def test_last_week_is_no_unit_of_an_age(reader: FactReader) -> None:
    """*mới đủ 75 tuần trước* tells 75 years."""
    assert _told(_read(reader, "mới đủ 75 tuần trước", "age_years", "mother")) == {("mother", "age_years"): 75}


def test_stress_denies_nothing_more(reader: FactReader) -> None:
    """*không có lương hưu gì hết* speaks of the pension only."""
    told = _told(_read(reader, "mẹ em không có lương hưu gì hết"))

    assert told == {("mother", "monthly_pension_vnd"): 0}


def test_anger_is_no_fact(reader: FactReader) -> None:
    """Who gets no answer has not said that she has no pension."""
    assert _told(_read(reader, "hỏi cái gì cũng không biết, bực mình ghê")) == {}


def test_what_denies_one_thing_answers_nothing_else(reader: FactReader) -> None:
    """*nhà không nghèo* does not answer the question after a benefit."""
    told = _told(_read(reader, "nhà không nghèo không cận nghèo", "monthly_benefit_kind", "husband"))

    assert told == {(None, "household_status"): "other"}


def test_somebody_elses_parents_are_not_the_writers(reader: FactReader) -> None:
    """*cha nó chết năm ngoái* tells of the child."""
    told = _told(_read(reader, "cháu ngoại tui 8 tuổi, cha nó chết đuối năm ngoái"))

    assert told == {("grandchild", "age_years"): 8, ("grandchild", "father_status"): "dead"}


def test_both_parents_answer_for_both(reader: FactReader) -> None:
    """*cả hai mất rồi* is more than was asked for."""
    told = _told(_read(reader, "cả hai mất rồi ạ", "father_status", "child"))

    assert told == {("child", "father_status"): "dead", ("child", "mother_status"): "dead"}


def test_three_years_are_no_father(reader: FactReader) -> None:
    """*mất ba năm rồi*: *ba* is the number."""
    told = _told(_read(reader, "vợ tôi mất ba năm rồi, tôi nuôi con 9 tuổi"))

    assert ("self", "father_status") not in told
    assert told[("self", "marital_status")] == "widowed"


def test_a_survivor_lives_on_the_dead_mans_benefit(reader: FactReader) -> None:
    """*lãnh tuất của ba* is the mother's income."""
    told = _told(_read(reader, "má con bảy chục tuổi rồi, lãnh tuất của ba sáu trăm ngàn"))

    assert told[("mother", "monthly_social_insurance_benefit_vnd")] == 600000
    assert not any(person == "father" for person, _ in told)


def test_who_does_not_know_whether(reader: FactReader) -> None:
    """*không biết dì có lương hưu không nữa* leaves the question open."""
    reading = _read(reader, "không biết dì có lương hưu không nữa", "monthly_pension_vnd", "aunt")

    assert reading.answer == "dont_know"
    assert _told(reading) == {}


@pytest.mark.parametrize(
    "text",
    [
        "em muốn đi xuất khẩu lao động Hàn Quốc 3 năm",
        "đi Nhật làm việc, đã ký hợp đồng 3 năm với công ty bên đó",
        "vay vốn đi XKLĐ, hợp đồng 36 tháng",
    ],
)
def test_a_contract_to_work_abroad_is_none_here(reader: FactReader, text: str) -> None:
    """Taken for a contract at home it would lead to the wrong health card, and be asked after again."""
    told = {mention.fact: mention.value for mention in _read(reader, text).mentions}

    assert told["abroad_contract_months"] == 36
    assert "labour_contract_months" not in told


def test_a_contract_at_home_after_years_abroad_stays_one(reader: FactReader) -> None:
    told = _told(_read(reader, "chồng em đi xuất khẩu lao động về, giờ làm công ty hợp đồng 24 tháng"))

    assert told["husband", "labour_contract_months"] == 24
