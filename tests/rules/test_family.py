"""A whole family in one go: shared and own facts, exclusions, and the cheapest lawful way to cards."""

from datetime import date
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.errors import InvalidFacts
from rules.family import Family, Household
from rules.household_card import BY_HOUSEHOLD

DAY = date(2026, 11, 22)
NOTHING = {
    "monthly_pension_vnd": 0,
    "monthly_social_insurance_benefit_vnd": 0,
    "monthly_benefit_kind": ["none"],
    "monthly_merit_benefit_vnd": 0,
    "work_roles": ["none"],
    "merit_status": ["none"],
    "special_status": ["none"],
    "study_level": "none",
    "disability_degree": "none",
    "hiv_confirmed": False,
    "is_ethnic_minority": False,
    "supporter_status": "has_supporter",
}
GROWN = {"date_of_birth": "1985-02-03", **NOTHING}
FARMERS = {"household_status": "average", "household_is_agricultural": True, "area_lists": ["none"]}


@pytest.fixture(scope="module")
def family(service):
    return Family(service)


def judged(family, people, shared=None):
    return family.assess(Household(people, shared or {}), as_of=DAY, conversational=True)


def test_what_is_told_of_one_member_is_not_told_of_another(family):
    found = judged(family, {"mother": {"date_of_birth": "1948", **NOTHING}, "aunt": {"date_of_birth": "1948"}})
    assert found.members["mother"].decision("social_pension").outcome == "eligible"
    assert found.members["aunt"].decision("social_pension").outcome == "undetermined"
    assert found.monthly_vnd == 540_000
    assert not found.complete


def test_facts_of_the_household_count_for_all_members(family):
    found = judged(family, {"mother": GROWN, "father": GROWN}, {"household_status": "poor"})
    cards = [member.decision("health_insurance_card").results["decision"] for member in found.members.values()]
    assert cards == ["state_paid_100", "state_paid_100"]


def test_a_household_fact_told_of_a_person_is_named_with_the_person(family):
    people = {"mother": {"household_status": "poor"}, "child": {"date_of_birth": "2030-01-01"}}
    with pytest.raises(InvalidFacts) as error:
        judged(family, people)
    messages = [finding.message for finding in error.value.findings]
    assert any(message.startswith("mother: household_status") for message in messages)
    assert any(message.startswith("child: ") for message in messages)


def test_the_lower_of_two_pensions_is_excluded_by_article(family):
    disabled = {**NOTHING, "date_of_birth": "1945", "disability_degree": "severe"}
    found = judged(family, {"grandmother": disabled})
    (exclusion,) = found.exclusions
    assert (exclusion.benefit, exclusion.instead) == ("social_pension", "social_allowance")
    assert any("335/2026" in cite.text for cite in exclusion.citations)
    alone = family.exclusions(Household({"grandmother": disabled}, {}), as_of=DAY, conversational=True)
    assert alone == found.exclusions
    assert (
        found.monthly_vnd == found.members["grandmother"].decision("social_allowance").results["amount_vnd_per_month"]
    )


def test_a_loan_of_the_household_names_who_may_apply(family):
    poor = {"household_status": "poor", "commune_confirmed_for_loan": True}
    asked = {**GROWN, "loan_purpose": "production_business", "savings_group_member": True}
    unregistered = {**asked, "lawful_residence": False}
    loans = judged(family, {"father": unregistered, "mother": asked}, poor).shared
    loan = next(one for one in loans if one.benefit == "loan.poor_household")
    assert (loan.applicants, loan.decision.outcome) == (("mother",), "eligible")


def buyers(count, shared=FARMERS):
    return {f"member{number}": {**GROWN, "hi_first_time_or_gap_90_days": False} for number in range(count)}, shared


def test_few_farmers_keep_the_support_of_their_group(family):
    people, shared = buyers(3)
    assert judged(family, people, shared).cards.saved_vnd == 0


def test_many_farmers_pay_less_by_household(family):
    people, shared = buyers(6)
    plan = judged(family, people, shared).cards
    assert [choice.rank for choice in plan.choices] == [1, 2, 3, 4, 5, 6]
    assert plan.saved_vnd > 0
    assert plan.total_vnd is not None
    assert any("Điều 13" in cite.text for cite in plan.citations)


@settings(deadline=None)
@given(st.integers(1, 7), st.integers(0, 3))
def test_no_other_choice_of_buyers_is_cheaper(family, service, choosing, bound):
    people, _ = buyers(choosing)
    workers = {f"other{n}": {**GROWN, "on_unpaid_leave": False} for n in range(bound)}
    found = judged(family, {**people, **workers}, FARMERS).cards
    assert found.total_vnd is not None
    assert found.total_vnd <= cheapest_by_trial(service, len(people) + len(workers))


def cheapest_by_trial(service, members):
    def yearly(more):
        facts = {**GROWN, **FARMERS, **more}
        decisions = service.assess(facts, as_of=DAY, benefits=["health_insurance_card"], conversational=True)
        return decisions.decisions[0].results["self_pay_vnd_per_year"]

    own = yearly({})
    ranked = [yearly({"chooses_household_form": True, "hi_household_rank": n + 1}) for n in range(members)]
    return min(sum(ranked[:count]) + own * (members - count) for count in range(members + 1))


def test_the_order_of_members_changes_no_total(family):
    people = {"mother": {"date_of_birth": "1948", **NOTHING}, "son": GROWN, "child": {"date_of_birth": "2022-02-02"}}
    totals = {
        (found.monthly_vnd, found.cards.total_vnd)
        for order in permutations(people)
        for found in [judged(family, {person: people[person] for person in order}, FARMERS)]
    }
    assert len(totals) == 1


def test_a_told_rank_is_kept(family):
    people = {"mother": {**GROWN, "hi_household_rank": 2}, "father": GROWN}
    plan = judged(family, people, {**FARMERS, "household_is_agricultural": False}).cards
    assert [choice.decision.results["contribution_group"] for choice in plan.choices] == [BY_HOUSEHOLD] * 2
    assert [choice.rank for choice in plan.choices] == [None, 1]


def test_the_next_question_is_about_a_member_and_never_one_refused(family):
    household = Household({"mother": {"date_of_birth": "1948"}, "son": GROWN}, FARMERS)
    asked = family.next_question(household, as_of=DAY, benefits=["social_pension"])
    assert asked is not None
    assert asked.person == "mother"
    again = family.next_question(
        household, as_of=DAY, benefits=["social_pension"], unanswerable={"mother": [asked.question.fact]}
    )
    assert again is None or again.question.fact != asked.question.fact


def test_an_empty_family_is_entitled_to_nothing(family):
    found = judged(family, {})
    assert (found.shared, found.monthly_vnd, found.cards.choices) == ((), 0, ())
