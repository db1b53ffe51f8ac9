"""A worked case as a form shows it, and back: what the form cannot show stays as YAML, so that nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from core.vietnamese.text import fold
from rules.editing import expect_fields, fact_fields
from rules.editing.conditions import structured
from rules.editing.emit import emit
from rules.editing.expect_fields import ExpectFields
from rules.editing.fact_fields import FactFields, Said
from rules.editing.fact_names import FactNames
from rules.editing.fields import Field, FieldMaker, forms_table
from rules.editing.typed import Wrong, written
from rules.facts.vocabulary import FactDefinition, Vocabulary
from rules.findings import Finding

ABOUT: Final = ("id", "title", "as_of", "province", "confidence", "known_on", "note")
_DAYS: Final = ("as_of", "known_on")
_LONGEST_ID: Final = 60
Results = Callable[[str], Mapping[str, Field]]
"""Returns the figures of a benefit that have a field."""


@dataclass(frozen=True, slots=True)
class CaseFields:
    """The texts in the fields of one case; ``rest`` is YAML: what no field can say."""

    about: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, FactFields] = field(default_factory=dict)
    expects: Sequence[ExpectFields] = ()
    rest: str = ""


class CaseForm:
    """Takes worked cases apart and puts them together, over the vocabulary of facts and the figures of benefits."""

    def __init__(self, vocabulary: Vocabulary, maker: FieldMaker, results: Results, said: Said | None = None) -> None:
        self.vocabulary = vocabulary
        self.about = {name: maker.made(name, entry) for name, entry in forms_table()["case"].items()}
        self.results = results
        self._names = FactNames({fact.id: fact.name_vi for fact in vocabulary.facts.values()})
        self._said = said

    @property
    def facts(self) -> Mapping[str, FactDefinition]:
        """Return the facts that can be told."""
        return self.vocabulary.facts

    def find(self, words: str) -> list[FactDefinition]:
        """Return the facts that *words* may mean."""
        return [self.facts[fact] for fact in self._names.find(words)]

    def fact_called(self, words: str) -> str:
        """Return the one fact that *words* name, else nothing."""
        return self._names.called(words)

    def taken_apart(self, case: Mapping[str, Any]) -> CaseFields:
        """Return the fields of *case* (plain values, days as texts)."""
        facts, expect = case.get("facts") or {}, case.get("expect") or []
        told = facts if isinstance(facts, Mapping) else {}
        known = {name: raw for name, raw in told.items() if name in self.facts}
        entries = expect if isinstance(expect, list) and all(isinstance(one, Mapping) for one in expect) else []
        rest = {name: value for name, value in case.items() if name not in (*ABOUT, "facts", "expect")}
        if len(known) < len(facts):
            rest["facts"] = {name: raw for name, raw in told.items() if name not in known} or facts
        if len(entries) < len(expect):
            rest["expect"] = expect
        return CaseFields(
            {name: self._about_text(name, case[name]) for name in ABOUT if case.get(name) is not None},
            {name: fact_fields.taken_apart(self.facts[name], raw) for name, raw in known.items()},
            [expect_fields.taken_apart(one, self.results(str(one.get("benefit", "")))) for one in entries],
            emit(rest, 0) if rest else "",
        )

    def put_together(self, fields: CaseFields) -> tuple[dict[str, Any], list[Finding]]:
        """Return the case as plain values, and a finding per field that cannot be read.

        The path of a finding is the field's name (``k.as_of``, ``f.household_status.value``, ``e.0.outcome``).
        """
        findings: list[Finding] = []
        rest = structured(fields.rest) if fields.rest.strip() else {}
        if not isinstance(rest, Mapping):
            findings.append(Finding("not_a_condition.typed", "k.rest"))
            rest = {}
        about = self._read_about(fields, findings)
        more = rest.get("facts") or {}
        if not isinstance(more, Mapping):
            findings.append(Finding("bad_case.facts", "k.rest"))
            more = {}
        facts = {**self._read_facts(fields, findings), **more}
        expects = [self._read_expect(number, one, findings) for number, one in enumerate(fields.expects)]
        told: dict[str, Any] = {name: about[name] for name in ABOUT if name in about and name != "note"}
        told["facts"] = facts
        told |= {"expect": expects} if expects else {}
        told |= {name: value for name, value in rest.items() if name != "facts"}
        return told | ({"note": about["note"]} if "note" in about else {}), findings

    def _about_text(self, name: str, value: Any) -> str:
        return written(str(value)) if name in _DAYS else str(value)

    def _read_about(self, fields: CaseFields, findings: list[Finding]) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for name, one in self.about.items():
            text = fields.about.get(name, "").strip()
            if not text:
                if one.is_required:
                    findings.append(Finding("required", f"k.{name}"))
                continue
            try:
                value = one.read(text)
            except ValueError as error:
                findings.append(Finding(str(error), f"k.{name}", params={"value": text}))
            else:
                told[name] = value.isoformat() if name in _DAYS else value
        return told

    def _read_facts(self, fields: CaseFields, findings: list[Finding]) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for name, one in fields.facts.items():
            try:
                told[name] = fact_fields.read(self.facts[name], one, self._said)
            except Wrong as wrong:
                findings.append(Finding(wrong.code, f"f.{name}.{wrong.field}", params={"value": wrong.value}))
                continue
            wrong_values = self.vocabulary.parse_all({name: told[name]})[1]
            findings += [Finding("wrong_value.typed", f"f.{name}.value", params=one.params) for one in wrong_values]
        return told

    def _read_expect(self, number: int, fields: ExpectFields, findings: list[Finding]) -> dict[str, Any]:
        told, wrong = expect_fields.put_together(fields, self.results(fields.benefit))
        for name, one in wrong.items():
            findings.append(Finding(one.code, f"e.{number}.{name}", params={"value": one.value}))
        return told


def id_of(title: str, taken: Sequence[str]) -> str:
    """Return an id for a case called *title* that none of *taken* is."""
    words = re.sub(r"[^a-z0-9]+", "-", fold(title)).strip("-")[:_LONGEST_ID].strip("-") or "case"
    numbered = (words if number == 1 else f"{words}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in numbered if name not in taken)
