"""Syllables, written-out short forms and accents put back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.vietnamese.text import fold
from knowledge.ingest.guide import read_guides
from knowledge.retrieval.accents import EVERYDAY_WORDS, AccentModel, accented_share
from knowledge.retrieval.expand import Expander
from knowledge.syllables import syllables
from tests.knowledge.conftest import SAMPLE


@pytest.fixture(scope="module")
def expander() -> Expander:
    return Expander.load()


@pytest.fixture(scope="module")
def accents() -> AccentModel:
    texts = [*EVERYDAY_WORDS.read_text(encoding="utf-8").splitlines(), *(p.text for p in read_guides(SAMPLE).passages)]
    return AccentModel.train(map(syllables, texts))


@pytest.mark.parametrize(("one", "other"), [("hoà", "hòa"), ("Thuỷ", "thủy"), ("khoẻ", "khỏe"), ("HUỲNH", "huỳnh")])
def test_both_places_of_a_tone_mark_are_one_syllable(one: str, other: str) -> None:
    """People and old documents place tone marks differently; it is the same word."""
    assert syllables(one) == syllables(other)


def test_qu_keeps_its_tone() -> None:
    """In "quý" the u belongs to the consonant."""
    assert syllables("quý hoàn toàn") == ["quý", "hoàn", "toàn"]


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("hcn vay gqvl dc ko", "hộ cận nghèo vay giải quyết việc làm được không"),
        ("bà 76t ở HN", "bà 76 tuổi ở hà nội"),
        ("nhà hn vay 50tr", "nhà hộ nghèo vay 50 triệu"),
        ("con ls đang học", "con liệt sĩ đang học"),
        ("ls vay bn", "lãi suất vay bao nhiêu"),
        ("bao chừ mạ tui được lãnh", "bao giờ mẹ tôi được nhận"),
        ("NKT ĐBN", "người khuyết tật đặc biệt nặng"),
        ("cam on nha", "cam on"),
        ("nha toi", "nha toi"),
    ],
)
def test_short_forms_are_written_out(expander: Expander, typed: str, written: str) -> None:
    """What citizens shorten is searched in full."""
    assert expander.question(typed) == written


def test_documents_keep_their_words(expander: Expander) -> None:
    """Chat spellings are not read into documents: "điểm c" stays."""
    assert expander.document("điểm c khoản 1, thẻ BHYT") == "điểm c khoản 1 , thẻ bảo hiểm y tế"


@pytest.mark.parametrize(
    "text",
    [
        "mẹ tôi bảy mươi sáu tuổi không có lương hưu thì được gì",
        "hộ nghèo vay ngân hàng chính sách được bao nhiêu",
        "mất thẻ bảo hiểm y tế làm lại ở đâu",
        "nộp hồ sơ mấy ngày thì có kết quả",
    ],
)
def test_accents_come_back(accents: AccentModel, text: str) -> None:
    """Typed without accents, common questions read as meant."""
    assert accents.restore(syllables(fold(text))) == syllables(text)


@given(st.text(max_size=80))
def test_restoring_changes_nothing_but_accents(text: str) -> None:
    """Whatever is typed, the syllables stay the same but for accents, and accented ones stay as they are."""
    model = AccentModel.train([["hộ", "nghèo"], ["hồ", "sơ"]])
    typed = syllables(text)

    restored = model.restore(typed)

    assert [fold(s) for s in restored] == [fold(s) for s in typed]
    assert all(r == t for r, t in zip(restored, typed, strict=True) if fold(t) != t)


@given(st.text(max_size=200))
def test_any_text_is_written_out(text: str) -> None:
    """The words never fail on a text, and writing out ends."""
    expander = Expander.load()

    assert 0.0 <= accented_share(syllables(expander.question(text))) <= 1.0
    expander.document(text)
