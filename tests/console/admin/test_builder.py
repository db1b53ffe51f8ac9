"""Conditions by the builder: buttons, facts by their Vietnamese names, what is saved, nothing lost on the way."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from rules.documents import Documents
from rules.editing import Editor
from rules.store.records import DraftState
from tests.console.admin.conftest import RULES
from tests.console.admin.test_drafts import drafts_of
from tests.console.desk import Client, ConsoleUnderTest

PAGE = "/rules/change/set_conditions"
OLD = f"{PAGE}?benefit=test&group=test/old"


class Fields(HTMLParser):
    """What a browser would send of a page's form."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self._select = self._area = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "select":
            self._select = name
            self.sent.setdefault(name, [])
        elif tag == "option" and self._select and ("selected" in given or not self.sent[self._select]):
            self.sent[self._select] = [given.get("value", "")]
        elif tag == "textarea":
            self._area = name
            self.sent.setdefault(name, [""])
        elif tag == "input" and name and (given.get("type") != "checkbox" or "checked" in given):
            self.sent.setdefault(name, []).append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.sent[self._area] = [self.sent[self._area][0] + data]


def pressed(client: Client, page: str, button: str = "", **typed: str | list[str]) -> str:
    """Fill in fields of *page*, press a button of the builder (or save) and return what comes."""
    sent = {name: value for name, value in Fields(page).sent.items() if name not in ("q", "csrf")}
    sent |= {name.replace("__", "."): value if isinstance(value, list) else [value] for name, value in typed.items()}
    answer = client.submit(PAGE, {**sent, **({"do": button} if button else {})})
    return answer.text if answer.status_code != 303 else answer.headers["location"]


@pytest.fixture
def editor(desk: ConsoleUnderTest) -> Client:
    return desk.signed_in("editor")


def test_a_condition_is_built_by_buttons_and_saved(desk: ConsoleUnderTest, editor: Client) -> None:
    """Age and one of two kinds of households, each with its article, without a line of YAML."""
    page = editor.see(OLD).text
    assert 'id="c_name">Tuổi tròn' in page

    page = pressed(editor, page, "join.c")
    page = pressed(editor, page, "fact.c-1.household_status", **{"c-0.value0": "70"})
    page = pressed(editor, page, "refresh", **{"c-1.op0": "one_of"})
    second = {"c-1.value0": ["poor", "near_poor"], "c-1.cites": "9/2027/NĐ-CP, Điều 1"}
    saved = pressed(editor, page, start="01/01/2028", cites="9/2027/NĐ-CP, Điều 2", title="Hạ tuổi", **second)

    draft = drafts_of(desk).get(saved.rsplit("/", 1)[1])
    stands = Editor(Documents(drafts_of(desk).changed_texts(draft)), check=lambda _: []).conditions("test", "old")
    assert stands[-1]["condition"] == {
        "all": [
            {"fact": "age", "at_least": 70},
            {"fact": "household_status", "one_of": ["poor", "near_poor"], "cites": ["9/2027/NĐ-CP, Điều 1"]},
        ]
    }
    assert stands[-1]["from"] == "2028-01-01"
    assert stands[0]["condition"] == {"fact": "age", "at_least": 75}
    assert RULES in draft.changes


def test_facts_are_found_without_accents(editor: Client) -> None:
    """By any words of their name; what is typed is only ever text."""
    found = editor.see("/rules/change/facts?at=c-0&operation=set_conditions&c-0.find=luong huu").text
    assert re.search(r'value="fact\.c-0\.monthly_pension_vnd"[^>]*>Lương hưu', found)
    nothing = editor.see("/rules/change/facts?at=c-0&c-0.find=<script>").text
    assert "Không có thông tin nào khớp" in nothing
    assert "<script" not in nothing


def test_every_field_that_cannot_be_read_is_named(desk: ConsoleUnderTest, editor: Client) -> None:
    """At its field, at once, and nothing is opened."""
    page = pressed(editor, editor.see(OLD).text, "join.c")
    page = pressed(editor, page, title="Hỏng", **{"c-0.value0": "bảy mươi", "c-0.from": "31/02/2028"})

    for at in ("c-0_value0", "c-0_from", "c-1_find"):
        assert f'id="e-{at}"' in page
    assert 'value="bảy mươi"' in page
    assert "Điều kiện còn 3 ô chưa đúng" in page
    assert drafts_of(desk).in_state(tuple(DraftState)) == []


def test_yaml_and_form_change_places(editor: Client) -> None:
    """What was built stands as YAML, and what is written in YAML stands in the fields."""
    page = pressed(editor, editor.see(OLD).text, "yaml", **{"c.value0": "72"})
    assert "{fact: age, at_least: 72}" in page
    assert 'id="f-condition" name="condition"' in page

    page = pressed(
        editor, page, "form", condition="any:\n- {fact: age, at_least: 80}\n- not: {fact: is_vn_citizen, is: true}"
    )

    assert 'id="c-0_value0" name="c-0.value0" value="80"' in page
    assert 'id="c-1-0_name">Công dân Việt Nam' in page
    broken = pressed(editor, pressed(editor, page, "yaml"), "form", condition="any: [")
    assert "Không đọc được điều kiện viết bằng YAML" in broken


def test_an_answer_to_htmx_is_the_builder_alone(editor: Client) -> None:
    sent = {"do": "add.c.fact", "c.kind": "all", "mode": "form", "benefit": "test"}
    answer = editor.submit(PAGE, sent, headers={"HX-Request": "true"})
    assert answer.text.strip().startswith('<section class="builder"')
    assert 'id="c-0_find"' in answer.text
    assert "autofocus" in answer.text


def test_a_group_is_added_from_a_template(desk: ConsoleUnderTest, editor: Client) -> None:
    """Its condition, articles and place come from the group it is made after."""
    page = editor.see("/rules/change/add_group?benefit=test&after=test/old").text
    assert 'name="c.value0" value="75"' in page
    assert "1/2020/NĐ-CP, Điều 2" in page
    sent = {k: v for k, v in Fields(page).sent.items() if k not in ("q", "csrf")}
    sent |= {"id": ["very_old"], "name": ["Rất cao tuổi"], "c.value0": ["90"], "title": ["Nhóm mới"]}
    answer = editor.submit("/rules/change/add_group", sent)
    assert answer.status_code == 303, answer.text
    draft = drafts_of(desk).get(answer.headers["location"].rsplit("/", 1)[1])
    stands = Editor(Documents(drafts_of(desk).changed_texts(draft)), check=lambda _: []).conditions("test", "very_old")
    assert stands[-1]["condition"] == {"fact": "age", "at_least": 90}
