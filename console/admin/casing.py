"""A worked case on the page: the fields that were sent, what their buttons do, every error by its field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from starlette.datastructures import FormData

from core.vietnamese.text import nfc
from rules.editing import expect_fields
from rules.editing.case_form import ABOUT, CaseFields, CaseForm
from rules.editing.expect_fields import ExpectFields
from rules.editing.fact_fields import FactFields, ways_of
from rules.editing.fields import Field
from rules.engine.decision import Decision
from rules.facts.vocabulary import FactDefinition
from rules.findings import Finding

FIND: Final = "find"
MOST_FACTS: Final = 60
MOST_EXPECTS: Final = 8
LONGEST: Final = 4000
_FACT: Final = re.compile(r"f\.([a-z][a-z0-9_]*)\.(how|value|high|shape)")
_EXPECT: Final = re.compile(r"e\.(\d)\.([a-z]+(?:\.[a-z][a-z0-9_]*)?)")
_COMMAND: Final = re.compile(r"(fact|unfact|expect|unexpect|accept)\.?([a-z0-9_]*)")
_MANY: Final = ("group", "missing")
_PARTS: Final = ("benefit", "outcome", "group", "refer", "missing", "cites", "rest")


@dataclass(frozen=True)
class Casing:
    """One case as a template draws it. ``focus`` is the field to go to; ``errors`` are by field."""

    form: CaseForm
    fields: CaseFields
    find: str = ""
    focus: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def found(self) -> list[FactDefinition]:
        """Return the facts that the typed words may mean and that are not told yet."""
        return [fact for fact in self.form.find(self.find) if fact.id not in self.fields.facts] if self.find else []

    @property
    def facts(self) -> list[tuple[FactDefinition, FactFields]]:
        """Return the facts that are told, with their fields."""
        return [(self.form.facts[name], one) for name, one in self.fields.facts.items()]

    @property
    def paths(self) -> list[str]:
        """Return the name of every field, so that errors can be put there and taken away."""
        facts = [f"f.{name}.{part}" for name in self.fields.facts for part in ("value", "high")]
        expects = [f"e.{n}.{part}" for n, one in enumerate(self.fields.expects) for part in self._parts(one)]
        return [*(f"k.{name}" for name in (*ABOUT, "rest")), FIND, *facts, *expects]

    def ways(self, fact: FactDefinition) -> tuple[str, ...]:
        """Return how a value of *fact* may be told."""
        return ways_of(fact)

    def label(self, path: str) -> str:
        """Return what a field is called; nothing for those that every case has under the same name."""
        kind, name, *rest = (*path.split("."), "")
        if kind == "f" and name in self.form.facts:
            return self.form.facts[name].name_vi
        if kind == "k" and name in self.form.about:
            return self.form.about[name].label_vi
        if rest and rest[0] == "r":
            return self.results(self.fields.expects[int(name)])[rest[1]].label_vi
        return ""

    def results(self, one: ExpectFields) -> Mapping[str, Field]:
        """Return the figures that may be expected of a benefit."""
        return self.form.results(one.benefit)

    def read(self) -> tuple[dict[str, Any], list[Finding]]:
        """Return the case as plain values, and what cannot be read of it."""
        return self.form.put_together(self.fields)

    def told_wrong(self, findings: Iterable[Finding]) -> Casing:
        """Return the case with *findings* at their fields."""
        return replace(self, errors={**self.errors, **{one.path: one.message for one in findings}})

    def accepting(self, number: int, decision: Decision) -> Casing:
        """Return the case expecting what the rules say: *decision* on the benefit of the expectation *number*."""
        expects = list(self.fields.expects)
        expects[number] = as_decided(expects[number], decision, self.results(expects[number]))
        return replace(self, fields=replace(self.fields, expects=expects), focus=f"e.{number}.outcome")

    def _parts(self, one: ExpectFields) -> list[str]:
        return [
            "benefit",
            "outcome",
            "group",
            "refer",
            "missing",
            "cites",
            "rest",
            *(f"r.{n}" for n in self.results(one)),
        ]


def as_decided(one: ExpectFields, decision: Decision, results: Mapping[str, Field]) -> ExpectFields:
    """Return the expectation of exactly what was decided; articles stay as they were written."""
    found = decision.to_json()
    entry: dict[str, Any] = {"benefit": decision.benefit, "outcome": found["outcome"]}
    if found["group"] and not any(name in found and field.unit == "group" for name, field in results.items()):
        entry["group"] = found["group"]
    entry |= {name: found[name] for name in results if name in found}
    entry |= {"missing": found["missing"]} if found["missing"] else {}
    entry |= {"refer_to_human": True} if found["refer_to_human"] else {}
    return replace(expect_fields.taken_apart(entry, results), cites=one.cites, rest=one.rest)


def shown(form: CaseForm, case: Mapping[str, Any]) -> Casing:
    """Return the fields of a case that stands."""
    return Casing(form, form.taken_apart(case))


def new(form: CaseForm, benefit: str) -> Casing:
    """Return the fields of a case that is begun."""
    return Casing(form, CaseFields(expects=[ExpectFields(benefit)]))


def sent(form: CaseForm, data: FormData, command: str = "") -> Casing:
    """Return the fields that were sent, after what the button *command* asked for."""
    fields = CaseFields(
        {name: _text(data, f"k.{name}") for name in ABOUT},
        _facts(form, data),
        _expects(data),
        _text(data, "k.rest"),
    )
    found = _text(data, FIND).strip()[:80]
    if (called := form.fact_called(found)) and not command.startswith("fact."):
        command = f"fact.{called}" if command in ("", "refresh") else command
    return _pressed(Casing(form, fields, found), command)


def _pressed(casing: Casing, command: str) -> Casing:
    match = _COMMAND.fullmatch(command)
    if match is None:
        return casing
    deed, word = match.groups()
    fields, facts, expects = casing.fields, dict(casing.fields.facts), list(casing.fields.expects)
    if deed == "fact" and word in casing.form.facts and len(facts) < MOST_FACTS:
        facts.setdefault(word, FactFields())
        return replace(casing, fields=replace(fields, facts=facts), find="", focus=f"f.{word}.value")
    if deed == "unfact":
        facts.pop(word, None)
        return replace(casing, fields=replace(fields, facts=facts), focus=FIND)
    if deed == "expect" and len(expects) < MOST_EXPECTS:
        expects.append(ExpectFields(""))
        return replace(casing, fields=replace(fields, expects=expects), focus=f"e.{len(expects) - 1}.benefit")
    if deed == "unexpect" and word.isdigit() and int(word) < len(expects):
        del expects[int(word)]
        return replace(casing, fields=replace(fields, expects=expects), focus="")
    return casing


def _facts(form: CaseForm, data: FormData) -> dict[str, FactFields]:
    told: dict[str, dict[str, list[str]]] = {}
    for name, value in data.multi_items():
        at = _FACT.fullmatch(name)
        if at is None or at[1] not in form.facts or not isinstance(value, str):
            continue
        if at[1] in told or len(told) < MOST_FACTS:
            told.setdefault(at[1], {}).setdefault(at[2], []).append(nfc(value)[:LONGEST])
    return {fact: _fact(texts) for fact, texts in told.items()}


def _fact(texts: Mapping[str, Sequence[str]]) -> FactFields:
    how, high, shape = (next(iter(texts.get(name, ())), "") for name in ("how", "high", "shape"))
    return FactFields(how, tuple(text for text in texts.get("value", ()) if text.strip()), high, shape)


def _expects(data: FormData) -> list[ExpectFields]:
    told: dict[int, dict[str, list[str]]] = {}
    for name, value in data.multi_items():
        if isinstance(value, str) and (at := _EXPECT.fullmatch(name)):
            told.setdefault(int(at[1]), {}).setdefault(at[2], []).append(nfc(value).replace("\r\n", "\n")[:LONGEST])
    return [_expect(told[number]) for number in sorted(told)[:MOST_EXPECTS]]


def _expect(texts: Mapping[str, Sequence[str]]) -> ExpectFields:
    one = {name: next(iter(told), "") for name, told in texts.items()}
    group, missing = (tuple(text for text in texts.get(name, ()) if text) for name in _MANY)
    results = {name[2:]: text for name, text in one.items() if name.startswith("r.") and text.strip()}
    words = {name: one.get(name, "") for name in ("benefit", "outcome", "refer", "cites", "shape", "rest")}
    return ExpectFields(group=group, missing=missing, results=results, **words)


def _text(data: FormData, name: str) -> str:
    value = data.get(name, "")
    return nfc(value).replace("\r\n", "\n")[:LONGEST] if isinstance(value, str) else ""
