"""An answer is as sure as what it hangs on."""

from datetime import date

from rules.authoring.validation import judged_cases, worked_cases
from rules.documents import Documents
from rules.engine.model import Confidence, Group, Outcome
from rules.engine.periods import latest_in_force
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


def test_every_group_not_fully_checked_gives_a_reservation(service: EligibilityService) -> None:
    """Whoever is granted something by an article of medium or low confidence is told so."""
    silent: list[str] = []
    seen = 0
    for checked in judged_cases(service, worked_cases(Documents.read())[0]):
        for decision in checked.assessment.decisions if checked.assessment else ():
            groups = {group.id: group for group in service.release.benefits[decision.benefit].groups}
            chosen = groups.get(decision.group) if isinstance(decision.group, str) else None
            if decision.outcome is not Outcome.ELIGIBLE or chosen is None:
                continue
            if _confidence(chosen, checked.case.as_of, checked.case.known_on) is not Confidence.HIGH:
                seen += 1
                silent += [checked.case.id] if not decision.reservation else []

    assert seen
    assert silent == []


def _confidence(group: Group, as_of: date, known_on: date | None) -> Confidence:
    version = latest_in_force(group.versions, as_of, known_on or as_of)
    assert version is not None
    return version.source.confidence or group.source.confidence or Confidence.HIGH
