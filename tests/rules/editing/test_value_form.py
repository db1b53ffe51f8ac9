"""Values of a group by form: every one of the law comes back from its fields as the loader reads it."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from rules.documents import Documents
from rules.editing import Editor
from rules.editing.emit import emit
from rules.editing.fields import FieldMaker
from rules.editing.value_form import ValueForm, ValueName
from rules.findings import Finding
from rules.schema.benefits import read_benefit
from rules.schema.json_schema import schemas
from rules.schema.nodes import parse_yaml
from rules.schema.shape import Shape
from rules.service import EligibilityService

NAMES = (
    ValueName("decision", "text", ("state_paid_100", "state_subsidised")),
    ValueName("coefficient", "ratio"),
    ValueName("support", "vnd"),
    ValueName("is_paid", "flag"),
    ValueName("until", "date"),
)


@pytest.fixture(scope="module")
def maker(service: EligibilityService) -> FieldMaker:
    return FieldMaker(service.vocabulary, service.places)


@pytest.fixture
def form(maker: FieldMaker) -> ValueForm:
    return ValueForm(NAMES, maker)


def loaded(values: object, units: dict[str, str]) -> list[str]:
    """Return *values* of a group as the loader of the rule language reads them, wherever they stand."""
    results = {name: {"unit": unit, "value": 1} for name, unit in units.items()}
    benefit = {"benefit": "b", "name": "B", "groups": [{"id": "g", "name": "G", "values": values}], "results": results}
    node, findings = parse_yaml(emit(benefit, 0), "here")
    assert node is not None
    shape = Shape("here", findings)
    read = read_benefit(shape, node)
    assert read is not None
    return [re.sub(r"(line|column)=\d+", "", repr(group.values)) for group in read.groups]


def test_every_field_of_the_schema_can_be_filled_in(form: ValueForm, service: EligibilityService) -> None:
    """A key that the language gets is a field here, or this fails."""
    defined = schemas(service.vocabulary, service.places)["benefit"]["$defs"]
    keys = set(defined["clause"]["properties"]) - {"unsettled"} | set(defined["unsettled"]["properties"])

    assert {"value", *(field.name for field in form.more)} == keys


def test_all_values_of_the_law_come_back_from_their_fields(maker: FieldMaker) -> None:
    """Taken apart, put together, written and loaded: the same; and nearly all without a line of YAML."""
    editor = Editor(Documents.read(), check=lambda _: [])
    shown = by_hand = 0
    for benefit, groups in groups_of(editor):
        names = editor.value_names(benefit)
        form = ValueForm(names, maker)
        for group in groups:
            values = editor.values(benefit, group)
            rows = form.taken_apart(values)
            back, findings = form.put_together(rows)

            assert findings == []
            units = {name.name: name.unit for name in names if name.unit}
            assert loaded(back, units) == loaded(values, units), (benefit, group)
            shown += sum(map(len, rows.values()))
            by_hand += sum("yaml" in row for found in rows.values() for row in found)
    assert shown > 100
    assert by_hand == 0


def groups_of(editor: Editor) -> list[tuple[str, list[str]]]:
    found = []
    for _path, root in editor._roots("benefit"):
        groups = root.get("groups")
        found.append((root.word("benefit") or "", [g.word("id") or "" for g in groups.items()] if groups else []))
    return found


@pytest.mark.parametrize(
    ("name", "rows", "value"),
    [
        ("coefficient", [{"value": "1,5"}], Decimal("1.5")),
        ("support", [{"value": "600.000"}], 600_000),
        ("support", [{"value": "2 * social_pension.level"}], "2 * social_pension.level"),
        ("decision", [{"value": "state_subsidised"}], "state_subsidised"),
        ("is_paid", [{"value": "true"}], True),
        ("until", [{"value": "01/7/2027"}], "2027-07-01"),
        (
            "coefficient",
            [{"value": "1", "to": "31/12/2026"}, {"value": "2", "from": "01/01/2027", "cites": "1/2020/NĐ-CP, Điều 1"}],
            [{"to": "2026-12-31", "value": 1}, {"from": "2027-01-01", "value": 2, "cites": ["1/2020/NĐ-CP, Điều 1"]}],
        ),
        ("support", [{"reason": "open", "text": "Chưa nói"}], {"unsettled": {"reason": "open", "text": "Chưa nói"}}),
        ("support", [{"yaml": "{value: 5, note: x}"}], {"value": 5, "note": "x"}),
        ("support", [{"value": ""}, {}], None),
    ],
)  # fmt: skip
def test_what_is_typed_becomes_a_value(form: ValueForm, name: str, rows: list[dict[str, str]], value: object) -> None:
    """Numbers as Vietnamese write them, formulas, days, rows by time; a value nobody filled in is none."""
    read, findings = form.put_together({name: rows})

    assert findings == []
    assert read == ({} if value is None else {name: value})


def test_every_field_that_cannot_be_read_is_named_at_once(form: ValueForm) -> None:
    rows = {
        "coefficient": [{"value": "nhiều,"}, {"from": "01/01/2027"}],
        "support": [{"value": "một trăm!", "to": "31/02/2027"}, {"value": "5", "text": "chưa rõ"}],
        "decision": [{"value": "nothing_known"}],
    }

    _, findings = form.put_together(rows)

    assert {finding.path for finding in findings} == {
        "v.coefficient.1.value", "v.support.0.to", "v.support.1.value", "v.decision.0.value",
    }  # fmt: skip
    assert all(isinstance(finding, Finding) and finding.message for finding in findings)


def test_what_fields_cannot_say_stays_as_it_is_written(form: ValueForm) -> None:
    """A key of tomorrow, an article of another shape: one row of YAML, and the same values again."""
    values = {"support": {"value": 5, "cites": [{"text": "1/2020/NĐ-CP", "page": 3}]}}

    rows = form.taken_apart(values)

    assert list(rows["support"][0]) == ["yaml"]
    assert form.put_together(rows)[0] == values
