"""Look-up: figures by their names with and without accents, and the page around them."""

from datetime import date

import pytest

from console.staff.figure_search import FigureSearch
from console.texts import Texts
from rules.figures import Figures

DAY = date(2026, 11, 22)
AREAS = {"social_pension": "Trợ cấp hưu trí xã hội", "loan": "Vay vốn", "health_insurance": "Bảo hiểm y tế BHYT"}


@pytest.fixture(scope="module")
def figures(released_rules):
    return FigureSearch(Figures.load(released_rules), AREAS, Texts.load()("lookup.asking_words"))


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("hưu trí xã hội bao nhiêu", "540.000 đ"),
        ("huu tri xa hoi bao nhieu", "540.000 đ"),
        ("lai suat vay ho ngheo mot nam", "6,24%"),
        ("BHYT hộ gia đình người thứ ba một tháng", "68.310 đ"),
    ],
)
def test_a_figure_is_found_by_the_words_people_use(figures, question, shown):
    assert shown in [figure.shown for figure in figures.find(question, as_of=DAY)]


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("hưu trí xã hội bao nhiêu tiền một tháng", "540.000 đ"),
        ("lãi vay hộ nghèo bao nhiêu một năm", "6,24%"),
        ("lãi vay hộ nghèo bao nhiêu", ("6,24%", "0,52%")),
        ("mức chuẩn trợ giúp xã hội hiện nay là bao nhiêu", "540.000 đ"),
    ],
)
def test_words_of_asking_do_not_hide_the_figure_asked_for(figures, question, shown):
    """'Bao nhiêu tiền một tháng' says nothing of which figure is meant."""
    assert figures.find(question, as_of=DAY)[0].shown in shown


def test_a_past_day_shows_the_figure_of_that_day(figures):
    found = figures.find("mức trợ cấp hưu trí xã hội", as_of=date(2026, 1, 15))
    assert found[0].shown == "500.000 đ"
    assert found[0].citations


def test_a_figure_tells_what_it_was_and_what_it_will_be(figures):
    found = figures.find("mức trợ cấp hưu trí xã hội", as_of=date(2026, 1, 15), ahead=[DAY])
    assert found[0].before is None
    assert found[0].coming == ((DAY, "540.000 đ"),)
    assert figures.find("mức trợ cấp hưu trí xã hội", as_of=DAY)[0].before == "500.000 đ"


def test_words_of_no_figure_find_none(figures):
    assert figures.find("thời tiết ngày mai", as_of=DAY) == ()
    assert figures.find("", as_of=DAY) == ()


def test_examples_of_calculations_are_no_figures_of_the_law(figures):
    assert not [f for f in figures.find("số nợ lấy làm ví dụ tính lãi", as_of=DAY) if ".example." in f.key]


@pytest.fixture(scope="module")
def staff(kept_desk):
    return kept_desk.signed_in("staff", name="lookup-staff")


def test_the_page_asks_for_a_question_before_anything_is_searched(staff):
    page = staff.see("/lookup")
    assert page.status_code == 200
    assert "Gõ vài chữ" in page.text


def test_a_day_that_is_none_is_told(staff):
    page = staff.see("/lookup", params={"q": "hưu trí xã hội", "as_of": "31/02/2026"})
    assert "Cần một ngày" in page.text


def test_the_days_offered_are_those_on_which_the_law_changes(staff):
    page = staff.see("/lookup").text
    assert 'data-value="05/10/2026"' in page
    assert ">Hôm nay</button>" in page


def test_a_question_is_answered_with_figures_guides_and_articles(staff, kept_desk):
    kept_desk.parts.library.ensure()
    page = staff.see("/lookup", params={"q": "muc tro cap huu tri xa hoi <script>"})
    for shown in ("540.000 đ", "Căn cứ", "Hướng dẫn", "176/2025/NĐ-CP"):
        assert shown in page.text
    assert "<script>" not in page.text.replace("<script defer", "")
