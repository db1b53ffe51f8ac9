"""The sheet to take along: what it says, that it fits one page, and that told text stays text."""

from datetime import date
from decimal import Decimal

import pypdfium2
import pytest

from console.checklist.pdf import as_pdf, pages
from console.checklist.sheet import Contact, Sheets, as_text
from console.verdicts import LOCALE, VerdictWords
from rules.catalogue import Catalogue
from rules.engine.decision import Decision
from rules.engine.model import Outcome
from rules.service import EligibilityService

DAY = date(2026, 11, 22)
CHILD = {"date_of_birth": "2023-05-01"}
DISABLED_AND_OLD = {
    "date_of_birth": "1945",
    "disability_degree": "severe",
    "monthly_pension_vnd": 0,
    "monthly_social_insurance_benefit_vnd": 0,
    "monthly_benefit_kind": ["none"],
}


@pytest.fixture(scope="module")
def service():
    return EligibilityService.load()


@pytest.fixture(scope="module")
def sheets(service):
    return Sheets(Catalogue(service.release), service.vocabulary, Contact("UBND xã Hoa Lư", "1900 0000"))


def sheet_of(service, sheets, facts, benefits, as_of=DAY, **shown):
    found = service.assess(facts, as_of=as_of, province="nghe_an", benefits=benefits, conversational=True)
    return sheets.sheet(found, province="nghe_an", **shown)


def words_of(pdf):
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_a_card_for_a_child_tells_papers_place_days_and_law(service, sheets):
    text = as_text(sheet_of(service, sheets, CHILD, ["health_insurance_card"], person="con"))
    for wanted in ("Cho: con", "☐", "Nộp ở:", "Căn cứ: ", "22/11/2026", "1900 0000"):
        assert wanted in text


def test_the_sheet_fits_one_page_with_its_figures_on_it(service, sheets):
    benefits = ["social_allowance", "social_pension", "health_insurance_card"]
    pdf = as_pdf(sheet_of(service, sheets, DISABLED_AND_OLD, benefits, person="bà"))
    assert pages(pdf) == 1
    assert "1.080.000 đ" in words_of(pdf)


def test_what_is_not_paid_beside_a_higher_one_shows_no_amount_to_expect(service, sheets):
    sheet = sheet_of(service, sheets, DISABLED_AND_OLD, ["social_allowance", "social_pension"])
    unpaid = next(item for item in sheet.items if item.benefit == "social_pension")
    assert (unpaid.figures, unpaid.papers, unpaid.steps) == ((), (), ())
    assert "540.000" not in as_text(sheet)


def test_what_is_open_is_named_by_its_facts(service, sheets):
    sheet = sheet_of(service, sheets, {"date_of_birth": "1948"}, ["social_pension"])
    assert sheet.items == ()
    assert any("hưu" in point for point in sheet.open_points)


@pytest.mark.parametrize("name", ["#panic()", "$x$ *b* _i_", '"}], "x": [{"', '`#read("/etc/passwd")`'])
def test_told_text_is_printed_as_it_is(service, sheets, name):
    pdf = as_pdf(sheet_of(service, sheets, CHILD, ["health_insurance_card"], person=name))
    assert name.replace(" ", "") in words_of(pdf).replace(" ", "").replace("\r\n", "")


def test_every_figure_a_rule_gives_has_a_label_or_is_for_machines(service):
    machines = {"coefficient", "decision", "listed", "local_standard"}
    known = set(VerdictWords.load()._figures)
    given = {field.name for benefit in service.release.benefits.values() for field in benefit.results}
    assert given - known <= machines, LOCALE


def test_a_figure_that_is_open_is_shown_between_its_bounds() -> None:
    """An officer sees what is certain of a rate, not a single number that is not."""
    words = VerdictWords.load()
    bounds = {"interest_percent_per_year": (Decimal("6.24"), Decimal("7.9248")), "max_loan_vnd": (50_000_000, None)}
    decision = Decision("loan.employment_worker", Outcome.ELIGIBLE, bounds=bounds)

    shown = {figure.name: figure.value for figure in words.figures(decision)}

    assert shown["interest_percent_per_year"] == "từ 6,24% đến 7,9248%"
    assert shown["max_loan_vnd"].startswith("ít nhất ")


def test_what_the_law_leaves_open_of_a_sum_is_remarked(service, sheets):
    """The sheet says by which article the sum is not printed, so that nobody takes it for forgotten."""
    facts = {
        "date_of_birth": "1976-05-01", "work_roles": "none", "on_unpaid_leave": False, "monthly_pension_vnd": 0,
        "monthly_benefit_kind": "none", "current_allowance": "none", "household_status": "near_poor",
        "area_lists": "none",
    }  # fmt: skip

    sheet = sheet_of(service, sheets, facts, ["health_insurance_card"], as_of=date(2027, 1, 1))

    assert any("(188/2025/NĐ-CP, Điều 6; 261/2025/QH15)" in remark for remark in sheet.items[0].remarks)


def test_every_payer_of_a_card_has_a_word(service):
    """Who pays for the card is what the page of a card is read for."""
    groups = service.release.benefits["health_insurance_card"].groups
    payers = {str(clause.value.value) for group in groups for clause in group.values["payer"]}
    words = VerdictWords.load()

    shown = [words.figures(Decision("health_insurance_card", Outcome.ELIGIBLE, results={"payer": p})) for p in payers]

    assert all(len(figures) == 1 for figures in shown)
