"""What the reader promises beyond the figures: whose facts, what is no fact, answers, corrections, any text at all."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.facts.phrasebook import LexiconError, Phrasebook
from rules.facts.reader import FactReader
from rules.facts.reading import Pending, Reading, ReadingContext
from rules.facts.vocabulary import Vocabulary
from tests.examples import often

TODAY = date(2026, 11, 21)
WORDS = ["mẹ", "bố", "con", "em", "76", "tuổi", "t", "không", "có", "lương hưu", "hộ nghèo", ",", ".", "?", "nếu"]
WORDS += ["của", "ba", "2", "triệu", "vay", "và", "hay", "sinh", "năm", "51", "đó", "cả hai", "bà ấy", "nuôi"]


def told(reading: Reading) -> dict[tuple[str | None, str], object]:
    return {(m.person, m.fact): m.value for m in reading.mentions}


def test_every_value_read_fits_the_vocabulary(reader: FactReader) -> None:
    """What is read can be judged: each value parses as its fact."""
    vocabulary = Vocabulary.load()
    text = (
        "mẹ em ngoài 80 hộ nghèo ở xã khu vực 3, lương hưu tầm 2-3 triệu, em khuyết tật nặng vay 50tr nuôi bò, "
        "bố sinh 1950"
    )

    for mention in reader.read(text, today=TODAY).mentions:
        vocabulary.parse(mention.fact, mention.value)


def test_a_family_in_one_message(reader: FactReader) -> None:
    """Each fact goes to the one it was said of, household facts to the household."""
    reading = reader.read("mẹ em 76t ko có LH, bố mất rồi, con bé út 2 tuổi, hộ cn", today=TODAY)

    assert told(reading) == {
        ("mother", "age_years"): 76,
        ("mother", "monthly_pension_vnd"): 0,
        ("self", "father_status"): "dead",
        ("child", "age_years"): 2,
        (None, "household_status"): "near_poor",
    }
    assert reading.people == ("mother", "child")


def test_nobody_named_means_the_current_person(reader: FactReader) -> None:
    """Without a name the fact is left for the person the talk is about."""
    reading = reader.read("không có lương hưu", today=TODAY, context=ReadingContext("mother", ("mother",)))

    assert told(reading) == {(None, "monthly_pension_vnd"): 0}


def test_no_one_speaks_of_everybody_known(reader: FactReader) -> None:
    """*khong ai* after father and mother is said of both."""
    known = ReadingContext("father", ("father", "mother"))

    reading = reader.read("khong ai co luong huu", today=TODAY, context=known)

    assert told(reading) == {("father", "monthly_pension_vnd"): 0, ("mother", "monthly_pension_vnd"): 0}


@pytest.mark.parametrize(
    "text",
    [
        "có phải hộ nghèo không?",
        "nếu là hộ nghèo thì sao",
        "nghe nói hộ nghèo được vay",
        "thế nào là hộ cận nghèo",
        "chuẩn nghèo 2,2 triệu",
        "số điện thoại 0912345678, căn cước 001151012345",
    ],
)
def test_what_is_asked_supposed_or_heard_is_no_fact(reader: FactReader, text: str) -> None:
    """Nothing is invented."""
    assert reader.read(text, today=TODAY).mentions == ()


def test_somebody_in_general_is_described_not_told(reader: FactReader) -> None:
    """Facts of nobody in particular may answer this question; they must not overwrite what was told."""
    reading = reader.read(
        "người 76 tuổi không lương hưu được bao nhiêu?", today=TODAY, context=ReadingContext("mother")
    )

    assert {(m.person, m.described) for m in reading.mentions} == {("someone", True)}


@pytest.mark.parametrize(
    ("text", "answer", "value"),
    [
        ("hong có", "no", 0),
        ("làm gì có", "no", 0),
        ("dạ có", "yes", {"min": 1}),
        ("có, 2tr rưỡi", "yes", 2_500_000),
        ("2tr", None, 2_000_000),
        ("không nhớ", "dont_know", None),
        ("bỏ qua", "skip", None),
    ],
)
def test_replies_to_a_question(reader: FactReader, text: str, answer: str | None, value: object) -> None:
    """Yes, no, *không biết* and *bỏ qua* are heard by lexicon; a bare sum answers the question for a sum."""
    reading = reader.read(text, today=TODAY, pending=Pending("monthly_pension_vnd", "mother"))

    assert reading.answer == answer
    assert told(reading) == ({} if value is None else {("mother", "monthly_pension_vnd"): value})


def test_a_correction_replaces_the_number(reader: FactReader) -> None:
    """A lone number after *à nhầm* corrects the age."""
    reading = reader.read("à nhầm, 74 thôi", today=TODAY, context=ReadingContext("mother", ("mother",)))

    assert reading.is_correction
    assert told(reading) == {(None, "age_years"): 74}


def test_a_benefit_told_before_moves_to_its_owner(reader: FactReader) -> None:
    """*trợ cấp đó của bà* takes it from the current person."""
    context = ReadingContext("grandfather", ("grandfather",))

    reading = reader.read("À nhầm, trợ cấp đó của bà, ông không có khoản nào", today=TODAY, context=context)

    assert reading.retracted[0].moved_to == "grandmother"
    assert told(reading)["grandfather", "monthly_social_insurance_benefit_vnd"] == 0
    assert reading.focus == "grandfather"


def test_former_provinces_lead_to_the_new_unit(reader: FactReader) -> None:
    """*Bình Dương cũ* is a part of the new Hồ Chí Minh City, and known as such."""
    reading = reader.read("em ở Bình Dương cũ", today=TODAY)

    assert (reading.province, reading.former_province) == ("ho_chi_minh", "binh_duong")


def test_spans_point_at_what_was_written(reader: FactReader) -> None:
    """What was understood can be shown in the citizen's own words."""
    text = "Mẹ em   76t, ko có LH"

    spans = {m.fact: text[slice(*m.span)] for m in reader.read(text, today=TODAY).mentions}

    assert spans["age_years"] == "76t"
    assert spans["monthly_pension_vnd"] == "LH"


def test_a_phrase_for_an_unknown_fact_is_told(reader: FactReader) -> None:
    """A lexicon that names a fact the vocabulary does not hold is refused."""
    with pytest.raises(LexiconError, match="no such fact"):
        Phrasebook(Vocabulary.load(), [{"shoe_size": {"values": {"big": ["to"]}}}], {})


def test_a_new_fact_needs_phrases_only(tmp_path: Path) -> None:
    """A value is understood as soon as the lexicon holds a phrase for it."""
    book = Phrasebook(Vocabulary.load(), [{"area_type": {"values": {"urban": ["giữa phố"]}}}], {})

    assert {"giữa", "phố"} <= book.book.vocabulary


@settings(max_examples=often(200), deadline=None)
@given(
    st.one_of(
        st.text(max_size=200),
        st.lists(
            st.sampled_from(WORDS),
            max_size=40,
        ).map(" ".join),
    )
)
def test_any_text_gives_a_reading(reader: FactReader, text: str) -> None:
    """Whatever is typed, nothing raises and every span lies within the text."""
    reading = reader.read(text, today=TODAY, pending=Pending("age_years", "mother"))

    assert all(0 <= m.span[0] < m.span[1] <= len(text) for m in reading.mentions)
    assert len({(m.person, m.fact) for m in reading.mentions}) == len(reading.mentions)


@pytest.mark.parametrize("text", ["không " * 2000, "1 2 3 " * 2000, "a" * 10_000, "😀" * 10_000, "có được " * 1500, ""])
def test_huge_messages_are_read_in_time(reader: FactReader, text: str) -> None:
    """No message makes the reader think for long."""
    began = time.process_time()

    reader.read(text[:10_000], today=TODAY)

    assert time.process_time() - began < 1.0


@pytest.mark.parametrize("text", ["Bà ngoại 76 tuổi", "ba ngoai 76 tuoi", "cháu ngoại 12 tuổi"])
def test_a_relative_on_the_mothers_side_is_not_beyond_her_age(reader: FactReader, text: str) -> None:
    """*ngoại* beside a relative is no *ngoài*: the age is what was told, no span."""
    told = {m.fact: m.value for m in reader.read(text, today=TODAY).mentions}

    assert told["age_years"] in (76, 12)


def test_the_partner_is_meant_where_only_the_other_was_named(reader: FactReader) -> None:
    """*ổng* after the grandmother is her husband."""
    reading = reader.read("Bà ngoại em 75 tuổi, ổng thì 79 tuổi", today=TODAY)

    assert {m.person: m.value for m in reading.mentions} == {"grandmother": 75, "grandfather": 79}


def test_an_age_after_the_childrens_is_the_writers(reader: FactReader) -> None:
    """*nuôi 2 con 6 tuổi với 8 tuổi, hộ nghèo, 33 tuổi*: nobody's child is 33."""
    reading = reader.read("Em nuôi 2 con 6 tuổi với 8 tuổi, hộ nghèo, 33 tuổi", today=TODAY)

    ages = {m.person: m.value for m in reading.mentions if m.fact == "age_years"}
    assert ages == {"child": 6, "child_2": 8, "self": 33}


@pytest.mark.parametrize(
    ("text", "province"),
    [("tôi ở TP.HCM", "ho_chi_minh"), ("nhà ở tp.hn", "ha_noi"), ("mình ở TP.Huế", "hue"), ("ở TP HCM", "ho_chi_minh")],
)
def test_city_written_with_a_dot_is_one_name(reader: FactReader, text: str, province: str) -> None:
    """The dot of a short form ends no sentence, and the two letters behind it are no household."""
    reading = reader.read(text, today=TODAY)

    assert reading.province == province
    assert not reading.mentions


@pytest.mark.parametrize("text", ["Tôi 40 tuổi lao động tự do", "tôi 40 tuổi lao động chân tay"])
def test_age_before_ones_work_is_kept(reader: FactReader, text: str) -> None:
    """Working age is one thing, the age of who works another."""
    ages = [mention.value for mention in reader.read(text, today=TODAY).mentions if mention.fact == "age_years"]

    assert ages == [40]
