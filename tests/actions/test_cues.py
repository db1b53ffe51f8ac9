"""Phrases that decide what a message is about."""

from __future__ import annotations

import pytest

from actions.cues import Cues
from actions.phrasebook import FOLDER
from dialogue.components.spelling import Spelling


@pytest.fixture(scope="module")
def cues() -> Cues:
    return Cues.load(Spelling.load(FOLDER / "spellings.yml"))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("thế còn bố 79 tuổi thì sao", "bố 79 tuổi thì sao"),
        ("còn tôi 45 tuổi", "tôi 45 tuổi"),
        ("the con bo thi sao", "bo thi sao"),
        ("con em 3 tuổi", "con em 3 tuổi"),
        ("Con tôi học lớp 1", "Con tôi học lớp 1"),
        ("con bo 79 tuoi", "con bo 79 tuoi"),
    ],
)
def test_turning_to_someone_is_not_a_child(cues: Cues, text: str, read: str) -> None:
    """'Còn' turns to someone else; 'con' is a child."""
    assert cues.without_turning(text) == read


@pytest.mark.parametrize(
    ("text", "is_procedure"),
    [
        ("nộp hồ sơ ở đâu", True),
        ("cần giấy tờ gì", True),
        ("bao lâu thì có kết quả", True),
        ("có mất phí không", True),
        ("hộ nghèo có bảo hiểm miễn phí không", False),
        ("mẹ tôi 76 tuổi được bao nhiêu", False),
    ],
)
def test_paperwork_is_told_from_other_questions(cues: Cues, text: str, is_procedure: bool) -> None:
    """Where, how long and which papers are answered from the rules."""
    assert cues.procedure.occur_in(text) is is_procedure


@pytest.mark.parametrize(
    ("text", "hinted", "is_private"),
    [
        ("bố em bị liệt nửa người", ["disability_degree"], True),
        ("bo em bi liet nua nguoi", ["disability_degree"], True),
        ("mẹ em điếc hai tai", ["disability_degree"], False),
        ("me em diec hai tai", ["disability_degree"], False),
        ("chú cụt một chân", ["disability_degree"], False),
        ("ông em mù cả hai mắt", ["disability_degree"], False),
        ("bố em là bộ đội phục viên", ["merit_status"], False),
        ("bo em la bo doi phuc vien", ["merit_status"], False),
        ("tôi là con liệt sĩ", [], False),
        ("toi la con liet si", [], False),
        ("em mù tịt về thủ tục", [], False),
        ("cam on ad nhieu", [], False),
    ],
)
def test_what_is_spoken_of_is_asked_for_and_another_word_is_not(
    cues: Cues, text: str, hinted: list[str], is_private: bool
) -> None:
    """A state of the body leads to the question for the certificate; a martyr's child is no invalid, nor private."""
    assert cues.hinted(text) == hinted
    assert cues.private.occur_in(text) is is_private


def test_missing_certificate_is_heard_without_a_question(cues: Cues) -> None:
    """People volunteer that they have no certificate."""
    assert cues.without_certificate("chưa làm giấy khuyết tật bao giờ", None) == "disability_degree"
    assert cues.without_certificate("chưa", "disability_degree") == "disability_degree"
    assert cues.without_certificate("chưa", "monthly_pension_vnd") is None
