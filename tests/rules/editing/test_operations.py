"""An editor's change says what it should, and leaves every other line as it was written."""

from __future__ import annotations

import difflib
from datetime import date
from decimal import Decimal

import pytest

from rules.difference import bare
from rules.documents import Documents
from rules.editing import Edit, Editor
from rules.editing.emit import emit
from rules.engine.model import Release
from rules.facts.vocabulary import Vocabulary
from rules.findings import Finding
from rules.places import Places
from rules.schema.nodes import parse_yaml, plain
from rules.schema.release import read_release
from rules.service import EligibilityService

PLACES = Places.load()
VOCABULARY = Vocabulary.load(places=PLACES)
REAL = Documents.read()
DECREE = ["9/2027/NĐ-CP, Điều 1"]
SPRING = date(2027, 3, 1)


def _read(documents: Documents) -> tuple[Release, list[Finding]]:
    return read_release(documents, vocabulary=VOCABULARY, places=PLACES)


@pytest.fixture(scope="module")
def editor() -> Editor:
    return Editor(REAL, check=lambda documents: _read(documents)[1])


def _lines(edit: Edit) -> tuple[list[str], list[str]]:
    """Return the lines that went and that came."""
    ((path, text),) = edit.changes.items()
    assert text is not None
    marks = list(difflib.ndiff(REAL.texts[path].splitlines(), text.splitlines()))
    return [line[2:] for line in marks if line[:2] == "- "], [line[2:] for line in marks if line[:2] == "+ "]


def test_a_new_value_is_one_new_line(editor: Editor) -> None:
    """The decree that raises the base level from a day: nothing else moves."""
    edit = editor.add_value("social_allowance.base_level", value=600000, start=date(2027, 7, 1), cites=DECREE)

    assert edit.is_fit
    assert _lines(edit) == ([], ["      - {from: 2027-07-01, value: 600000, cites: ['9/2027/NĐ-CP, Điều 1']}"])
    figures = EligibilityService.of(edit.documents).release.parameters["social_allowance.base_level"]
    assert [row.value for row in figures.rows if row.source.period.start == date(2027, 7, 1)] == [600000]


def test_a_provincial_level_stands_beside_those_of_the_province(editor: Editor) -> None:
    """With all that was told of it, exact to the decimal."""
    edit = editor.add_value(
        "social_allowance.base_level",
        value=Decimal("712345.5"),
        start=SPRING,
        known_from=date(2027, 5, 1),
        end=date(2030, 12, 31),
        province="ha_noi",
        confidence="medium",
        cites=DECREE,
    )

    assert edit.is_fit
    assert _lines(edit)[1] == [
        "      - province: ha_noi",
        "        from: 2027-03-01",
        "        known_from: 2027-05-01",
        "        to: 2030-12-31",
        "        value: 712345.5",
        "        confidence: medium",
        "        cites: ['9/2027/NĐ-CP, Điều 1']",
    ]


@pytest.mark.parametrize(
    ("key", "start", "code"),
    [
        ("social_allowance.base_levle", SPRING, "unknown_parameter"),
        ("social_allowance.base_level", date(2024, 7, 1), "already_stands"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(editor: Editor, key: str, start: date, code: str) -> None:
    """With the nearest names."""
    edit = editor.add_value(key, value=1, start=start, cites=DECREE)

    assert edit.refused
    assert edit.changes == {}
    assert [finding.code for finding in edit.findings] == [code]


def test_findings_come_with_the_change(editor: Editor) -> None:
    """A province that is none: the change is shown, and what is wrong with it."""
    edit = editor.add_value("social_allowance.base_level", value=1, start=SPRING, cites=[], province="ha_nội")

    assert [finding.code for finding in edit.findings] == ["uncited", "unknown_province"]


@pytest.mark.parametrize(
    ("benefit", "group"),
    [
        ("social_pension", None),  # requires: all of a mapping
        ("social_pension", "age_75"),  # one line
        ("social_pension", "age_70_74_poor"),  # a list
        ("care_support", "disabled_pregnant_and_child_or_two"),  # articles under an anchor
        ("health_insurance_card", "foreign_worker"),  # ends with aliases
        ("health_insurance_card", "merit_relative"),  # has versions
        ("loan.employment_worker", "general"),  # holds always
        ("social_allowance", "poor_single_parent"),
    ],
)
def test_a_condition_may_be_written_again_and_from_a_day(editor: Editor, benefit: str, group: str | None) -> None:
    """As it was it says the same; from a day on, the days before are judged as ever."""
    before, _ = _read(REAL)
    conditions = editor.conditions(benefit, group)[-1]["condition"]

    again = editor.set_conditions(benefit, conditions, group=group)
    later = editor.set_conditions(benefit, conditions, group=group, start=SPRING, cites=DECREE)

    assert again.is_fit, again.findings
    assert bare(_read(again.documents)[0].benefits[benefit]) == bare(before.benefits[benefit])
    assert later.is_fit, later.findings
    gone, come = _lines(later)
    assert any("2027-03-01" in line for line in come)
    assert all(any(line.strip() in new for new in come) or _only_dated(line, come) for line in gone if line.strip())


def _only_dated(line: str, come: list[str]) -> bool:
    """Tell whether *line* was only given an end, or moved to the right."""
    words = line.replace("cites:", "").split()
    return any(all(word.strip("{},[]- ") in new for word in words) for new in come) or line.strip().startswith("when:")


def test_comments_and_layout_outlive_a_new_version(editor: Editor) -> None:
    """Somebody wrote them for the next editor."""
    text = REAL.texts["benefits/social_pension/rules.yaml"].replace(
        "    when:\n      - {fact: age, at_least: 70", "    when:\n      # tròn tuổi\n      - {fact: age, at_least: 70"
    )
    own = Editor(REAL.changed({"benefits/social_pension/rules.yaml": text}))

    edit = own.set_conditions(
        "social_pension", {"fact": "age", "at_least": 65}, group="age_70_74_poor", start=SPRING, cites=DECREE
    )

    written = edit.documents.texts["benefits/social_pension/rules.yaml"]
    assert edit.is_fit
    assert "          # tròn tuổi\n          - {fact: age, at_least: 70, less_than: 75" in written
    service = EligibilityService.of(edit.documents)
    facts = {"age_years": 66, "household_status": "other", "monthly_pension_vnd": 0,
             "monthly_social_insurance_benefit_vnd": 0}  # fmt: skip
    outcomes = [
        service.assess(facts, as_of=day, benefits=["social_pension"]).decisions[0].outcome
        for day in (date(2027, 2, 28), SPRING)
    ]
    assert outcomes == ["ineligible", "eligible"]


def test_a_change_that_counts_back_keeps_what_was_known_then(editor: Editor) -> None:
    """Who asked in June was told by the law of June."""
    edit = editor.set_conditions(
        "social_pension", {"fact": "age", "at_least": 60}, group="age_75", start=date(2027, 1, 1),
        known_from=date(2027, 6, 1), cites=DECREE,
    )  # fmt: skip

    assert edit.is_fit, edit.findings
    service = EligibilityService.of(edit.documents)
    facts = {"age_years": 62, "monthly_pension_vnd": 0, "monthly_social_insurance_benefit_vnd": 0,
             "household_status": "other"}  # fmt: skip
    known = [
        service.assess(facts, as_of=date(2027, 2, 1), known_on=day, benefits=["social_pension"]).decisions[0].outcome
        for day in (date(2027, 5, 31), date(2027, 6, 1))
    ]
    assert known == ["ineligible", "eligible"]


def test_a_group_is_added_and_closed(editor: Editor) -> None:
    """From a template; then it ends on a day."""
    condition = {"all": [{"fact": "age", "at_least": 65}, {"fact": "household_status", "is": "poor"}]}
    added = editor.add_group(
        "social_pension", id="age_65_poor", name="Từ đủ 65 tuổi, hộ nghèo", condition=condition, cites=DECREE,
        start=SPRING, after="age_75",
    )  # fmt: skip
    closed = Editor(added.documents).close_group("social_pension", group="age_65_poor", last_day=date(2028, 12, 31))

    assert added.is_fit, added.findings
    assert closed.is_fit, closed.findings
    groups = {
        group.id: group for group in EligibilityService.of(closed.documents).release.benefits["social_pension"].groups
    }
    assert list(groups) == ["age_75", "age_65_poor", "age_70_74_poor"]
    assert str(groups["age_65_poor"].source.period) == "2027-03-01 to 2028-12-31"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda e: e.close_group("social_pension", group="age_57", last_day=SPRING), "unknown_group"),
        (lambda e: e.close_group("social_pensoin", group="age_75", last_day=SPRING), "unknown_benefit"),
        (lambda e: e.set_conditions("health_insurance_card", [], group="employee_contract"), "shared"),
        (lambda e: e.set_conditions("loan.work_abroad", [], group="listed_before_2026", start=SPRING), "not_later"),
        (lambda e: e.replace("../../etc/passwd", ""), "bad_path"),
    ],
)
def test_refusals_name_the_reason(editor: Editor, change, code: str) -> None:
    """Each with what to do instead."""
    edit = change(editor)

    assert edit.refused
    assert [finding.code for finding in edit.findings] == [code]


def test_text_by_hand_is_checked_with_positions(editor: Editor) -> None:
    """YAML for those who want it."""
    edit = editor.replace("combinations.yaml", "combinations:\n  - {id: a, benefits: [x], by: y, cites: [z]}\n")

    assert [(f.code, f.line, f.column) for f in edit.findings] == [("unknown_benefit", 2, 5)]


@pytest.mark.parametrize(
    "value",
    [
        {"fact": "age", "at_least": 70, "label": "Đủ 70: từ ngày sinh"},
        {"formula": "a * b - min(c, 2)", "more_than": Decimal("1.50")},
        ["yes", "no", "true", "1", "null", "it's", "a, b", "#x", "- y", "x: y", "", "2026/x", "*a", "&b", " c "],
        {"from": date(2026, 7, 1), "known_from": None, "flag": True},
        [{"all": [{"fact": "x" * 60}, {"fact": "y" * 60, "label": "z" * 60}]}],
    ],
)
def test_what_is_written_is_read_again(value: object) -> None:
    """Texts stay texts, days days, decimals exact."""
    node, findings = parse_yaml("root:\n    " + emit(value, 4), "test")

    assert node is not None
    assert not findings
    assert plain(node)["root"] == value
