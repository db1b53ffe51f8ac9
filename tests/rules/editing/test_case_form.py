"""Worked cases in fields and back: every case that stands, each type of fact, the file that keeps its other lines."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
import yaml

from rules.documents import Documents, cases_path
from rules.editing import Editor
from rules.editing.case_form import CaseFields, CaseForm, id_of
from rules.editing.cases import cases_in
from rules.editing.fact_fields import YAML, FactFields, read, taken_apart
from rules.editing.fields import Field, FieldMaker
from rules.editing.typed import Wrong
from rules.editing.value_form import expected_fields
from rules.facts.vocabulary import Vocabulary
from rules.places import Places

BESIDE = ("social_pension", "health_insurance_card", "care_support", "loan_poor_household", "poverty_status")
HEAD = "people:\n  - &plain\n    household_status: other\n    monthly_pension_vnd: 0\ncases:\n"
SHARED = HEAD + (
    "  # on the day itself\n"
    "  - {id: one, title: Một, as_of: 2026-11-21, facts: {<<: *plain, date_of_birth: 1951-11-21}}\n"
    "  - id: two  # the day before\n"
    "    title: Hai\n"
    "    as_of: 2026-11-20\n"
    "    facts: &two {date_of_birth: 1951-11-21}\n"
    "    note: giữ lại\n"
    "  - {id: three, title: Ba, as_of: 2026-11-20, facts: *two}\n"
)


@pytest.fixture(scope="module")
def released() -> Editor:
    return Editor(Documents.read(), check=lambda _documents: [])


@pytest.fixture(scope="module")
def form(released: Editor) -> CaseForm:
    places = Places.load()
    vocabulary = Vocabulary.load(places=places)
    maker = FieldMaker(vocabulary, places)

    @cache
    def results(benefit: str) -> Mapping[str, Field]:
        return expected_fields(released.result_names(benefit), maker)

    return CaseForm(vocabulary, maker, results)


def in_shared(case: dict[str, Any], replacing: str) -> str:
    path = cases_path("test")
    documents = Documents({path: SHARED, "benefits/test/rules.yaml": "benefit: test\nname: Thử\n"})
    edit = Editor(documents, check=lambda _documents: []).set_case("test", case, replacing=replacing)
    assert not edit.refused, edit.findings
    return str(edit.changes[path])


def case_of(name: str) -> dict[str, Any]:
    return next(one for one in cases_in(SHARED) if one["id"] == name)


@pytest.mark.parametrize("benefit", BESIDE)
def test_every_case_that_stands_comes_back_from_its_fields(form: CaseForm, released: Editor, benefit: str) -> None:
    """Nothing is lost by opening a case and saving it; no fact of them needs YAML."""
    for case in released.cases(benefit):
        fields = form.taken_apart(case)
        told, findings = form.put_together(fields)

        assert findings == []
        assert {**told, "facts": _years_as_texts(told)} == {**case, "facts": _years_as_texts(case)}, case["id"]
        assert [name for name, one in fields.facts.items() if one.how == YAML] == []


def _years_as_texts(case: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(raw) if name.endswith(("birth", "_on")) else raw for name, raw in case["facts"].items()}


@pytest.mark.parametrize(
    ("fact", "raw", "texts"),
    [
        ("date_of_birth", "1951", ("1951",)),
        ("date_of_birth", "1951-05", ("05/1951",)),
        ("date_of_birth", "1951-05-02", ("02/05/1951",)),
        ("monthly_pension_vnd", 1_500_000, ("1.500.000",)),
        ("monthly_pension_vnd", {"min": 1, "max": 500_000}, ("1",)),
        ("is_vn_citizen", False, ("false",)),
        ("household_status", "poor", ("poor",)),
        ("household_status", ["poor", "near_poor"], ("poor", "near_poor")),
        ("area_lists", ["island"], ("island",)),
        ("area_lists", {"only": ["island"]}, ("island",)),
    ],
)
def test_a_value_of_each_type_stands_in_fields_of_its_own(
    form: CaseForm, fact: str, raw: Any, texts: tuple[str, ...]
) -> None:
    definition = form.facts[fact]

    fields = taken_apart(definition, raw)

    assert fields.texts == texts
    assert read(definition, fields) == raw


def test_what_the_fields_cannot_say_stays_as_yaml(form: CaseForm) -> None:
    definition = form.facts["monthly_pension_vnd"]
    fields = taken_apart(definition, {"min": 1, "about": 5})
    assert fields == FactFields(YAML, ("{min: 1, about: 5}",))
    assert read(definition, fields) == {"min": 1, "about": 5}


def test_words_are_read_where_numbers_cannot_be(form: CaseForm) -> None:
    """Only what is no number as people write it is given to whoever reads words."""
    definition, heard = form.facts["monthly_pension_vnd"], []

    def said(_fact: object, words: str) -> int | None:
        heard.append(words)
        return 2_500_000 if words == "2tr rưỡi" else None

    assert read(definition, FactFields(texts=("2tr rưỡi",)), said) == 2_500_000
    assert read(definition, FactFields(texts=("2.500.000",)), said) == 2_500_000
    with pytest.raises(Wrong):
        read(definition, FactFields(texts=("nhiều",)), said)
    assert heard == ["2tr rưỡi", "nhiều"]


def test_every_field_that_cannot_be_read_is_named_at_once(form: CaseForm) -> None:
    fields = form.taken_apart({"title": "", "as_of": "2026-11-21", "expect": [{"benefit": "social_pension"}]})
    wrong = CaseFields(
        {**fields.about, "as_of": "31/02/2026"},
        {"date_of_birth": FactFields(texts=("hôm qua",)), "is_vn_citizen": FactFields()},
        fields.expects,
    )

    _told, findings = form.put_together(wrong)

    assert [one.path for one in findings] == [
        "k.title", "k.as_of", "f.date_of_birth.value", "f.is_vn_citizen.value", "e.0.outcome",
    ]  # fmt: skip


def test_facts_are_found_by_their_names_without_accents(form: CaseForm) -> None:
    assert form.find("luong huu")[0].id == "monthly_pension_vnd"
    assert form.fact_called("Ngày sinh") == "date_of_birth"
    assert form.fact_called("không có gì như vậy") == ""


def test_a_changed_case_leaves_every_other_line_alone() -> None:
    """Comments, the order of keys, and what is shared with other cases stay."""
    case = case_of("one")

    text = in_shared({**case, "as_of": "2026-11-22", "facts": {**case["facts"], "date_of_birth": "1951-11-22"}}, "one")

    changed = "{id: one, title: Một, as_of: 2026-11-22, facts: {<<: *plain, date_of_birth: 1951-11-22}}"
    assert text == SHARED.replace(
        "{id: one, title: Một, as_of: 2026-11-21, facts: {<<: *plain, date_of_birth: 1951-11-21}}", changed
    )


def test_a_case_gets_another_id_and_loses_a_key() -> None:
    case = {name: value for name, value in case_of("two").items() if name != "note"}

    text = in_shared({**case, "id": "second", "title": "Thứ hai"}, "two")

    assert "id: second  # the day before\n    title: Thứ hai\n" in text
    assert "giữ lại" not in text
    assert [one["id"] for one in cases_in(text)] == ["one", "second", "three"]


def test_a_fact_that_only_the_shared_ones_have_can_be_taken_out() -> None:
    """Then the case says its facts itself; the others keep theirs."""
    text = in_shared({**case_of("one"), "facts": {"date_of_birth": "1951-11-21"}}, "one")
    assert next(one["facts"] for one in cases_in(text)) == {"date_of_birth": "1951-11-21"}
    assert yaml.safe_load(text)["people"][0]["household_status"] == "other"


def test_facts_that_others_use_are_not_changed_behind_their_back() -> None:
    documents = Documents({cases_path("test"): SHARED, "benefits/test/rules.yaml": "benefit: test\nname: Thử\n"})
    case = {**case_of("two"), "facts": {"date_of_birth": "1950"}}

    edit = Editor(documents, check=lambda _documents: []).set_case("test", case, replacing="two")

    assert edit.refused
    assert edit.findings[0].code == "shared_facts"


def test_a_new_case_stands_at_the_end_also_of_a_file_that_is_not_there_yet() -> None:
    case = {"id": "new", "title": "Mới: có dấu hai chấm", "as_of": "2026-11-21", "facts": {"date_of_birth": "1951"}}
    assert [one["id"] for one in cases_in(in_shared(case, ""))] == ["one", "two", "three", "new"]

    documents = Documents({"benefits/test/rules.yaml": "benefit: test\nname: Thử\n"})
    edit = Editor(documents, check=lambda _documents: []).set_case("test", case)
    assert list(cases_in(str(edit.changes[cases_path("test")]))) == [case]
    assert edit.documents.of_kind("cases")
    again = Editor(edit.documents, check=lambda _documents: []).set_case("test", case)
    assert [one.code for one in again.findings] == ["same_case"]


def test_an_id_is_made_of_the_title_once() -> None:
    assert id_of("Đủ 75 tuổi, không lương hưu", []) == "du-75-tuoi-khong-luong-huu"
    assert id_of("Hai", ["hai", "hai-2"]) == "hai-3"
