"""Worked cases are read in every form they come in, and compared by what they name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rules.checking import check_cases, main, read_cases
from rules.planner import Planner
from rules.service import EligibilityService

CASE = """
- id: pension
  title: Từ đủ 75 tuổi
  as_of: 2026-11-21
  facts: {date_of_birth: 1950-01-01, monthly_pension_vnd: 0, monthly_social_insurance_benefit_vnd: 0}
  expect: [{benefit: social_pension, outcome: eligible, amount_vnd_per_month: 540000, cites: ['41/2024/QH15, Điều 21']}]
"""


def checked(service: EligibilityService, text: str) -> Any:
    cases, findings = read_cases(text)
    assert not findings
    (one,) = check_cases(service, cases)
    return one


def test_a_case_may_be_yaml_json_or_json_lines() -> None:
    """The same case in every form."""
    plain = {"id": "a", "as_of": "2026-11-21", "facts": {"date_of_birth": "1951"}}
    forms = [json.dumps(plain), json.dumps([plain]), json.dumps({"cases": [plain]}), f"{json.dumps(plain)}\n" * 2]

    read = [read_cases(form) for form in forms]

    assert [len(cases) for cases, _findings in read] == [1, 1, 1, 2]
    assert all(case.facts == {"date_of_birth": "1951"} for cases, _findings in read for case in cases)


def test_a_case_that_agrees_passes(service: EligibilityService) -> None:
    """Only the keys given are compared."""
    assert checked(service, CASE).passed


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("outcome: eligible", "outcome: ineligible", "outcome"),
        ("540000", "500000", "amount_vnd_per_month"),
        ("41/2024/QH15, Điều 21", "41/2024/QH15, Điều 99", "cites"),
        ("benefit: social_pension", "benefit: no_such_benefit", "benefit"),
    ],
)
def test_what_differs_is_named(old: str, new: str, key: str, service: EligibilityService) -> None:
    """A lawyer sees which field, what was expected, what was found."""
    one = checked(service, CASE.replace(old, new))

    assert [difference.key for difference in one.differences] == [key]
    assert not one.passed


def test_missing_facts_are_a_subset_and_groups_a_set(service: EligibilityService) -> None:
    """More may be missing than a case names; the order of a pair does not count."""
    text = CASE.replace("date_of_birth: 1950-01-01, ", "").replace(
        "outcome: eligible, amount_vnd_per_month: 540000, cites: ['41/2024/QH15, Điều 21']",
        "outcome: undetermined, missing: [date_of_birth]",
    )

    assert checked(service, text).passed


def test_bad_cases_are_all_reported(service: EligibilityService) -> None:
    """A file of cases is corrected once."""
    cases, findings = read_cases(
        "- {id: a, facts: []}\n- {id: b, as_of: 2026-13-01}\n- {id: c, as_of: 2026-01-01, colour: red}"
    )

    assert not cases
    assert {finding.code for finding in findings} >= {"bad_case"}
    assert len(findings) >= 3


def test_bad_facts_are_findings_of_the_case(service: EligibilityService) -> None:
    """The other cases of the file are judged all the same."""
    cases, _findings = read_cases(CASE + CASE.replace("monthly_pension_vnd: 0", "monthly_pension_vnd: much"))

    good, bad = check_cases(service, cases)

    assert good.passed
    assert [finding.code for finding in bad.findings] == ["wrong_value"]
    assert "errors" in bad.to_json()


def test_the_next_question_stands_in_the_line(service: EligibilityService) -> None:
    """What ``check --json`` prints of an open case ends with what to ask."""
    cases, _findings = read_cases(CASE.replace("date_of_birth: 1950-01-01, ", ""))

    (one,) = check_cases(service, cases, benefits=["social_pension"], planner=Planner(service))

    line = one.to_json()
    assert line["next_question"] == {"fact": "date_of_birth", "benefits": ["social_pension"]}
    assert line["decisions"][0]["missing"] == ["date_of_birth", "household_status"]


def test_the_command_tells_by_its_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """0 when all is as expected, 1 when anything differs."""
    (tmp_path / "good.yaml").write_text(CASE, encoding="utf-8")
    (tmp_path / "bad.yaml").write_text(CASE.replace("540000", "1"), encoding="utf-8")

    assert main([str(tmp_path / "good.yaml"), "--expect"]) == 0
    assert main([str(tmp_path / "bad.yaml"), "--expect"]) == 1
    assert "1 of 1 cases as expected" in capsys.readouterr().out


FIGURES = """
- id: levels
  as_of: 2026-10-04
  figures:
    social_allowance.elderly_poor.higher_age: {value: 80, cites: ['20/2021/NĐ-CP, Điều 6 khoản 1 điểm đ']}
    social_allowance.child_under_3.coefficient: 1.5
    funeral_support.survivor_poor_age: none
"""


def test_a_case_may_state_figures_of_its_day(service: EligibilityService) -> None:
    """The value by the article, on the eve of another; and that there is none yet."""
    assert checked(service, FIGURES).passed


@pytest.mark.parametrize(
    ("old", "new", "differs"),
    [
        ("value: 80", "value: 75", ("value", 75, 80)),
        ("Điều 6 khoản 1", "Điều 7 khoản 1", ("cites", ["20/2021/NĐ-CP, Điều 7 khoản 1 điểm đ"],
                                              ["20/2021/NĐ-CP, Điều 6 khoản 1 điểm đ"])),
        ("survivor_poor_age: none", "survivor_poor_age: 70", ("value", 70, None)),
        ("2026-10-04", "2026-10-05", ("value", 80, 75)),
        ("child_under_3.coefficient", "child_under3.coefficient", ("figure", "known", None)),
    ],
)  # fmt: skip
def test_a_figure_that_differs_is_named(
    old: str, new: str, differs: tuple[str, Any, Any], service: EligibilityService
) -> None:
    """The parameter, what was stated, what the rules give; a mistyped one with the nearest."""
    first = checked(service, FIGURES.replace(old, new)).differences[0]

    assert (first.key, first.expected) == differs[:2]
    assert first.found == differs[2] or "Có phải là social_allowance.child_under_3.coefficient" in first.found


@pytest.mark.parametrize("figures", ["[1]", "{a: high}", "{a: {value: 1, note: x}}", "{a: true}"])
def test_figures_of_another_form_are_a_finding(figures: str) -> None:
    """By the line of the case."""
    cases, findings = read_cases(f"- {{id: a, as_of: 2026-10-05, figures: {figures}}}")

    assert not cases
    assert [finding.code for finding in findings] == ["bad_case"]
