"""Choosing a group: the first in the law's order, the highest, any; what is paid together; figures of the choice."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from rules.engine.model import Outcome
from rules.service import Decision, EligibilityService
from tests.rules import small

DAY = date(2026, 11, 21)
GROUPS = """
groups:
  - {id: low, name: Thấp, order: 1, cites: [a], values: {coefficient: 1.0}, when: {fact: household_status, is: poor}}
  - {id: high, name: Cao, order: 2, cites: [a], values: {coefficient: 2.0}, when: {fact: is_pregnant, is: true}}
  - {id: extra, name: Thêm, order: 3, cites: [a], values: {coefficient: 0.5}, when: {fact: hiv_confirmed, is: true}}
results:
  coefficient: {unit: ratio}
  amount: {unit: vnd, value: coefficient * 540000}
"""


def decide(tmp_path: Path, benefit: str, **told: Any) -> Decision:
    return small.service(small.write(tmp_path, benefit=benefit)).assess(told, as_of=DAY).decision("test")


def test_the_highest_counts_by_what_is_surely_known(tmp_path: Path) -> None:
    """An unknown higher group never stands in the way; it is named as what could improve the answer."""
    choose = "select: {strategy: highest, by: coefficient}" + GROUPS

    sure = decide(tmp_path, choose, household_status="poor", is_pregnant=True, hiv_confirmed=False)
    open_ = decide(tmp_path, choose, household_status="poor", hiv_confirmed=False)

    assert (sure.group, sure.results["amount"]) == ("high", 1080000)
    assert (open_.group, open_.results["amount"], open_.improvable_by) == ("low", 540000, ("is_pregnant",))


def test_groups_paid_together_are_added(tmp_path: Path) -> None:
    """The exception of the law from 'highest only'."""
    choose = "select: {strategy: highest, by: coefficient, sums: [{base: [high], with: [extra], cites: [a]}]}" + GROUPS

    decision = decide(tmp_path, choose, household_status="poor", is_pregnant=True, hiv_confirmed=True)

    assert decision.group == ("high", "extra")
    assert decision.results["amount"] == 1350000


def test_the_first_in_the_law_s_order_waits_for_those_before_it(tmp_path: Path) -> None:
    """An unknown group that comes first may still be the one."""
    choose = "select: {strategy: first}\ngroup_need: required" + GROUPS

    waiting = decide(tmp_path, choose, is_pregnant=True, hiv_confirmed=True)
    settled = decide(tmp_path, choose, household_status="other", is_pregnant=True)

    assert waiting.outcome is Outcome.UNDETERMINED
    assert "household_status" in waiting.missing
    assert (settled.outcome, settled.group) == (Outcome.ELIGIBLE, "high")


def test_a_required_figure_keeps_the_verdict_open(tmp_path: Path) -> None:
    """A loan whose rate is not known is not offered."""
    results = "results: {rate: {unit: percent, need: required, value: loan_amount_vnd / 1000000}}"

    assert decide(tmp_path, results).outcome is Outcome.UNDETERMINED
    assert decide(tmp_path, results, loan_amount_vnd=6_000_000).results["rate"] == 6


def test_a_wanted_figure_is_asked_for_and_one_if_told_is_not(tmp_path: Path) -> None:
    """Three needs, three behaviours."""
    results = """results:
  wanted: {unit: vnd, value: loan_amount_vnd}
  told: {unit: vnd, need: if_told, value: abroad_cost_vnd}
"""

    decision = decide(tmp_path, results)

    assert (decision.outcome, decision.missing, dict(decision.results)) == (
        Outcome.ELIGIBLE, ("loan_amount_vnd",), {},
    )  # fmt: skip


def test_a_doubt_sends_the_case_to_a_person(tmp_path: Path) -> None:
    """A point of law that is open is data too."""
    doubt = "doubts: [{id: open, text: Chưa rõ, when: {fact: is_pregnant, is: true}, cites: [a]}]"

    yes, no, unknown = (decide(tmp_path, doubt, **told) for told in ({"is_pregnant": True}, {"is_pregnant": False}, {}))

    assert (yes.outcome, yes.refer_to_human) == (Outcome.UNDETERMINED, True)
    assert (no.outcome, no.refer_to_human) == (Outcome.ELIGIBLE, False)
    assert (unknown.outcome, unknown.missing) == (Outcome.UNDETERMINED, ("is_pregnant",))


def test_discretion_gives_the_figure_and_a_person(tmp_path: Path) -> None:
    """'Được xem xét' is no promise."""
    benefit = """groups:
  - {id: a, name: A, outcome: undetermined, refer: {reason: discretion, text: Xem xét}, values: {amount: 5}}
results: {amount: {unit: vnd}}
"""

    decision = decide(tmp_path, benefit)

    assert (decision.outcome, decision.refer_to_human, decision.results["amount"]) == (Outcome.UNDETERMINED, True, 5)


def test_another_benefit_may_be_a_condition(tmp_path: Path) -> None:
    """What the other one misses is missing here."""
    other = small.BENEFIT.replace("benefit: test", "benefit: other") + "requires: [{fact: is_pregnant, is: true}]"
    root = small.write(tmp_path, benefit="requires: [{benefit: other, outcome: eligible}]", other=other)
    service = small.service(root)

    assert service.assess({}, as_of=DAY).decision("test").missing == ("is_pregnant",)
    assert service.assess({"is_pregnant": True}, as_of=DAY).decision("test").outcome is Outcome.ELIGIBLE
    assert service.assess({"is_pregnant": False}, as_of=DAY).decision("test").outcome is Outcome.INELIGIBLE


def test_the_highest_is_chosen_anew_where_only_a_number_differs(service: EligibilityService) -> None:
    """Cases that meet the same conditions may be worth differently: one child or three decide what is paid."""
    student = {
        "date_of_birth": "2005-01-01",
        "household_status": "poor",
        "marital_status": "widowed",
        "current_allowance": ["child_no_carer"],
        "study_level": "first_degree",
        "study_continuous": True,
    }
    day = date(2026, 11, 21)

    few, many = (
        service.assess({**student, "children_under_16_raised": children}, as_of=day).decision("social_allowance")
        for children in (1, 3)
    )

    assert (few.group, many.group) == ("former_child_no_carer_student", "poor_single_parent")


PAYERS = """
select: {strategy: first}
groups:
  - id: soldier
    name: Bộ đội
    order: 1
    cites: [a]
    values: {payer: state, level: 80}
    when: {fact: is_pregnant, is: true}
  - id: poor
    name: Nghèo
    order: 2
    cites: [a]
    values: {payer: state, level: 100}
    when: {fact: household_status, is: poor}
  - id: near
    name: Cận nghèo
    order: 3
    cites: [a]
    values: {payer: shared, level: 100}
    when: {fact: household_status, is: near_poor}
results:
  payer: {unit: text, need: required}
  level: {unit: percent}
"""


def test_groups_that_come_to_the_same_verdict_leave_only_the_rest_open(tmp_path: Path) -> None:
    """Paid by the State either way: what is not known yet is the group and the level, between two bounds."""
    open_ = decide(tmp_path, PAYERS, household_status="poor")
    settled = decide(tmp_path, PAYERS, household_status="poor", is_pregnant=False)

    assert (open_.outcome, open_.group, dict(open_.results)) == (Outcome.ELIGIBLE, None, {"payer": "state"})
    assert (open_.missing, open_.bounds["level"]) == (("is_pregnant",), (80, 100))
    assert (settled.group, settled.results["level"]) == ("poor", 100)


def test_groups_that_differ_in_what_the_verdict_waits_for_keep_it_open(tmp_path: Path) -> None:
    """Who pays is what is asked for: two possible payers are no answer."""
    decision = decide(tmp_path, PAYERS, household_status="near_poor")

    assert (decision.outcome, decision.missing) == (Outcome.UNDETERMINED, ("is_pregnant",))


def test_a_verdict_may_wait_until_something_is_known_whichever_way(tmp_path: Path) -> None:
    """Once known it changes nothing, and nobody has to decide."""
    doubt = "doubts: [{id: rate, text: Lãi, effect: wait, when: {fact: is_pregnant, is: true}, cites: [a]}]"

    yes, no, unknown = (decide(tmp_path, doubt, **told) for told in ({"is_pregnant": True}, {"is_pregnant": False}, {}))

    assert (unknown.outcome, unknown.missing, unknown.refer_to_human) == (Outcome.UNDETERMINED, ("is_pregnant",), False)
    assert [(one.outcome, one.refer_to_human) for one in (yes, no)] == [(Outcome.ELIGIBLE, False)] * 2


def test_a_benefit_that_only_a_figure_keeps_open_is_due_anyhow(tmp_path: Path) -> None:
    """The verdict waits for the rate; the rest is given, and that nothing of it can be lost."""
    root = small.write(
        tmp_path,
        benefit="""
requires: [{fact: monthly_pension_vnd, less_than: 100}]
results:
  max_loan_vnd: {unit: vnd, value: 5000}
  interest_percent_per_year:
    unit: percent
    need: required
    clauses: [{when: {fact: is_pregnant, is: true}, value: 3}, {value: 6}]
""",
    )
    service = small.service(root)

    due = service.assess({"monthly_pension_vnd": 0}, as_of=DAY).decision("test")
    open_ = service.assess({"is_pregnant": True}, as_of=DAY).decision("test")
    refused = service.assess({"monthly_pension_vnd": 100}, as_of=DAY).decision("test")

    assert (due.outcome, due.granted_anyhow, due.missing) == (Outcome.UNDETERMINED, True, ("is_pregnant",))
    assert (due.results, due.bounds) == ({"max_loan_vnd": 5000}, {"interest_percent_per_year": (3, 6)})
    assert not open_.granted_anyhow
    assert not refused.granted_anyhow


def test_a_doubt_that_may_leave_it_to_a_person_promises_nothing(tmp_path: Path) -> None:
    """Whether an officer will have to decide is not known yet: nothing is said to be due."""
    doubt = "doubts: [{id: d, text: Ngờ, cites: [a], EFFECTwhen: {fact: is_pregnant, is: true}}]"
    facts = {"household_status": "poor"}
    decisions = [
        small.service(small.write(tmp_path / name, benefit=doubt.replace("EFFECT", effect)))
        .assess(facts, as_of=DAY)
        .decision("test")
        for name, effect in (("stops", ""), ("waits", "effect: wait, "))
    ]

    assert [(one.outcome, one.granted_anyhow) for one in decisions] == [
        (Outcome.UNDETERMINED, False),
        (Outcome.UNDETERMINED, True),
    ]
