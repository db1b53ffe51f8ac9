"""Conditions in a form: nothing is lost between the fields, the YAML and the law."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.documents import Documents
from rules.editing import Editor, Named, condition_model
from rules.editing.condition_form import ConditionForm
from rules.editing.conditions import structured
from rules.editing.preview import Previews
from rules.editing.terms import Term, changed, fields_of, term_of, walk
from rules.editing.typed import written
from rules.service import EligibilityService
from tests.examples import often

DAYS = st.dates().map(lambda day: f"{day:%d/%m/}{day.year:04d}")
CITES = st.sampled_from(["335/2026/NĐ-CP, Điều 4", "20/2021/NĐ-CP (01/07/2021 – 04/10/2026)", "một: hai #ba"])
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)


@pytest.fixture(scope="module")
def form(service: EligibilityService) -> ConditionForm:
    return ConditionForm(condition_model(Named.of(service.release), service.vocabulary, service.places))


def written_conditions(benefit: Any) -> Iterator[Any]:
    """Yield the conditions of a benefit's file, as they are written."""
    for group in benefit.get("groups", ()):
        yield from (part["when"] for part in (group, *group.get("versions", ())) if "when" in part)
    if "requires" in benefit:
        yield benefit["requires"]


def test_every_condition_of_the_law_comes_back_as_it_was(form: ConditionForm) -> None:
    """Through the fields a browser sends, and none needs YAML."""
    texts = [text for _, text in Documents.read().of_kind("benefit")]
    conditions = [condition for text in texts for condition in written_conditions(structured(text))]

    for condition in conditions:
        term = form.taken_apart(condition)
        assert term_of(fields_of(term)) == term
        assert form.put_together(term) == (condition, [])
        assert {one.kind for _, one in walk(term)}.isdisjoint({"yaml"})
    assert len(conditions) > 100


def facts_of(form: ConditionForm) -> st.SearchStrategy[Term]:
    @st.composite
    def term(draw: Any) -> Term:
        fact = draw(st.sampled_from(form.model["facts"]))
        made = Term("fact", {"fact": [fact["id"]]})
        operators = [name for name in fact["operators"] if name != "equals"]
        many = fact["type"] in ("int", "money_vnd", "percent")
        taken = draw(st.lists(st.sampled_from(operators), min_size=1, max_size=2 if many else 1, unique=True))
        for number, operator in enumerate(taken):
            made.put(f"op{number}", operator)
            _fill(draw, form, fact, operator, made, number)
        return made

    return term()


def _fill(draw: Any, form: ConditionForm, fact: Any, operator: str, made: Term, number: int) -> None:
    name, kind = f"value{number}", fact["type"]
    if operator == "within":
        made.put(name, str(draw(st.integers(0, 99))))
        made.put(f"unit{number}", draw(st.sampled_from(["years", "months", "days"])))
    elif kind == "bool" or operator == "exists":
        made.put(name, draw(st.sampled_from(["true", "false"])))
    elif kind == "enum":
        values = [value for value, _ in fact["values"]]
        if operator in ("is", "is_not"):
            made.put(name, draw(st.sampled_from(values)))
            made.put(f"shape{number}", "one")
        else:
            made.put(name, *draw(st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)))
    elif draw(st.booleans()) and form.parameters:
        made.put(f"how{number}", "parameter")
        made.put(name, draw(st.sampled_from(sorted(form.parameters))))
    elif kind == "date":
        made.put(name, draw(DAYS))
    else:
        made.put(name, written(draw(st.integers(0, 10**9)), kind))


def trees_of(form: ConditionForm) -> st.SearchStrategy[Term]:
    leaves = st.one_of(
        facts_of(form),
        st.sampled_from(form.model["definitions"]).map(lambda one: Term("definition", {"definition": [one[0]]})),
        st.lists(st.sampled_from([p for p, _ in form.model["places"]]), min_size=1, max_size=3, unique=True).map(
            lambda places: Term("place", {"place": places})
        ),
    )  # fmt: skip

    def joined(children: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
        several = st.lists(children, min_size=1, max_size=3)
        return st.one_of(
            st.builds(lambda kind, below: Term(kind, below=below), st.sampled_from(["all", "any"]), several),
            children.map(lambda child: Term("not", below=[child])),
        )

    def told(term: Term, about: dict[str, str]) -> Term:
        return Term(term.kind, {**term.words, **{name: [text] for name, text in about.items()}}, term.below)

    about = st.fixed_dictionaries(
        {}, optional={"cites": CITES, "label": TEXTS, "from": DAYS, "confidence": st.just("low")}
    )
    return st.builds(told, st.recursive(leaves, joined, max_leaves=6), about)


@settings(max_examples=often(60), deadline=None)
@given(data=st.data())
def test_a_form_written_as_yaml_and_read_again_is_the_same_form(form: ConditionForm, data: Any) -> None:
    term = data.draw(trees_of(form))

    condition, findings = form.put_together(term_of(fields_of(term)))
    again = structured(Editor(Documents({}), check=lambda _: []).yaml_of(condition))

    assert findings == []
    assert again == condition
    assert form.taken_apart(again) == term


@settings(max_examples=often(60), deadline=None)
@given(st.lists(st.tuples(st.text("c-0123456789.kindopvaluefactx", max_size=14), st.text(max_size=8)), max_size=30))
def test_whatever_is_sent_makes_a_tree_and_findings(form: ConditionForm, sent: list[tuple[str, str]]) -> None:
    """A browser may send anything; nothing of it ends in an error of ours."""
    root = term_of(sent)
    for command in ("add.c.fact", "remove.c-0", "up.c-9-9", "wrap.c.any", "unwrap.c", "fact.c.", "test.c", "x", "..."):
        root, _ = changed(root, command)
    form.put_together(root)


def test_buttons_move_wrap_and_remove(form: ConditionForm) -> None:
    root = form.taken_apart([{"fact": "age", "at_least": 60}, {"fact": "is_vn_citizen", "is": True}])

    root, at = changed(root, "up.c-1")
    assert at == "c-0"
    root, _ = changed(root, "wrap.c-0.not")
    assert form.put_together(root)[0] == [
        {"not": {"fact": "is_vn_citizen", "is": True}},
        {"fact": "age", "at_least": 60},
    ]
    root, _ = changed(root, "unwrap.c-0")
    root, _ = changed(root, "remove.c-1")
    assert form.put_together(root)[0] == [{"fact": "is_vn_citizen", "is": True}]


@pytest.mark.parametrize(
    ("typed", "read"), [("1.500.000", 1_500_000), ("1 500 000đ", 1_500_000), ("1500000", 1_500_000)]
)
def test_money_is_read_as_vietnamese_write_it(form: ConditionForm, typed: str, read: int) -> None:
    """A dot parts thousands: 600.000 is never six hundred."""
    term = Term("fact", {"fact": ["monthly_pension_vnd"], "op0": ["less_than"], "value0": [typed]})
    assert form.put_together(term)[0]["less_than"] == read


def test_a_condition_is_read_aloud_while_it_is_built(service: EligibilityService) -> None:
    previews = Previews(service.release, service.vocabulary, service.places)
    told = previews.of([{"fact": "age", "at_least": 75}, {"fact": "household_status", "is": "poor"}], "social_pension")
    assert told.line is not None
    assert "Đủ 75 tuổi trở lên" in told.line.flat()
    assert previews.of({"fact": "age"}).findings[0].code == "no_operator"
