"""Conditions in three values: true, false, and unknown with the fact named."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rules.engine.model import Outcome
from tests.rules import small

DAY = date(2026, 11, 21)
YES, NO, OPEN = Outcome.ELIGIBLE, Outcome.INELIGIBLE, Outcome.UNDETERMINED
PARAMETERS = """
parameters:
  test.level:
    unit: vnd
    name: Mức
    rows:
      - {from: 2024-07-01, value: 500000, cites: [a]}
      - {from: 2026-07-01, known_from: 2026-10-05, value: 540000, cites: [b]}
      - {province: ha_noi, from: 2026-01-01, value: 650000, cites: [c]}
"""
TABLE: list[tuple[str, dict[str, Any], Outcome]] = [
    ("{fact: is_pregnant, is: true}", {"is_pregnant": True}, YES),
    ("{fact: is_pregnant, is: true}", {"is_pregnant": False}, NO),
    ("{fact: is_pregnant, is: true}", {}, OPEN),
    ("{not: {fact: is_pregnant, is: true}}", {}, OPEN),
    ("{not: {fact: is_pregnant, is: true}}", {"is_pregnant": False}, YES),
    ("{fact: household_status, one_of: [poor, near_poor]}", {"household_status": "near_poor"}, YES),
    ("{fact: household_status, one_of: [poor, near_poor]}", {"household_status": ["poor", "near_poor"]}, YES),
    ("{fact: household_status, is: poor}", {"household_status": ["poor", "near_poor"]}, OPEN),
    ("{fact: household_status, none_of: [poor]}", {"household_status": "other"}, YES),
    ("{fact: work_roles, includes: employee}", {"work_roles": ["employee", "civil_servant"]}, YES),
    ("{fact: work_roles, excludes: employee}", {"work_roles": ["employee"]}, NO),
    ("{fact: work_roles, includes_all: [employee, civil_servant]}", {"work_roles": ["employee"]}, NO),
    ("{fact: work_roles, only: [employee]}", {"work_roles": ["employee", "civil_servant"]}, NO),
    ("{fact: monthly_pension_vnd, less_than: 540000}", {"monthly_pension_vnd": 539999}, YES),
    ("{fact: monthly_pension_vnd, less_than: 540000}", {"monthly_pension_vnd": 540000}, NO),
    ("{fact: monthly_pension_vnd, less_than: test.level}", {"monthly_pension_vnd": 539999}, YES),
    (
        "{fact: monthly_pension_vnd, less_than: test.level}",
        {"monthly_pension_vnd": {"min": 500000, "max": 600000}},
        OPEN,
    ),
    ("{fact: monthly_pension_vnd, at_most: test.level * 2}", {"monthly_pension_vnd": 1080000}, YES),
    ("{fact: age, at_least: 70, less_than: 75}", {"age_years": 70}, YES),
    ("{fact: age, at_least: 70, less_than: 75}", {"age_years": 75}, NO),
    ("{fact: age, at_least: 75}", {"date_of_birth": "1951-11-21"}, YES),
    ("{fact: age, at_least: 75}", {"date_of_birth": "1951-11-22"}, NO),
    ("{fact: age, at_least: 75}", {"date_of_birth": "1951"}, OPEN),
    ("{fact: age, at_least: 75}", {"age_years": {"min": 70, "max": 74}}, NO),
    (
        "{fact: age, at_least: 80, at: date_of_death}",
        {"date_of_birth": "1946-05-01", "date_of_death": "2026-05-01"},
        YES,
    ),
    (
        "{fact: age, at_least: 80, at: date_of_death}",
        {"date_of_birth": "1946-05-02", "date_of_death": "2026-05-01"},
        NO,
    ),
    ("{fact: date_of_death, exists: true}", {"date_of_death": "none"}, NO),
    ("{fact: left_poverty_list_on, within: {years: 3}}", {"left_poverty_list_on": "2023-11-21"}, YES),
    ("{fact: left_poverty_list_on, within: {years: 3}}", {"left_poverty_list_on": "2023-11-20"}, NO),
    ("{fact: left_poverty_list_on, within: {years: 3, exclusive: true}}", {"left_poverty_list_on": "2023-11-21"}, NO),
    ("{fact: left_poverty_list_on, within: {years: 3}}", {"left_poverty_list_on": "none"}, NO),
    ("{formula: child_card_end(date_of_birth), on_or_after: as_of}", {"date_of_birth": "2020-12-01"}, YES),
    ("{formula: loan_amount_vnd - abroad_cost_vnd, more_than: 0}", {"loan_amount_vnd": 2, "abroad_cost_vnd": 1}, YES),
    ("{formula: loan_amount_vnd - abroad_cost_vnd, more_than: 0}", {"loan_amount_vnd": 2}, OPEN),
    ("{any: [{fact: is_pregnant, is: true}, {fact: hiv_confirmed, is: true}]}", {"is_pregnant": True}, YES),
    ("{any: [{fact: is_pregnant, is: true}, {fact: hiv_confirmed, is: true}]}", {"is_pregnant": False}, OPEN),
    ("{all: [{fact: is_pregnant, is: true}, {fact: hiv_confirmed, is: true}]}", {"is_pregnant": False}, NO),
    ("{place: [ha_noi]}", {}, NO),
    ("{any: [{place: [ha_noi]}, {from: 2027-01-01, fact: is_pregnant, is: true}]}", {"is_pregnant": True}, NO),
]


@pytest.mark.parametrize(("condition", "told", "outcome"), TABLE)
def test_condition_is_judged_in_three_values(
    condition: str, told: dict[str, Any], outcome: Outcome, tmp_path: Path
) -> None:
    """Both sides of every test, and what is not known stays open with the fact named."""
    root = small.write(tmp_path, benefit=f"requires: [{condition}]", parameters=PARAMETERS)

    decision = small.service(root).assess(told, as_of=DAY).decision("test")

    assert decision.outcome is outcome
    assert bool(decision.missing) is (outcome is OPEN)


def test_known_time_and_effective_time_are_kept_apart(tmp_path: Path) -> None:
    """A pension of 520000 in August 2026 was over the level then, and under it as the law is known since October."""
    root = small.write(
        tmp_path, benefit="requires: [{fact: monthly_pension_vnd, less_than: test.level}]", parameters=PARAMETERS
    )
    service = small.service(root)
    august, told = date(2026, 8, 15), {"monthly_pension_vnd": 520000}

    assert service.assess(told, as_of=august).decision("test").outcome is NO
    assert service.assess(told, as_of=august, known_on=date(2026, 10, 5)).decision("test").outcome is YES


def test_the_level_of_the_province_counts_where_one_lives(tmp_path: Path) -> None:
    """The leaf says which level set the threshold."""
    root = small.write(
        tmp_path, benefit="requires: [{fact: monthly_pension_vnd, less_than: test.level}]", parameters=PARAMETERS
    )
    service, told = small.service(root), {"monthly_pension_vnd": 600000}

    there = service.assess(told, as_of=DAY, province="ha_noi").decision("test")
    elsewhere = service.assess(told, as_of=DAY, province="hue").decision("test")

    assert (there.outcome, elsewhere.outcome) == (YES, NO)
    assert (there.reasons[0].level, there.reasons[0].threshold) == ("ha_noi", 650000)
    assert elsewhere.reasons[0].level == "national"


def test_no_value_for_the_day_is_a_person_s_case_never_the_last_row(tmp_path: Path) -> None:
    """A row that has ended is over."""
    rows = "[{from: 2020-01-01, to: 2025-12-31, value: 1, cites: [a]}]"
    root = small.write(
        tmp_path,
        benefit="requires: [{fact: monthly_pension_vnd, less_than: test.level}]",
        parameters=f"parameters: {{test.level: {{unit: vnd, name: Mức, rows: {rows}}}}}",
    )

    decision = small.service(root).assess({"monthly_pension_vnd": 0}, as_of=DAY).decision("test")

    assert decision.outcome is OPEN
    assert decision.refer_to_human
    assert decision.refer_reasons[0].id == "no_value_in_force"
    assert decision.refer_reasons[0].text == "Chưa có văn bản nào mình đối chiếu được về “Mức” cho ngày được hỏi."


def test_a_leaf_tells_what_was_told_and_by_which_article(tmp_path: Path) -> None:
    """The answer names the condition, the citizen's value and the law."""
    benefit = "requires: [{fact: household_status, is: poor, label: Hộ nghèo, cites: ['2/2021/NĐ-CP, Điều 3']}]"
    decision = small.service(small.write(tmp_path, benefit=benefit)).assess(
        {"household_status": "other"}, as_of=DAY
    ).decision("test")  # fmt: skip

    (leaf,) = decision.reasons
    assert (leaf.fact, leaf.verdict, leaf.value, leaf.source) == ("household_status", False, "other", "told")
    assert (leaf.label_vi, leaf.threshold) == ("Hộ nghèo", ["poor"])
    assert leaf.citation is not None
    assert leaf.citation.article == "3"
    assert "1/2020/NĐ-CP" in [cite.text for cite in decision.citations]
