"""The generated forms of :mod:`rules.editing` as forms of a page: what was typed, and every error at its field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from starlette.datastructures import FormData

from console.admin.shelf import Shelf
from console.forms import Filled
from core.vietnamese.text import nfc
from rules.editing import Edit, Form, forms
from rules.findings import Finding
from rules.store.active import RuleSet

PAGES: Final = ("add_value", "set_conditions", "add_group", "close_group")
LONGEST: Final = 20_000
# Findings of the operation as a whole that belong to one of its fields.
_AT: Final = {
    "already_stands": "start",
    "not_later": "start",
    "ends_before_it_starts": "last_day",
    "unknown_group": "group",
    "unknown_benefit": "benefit",
    "unknown_parameter": "key",
    "shared": "start",
    "no_groups": "benefit",
    "bad_path": "path",
}


def form_of(shelf: Shelf, rules: RuleSet, operation: str) -> Form:
    """Return the form of *operation* over *rules*."""
    service = rules.service
    made = shelf.drawn(
        (rules.documents.content_hash, "forms"), lambda: forms(service.release, service.vocabulary, service.places)
    )
    return made[operation]


def typed(form: Form, data: FormData | Mapping[str, Any]) -> Filled:
    """Return what was typed into the fields of *form*; nothing is read yet."""
    raw = {field.name: data.get(field.name, "") for field in form.fields}
    return Filled(raw={name: nfc(value)[:LONGEST] if isinstance(value, str) else "" for name, value in raw.items()})


def place(filled: Filled, form: Form, edit: Edit) -> list[Finding]:
    """Put findings that belong to a field there; return the others."""
    names, others = {field.name for field in form.fields}, []
    for finding in edit.findings:
        at = finding.path if finding.path in names else _AT.get(finding.code, "")
        if at in names:
            filled.refuse(at, "admin.said", message=finding.message)
        else:
            others.append(finding)
    return others
