"""The YAML editor and the forms of groups: places of findings, merging, templates."""

from __future__ import annotations

import re

import pytest

from rules.store.records import DraftState
from tests.console.admin.conftest import CASES, LEVEL, RULES, SMALL
from tests.console.admin.test_drafts import TITLE, drafts_of, only_draft, opened, settle, step
from tests.console.desk import Client, ConsoleUnderTest


@pytest.fixture
def editor(desk: ConsoleUnderTest) -> Client:
    return desk.signed_in("editor")


def test_findings_stand_at_line_and_column(desk: ConsoleUnderTest, editor: Client) -> None:
    """All of them at once, and nothing is saved by a check."""
    broken = SMALL[LEVEL].replace("unit: vnd", "unit: dong").replace("from: 2020-01-01", "from: soon")

    answer = editor.submit("/rules/yaml", {"path": LEVEL, "text": broken, "check": "1"})

    assert 'data-line="3"' in answer.text
    assert 'data-line="6"' in answer.text
    assert drafts_of(desk).in_state(tuple(DraftState)) == []


def test_a_case_is_changed_together_with_the_law(desk: ConsoleUnderTest, editor: Client) -> None:
    """The draft that failed its case passes once the case says what the decree says."""
    draft = opened(desk, editor, start="2027-01-01")
    assert "small-old" in settle(editor, draft.id)
    cases = (
        SMALL[CASES]
        .replace("amount_vnd: 100000}]", "amount_vnd: 600000}]", 1)
        .replace("outcome: ineligible", "outcome: eligible")
    )

    answer = editor.submit("/rules/yaml", {"path": CASES, "text": cases, "draft": draft.id, "version": "1"})

    assert answer.status_code == 303
    assert "mọi trường hợp mẫu liên quan cho kết quả như đã ghi" in settle(editor, draft.id)
    assert step(editor, draft, "submit", 2) == 303


def test_two_who_write_the_same_file_are_merged(desk: ConsoleUnderTest, editor: Client) -> None:
    """The second sees both changes in one text; lines both changed are named."""
    draft = opened(desk, editor)
    now = drafts_of(desk).documents(draft).texts[LEVEL]
    other = desk.signed_in("editor", name="minh")
    other.submit("/rules/yaml", {"path": LEVEL, "text": f"# của Minh\n{now}", "draft": draft.id, "version": "1"})

    mine = now.replace("name: Mức thử", "name: Mức của Lan")
    answer = editor.submit("/rules/yaml", {"path": LEVEL, "text": mine, "draft": draft.id, "version": "1"})

    assert answer.status_code == 409
    shown = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", answer.text, re.S)
    assert shown
    assert "# của Minh" in shown[1]
    assert "name: Mức của Lan" in shown[1]
    assert 'name="version" value="2"' in answer.text


@pytest.mark.parametrize("path", ["../app/settings.py", "/etc/passwd", "benefits/../../x.yaml", "nothing.yaml"])
def test_only_rule_files_are_read_and_written(editor: Client, path: str) -> None:
    """Path traversal by the address or by the form."""
    assert editor.see("/rules/yaml", params={"path": path}).status_code == 404
    assert editor.submit("/rules/yaml", {"path": path, "text": "x", "title": TITLE}).status_code == 404


def test_a_group_is_made_after_another_one(desk: ConsoleUnderTest, editor: Client) -> None:
    """The group taken as a template fills the condition and its articles; the new one stands behind it."""
    form = editor.see("/rules/change/add_group?benefit=test&after=test/old").text
    assert "at_least: 75" in form

    answer = editor.submit(
        "/rules/change/add_group",
        {"benefit": "test", "id": "older", "name": "Người rất cao tuổi", "condition": "{fact: age, at_least: 90}",
         "cites": "9/2027/NĐ-CP, Điều 3", "after": "test/old", "start": "2028-01-01", "title": TITLE},
    )  # fmt: skip

    assert answer.status_code == 303, answer.text
    told = settle(editor, only_draft(desk).id)
    assert "Người rất cao tuổi" in told
    assert "Đủ 90 tuổi trở lên" in told


def test_conditions_change_from_a_day_on(desk: ConsoleUnderTest, editor: Client) -> None:
    """The form starts with what stands; the condition before is kept for the days before."""
    form = editor.see("/rules/change/set_conditions?benefit=test&group=test/old").text
    assert "at_least: 75" in form

    answer = editor.submit(
        "/rules/change/set_conditions",
        {"benefit": "test", "group": "test/old", "condition": "{fact: age, at_least: 70}", "start": "01/01/2028",
         "cites": "9/2027/NĐ-CP, Điều 2", "title": TITLE},
    )  # fmt: skip

    assert answer.status_code == 303, answer.text
    text = drafts_of(desk).changed_texts(only_draft(desk))[RULES]
    assert text is not None
    assert "at_least: 75" in text
    assert "at_least: 70" in text


def test_a_condition_on_a_fact_nobody_knows_is_told(editor: Client) -> None:
    answer = editor.submit(
        "/rules/change/set_conditions",
        {"benefit": "test", "group": "test/old", "condition": "{fact: shoe_size, at_least: 40}", "title": TITLE},
    )

    assert answer.status_code == 422
    assert "Không có thông tin nào tên là" in answer.text
