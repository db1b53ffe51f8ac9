"""A group that the law gets: added by forms alone, with its condition, its values and their articles."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from rules.documents import Documents
from rules.editing import Editor
from rules.engine.decision import Decision
from rules.impact import Subject
from rules.store.records import Draft
from tests.console.admin.conftest import CASES, LEVEL, RULES, SMALL, small_desk
from tests.console.admin.test_builder import Fields
from tests.console.admin.test_drafts import drafts_of, settle
from tests.console.admin.test_paths_in_browser import People, is_drawn, looked_through, press
from tests.console.desk import Client, ConsoleUnderTest
from tests.journeys.service import Server
from tests.rules.small import BENEFIT

PAGE = "/rules/change/add_group"
LIKE_OLD = f"{PAGE}?benefit=test&after=test/old"
TEXTS = {
    RULES: BENEFIT
    + """
groups:
  - id: old
    name: Người cao tuổi
    cites: ['1/2020/NĐ-CP, Điều 2']
    values: {coefficient: 1.5, kind: full}
    when: {fact: age, at_least: 75}
results:
  kind: {unit: text}
  coefficient: {unit: ratio}
  amount_vnd: {unit: vnd, value: coefficient * test.level}
""",
    LEVEL: SMALL[LEVEL],
    CASES: """- id: small-old
  title: Tuổi 80
  as_of: 2027-02-01
  facts: {date_of_birth: 1940-01-01}
  expect: [{benefit: test, outcome: eligible, group: old, amount_vnd: 150000}]
""",
}
CASE = """- id: small-poor
  title: Tuổi 62, hộ nghèo
  as_of: 2028-02-01
  facts: {date_of_birth: 1965-06-01, household_status: poor}
  expect: [{benefit: test, outcome: eligible, group: poor, amount_vnd: 200000}]
"""
POOR = {"date_of_birth": "1965-06-01", "household_status": "poor"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[ConsoleUnderTest]:
    desk = small_desk(tmp_path, texts=TEXTS)
    interviewed: Callable[..., Iterator[Subject]] = lambda on: iter([Subject("web-1/self", POOR, on)])  # noqa: E731
    desk.__dict__["deps"] = replace(desk.deps, interviewed=interviewed)
    yield desk
    desk.close()


@pytest.fixture
def editor(desk: ConsoleUnderTest) -> Client:
    return desk.signed_in("editor")


def sent(client: Client, page: str, button: str = "", **typed: str) -> str:
    """Fill in fields of *page*, press a button (or save) and return what comes."""
    fields = {name: value for name, value in Fields(page).sent.items() if name not in ("q", "csrf")}
    fields |= {name: [value] for name, value in typed.items()}
    answer = client.submit(PAGE, {**fields, **({"do": button} if button else {})})
    return answer.text if answer.status_code != 303 else answer.headers["location"]


def values_of(desk: ConsoleUnderTest, draft: Draft, group: str) -> dict[str, object]:
    return Editor(Documents(drafts_of(desk).changed_texts(draft)), check=lambda _: []).values("test", group)


def verdict(desk: ConsoleUnderTest) -> Decision:
    return desk.deps.rules.current.service.assess(POOR, as_of=date(2028, 3, 1)).decision("test")


ABOUT = {"id": "poor", "name": "Người nghèo", "cites": "9/2027/NĐ-CP, Điều 2", "title": "Thêm người nghèo"}


def test_the_values_of_the_template_are_typed_fields(desk: ConsoleUnderTest, editor: Client) -> None:
    """Changed, given a second row for later days, and saved with its article: as it would be written by hand."""
    page = editor.see(LIKE_OLD).text
    assert 'name="v.coefficient.0.value"' in page
    assert 'value="1,5"' in page
    assert '<option value="full" selected>' in page

    page = sent(editor, page, "row.coefficient", **{"v.coefficient.0.value": "1"})
    row = {"v.coefficient.1.value": "2", "v.coefficient.1.from": "01/01/2028"}
    row |= {"v.coefficient.0.to": "31/12/2027", "v.coefficient.1.cites": "9/2027/NĐ-CP, Điều 3"}
    saved = sent(editor, page, **row, **ABOUT)

    draft = drafts_of(desk).get(saved.rsplit("/", 1)[1])
    assert values_of(desk, draft, "poor") == {
        "kind": "full",
        "coefficient": [
            {"to": "2027-12-31", "value": 1},
            {"from": "2028-01-01", "value": 2, "cites": ["9/2027/NĐ-CP, Điều 3"]},
        ],
    }


def test_every_value_that_cannot_be_read_is_told_at_its_field(desk: ConsoleUnderTest, editor: Client) -> None:
    wrong = {"v.coefficient.0.value": "1,5 lần", "v.coefficient.0.from": "31/02/2028"}

    page = sent(editor, editor.see(LIKE_OLD).text, **wrong, **ABOUT)

    assert "Mức của nhóm còn 1 ô chưa đúng" in page
    assert 'id="e-v_coefficient_0_from"' in page
    assert 'value="1,5 lần"' in page


def test_values_change_places_with_their_yaml(editor: Client) -> None:
    """One who wants to writes YAML; what is written stands in the fields again."""
    page = sent(editor, editor.see(LIKE_OLD).text, "values.yaml")
    assert 'id="f-values" name="values"' in page

    page = sent(editor, page, "values.form", values="{coefficient: 3, kind: full}")
    assert 'value="3"' in page
    page = sent(editor, sent(editor, page, "values.yaml"), "values.form", values="- no\n- mapping")
    assert "phải ghi tên và giá trị" in page


def test_rows_are_dropped_and_only_the_part_is_drawn_again(editor: Client) -> None:
    page = sent(editor, editor.see(LIKE_OLD).text, "row.coefficient", **{"v.coefficient.0.value": "1"})
    fields = {name: value for name, value in Fields(page).sent.items() if name not in ("q", "csrf")}

    part = editor.submit(PAGE, {**fields, "do": "unrow.coefficient.0"}, headers={"HX-Request": "true"}).text

    assert "<html" not in part
    assert 'name="v.coefficient.0.value"' in part
    assert 'name="v.coefficient.1.value"' not in part


def test_forms_name_what_the_draft_has_added(desk: ConsoleUnderTest, editor: Client) -> None:
    """A group added a minute ago is a template, can be ended, and be meant by a condition; nobody else sees it."""
    saved = sent(editor, editor.see(LIKE_OLD).text, **ABOUT)
    draft = saved.rsplit("/", 1)[1]

    for page in (f"{PAGE}?benefit=test&draft={draft}", f"/rules/change/close_group?benefit=test&draft={draft}"):
        assert ">Người nghèo</option>" in editor.see(page).text
    conditions = editor.see(f"/rules/change/set_conditions?benefit=test&group=test/poor&draft={draft}").text
    assert 'value="75"' in conditions
    assert "Người nghèo" not in editor.see(f"{PAGE}?benefit=test").text

    ended = {"draft": draft, "version": "1", "benefit": "test", "group": "test/poor", "last_day": "31/12/2030"}
    assert editor.submit("/rules/change/close_group", ended).status_code == 303


def test_a_group_of_a_draft_goes_by_its_name(desk: ConsoleUnderTest, editor: Client) -> None:
    """In what the change does, in cases that differ, in conditions read aloud, in the form of a case: never its id."""
    saved = sent(editor, editor.see(LIKE_OLD).text, **{**ABOUT, "c.value0": "60"})
    draft = saved.rsplit("/", 1)[1]
    expecting_old = CASE.replace("group: poor", "group: old")
    cases = {"draft": draft, "version": "1", "path": CASES, "text": TEXTS[CASES] + expecting_old}
    assert editor.submit("/rules/yaml", cases).status_code == 303

    trial = settle(editor, draft)
    condition = {"draft": draft, "benefit": "test", "group": "test/old", "mode": "form", "do": "refresh"}
    condition |= {"c.kind": "group", "c.group": "poor", "c.group_one": "1"}
    said = editor.submit("/rules/change/set_conditions", condition, headers={"HX-Request": "true"}).text
    form = editor.see(f"/rules/cases/edit?benefit=test&id=small-poor&draft={draft}").text

    assert re.search(r"nhóm: – → <strong>Người nghèo</strong>", trial)
    assert re.search(r"Người cao tuổi[^<]*nay ra[^<]*Người nghèo", trial)
    assert "poor</strong>" not in trial
    assert re.search(r'class="conditions">.*Người nghèo', said, re.DOTALL)
    assert '<option value="poor">Người nghèo</option>' in form
    assert "ra: Người nghèo" in form


@pytest.mark.browser
def test_a_group_by_forms_from_the_law_to_a_verdict(desk: ConsoleUnderTest, chromium: Browser) -> None:
    """Template, condition, value, article; a worked case; who is affected; a second person; and another verdict."""
    server = Server(desk.app)
    server.start()
    people = People(chromium, desk, server.url)
    lan, minh = people.person("lan", "editor"), people.person("minh", "approver")
    assert str(verdict(desk).outcome) == "ineligible"

    people.see(lan, PAGE)
    lan.locator("#f-for").select_option("test")
    press(lan, "Tiếp")
    lan.locator("#f-template").select_option(label="Người cao tuổi")
    press(lan, "Điền vào")
    for name, text in ABOUT.items():
        lan.locator(f"#f-{name}").fill(text)
    lan.locator("#c_value0").fill("60")
    lan.locator("#do-join_c").click()
    lan.locator("#c-1_find").fill("dien ho theo")
    lan.locator("#c-1_found button", has_text="Diện hộ theo danh sách").click()
    lan.locator("#c-1_op0").wait_for()
    is_drawn(lan)
    lan.locator("#c-1_value0").select_option("poor")
    lan.get_by_role("button", name=re.compile("Thêm mức cho thời gian, nơi khác: hệ số")).click()
    lan.locator("#v_coefficient_1_value").wait_for()
    is_drawn(lan)
    lan.locator("#v_coefficient_0_value").fill("1")
    lan.locator("#v_coefficient_1_value").fill("2")
    lan.locator("#v_coefficient_0_more").click()
    lan.locator("#v_coefficient_0_to").fill("31/12/2027")
    lan.locator("#v_coefficient_1_from").fill("01/01/2028")
    lan.locator("#v_coefficient_1_cites").fill("9/2027/NĐ-CP, Điều 3")
    looked_through(lan)
    press(lan, "Lưu vào bản soạn")
    lan.locator(".trial .flash").wait_for()
    draft = lan.url
    assert "Đã xét 1 người, 1 người khác đi." in lan.locator(".trial").inner_text()

    people.see(lan, f"/rules/yaml?draft={draft.rsplit('/', 1)[1]}&path={CASES}")
    lan.locator("#source").fill(TEXTS[CASES] + CASE)
    press(lan, "Lưu vào bản soạn")
    lan.locator(".trial .flash").wait_for()
    looked_through(lan)
    lan.locator("#c-submit").fill("Theo nghị định mới")
    press(lan, "Gửi người thứ hai duyệt")
    lan.get_by_text("Đã gửi duyệt").wait_for()

    minh.goto(draft)
    assert "Người nghèo" in minh.locator("main").inner_text()
    press(minh, "Duyệt đúng bản này")
    press(minh, "Ban hành …", role="link")
    minh.locator("#f-number").fill("2")
    minh.locator("[name=when][value=now]").check()
    press(minh, "Ban hành")
    minh.get_by_text("Đã ban hành bản 2.").wait_for()

    decision = verdict(desk)
    assert (str(decision.outcome), decision.group, decision.results["amount_vnd"]) == ("eligible", "poor", 200_000)
    for context in people.contexts:
        context.close()
    server.stop()
    assert people.complaints == []
