"""An answer is as sure as what it hangs on."""

from datetime import date

from rules.engine.model import Confidence, Outcome
from rules.service import EligibilityService

BUYER = {
    "loan_purpose": "house_purchase",
    "housing_group": "income_test",
    "marital_status": "never_married",
    "children_under_16_raised": 0,
    "net_income_incl_spouse_vnd_per_month": 60_000_000,
    "owns_home_in_project_province": False,
}


def test_refusal_is_no_surer_than_the_figure_it_was_measured_against(service: EligibilityService) -> None:
    """The caps on income before 2025-10-10 are known second-hand: refusing by them carries a reservation."""
    benefit = "loan.social_housing_purchase"

    old = service.assess(BUYER, as_of=date(2025, 10, 9), benefits=[benefit]).decision(benefit)
    new = service.assess(BUYER, as_of=date(2025, 10, 10), benefits=[benefit]).decision(benefit)

    assert (old.outcome, old.confidence) == (Outcome.INELIGIBLE, Confidence.MEDIUM)
    assert (new.outcome, new.confidence) == (Outcome.INELIGIBLE, Confidence.HIGH)
