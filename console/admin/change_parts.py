"""The parts of a change that are more than one field: the condition, and the values of a group.

Each is fields on the page and YAML in the form; one who wants to may write the YAML.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import FormData

from console.admin import valuing
from console.admin.building import BY_HAND, COMMAND, MODE, Builder, Building
from console.admin.valuing import Valuer
from console.forms import Filled
from rules.editing import Editor, Form
from rules.editing.value_form import ValueForm
from rules.findings import told

FRAGMENTS: Final = {"condition": "admin/builder.html", "values": "admin/values.html"}


@dataclass(frozen=True)
class Parts:
    """What is drawn as fields; ``None`` where the YAML stands."""

    builder: Builder | None = None
    valuer: Valuer | None = None

    def context(self) -> dict[str, Any]:
        """Return what a template needs."""
        return {"builder": self.builder, "valuer": self.valuer}


@dataclass(frozen=True)
class PartsMaker:
    """Makes the parts of one form, over the names and the documents that the change begins with."""

    form: Form
    building: Building
    editor: Editor
    value_form: Callable[[Editor, str], ValueForm]

    def shown(self, filled: Filled) -> Parts:
        """Return the fields of what stands as YAML, as far as it can be read."""
        benefit = filled.shown("benefit")
        return Parts(
            self.building.shows(filled.shown("condition"), benefit) if self._has("condition") else None,
            valuing.shown(self._values(benefit), filled.shown("values")) if self._has("values") and benefit else None,
        )

    def sent(self, filled: Filled, data: FormData) -> Parts:
        """Return the fields that were sent, after what a button of theirs asked for."""
        benefit = filled.shown("benefit")
        return Parts(
            self.building.sent(data, benefit) if data.get(MODE) else None,
            valuing.sent(self._values(benefit), data) if data.get(valuing.MODE) else None,
        )

    def read(self, filled: Filled, data: FormData) -> Parts | None:
        """Write what was sent into *filled* as YAML; return the parts where one cannot be read, with its errors."""
        benefit, as_sent = filled.shown("benefit"), self.sent(filled, data)
        builder, valuer = None, None
        if as_sent.builder is not None:
            filled.raw["condition"], builder = self.building.read(data, benefit)
        if as_sent.valuer is not None:
            filled.raw["values"], valuer = valuing.read(self._values(benefit), data)
        if builder is not None:
            filled.refuse("condition", "admin.builder.errors", n=len(builder.errors))
        if valuer is not None:
            filled.refuse("values", "admin.values.errors", n=len(valuer.errors))
        return Parts(builder or as_sent.builder, valuer or as_sent.valuer) if builder or valuer else None

    def pressed(self, filled: Filled, data: FormData) -> tuple[Parts, str]:
        """Do what a button of the parts asks for; return them, and the name of the one that it is of."""
        benefit, command, parts = filled.shown("benefit"), str(data.get(COMMAND, "")), self.sent(filled, data)
        if valuing.is_of_values(command):
            return Parts(parts.builder, self._turned(filled, data, command, parts.valuer)), "values"
        builder = parts.builder
        if command == BY_HAND:
            filled.raw["condition"], builder = self.building.read(data, benefit)
        elif builder is None:
            builder = self.building.shows(filled.shown("condition"), benefit)
            if builder is None:
                filled.refuse("condition", "admin.said", message=told("not_a_condition.typed"))
        return Parts(builder, parts.valuer), "condition"

    def _turned(self, filled: Filled, data: FormData, command: str, valuer: Valuer | None) -> Valuer | None:
        """Return the values after *command*: as fields, or none where they stand as YAML now."""
        form = self._values(filled.shown("benefit"))
        if command == valuing.TO_YAML:
            filled.raw["values"], wrong = valuing.read(form, data)
            return wrong
        if command == valuing.TO_FORM and valuer is None:
            valuer = valuing.shown(form, filled.shown("values"))
            if valuer is None:
                filled.refuse("values", "admin.values.no_mapping")
        return valuer

    def _values(self, benefit: str) -> ValueForm:
        return self.value_form(self.editor, benefit)

    def _has(self, type_: str) -> bool:
        return any(field.type == type_ for field in self.form.fields)


def is_fragment_of(parts: Parts, part: str, data: Mapping[str, Any]) -> bool:
    """Tell whether *part* was drawn as fields before and is still: then only it is drawn again."""
    if part == "values":
        return parts.valuer is not None and bool(data.get(valuing.MODE))
    return parts.builder is not None and bool(data.get(MODE))
