"""Changing the rules by forms. What is saved goes into a draft; a draft that moved on loses nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from console.admin.building import BY_HAND, COMMAND, MODE, Builder, Building
from console.admin.change_form import PAGES, form_of, place, typed
from console.admin.office import Office
from console.errors import NotFound
from console.forms import Filled, Form, flag, whole, words
from console.routing import ConsoleRouter
from console.security.permissions import Permission
from console.visit import CurrentVisit, Visit
from rules.documents import Documents
from rules.editing import Editor, apply
from rules.editing import Form as RuleForm
from rules.editing.forms import Field as RuleField
from rules.findings import told
from rules.store.errors import StaleDraft, WrongState
from rules.store.records import Draft

ABOUT: Final = Form(
    words("draft", longest=32, required=False),
    whole("version", least=1, required=False),
    words("title", longest=160, required=False),
    words("comment", longest=500, required=False),
    flag("keep"),
)


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
        form = self._form(operation)
        query = visit.request.query_params
        draft = self.office.draft(query["draft"]) if query.get("draft") else None
        filled = typed(form, query)
        self._prefill(operation, filled, draft)
        about = ABOUT.start(draft=draft.id if draft else "", version=draft.version if draft else "", title="")
        builder = self._building.shows(filled.shown("condition"), filled.shown("benefit")) if _builds(form) else None
        return self._shown(visit, form, filled, about, draft, builder=builder)

    def facts(self, visit: CurrentVisit, at: str = "", operation: str = "") -> Response:
        """Draw the facts that the typed words may mean, as buttons."""
        found = self._building.found(visit.request.query_params.get(f"{at}.find", "")[:80])
        return visit.page(
            "admin/facts.html", path=at[:40], facts=found, builder=None, build_at=self._address(operation)
        )

    def _prefill(self, operation: str, filled: Filled, draft: Draft | None) -> None:
        """Fill in the condition that stands; of *add_group* that of the group taken as a template (``after``)."""
        benefit = filled.shown("benefit")
        group = filled.shown("after" if operation == "add_group" else "group").rpartition("/")[2]
        if operation not in ("set_conditions", "add_group") or not benefit or filled.shown("condition"):
            return
        if operation == "add_group" and not group:
            return
        editor = Editor(self._documents(draft), check=lambda _documents: [])
        stands = editor.conditions(benefit, group or None)
        if stands:
            filled.raw["condition"] = editor.yaml_of(stands[-1]["condition"])
            filled.raw["cites"] = filled.shown("cites") or "\n".join(map(str, stands[-1].get("cites", ())))

    def change(self, visit: CurrentVisit, operation: str) -> Response:
        """Make the change in a draft; show every finding at once where something is wrong with it."""
        form = self._form(operation)
        filled, about = typed(form, visit.data), ABOUT.read(visit.data)
        draft = self.office.draft(about["draft"]) if about["draft"] else None
        if _builds(form) and visit.data.get(COMMAND):
            return self._built(visit, form, filled, about, draft)
        builder = None
        if visit.data.get(MODE):
            filled.raw["condition"], builder = self._building.read(visit.data, filled.shown("benefit"))
        if draft is None and not about["title"]:
            about.refuse("title", "required")
        if builder is not None:
            filled.refuse("condition", "admin.builder.errors", n=len(builder.errors))
            return self._shown(visit, form, filled, about, draft, builder=builder, status=422)
        edit = apply(Editor(self._documents(draft)), form, filled.raw)
        others = place(filled, form, edit)
        wrong = edit.refused or (edit.findings and not about["keep"])
        if about.errors or wrong:
            may_keep = bool(edit.findings) and not edit.refused
            builder = self._building.sent(visit.data, filled.shown("benefit")) if visit.data.get(MODE) else None
            return self._shown(
                visit, form, filled, about, draft, others=others, may_keep=may_keep, builder=builder, status=422
            )
        return self._saved(visit, form, filled, about, draft, edit.changes)

    def _built(self, visit: Visit, form: RuleForm, filled: Filled, about: Filled, draft: Draft | None) -> Response:
        """Do what a button of the builder asks for; nothing is saved."""
        benefit, command = filled.shown("benefit"), visit.data.get(COMMAND)
        builder: Builder | None
        if command == BY_HAND:
            filled.raw["condition"], builder = self._building.read(visit.data, benefit)
        elif visit.data.get(MODE):
            builder = self._building.sent(visit.data, benefit)
        else:
            builder = self._building.shows(filled.shown("condition"), benefit)
            if builder is None:
                filled.refuse("condition", "admin.said", message=told("not_a_condition.typed"))
        if visit.is_fragment and builder is not None and visit.data.get(MODE):
            return visit.page("admin/builder.html", **self._building_context(form, builder))
        return self._shown(visit, form, filled, about, draft, builder=builder)

    def _saved(
        self,
        visit: Visit,
        form: RuleForm,
        filled: Filled,
        about: Filled,
        draft: Draft | None,
        changes: Mapping[str, str | None],
    ) -> Response:
        drafts, actor = self.office.drafts, visit.user.name
        if draft is None:
            made = drafts.open(actor=actor, title=about["title"], changes=changes)
            return visit.redirect(f"/rules/drafts/{made.id}", "admin.drafts.opened", title=made.title)
        try:
            comment = about["comment"] or ""
            drafts.save(draft.id, version=about["version"] or 0, actor=actor, changes=changes, comment=comment)
        except StaleDraft as stale:
            now = self.office.draft(draft.id)
            about.raw["version"] = now.version
            since = self.office.since(now, stale.asked)
            return self._shown(visit, form, filled, about, now, stale=stale, since=since, status=409)
        except WrongState:
            return self._shown(visit, form, filled, about, draft, problem="wrong_state", status=409)
        return visit.redirect(f"/rules/drafts/{draft.id}", "admin.drafts.saved", title=draft.title)

    def _shown(
        self,
        visit: Visit,
        form: RuleForm,
        filled: Filled,
        about: Filled,
        draft: Draft | None,
        *,
        status: int = 200,
        **more: Any,
    ) -> Response:
        context: dict[str, Any] = {"others": [], "may_keep": False, "stale": None, "since": (), "problem": ""} | more
        builder = context.pop("builder", None)
        if "stale" in more or "problem" in more:
            builder = self._building.sent(visit.data, filled.shown("benefit")) if visit.data.get(MODE) else None
        context |= self._building_context(form, builder)
        return visit.page(
            "admin/change.html",
            status=status,
            form=filled,
            about=about,
            draft=draft,
            pairs=lambda field: _pairs(field, filled),
            groups=self._groups(filled),
            **context,
        )

    def _building_context(self, form: RuleForm, builder: Builder | None) -> dict[str, Any]:
        return {
            "builder": builder,
            "build_at": self._address(form.operation),
            "rule_form": form,
        }

    def _address(self, operation: str) -> str:
        return self.office.gate.url(f"/rules/change/{operation if operation in PAGES else PAGES[0]}")

    @property
    def _building(self) -> Building:
        return Building(self.office.shelf)

    def _form(self, operation: str) -> RuleForm:
        if operation not in PAGES:
            raise NotFound
        self.office.newest()
        return form_of(self.office.shelf, self.office.shelf.current, operation)

    def _documents(self, draft: Draft | None) -> Documents:
        if draft is not None:
            return self.office.drafts.documents(draft)
        return self.office.gate.deps.releases.documents(self.office.newest())

    def _groups(self, filled: Filled) -> list[tuple[str, str]]:
        found = self.office.shelf.current.service.release.benefits.get(filled.shown("benefit"))
        return [(group.id, group.name_vi) for group in found.groups] if found is not None else []


def _builds(form: RuleForm) -> bool:
    return any(field.type == "condition" for field in form.fields)


def _pairs(field: RuleField, filled: Filled) -> list[tuple[str, str]]:
    """Return the choices of a field; of groups those of the benefit that is chosen."""
    benefit = filled.shown("benefit")
    if field.type == "group" and benefit:
        head = f"{benefit}/"
        return [(c.value, c.label.partition(": ")[2]) for c in field.choices if c.value.startswith(head)]
    return [(choice.value, choice.label) for choice in field.choices]
