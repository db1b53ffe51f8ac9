"""The forms by which rules are changed, as plain values for a page; and what was filled in, read back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rules.editing.edit import Edit
from rules.editing.fields import Choice, Field, FieldMaker, forms_table
from rules.editing.named import Named
from rules.editing.operations import Editor
from rules.facts.vocabulary import Vocabulary
from rules.findings import Finding
from rules.places import Places


@dataclass(frozen=True, slots=True)
class Form:
    """One operation of :class:`rules.editing.operations.Editor` as a form."""

    operation: str
    title_vi: str
    help_vi: str
    fields: tuple[Field, ...]
    units: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        fields = [field.to_json() for field in self.fields]
        return {"operation": self.operation, "title": self.title_vi, "help": self.help_vi, "fields": fields}

    def read(self, filled: Mapping[str, Any]) -> tuple[dict[str, Any], list[Finding]]:
        """Return what was filled in as the operation takes it, and a finding per field that cannot be read."""
        values: dict[str, Any] = {}
        findings: list[Finding] = []
        unit = self.units.get(str(filled.get("key", "")), "")
        for one in self.fields:
            raw = filled.get(one.name)
            if raw in (None, "", [], {}):
                if one.is_required:
                    findings.append(Finding("required", one.name))
                continue
            try:
                values[one.name] = replace(one, unit=one.unit or unit).read(raw)
            except ValueError as error:
                findings.append(Finding(str(error), one.name, params={"value": raw}))
        return values, findings


def forms(named: Named, vocabulary: Vocabulary, places: Places) -> dict[str, Form]:
    """Return every form by its operation; parameters, benefits and groups to choose from are those of *named*."""
    maker = FieldMaker(vocabulary, places, _choices(named))
    units = {key: parameter.unit for key, parameter in named.parameters.items()}
    return {
        operation: Form(
            operation, entry["title"], entry["help"], tuple(maker.made(n, e) for n, e in entry["fields"].items()), units
        )
        for operation, entry in forms_table()["operations"].items()
    }


def _choices(named: Named) -> dict[str, list[Choice]]:
    return {
        "parameter": [Choice(key, parameter.name_vi) for key, parameter in named.parameters.items()],
        "benefit": [Choice(id_, benefit.name_vi) for id_, benefit in named.benefits.items()],
        "group": [
            Choice(f"{id_}/{group}", f"{benefit.name_vi}: {name}")
            for id_, benefit in named.benefits.items()
            for group, name in benefit.groups.items()
        ],
    }


def apply(editor: Editor, form: Form, filled: Mapping[str, Any]) -> Edit:
    """Do what a filled form asks for; where it cannot be read nothing is changed, and each finding names its field."""
    values, findings = form.read(filled)
    if findings:
        return Edit(editor.documents, {}, tuple(findings), refused=True)
    operations: Mapping[str, Callable[..., Edit]] = {
        "add_value": editor.add_value,
        "set_conditions": editor.set_conditions,
        "add_group": editor.add_group,
        "close_group": editor.close_group,
        "replace": editor.replace,
    }
    return operations[form.operation](**values)
