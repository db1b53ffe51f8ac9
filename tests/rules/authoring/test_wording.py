"""The rules as an editor reads them."""

from __future__ import annotations

import json
from datetime import date

import pytest

from rules.errors import UnknownBenefit
from rules.service import EligibilityService
from rules.wording import Describer
from rules.wording.formulas import formula_in_words
from rules.wording.phrases import Phrases


@pytest.fixture(scope="module")
def describer(service: EligibilityService) -> Describer:
    return Describer(service.release, service.vocabulary, service.places)


def test_every_benefit_can_be_read(describer: Describer, service: EligibilityService) -> None:
    """No operator, unit or kind of condition without words; all of it plain JSON."""
    for benefit in service.release.benefits:
        for day in (None, date(2024, 1, 1), date(2026, 11, 22)):
            text = json.dumps(describer.benefit(benefit, on=day).to_json(), ensure_ascii=False)
            assert "Test(" not in text


def test_a_condition_reads_as_a_sentence_with_its_article(describer: Describer) -> None:
    """Age, lists and figures of the law, in the order of the file."""
    text = describer.benefit("social_pension")

    assert text.requires.flat().splitlines()[:3] == [
        "- Tất cả các điều kiện sau",
        "  - Công dân Việt Nam: có",
        "  - Lương hưu hằng tháng: dưới «Mức trợ cấp hưu trí xã hội»"
        " [41/2024/QH15, Điều 21; 176/2025/NĐ-CP, Điều 2 khoản 1 điểm b]",
    ]
    poor = text.groups[1].parts[0].when
    assert poor is not None
    assert [line.text for line in poor.children] == [
        "Đủ 70 tuổi trở lên",
        "Chưa đủ 75 tuổi",
        "Diện hộ theo danh sách của xã: Hộ nghèo hoặc Hộ cận nghèo",
    ]


def test_only_what_counts_on_the_day_is_told(describer: Describer) -> None:
    """Today's reader is not shown the law of 2024."""
    before = describer.benefit("social_allowance", on=date(2026, 10, 4))
    after = describer.benefit("social_allowance", on=date(2026, 10, 5))

    level = {p.id: [row.text for row in p.parts if not row.id] for p in after.parameters}["social_allowance.base_level"]
    assert "540.000 đ" in level
    assert before.groups != after.groups


def test_an_unknown_benefit_is_named(describer: Describer) -> None:
    """With those that are known."""
    with pytest.raises(UnknownBenefit):
        describer.benefit("social_pensions")


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("a * (b - 1)", "a × (b − 1)"),
        ("a - (b - c)", "a − (b − c)"),
        ("(a + b) - c", "a + b − c"),
        ("min(a, b.c) / 2", "mức thấp nhất trong (a; b.c) ÷ 2"),
        ("add_years(a, 3)", "a cộng 3 năm"),
    ],
)
def test_formulas_keep_their_meaning(formula: str, words: str) -> None:
    """Brackets where they change something, and only there."""
    assert formula_in_words(formula, Phrases.load(), str) == words
