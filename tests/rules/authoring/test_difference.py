"""What a change says, in words, and whom it turns."""

from __future__ import annotations

from datetime import date

import pytest

from rules.authoring.comparison import Comparison, compare
from rules.documents import Documents
from rules.impact import Subject, Turn, effects_on, impact
from rules.service import EligibilityService
from tests.rules.authoring.test_validation import BENEFIT, CASES, LEVEL, RULES

DAY = date(2026, 11, 22)
BASE = Documents(
    {
        "benefits/test/rules.yaml": BENEFIT + RULES,
        "benefits/test/cases.yaml": CASES,
        "benefits/other/rules.yaml": BENEFIT.replace("benefit: test", "benefit: other")
        + "requires: {definition: poor}\n",
        "definitions/test.yaml": "definitions:\n  poor: {fact: household_status, is: poor, cites: [1/2020/NĐ-CP]}\n",
        "parameters/test.yaml": LEVEL,
    }
)


def _changed(path: str, old: str, new: str) -> Comparison:
    text = BASE.texts[path]
    assert old in text
    return compare(BASE, BASE.changed({path: text.replace(old, new)}))


def test_a_new_value_is_told_with_its_day_and_article() -> None:
    """What an approver reads before he signs."""
    row = "{from: 2020-01-01, value: 100000, cites: ['1/2020/NĐ-CP, Điều 1']}"
    more = row + "\n      - {from: 2026-11-01, value: 120000, cites: ['2/2026/NĐ-CP, Điều 3']}"

    found = _changed("parameters/test.yaml", row, more)

    (entry,) = found.entries
    assert entry.new is not None
    assert (entry.kind, entry.subject, entry.new.text) == ("added", "Mức: Mức thử", "120.000 đ")
    assert (entry.new.period, entry.new.cites) == ("Từ 01/11/2026", ("2/2026/NĐ-CP, Điều 3",))
    assert found.touched == ("test",)
    (effect,) = found.impact.effects
    assert (effect.subject, effect.turn, effect.fields) == ("old", Turn.RAISED, {"amount_vnd": (100000, 120000)})


def test_a_changed_condition_is_told_in_words() -> None:
    """Old and new beside each other."""
    found = _changed("benefits/test/rules.yaml", "at_least: 70", "at_least: 81")

    (entry,) = found.entries
    assert entry.old is not None
    assert entry.new is not None
    assert (entry.old.text, entry.new.text) == ("- Đủ 70 tuổi trở lên", "- Đủ 81 tuổi trở lên")
    assert found.impact.total == {Turn.UNKNOWN: 1}


def test_a_definition_touches_the_benefits_that_use_it() -> None:
    """And no other: only those are judged again."""
    found = _changed("definitions/test.yaml", "is: poor", "one_of: [poor, near_poor]")

    assert found.touched == ("other",)
    assert [entry.key[0] for entry in found.entries if entry.key[0] == "definition"] == ["definition"]


def test_moved_lines_are_no_difference() -> None:
    """A comment changes the file, not the law."""
    found = _changed("parameters/test.yaml", "parameters:\n", "# Ghi chú\nparameters:\n")

    assert (found.entries, found.touched, found.impact.looked_at) == ((), (), 0)


def test_what_no_statement_tells_is_told_as_other() -> None:
    """Nothing that changes a verdict is passed over in silence."""
    found = _changed("parameters/test.yaml", "    name: Mức thử\n", "    name: Mức thử\n    combine: highest\n")

    assert [entry.key for entry in found.entries] == [("parameter", "test.level", "other")]
    assert found.touched == ("test",)


@pytest.mark.parametrize(
    ("condition", "facts", "turn"),
    [
        ("{fact: age, at_least: 60}", {"age_years": 65, "household_status": "other"}, Turn.GAINED),
        ("{fact: age, at_least: 90}", {"age_years": 80, "household_status": "other"}, Turn.LOST),
        ("{fact: age, at_least: 90}", {"age_years": 80}, Turn.UNKNOWN),
        ("{fact: age, at_least: 10}", {"age_years": 20}, Turn.SETTLED),
    ],
)
def test_every_turn_has_its_name(condition: str, facts: dict, turn: Turn) -> None:
    """Counted by what it means for a person."""
    text = BASE.texts["benefits/test/rules.yaml"].replace("{fact: age, at_least: 70}", condition)
    after = EligibilityService.of(BASE.changed({"benefits/test/rules.yaml": text}))

    (effect,) = effects_on(Subject("somebody", facts, DAY), EligibilityService.of(BASE), after)

    assert effect.turn is turn


def test_everybody_is_counted_and_the_gravest_are_kept() -> None:
    """A hundred thousand interviews do not end in a hundred thousand lines."""
    text = BASE.texts["benefits/test/rules.yaml"].replace("at_least: 70", "at_least: 75")
    before = EligibilityService.of(BASE)
    after = EligibilityService.of(BASE.changed({"benefits/test/rules.yaml": text}))
    people = [Subject(str(age), {"age_years": age, "household_status": "other"}, DAY) for age in range(60, 90)]
    unreadable = Subject("unreadable", {"age_years": "eighty"}, DAY)

    found = impact(before, after, [*people, unreadable], keep=2)

    assert (found.looked_at, found.affected, found.unreadable) == (31, 5, 1)
    assert found.counts["test"] == {Turn.LOST: 5}
    assert len(found.effects) == 2
