"""Facts said the way people say them."""

from __future__ import annotations

import pytest
import yaml

from actions.phrasebook import FOLDER, Phrasebook, UnknownPhrase
from actions.ports import Raw
from actions.telling import FactTeller
from rules.facts.vocabulary import Vocabulary
from tests.actions.rooms import Places


@pytest.fixture(scope="module")
def teller() -> FactTeller:
    return FactTeller(Phrasebook.load(), Vocabulary.load(), Places())


@pytest.mark.parametrize(
    ("fact", "value", "said"),
    [
        ("age_years", 76, "76 tuổi"),
        ("age_years", {"min": 80}, "từ 80 tuổi"),
        ("age_years", {"min": 70, "max": 79}, "từ 70 đến 79 tuổi"),
        ("date_of_birth", "1951", "sinh 1951"),
        ("date_of_birth", "1951-05", "sinh 5/1951"),
        ("date_of_birth", "2020-12-10", "sinh 10/12/2020"),
        ("monthly_pension_vnd", 0, "không có lương hưu"),
        ("monthly_pension_vnd", {"min": 1}, "có lương hưu"),
        ("monthly_pension_vnd", 2_500_000, "có lương hưu 2.500.000 đ/tháng"),
        ("monthly_social_insurance_benefit_vnd", {"min": 1, "max": 539_999}, "có trợ cấp BHXH dưới 540.000 đ/tháng"),
        ("household_status", "near_poor", "thuộc hộ cận nghèo"),
        ("is_ethnic_minority", True, "là người dân tộc thiểu số"),
        ("hiv_confirmed", False, "không nhiễm HIV"),
        ("left_poverty_list_on", "none", "chưa ra khỏi danh sách hộ nghèo"),
        ("area_lists", ["island", "atk"], "ở xã đảo, đặc khu, ở xã an toàn khu"),
        ("former_province", "binh_duong", "trước sáp nhập ở Bình Dương"),
    ],
)
def test_fact_is_said_as_half_a_sentence(teller: FactTeller, fact: str, value: Raw, said: str) -> None:
    """What was understood is said back in words that can be corrected."""
    assert teller.tell(fact, value) == said


def test_every_fact_of_the_vocabulary_can_be_said() -> None:
    """A fact without a phrase would be echoed as a form's label."""
    phrases = yaml.safe_load((FOLDER / "phrases" / "facts.yml").read_text(encoding="utf-8"))["facts"]

    assert set(phrases) == set(Vocabulary.load().facts)


def test_every_value_with_a_phrase_exists() -> None:
    """A phrase for a value that was renamed would never be used."""
    vocabulary, phrasebook = Vocabulary.load(), Phrasebook.load()
    common = {"zero", "nil", "some", "is", "none", "true", "false", "999"}
    unknown = {
        f"{fact}.{value}"
        for fact, definition in vocabulary.facts.items()
        for value in phrasebook.fact(fact)
        if value not in common and value not in definition.values
    }

    assert unknown == set()


def test_missing_sentence_is_named() -> None:
    """Who adds a reply learns which sentence to write."""
    with pytest.raises(UnknownPhrase, match="utter_no_such_sentence"):
        Phrasebook.load().say("no_such_sentence")


@pytest.mark.parametrize(
    ("person", "called"), [("mother", "mẹ anh/chị"), ("child_2", "cháu thứ 2"), ("self", "anh/chị")]
)
def test_people_are_called_by_kinship(person: str, called: str) -> None:
    """Nobody needs a name to be talked about."""
    assert Phrasebook.load().person(person) == called
