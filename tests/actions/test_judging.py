"""Scopes, what-if branches and what is left to ask."""

from __future__ import annotations

from actions.build import Dialogue
from actions.interview import Interview
from actions.scope import Scoping
from actions.whatif import Branch
from tests.actions.conftest import DAY


def _branches(dialogue: Dialogue, interview: Interview) -> list[Branch]:
    judged = dialogue.judge.judge(interview, as_of=DAY)[0]
    decision = judged.of(["social_pension"])[0]
    return dialogue.supposing.branches(interview, "mother", decision, as_of=DAY)


def _mother(**facts: object) -> Interview:
    interview = Interview("c1", subjects=["mother"], current="mother", benefits=["social_pension"])
    for fact, value in facts.items():
        interview.learn(None if fact == "household_status" else "mother", fact, value)
    return interview


def test_one_open_fact_gives_every_branch(dialogue: Dialogue) -> None:
    """Answers with the same verdict are told together, entitlements first."""
    branches = _branches(dialogue, _mother(age_years=72, monthly_pension_vnd=0, monthly_social_insurance_benefit_vnd=0))

    assert [branch.conditions["household_status"] for branch in branches] == [("poor", "near_poor"), ("other",)]


def test_several_open_facts_give_one_way_to_an_entitlement(dialogue: Dialogue) -> None:
    """With more open than one fact only the most ordinary way is told."""
    branches = _branches(dialogue, _mother(age_years=76))

    assert len(branches) == 1
    assert branches[0].conditions["monthly_pension_vnd"] == (0,)


def test_hopeless_case_has_no_branches(dialogue: Dialogue) -> None:
    """No condition is dangled before someone whom it cannot help."""
    assert _branches(dialogue, _mother(age_years=40)) == []


def test_named_benefit_stays_named_when_its_area_is_mentioned() -> None:
    """'Vay vốn' after 'vay hộ mới thoát nghèo' does not widen the question."""
    scoping = Scoping.load()

    assert scoping.narrowed(["loan.newly_escaped_poverty_household"], ["loans"]) == [
        "loan.newly_escaped_poverty_household",
        "loans",
    ]
    assert scoping.narrowed(["social_pension"], ["loans"]) == ["loans"]


def test_told_fact_brings_its_benefit_in() -> None:
    """A death makes funeral support worth looking at, without being asked for."""
    scoping = Scoping.load()

    assert "funeral_support" in scoping.scopes(["allowance"], {"date_of_death": "2026-11-01"})[0].benefits
    assert "funeral_support" not in scoping.scopes(["allowance"], {"date_of_death": "none"})[0].benefits


def test_business_borrows_by_the_rules_for_businesses() -> None:
    """The job loan has one name; who told of a business means the loan of businesses, an individual the other."""
    scoping = Scoping.load()

    assert scoping.meant(["loan.employment_worker"], {"business_kind": "cooperative"}) == ["loan.employment_business"]
    assert scoping.meant(["loan.employment_worker"], {"business_kind": "none"}) == ["loan.employment_worker"]
    assert scoping.meant(["loans"], {"business_kind": "cooperative"}) == ["loans"]


def test_private_facts_are_not_asked_out_of_the_blue() -> None:
    """Nobody is asked about HIV or prison who did not speak of it."""
    scoping = Scoping.load()

    assert "hiv_confirmed" in scoping.unaskable({"age_years": 30})
    assert "hiv_confirmed" not in scoping.unaskable({"hiv_confirmed": {"min": 1}})
