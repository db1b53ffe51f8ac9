"""A worked case by a form: facts by their names, what the draft's rules say, accepted or contradicted, kept as YAML."""

from __future__ import annotations

import re
from typing import Any

import pytest

from rules.editing import Editor
from rules.store.records import DraftState
from tests.console.admin.conftest import CASES, LEVEL
from tests.console.admin.test_builder import Fields
from tests.console.admin.test_drafts import RAISED, drafts_of, only_draft, settle
from tests.console.desk import Client, ConsoleUnderTest

PAGE = "/rules/cases/edit"
NEW = f"{PAGE}?benefit=test"
STANDING = f"{NEW}&id=small-old"
PENSION = {"k.title": "Lương hưu 90.000 đồng", "k.as_of": "01/02/2027", "f.date_of_birth.value": "1940"}


@pytest.fixture
def editor(desk: ConsoleUnderTest) -> Client:
    return desk.signed_in("editor")


def sent(client: Client, page: str, button: str = "", **typed: str | list[str]) -> str:
    """Fill in fields of *page*, press a button (or save) and return what comes."""
    fields = {name: value for name, value in Fields(page).sent.items() if name not in ("q", "csrf")}
    fields |= {name: value if isinstance(value, list) else [value] for name, value in typed.items()}
    answer = client.submit(PAGE, {**fields, **({"do": button} if button else {})})
    return answer.text if answer.status_code != 303 else answer.headers["location"]


def looked(client: Client, page: str, **typed: str) -> str:
    """Return what the page shows beside the form while somebody types."""
    fields = {name: value for name, value in Fields(page).sent.items() if name not in ("q", "csrf")}
    fields |= {name: [value] for name, value in typed.items()}
    return client.submit(PAGE, {**fields, "do": "look"}, headers={"HX-Request": "true"}).text


def cases_of(desk: ConsoleUnderTest) -> dict[str, Any]:
    documents = drafts_of(desk).documents(only_draft(desk))
    return {case["id"]: case for case in Editor(documents).cases("test")}


def test_a_case_is_written_by_form_alone(desk: ConsoleUnderTest, editor: Client) -> None:
    """Facts by their names, the verdict taken over, and the draft is fit to be sent."""
    page = sent(editor, editor.see(NEW).text, "refresh", find="ngay sinh")
    page = sent(editor, page, "fact.monthly_pension_vnd", **PENSION)
    page = sent(editor, page, "accept.0", **{"f.monthly_pension_vnd.value": "90.000"})
    assert '<option value="eligible" selected>' in page

    saved = sent(editor, page, title="Thêm trường hợp mẫu")

    draft = drafts_of(desk).get(saved.rsplit("/", 1)[1])
    assert list(draft.changes) == [CASES]
    assert cases_of(desk)["luong-huu-90-000-dong"] == {
        "id": "luong-huu-90-000-dong",
        "title": "Lương hưu 90.000 đồng",
        "as_of": "2027-02-01",
        "facts": {"date_of_birth": "1940", "monthly_pension_vnd": 90000},
        "expect": [{"benefit": "test", "outcome": "eligible", "group": "old", "amount_vnd": 100000}],
    }
    assert "mọi trường hợp mẫu liên quan cho kết quả như đã ghi" in settle(editor, draft.id)


def test_the_rules_of_the_draft_speak_while_one_types(desk: ConsoleUnderTest, editor: Client) -> None:
    """Not those in use: the level that the draft raises counts; what is expected otherwise is told at its field."""
    answer = editor.submit("/rules/change/add_value", {**RAISED, "start": "01/01/2027", "title": "Nâng mức"})
    draft = answer.headers["location"].rsplit("/", 1)[1]
    page = editor.see(f"{STANDING}&draft={draft}").text

    assert "600.000\xa0đ" in page or "600.000 đ" in page
    assert re.search(r'id="e-e_0_r_amount_vnd" class="says">Luật của bản soạn ra: 600.000', page)
    assert "Khác kết quả đã ghi" in page
    told = looked(editor, page, **{"e.0.r.amount_vnd": "600.000"})
    assert "Đúng như kết quả đã ghi" in told
    assert 'id="e-e_0_r_amount_vnd" class="error" hx-swap-oob="true" hidden' in told


def test_a_case_may_contradict_the_rules_that_stand(desk: ConsoleUnderTest, editor: Client) -> None:
    """It is saved; the draft says which case is otherwise and leads back to its form."""
    page = editor.see(STANDING).text
    saved = sent(editor, page, title="Trái luật", **{"e.0.r.amount_vnd": "150.000"})

    trial = settle(editor, saved.rsplit("/", 1)[1])

    assert "100.000" in trial
    assert f"{PAGE}?benefit=test&amp;id=small-old&amp;draft={only_draft(desk).id}" in trial


def test_every_field_that_is_wrong_is_told_at_once(desk: ConsoleUnderTest, editor: Client) -> None:
    """At the field and in the summary; nothing is opened, and what was typed stays."""
    page = sent(editor, editor.see(NEW).text, "fact.date_of_birth")
    page = sent(editor, page, "fact.monthly_pension_vnd", **{"f.date_of_birth.value": "31/02/1940"})
    assert "Đang đọc" not in page
    assert re.search(r'id="e-f_date_of_birth_value" class="error">[^<]', page)

    page = sent(editor, page, **{"k.as_of": "mai", "f.monthly_pension_vnd.value": "nhiều lắm"})

    for at in ("k_title", "k_as_of", "f_date_of_birth_value", "f_monthly_pension_vnd_value", "e_0_outcome"):
        assert re.search(rf'id="e-{at}" class="error">[^<]', page), at
    assert "Tên bản soạn" in page
    assert 'value="nhiều lắm"' in page
    assert drafts_of(desk).in_state(tuple(DraftState)) == []


def test_what_cannot_be_true_is_told_at_the_fact(editor: Client) -> None:
    page = looked(editor, editor.see(STANDING).text, **{"f.date_of_birth.value": "2030"})
    assert re.search(r'id="e-f_date_of_birth_value" class="error" hx-swap-oob="true">[^<]*sau ngày xét', page)


def test_amounts_may_be_typed_as_people_say_them(editor: Client) -> None:
    """As on the desk; how they were understood stands beside them."""
    told = looked(editor, editor.see(STANDING).text, **{"f.monthly_pension_vnd.value": "2tr rưỡi"})
    assert re.search(r'id="e-f_monthly_pension_vnd_value"[^>]*>Hiểu là 2.500.000', told)


def test_yaml_and_form_write_the_same(desk: ConsoleUnderTest, editor: Client) -> None:
    """To YAML and back nothing changes; what is written there is saved as it is."""
    page = sent(editor, editor.see(STANDING).text, "yaml")
    assert "facts: {date_of_birth: 1940-01-01, monthly_pension_vnd: 0}" in page.replace("&#39;", "'")
    back = sent(editor, page, "form")
    assert Fields(back).sent["f.date_of_birth.value"] == ["01/01/1940"]

    broken = sent(editor, page, title="Hỏng", case="id: [")
    assert "dòng" in broken.lower()
    sent(editor, page, title="Bằng YAML", case=Fields(page).sent["case"][0].replace("Tuổi 80", "Bà 80 tuổi"))

    assert cases_of(desk)["small-old"]["title"] == "Bà 80 tuổi, không lương hưu"
    assert len(cases_of(desk)) == 3


def test_another_way_to_tell_a_number(desk: ConsoleUnderTest, editor: Client) -> None:
    page = sent(editor, editor.see(STANDING).text, "refresh", **{"f.monthly_pension_vnd.how": "between"})
    both = {"f.monthly_pension_vnd.value": "1", "f.monthly_pension_vnd.high": "99.000"}
    sent(editor, page, title="Trong khoảng", **both)
    assert cases_of(desk)["small-old"]["facts"]["monthly_pension_vnd"] == {"min": 1, "max": 99000}


def test_two_who_edit_one_draft_lose_nothing(desk: ConsoleUnderTest, editor: Client) -> None:
    """The second is told what the first did, keeps what was typed, and saving again keeps both."""
    answer = editor.submit("/rules/change/add_value", {**RAISED, "title": "Nâng mức"})
    draft = answer.headers["location"].rsplit("/", 1)[1]
    other, page = desk.signed_in("editor", name="minh"), editor.see(f"{STANDING}&draft={draft}").text
    second = other.see(f"{NEW}&id=small-before&draft={draft}").text
    sent(other, second, **{"k.title": "Người khác sửa"})

    told = sent(editor, page, **{"k.title": "Tôi sửa"})

    assert "vừa đổi bản soạn này" in told
    assert 'value="Tôi sửa"' in told
    sent(editor, told)
    assert {case["title"] for case in cases_of(desk).values()} >= {"Tôi sửa", "Người khác sửa"}
    assert LEVEL in only_draft(desk).changes


def test_the_list_is_searched_without_accents(desk: ConsoleUnderTest, editor: Client) -> None:
    found = editor.see("/rules/cases?benefit=test&q=luong huu 150").text
    assert "small-pension" in found
    assert "small-before" not in found
    assert "Thêm trường hợp mẫu" not in desk.signed_in("auditor").see("/rules/cases?benefit=test").text
    assert editor.see(f"{NEW}&id=nobody").status_code == 404
    assert editor.see("/rules/cases?benefit=nothing").status_code == 404
