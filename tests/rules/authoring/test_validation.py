"""An author hears everything at once, by file, line and column; and what no case proves."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rules.authoring.coverage import coverage
from rules.authoring.edges import unseen_days
from rules.authoring.validation import advise, differing_cases, release_findings, validate, worked_cases
from rules.checking import WorkedCase
from rules.documents import Documents
from rules.errors import BadDocumentPath
from rules.service import EligibilityService
from tests.rules import small
from tests.rules.small import BENEFIT

TODAY = date(2026, 11, 22)
LEVEL = """parameters:
  test.level:
    unit: vnd
    name: Mức thử
    revised_by: 2026-07-01
    rows:
      - {from: 2020-01-01, value: 100000, cites: ['1/2020/NĐ-CP, Điều 1']}
"""
RULES = """
groups:
  - {id: old, name: Già, cites: [1/2020/NĐ-CP], when: {fact: age, at_least: 70}}
  - {id: poor, name: Nghèo, cites: [1/2020/NĐ-CP], when: {fact: household_status, is: poor}}
results:
  amount_vnd: {unit: vnd, value: test.level}
"""
WRONG_GROUP = "groups:\n  - {id: a, name: A, cites: [x], when: {fact: agee, is: 1}}\n"
CASES = """
- {id: old, as_of: 2026-11-22, facts: {age_years: 80}, expect: [{benefit: test, outcome: eligible, group: old}]}
- {id: open, as_of: 2026-11-22, facts: {age_years: 20}, expect: [{benefit: test, outcome: undetermined}]}
"""


def _documents(rules: str = RULES, cases: str = CASES, level: str = LEVEL) -> Documents:
    return Documents(
        {"benefits/test/rules.yaml": BENEFIT + rules, "benefits/test/cases.yaml": cases, "parameters/test.yaml": level}
    )


def test_findings_of_every_file_come_at_once_with_their_place() -> None:
    """Shape, names, figures and files of cases: corrected once, not once per mistake."""
    documents = Documents(
        {
            "benefits/test/rules.yaml": BENEFIT + WRONG_GROUP,
            "benefits/test/cases.yaml": "- {id: a, as_of: soon}\n",
            "parameters/test.yaml": "parameters:\n  test.level: {unit: dong, name: X, rows: []}\n",
            "figures/test.yaml": "figures:\n  a.b: {name: A, unit: vnd}\n",
        },
        "rules/",
    )

    found = {(f.path, f.line, f.column, f.code) for f in validate(documents)}

    assert found == {
        ("rules/benefits/test/rules.yaml", 9, 40, "unknown_fact"),
        ("rules/benefits/test/cases.yaml", 1, 0, "bad_case"),
        ("rules/parameters/test.yaml", 2, 15, "unknown_word"),
        ("rules/figures/test.yaml", 2, 8, "bad_figure"),
    }


def test_a_case_judged_otherwise_keeps_a_release_back() -> None:
    """The cases are what a lawyer signed."""
    wrong = CASES.replace("outcome: undetermined", "outcome: ineligible")

    (finding,) = release_findings(_documents(cases=wrong))

    assert (finding.code, finding.line) == ("case_differs", 3)
    assert release_findings(_documents()) == []


def test_what_may_be_an_oversight_is_said_apart() -> None:
    """A threshold nobody reaches, and a figure that was to be revised: no mistakes, but worth a look."""
    service = EligibilityService.of(_documents(RULES.replace("at_least: 70", "at_least: 200")))

    advice = [finding for finding in advise(service, TODAY) if finding.code != "unused_fact"]

    assert [finding.code for finding in advice] == ["idle_condition", "past_revision"]
    assert "“age at_least 200” không bao giờ đúng" in advice[0].message
    assert "test.level" in advice[1].message


def test_the_released_rules_have_no_idle_condition_but_the_known() -> None:
    """Each is either a mistake or named here with its reason."""
    service = EligibilityService.load()

    idle = [finding.message for finding in advise(service, TODAY) if finding.code == "idle_condition"]

    # Traders of every size are asked about so that the size decides the cap.
    assert all("business_kind one_of" in message for message in idle)


def test_coverage_names_what_no_case_saw() -> None:
    """A condition is proven by a pass, a fail and an unknown; a group by somebody in it and somebody not."""
    documents = _documents()
    service = EligibilityService.of(documents)

    found = coverage(service, worked_cases(documents)[0])

    lines = {group.group: group for group in found.groups}
    assert (lines["old"].held, lines["old"].failed, lines["old"].expected) == (1, 1, 1)
    assert lines["old"].conditions["age at_least 70"].lacks == ("unknown",)
    assert lines["poor"].conditions["household_status is ['poor']"].lacks == ("pass", "fail")
    assert [group.group for group in found.undecided if group.group] == ["poor"]
    assert found.unused_values == ()
    assert found.to_json()["groups_decided"] == 2


def test_what_a_condition_cannot_be_is_not_asked_of_the_cases(tmp_path: Path) -> None:
    """A presumed yes-or-no fact is never unknown; a condition that takes every value never fails."""
    kinds = "[none, household_business, cooperative_group, cooperative, sme, large_company]"
    root = small.write(
        tmp_path,
        benefit=f"""
requires:
  - {{fact: business_kind, one_of: {kinds}}}
  - {{fact: lawful_residence, is: true}}
  - {{fact: has_overdue_policy_loan, is: false}}
""",
    )
    expected = ({"benefit": "test", "outcome": "undetermined"},)

    found = coverage(small.service(root), [WorkedCase("one", TODAY, {}, expect=expected)])

    lacks = {name: one.lacks for line in found.groups for name, one in line.conditions.items()}
    assert next(lack for name, lack in lacks.items() if "business_kind" in name) == ("pass",)
    assert lacks["lawful_residence is True"] == ("fail",)
    assert lacks["has_overdue_policy_loan is False"] == ("fail",)


def test_both_sides_of_a_day_of_change_want_a_case() -> None:
    """A condition that begins a day late is seen by nobody who was judged a month later."""
    release = EligibilityService.load().release
    first = date(2025, 7, 1)
    days = (date(2025, 6, 30), first)
    cases = [WorkedCase(f"on-{day}", day, {}, expect=({"benefit": "social_pension"},)) for day in days]

    before, after = (unseen_days(release, some) for some in (cases[1:], cases))

    assert [one.day for one in before if one.benefit == "social_pension" and one.day in days] == [days[0]]
    assert all(one.day not in days for one in after if one.benefit == "social_pension")


def test_a_value_that_no_case_falls_to_is_named() -> None:
    """The new level of next year needs a case of next year."""
    row = "      - {from: 2027-01-01, value: 120000, cites: ['1/2020/NĐ-CP, Điều 1']}\n"
    documents = _documents(level=LEVEL + row)

    found = coverage(EligibilityService.of(documents), worked_cases(documents)[0])

    assert [value.row.value for value in found.unused_values] == [120000]


def test_cases_are_judged_for_what_they_expect_only() -> None:
    """A case of one benefit does not pay for thirty others."""
    assert differing_cases(EligibilityService.of(_documents()), _documents()) == []


@pytest.mark.parametrize("path", ["../x.yaml", "benefits/x/other.yaml", "/etc/passwd", "parameters/a/b.yaml"])
def test_documents_stand_only_in_their_places(path: str) -> None:
    """What is written back lands inside the folder asked for."""
    with pytest.raises(BadDocumentPath):
        Documents({path: ""})


def test_documents_are_written_back_byte_for_byte(tmp_path) -> None:
    """An export differs from what was edited in nothing."""
    Documents.read().write(tmp_path)

    again = Documents.read(tmp_path)
    assert again.content_hash == Documents.read().content_hash
    assert again.changes_from(Documents.read()) == {}
