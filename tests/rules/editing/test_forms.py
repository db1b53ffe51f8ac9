"""Forms are made from the schema, and read what people type."""

from __future__ import annotations

import inspect
import json
from datetime import date
from decimal import Decimal

import pytest

from rules.documents import Documents
from rules.editing import Editor, Form, Named, apply, condition_model, forms
from rules.service import EligibilityService


@pytest.fixture(scope="module")
def made(service: EligibilityService) -> dict[str, Form]:
    return forms(Named.of(service.release), service.vocabulary, service.places)


def test_every_field_is_an_argument_of_its_operation(made: dict[str, Form]) -> None:
    """And every argument that must be given is a field that must be filled."""
    for name, form in made.items():
        arguments = inspect.signature(getattr(Editor, name)).parameters
        assert {field.name for field in form.fields} <= arguments.keys()
        needed = {n for n, p in arguments.items() if p.default is inspect.Parameter.empty and n != "self"}
        assert needed == {field.name for field in form.fields if field.is_required}
        assert json.loads(json.dumps(form.to_json()))["operation"] == name


def test_choices_come_from_schema_and_release(made: dict[str, Form]) -> None:
    """With their Vietnamese names."""
    fields = {field.name: field for field in made["add_value"].fields}

    assert ("ha_noi", "Hà Nội") in {(c.value, c.label) for c in fields["province"].choices}
    assert [c.label for c in fields["confidence"].choices] == ["thấp", "trung bình", "cao"]
    assert "social_pension.level" in {c.value for c in fields["key"].choices}
    assert fields["value"].type == "number"


def test_what_is_typed_becomes_what_the_operation_takes(made: dict[str, Form]) -> None:
    """Days as Vietnamese write them, decimal commas, articles one a line."""
    values, findings = made["add_value"].read(
        {"key": "social_pension.level", "value": "6,24", "start": "01/7/2027", "cites": "a\n\n b \n", "province": ""}
    )

    assert findings == []
    assert values == {
        "key": "social_pension.level", "value": Decimal("6.24"), "start": date(2027, 7, 1), "cites": ["a", "b"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("key", "typed", "read"),
    [
        ("social_pension.level", "600.000", 600_000),
        ("social_pension.level", "1.500.000", 1_500_000),
        ("loan.social_housing.rate", "6.125", Decimal("6.125")),
        ("loan.social_housing.rate", "9", 9),
    ],
)
def test_a_dot_parts_thousands_except_in_a_percentage(
    made: dict[str, Form], key: str, typed: str, read: Decimal | int
) -> None:
    """An officer who types 600.000 never sets six hundred."""
    values, _ = made["add_value"].read({"key": key, "value": typed})

    assert values["value"] == read


def test_every_field_that_cannot_be_read_is_named_at_once(made: dict[str, Form]) -> None:
    """Nothing is changed before all can be read."""
    editor = Editor(Documents.read(), check=lambda _documents: [])
    filled = {"key": "nope", "value": "nhiều", "start": "31/02/2027", "province": "paris"}

    edit = apply(editor, made["add_value"], filled)

    assert edit.refused
    assert {(finding.path, finding.code) for finding in edit.findings} == {
        ("key", "not_a_choice"),
        ("value", "not_a_number"),
        ("start", "not_a_day"),
        ("province", "not_a_choice"),
        ("cites", "required"),
    }


def test_a_filled_form_is_applied(made: dict[str, Form]) -> None:
    """A condition as YAML text or as plain values."""
    editor = Editor(Documents.read(), check=lambda _documents: [])
    filled = {"benefit": "social_pension", "group": "social_pension/age_75", "start": "2027-03-01", "cites": "x"}

    by_text = apply(editor, made["set_conditions"], {**filled, "condition": "{fact: age, at_least: 74}"})
    by_value = apply(editor, made["set_conditions"], {**filled, "condition": {"fact": "age", "at_least": 74}})

    assert by_text.changes == by_value.changes
    assert "at_least: 74" in by_text.documents.texts["benefits/social_pension/rules.yaml"]


def test_the_condition_builder_knows_facts_and_their_operators(service: EligibilityService) -> None:
    """Plain JSON for a page."""
    model = json.loads(json.dumps(condition_model(Named.of(service.release), service.vocabulary, service.places)))

    facts = {fact["id"]: fact for fact in model["facts"]}
    assert facts["age"]["operators"] == ["is", "at_least", "more_than", "at_most", "less_than"]
    assert "includes" in facts["work_roles"]["operators"]
    assert all(operator in model["operators"] for fact in facts.values() for operator in fact["operators"])
