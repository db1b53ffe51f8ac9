"""Every mistake in a rule file has a finding, with its line; a sound file has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules import small

MISTAKES = {
    "requires: [{fact: houshold_status, is: poor}]": "unknown_fact",
    "requires: [{fact: household_status, is: rich}]": "unknown_value",
    "requires: [{fact: household_status, at_least: 3}]": "wrong_operator",
    "requires: [{fact: age, includes: old}]": "wrong_operator",
    "requires: [{fact: monthly_pension_vnd, less_than: no.such_level}]": "unknown_parameter",
    "requires: [{fact: monthly_pension_vnd, less_than: 'open(1)'}]": "bad_formula",
    "requires: [{fact: monthly_pension_vnd, less_than: 1, when: 2}]": "unknown_key",
    "requires: [{fact: is_vn_citizen}]": "no_operator",
    "requires: [{definition: unheard_of}]": "unknown_definition",
    "requires: [{place: [atlantis]}]": "unknown_province",
    "requires: [{benefit: nothing, outcome: eligible}]": "unknown_benefit",
    "requires: [{benefit: test, outcome: eligible}]": "circle",
    "groups: [{id: a, name: A, when: {group: b}}, {id: b, name: B, when: {group: a}}]": "circle",
    "groups: [{id: a, name: A}, {id: a, name: B}]": "duplicate_id",
    "groups: [{id: a, name: A, outcome: undetermined}]": "missing_key",
    "groups: [{id: a, name: A, outcome: perhaps}]": "unknown_word",
    "results: {amount: {unit: dong, value: 1}}": "unknown_word",
    "results: {amount: {unit: vnd, value: coefficient * 2}}": "unknown_name",
    "results: {amount: {unit: vnd, clauses: [{when: {fact: is_vn_citizen, is: true}}]}}": "bad_value",
    "procedure: [{cites: [1/2020/NĐ-CP], province: atlantis}]": "unknown_province",
    "requires: [{fact: is_vn_citizen, is: true, from: 2026-02-01, to: 2026-01-01}]": "period_ends_before_it_starts",
}
ROWS = {
    "{value: 1}": "uncited",
    "{value: one, cites: [1/2020/NĐ-CP]}": "not_a_number",
    "{value: 1, province: atlantis, cites: [1/2020/NĐ-CP]}": "unknown_province",
    "{from: 2026-13-01, value: 1, cites: [1/2020/NĐ-CP]}": "not_a_day",
    "{from: 2026-01-01, value: 1, cites: [a]}, {from: 2026-01-01, value: 2, cites: [a]}": "overlap",
    "{to: 2026-01-31, value: 1, cites: [a]}, {from: 2026-01-31, value: 2, cites: [a]}": "overlap",
}


@pytest.mark.parametrize(("text", "code"), MISTAKES.items(), ids=list(MISTAKES.values()))
def test_mistake_in_a_benefit_is_found(text: str, code: str, tmp_path: Path) -> None:
    """A slip that nobody sees would judge people wrongly."""
    root = small.write(tmp_path, benefit=text)

    found = small.findings(root)

    assert code in {finding.code for finding in found}
    assert all(finding.line > 0 and finding.path.endswith("rules.yaml") for finding in found if finding.code == code)


@pytest.mark.parametrize(("rows", "code"), ROWS.items(), ids=list(ROWS.values()))
def test_mistake_in_a_parameter_is_found(rows: str, code: str, tmp_path: Path) -> None:
    """A figure without an article, or two figures for one day, must not be released."""
    parameters = f"parameters: {{test.level: {{unit: vnd, name: Mức, rows: [{rows}]}}}}\n"
    root = small.write(tmp_path, benefit="requires: []", parameters=parameters)

    assert code in {finding.code for finding in small.findings(root)}


def test_periods_of_a_benefit_leave_no_day_open(tmp_path: Path) -> None:
    """A day between two versions of a group would have no law at all."""
    versions = "[{to: 2026-01-31, cites: [a]}, {from: 2026-02-02, cites: [a]}]"
    root = small.write(tmp_path, benefit=f"groups: [{{id: a, name: A, versions: {versions}}}]")

    assert [finding.code for finding in small.findings(root)] == ["gap"]


def test_a_row_that_counts_back_does_not_overlap(tmp_path: Path) -> None:
    """The old figure goes on for whoever asks about what was known before."""
    rows = (
        "[{from: 2024-07-01, value: 1, cites: [a]}, {from: 2026-07-01, known_from: 2026-10-05, value: 2, cites: [b]}]"
    )
    parameters = f"parameters: {{test.level: {{unit: vnd, name: Mức, rows: {rows}}}}}\n"
    root = small.write(tmp_path, benefit="requires: []", parameters=parameters)

    assert small.findings(root) == []


def test_every_mistake_is_reported_at_once(tmp_path: Path) -> None:
    """One round of corrections, not one per mistake."""
    benefit = (
        "requires: [{fact: a_fact, is: true}, {fact: b_fact, is: true}]\nresults: {amount: {unit: dong, value: 1}}\n"
    )

    found = small.findings(small.write(tmp_path, benefit=benefit))

    assert [finding.code for finding in found].count("unknown_fact") == 2
    assert "unknown_word" in {finding.code for finding in found}


def test_a_near_name_is_suggested(tmp_path: Path) -> None:
    """'Did you mean' saves a look into the vocabulary."""
    found = small.findings(small.write(tmp_path, benefit="requires: [{fact: houshold_status, is: poor}]"))

    assert any("household_status" in finding.message for finding in found)


def test_broken_yaml_is_a_finding_with_its_line(tmp_path: Path) -> None:
    """An editor's stray bracket must not end in a stack trace."""
    (found,) = [f for f in small.findings(small.write(tmp_path, benefit="requires: [")) if f.code == "not_yaml"]

    assert found.line > 0
