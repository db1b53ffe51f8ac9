"""The rules as people read them: in words, over time, beside the YAML; the real rules too."""

from __future__ import annotations

import pytest

from rules.documents import Documents
from rules.service import EligibilityService
from rules.store.active import RuleSet
from tests.console.desk import ConsoleUnderTest


def test_a_benefit_reads_as_vietnamese_with_dates_and_articles(desk: ConsoleUnderTest) -> None:
    """Conditions, groups, figures, the line of time and the file itself."""
    page = desk.signed_in("staff").see("/rules/benefits/test").text

    for words in ("Người cao tuổi", "Đủ 75 tuổi trở lên", "1/2020/NĐ-CP, Điều 2", "01/01/2020", "100.000", "less_than"):
        assert words in page


def test_the_overview_tells_which_release_is_in_use(desk: ConsoleUnderTest) -> None:
    """Whoever reads has to know what she reads."""
    page = desk.signed_in("staff").see("/rules").text

    assert "Đang dùng bản ban hành 1" in page
    assert "/console/rules/benefits/test" in page


def test_figures_are_found_by_name(desk: ConsoleUnderTest) -> None:
    """Each shows its value of today and leads to all its rows."""
    staff = desk.signed_in("staff")

    assert "100.000 đ" in staff.see("/rules/figures?q=mức").text
    assert "100.000 đ" not in staff.see("/rules/figures?q=khác").text
    assert "1/2020/NĐ-CP, Điều 1" in staff.see("/rules/figures/test.level").text


@pytest.mark.parametrize(
    "path", ["/rules/benefits/nothing", "/rules/figures/nothing", "/rules/benefits/test?release=99"]
)
def test_what_is_not_there_is_no_page(desk: ConsoleUnderTest, path: str) -> None:
    assert desk.signed_in("staff").see(path).status_code == 404


def test_only_editors_are_offered_to_change(desk: ConsoleUnderTest) -> None:
    """The reader sees no button that would refuse her."""
    assert "/rules/change/" not in desk.signed_in("staff").see("/rules/figures/test.level").text
    assert "/rules/change/add_value?key=test.level" in desk.signed_in("editor").see("/rules/figures/test.level").text


def test_every_benefit_of_the_real_rules_reads(desk: ConsoleUnderTest, released_rules: EligibilityService) -> None:
    """No text, no date and no article of the law breaks the page."""

    class Real:
        current = RuleSet(Documents.read(), released_rules)

    desk.parts.watched = Real()  # type: ignore[assignment]
    staff = desk.signed_in("staff")

    for benefit in released_rules.release.benefits:
        assert staff.see(f"/rules/benefits/{benefit}?on=2026-11-22").status_code == 200, benefit
