"""Changing the rules by forms. What is saved goes into a draft; a draft that moved on loses nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.datastructures import FormData
from starlette.responses import Response

from console.admin.building import COMMAND
from console.admin.change_form import PAGES, Naming, place, typed
from console.admin.change_parts import FRAGMENTS, Parts, PartsMaker, is_fragment_of
from console.admin.office import Office
from console.admin.saving import ABOUT, saved, started
from console.errors import NotFound
from console.forms import Filled
from console.routing import ConsoleRouter
from console.security.permissions import Permission
from console.visit import CurrentVisit, Visit
from rules.documents import Documents
from rules.editing import Editor, apply
from rules.editing import Form as RuleForm
from rules.editing.fields import Field as RuleField
from rules.store.errors import StaleDraft, WrongState
from rules.store.records import Draft


@dataclass(frozen=True)
class Change:
    """One change that is being written: its form with what was typed, and what it begins with."""

    form: RuleForm
    filled: Filled
    draft: Draft | None
    documents: Documents
    naming: Naming
    maker: PartsMaker


@dataclass(frozen=True)
class Changing:
    """The pages with forms."""

    office: Office

    def router(self) -> ConsoleRouter:
        """Return the routes."""
        router = ConsoleRouter("/rules/change")
        router.get("/facts", needs=Permission.RULES_EDIT)(self.facts)
        router.get("/{operation}", needs=Permission.RULES_EDIT)(self.ask)
        router.post("/{operation}", needs=Permission.RULES_EDIT)(self.change)
        return router

    def ask(self, visit: CurrentVisit, operation: str) -> Response:
        """Show the form, filled with what the link says and what stands now."""
        query = visit.request.query_params
        draft = self.office.draft(query["draft"]) if query.get("draft") else None
        change = self._change(operation, draft, query)
        self._prefill(change)
        return self._shown(visit, change, started(draft), parts=change.maker.shown(change.filled))

    def facts(self, visit: CurrentVisit, at: str = "", operation: str = "") -> Response:
        """Draw the facts that the typed words may mean, as buttons."""
        building = Naming.of(self.office, None).building()
        found = building.found(visit.request.query_params.get(f"{at}.find", "")[:80])
        return visit.page(
            "admin/facts.html", path=at[:40], facts=found, builder=None, build_at=self._address(operation)
        )

    def _prefill(self, change: Change) -> None:
        """Fill in the condition that stands; of *add_group* all of the group taken as a template (``after``)."""
        filled, is_new = change.filled, change.form.operation == "add_group"
        benefit = filled.shown("benefit")
        group = filled.shown("after" if is_new else "group").rpartition("/")[2]
        if change.form.operation not in ("set_conditions", "add_group") or not benefit or filled.shown("condition"):
            return
        if is_new and not group:
            return
        editor = change.maker.editor
        stands = editor.conditions(benefit, group or None)
        if stands:
            filled.raw["condition"] = editor.yaml_of(stands[-1]["condition"])
            filled.raw["cites"] = filled.shown("cites") or "\n".join(map(str, stands[-1].get("cites", ())))
        if is_new and not filled.shown("values") and (values := editor.values(benefit, group)):
            filled.raw["values"] = editor.yaml_of(values)

    def change(self, visit: CurrentVisit, operation: str) -> Response:
        """Make the change in a draft; show every finding at once where something is wrong with it."""
        about = ABOUT.read(visit.data)
        draft = self.office.draft(about["draft"]) if about["draft"] else None
        change = self._change(operation, draft, visit.data)
        form, filled, maker = change.form, change.filled, change.maker
        if visit.data.get(COMMAND):
            return self._pressed(visit, change, about)
        wrong_parts = maker.read(filled, visit.data)
        if draft is None and not about["title"]:
            about.refuse("title", "required")
        if wrong_parts is not None:
            return self._shown(visit, change, about, parts=wrong_parts, status=422)
        edit = apply(Editor(change.documents), form, filled.raw)
        others = place(filled, form, edit)
        wrong = edit.refused or (edit.findings and not about["keep"])
        if about.errors or wrong:
            may_keep = bool(edit.findings) and not edit.refused
            parts = maker.sent(filled, visit.data)
            return self._shown(visit, change, about, parts=parts, others=others, may_keep=may_keep, status=422)
        return self._saved(visit, change, about, edit.changes)

    def _pressed(self, visit: Visit, change: Change, about: Filled) -> Response:
        """Do what a button of the condition or of the values asks for; nothing is saved."""
        parts, part = change.maker.pressed(change.filled, visit.data)
        if visit.is_fragment and is_fragment_of(parts, part, visit.data):
            return visit.page(FRAGMENTS[part], **self._context(change, parts))
        return self._shown(visit, change, about, parts=parts)

    def _saved(
        self,
        visit: Visit,
        change: Change,
        about: Filled,
        changes: Mapping[str, str | None],
    ) -> Response:
        try:
            return saved(visit, self.office, change.draft, about, changes)
        except StaleDraft as stale:
            now = self.office.draft(stale.draft)
            about.raw["version"] = now.version
            since = self.office.since(now, stale.asked)
            parts = change.maker.sent(change.filled, visit.data)
            return self._shown(
                visit, replace(change, draft=now), about, parts=parts, stale=stale, since=since, status=409
            )
        except WrongState:
            parts = change.maker.sent(change.filled, visit.data)
            return self._shown(visit, change, about, parts=parts, problem="wrong_state", status=409)

    def _shown(
        self, visit: Visit, change: Change, about: Filled, *, parts: Parts, status: int = 200, **more: Any
    ) -> Response:
        context: dict[str, Any] = {"others": [], "may_keep": False, "stale": None, "since": (), "problem": ""} | more
        filled = change.filled
        found = change.naming.named.benefits.get(filled.shown("benefit"))
        return visit.page(
            "admin/change.html",
            status=status,
            form=filled,
            about=about,
            draft=change.draft,
            pairs=lambda field: _pairs(field, filled),
            groups=list(found.groups.items()) if found is not None else [],
            **self._context(change, parts),
            **context,
        )

    def _context(self, change: Change, parts: Parts) -> dict[str, Any]:
        address = self._address(change.form.operation)
        return {"build_at": address, "rule_form": change.form, **parts.context()}

    def _address(self, operation: str) -> str:
        return self.office.gate.url(f"/rules/change/{operation if operation in PAGES else PAGES[0]}")

    def _change(self, operation: str, draft: Draft | None, data: FormData | Mapping[str, Any]) -> Change:
        if operation not in PAGES:
            raise NotFound
        self.office.newest()
        naming = Naming.of(self.office, draft)
        form, documents = naming.form(operation), self._documents(draft)
        editor = Editor(documents, check=lambda _documents: [])
        maker = PartsMaker(form, naming.building(), editor, naming.value_form)
        return Change(form, typed(form, data), draft, documents, naming, maker)

    def _documents(self, draft: Draft | None) -> Documents:
        if draft is not None:
            return self.office.drafts.documents(draft)
        return self.office.gate.deps.releases.documents(self.office.newest())


def _pairs(field: RuleField, filled: Filled) -> list[tuple[str, str]]:
    """Return the choices of a field; of groups those of the benefit that is chosen."""
    benefit = filled.shown("benefit")
    if field.type == "group" and benefit:
        head = f"{benefit}/"
        return [(c.value, c.label.partition(": ")[2]) for c in field.choices if c.value.startswith(head)]
    return [(choice.value, choice.label) for choice in field.choices]
