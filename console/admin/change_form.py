"""The generated forms of :mod:`rules.editing` as forms of a page: what was typed, and every error at its field."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from starlette.datastructures import FormData

from console.admin.building import Building
from console.admin.office import Office
from console.admin.shelf import Shelf
from console.forms import Filled
from core.vietnamese.text import nfc
from rules.editing import Edit, Editor, Form, Named, forms
from rules.editing.fields import FieldMaker
from rules.editing.value_form import ValueForm
from rules.findings import Finding
from rules.service import EligibilityService
from rules.store.records import Draft

T = TypeVar("T")

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


@dataclass(frozen=True)
class Naming:
    """What forms can name: the release in use, and what the draft that is changed adds to it."""

    shelf: Shelf
    named: Named
    key: Hashable

    @classmethod
    def of(cls, office: Office, draft: Draft | None) -> Naming:
        """Return what can be named in a change of *draft*, of the release in use without one."""
        shelf, rules = office.shelf, office.shelf.current
        content = rules.documents.content_hash
        named = shelf.drawn((content, "named"), lambda: Named.of(rules.service.release))
        if draft is None:
            return cls(shelf, named, "")
        key = (draft.id, draft.version)
        texts = office.drafts.changed_texts
        return cls(shelf, shelf.drawn((content, "named", key), lambda: named.with_texts(texts(draft))), key)

    def form(self, operation: str) -> Form:
        """Return the form of *operation*."""
        return self._drawn("forms", lambda service: forms(self.named, service.vocabulary, service.places))[operation]

    def building(self) -> Building:
        """Return what builds conditions."""
        return Building(self.shelf, self.named, self.key)

    def value_form(self, editor: Editor, benefit: str) -> ValueForm:
        """Return the fields of the values that groups of *benefit* have in the documents of *editor*."""
        return self._drawn(
            f"values of {benefit}",
            lambda service: ValueForm(editor.value_names(benefit), FieldMaker(service.vocabulary, service.places)),
        )

    def _drawn(self, what: str, draw: Callable[[EligibilityService], T]) -> T:
        rules = self.shelf.current
        return self.shelf.drawn((rules.documents.content_hash, what, self.key), lambda: draw(rules.service))


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
