"""The YAML itself, for those who write it: every finding with its line and column; two editors at once are merged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.responses import Response

from console.admin.office import Office
from console.admin.saving import ABOUT, saved, started
from console.errors import NotFound
from console.forms import Filled
from console.routing import ConsoleRouter
from console.security.permissions import Permission
from console.visit import CurrentVisit, Visit
from rules.documents import Documents
from rules.editing import Editor
from rules.findings import Finding
from rules.store.errors import StaleDraft, WrongState
from rules.store.merging import merge_text
from rules.store.records import Draft

LARGEST: Final = 1024 * 1024


@dataclass(frozen=True)
class Source:
    """The pages of documents as text."""

    office: Office

    def router(self) -> ConsoleRouter:
        """Return the routes."""
        router = ConsoleRouter("/rules/yaml")
        router.get("", needs=Permission.RULES_READ)(self.ask)
        router.post("", needs=Permission.RULES_EDIT, largest=LARGEST)(self.save)
        return router

    def ask(self, visit: CurrentVisit, draft: str = "", path: str = "", line: int = 0) -> Response:
        """List the documents, or show one."""
        found = self.office.draft(draft) if draft else None
        documents = self._documents(found)
        if not path:
            changed = set(found.changes) if found is not None else set()
            return visit.page("admin/files.html", paths=list(documents.texts), draft=found, changed=changed)
        if path not in documents.texts:
            raise NotFound
        return self._shown(visit, found, started(found), path, documents.texts[path], at=line)

    def save(self, visit: CurrentVisit) -> Response:
        """Save into a draft, findings or not; or only look for findings."""
        about, path, text = ABOUT.read(visit.data), _sent(visit.data, "path"), _sent(visit.data, "text")
        draft = self.office.draft(about["draft"]) if about["draft"] else None
        documents = self._documents(draft)
        if path not in documents.texts:
            raise NotFound
        edit = Editor(documents).replace(path, text)
        if _sent(visit.data, "check"):
            return self._shown(visit, draft, about, path, text, findings=edit.findings, checked=True)
        if draft is None and not about["title"]:
            about.refuse("title", "required")
        if about.errors:
            return self._shown(visit, draft, about, path, text, findings=edit.findings, status=422)
        try:
            return saved(visit, self.office, draft, about, edit.changes)
        except StaleDraft as stale:
            return self._merged(visit, about, path, text, stale)
        except WrongState:
            return self._shown(visit, draft, about, path, text, problem="wrong_state", status=409)

    def _merged(self, visit: Visit, about: Filled, path: str, text: str, stale: StaleDraft) -> Response:
        """Show both changes in one text; where both changed the same lines the typed ones stand, and are named."""
        now = self.office.draft(stale.draft)
        theirs = self.office.drafts.documents(now).texts.get(path, "")
        merged, conflicts = merge_text(self.office.documents_at(now, stale.asked).texts.get(path, ""), text, theirs)
        about.raw["version"] = now.version
        return self._shown(visit, now, about, path, merged, stale=stale, conflicts=conflicts, theirs=theirs, status=409)

    def _shown(
        self,
        visit: Visit,
        draft: Draft | None,
        about: Filled,
        path: str,
        text: str,
        *,
        findings: Sequence[Finding] = (),
        status: int = 200,
        **more: Any,
    ) -> Response:
        context: dict[str, Any] = {
            "checked": False, "stale": None, "conflicts": (), "theirs": "", "problem": "", "at": 0,
        } | more  # fmt: skip
        return visit.page(
            "admin/yaml.html",
            status=status,
            draft=draft,
            about=about,
            path=path,
            text=text,
            findings=findings,
            **context,
        )

    def _documents(self, draft: Draft | None) -> Documents:
        if draft is not None:
            return self.office.drafts.documents(draft)
        return self.office.gate.deps.releases.documents(self.office.newest())


def _sent(data: FormData, name: str) -> str:
    value = data.get(name, "")
    return value.replace("\r\n", "\n") if isinstance(value, str) else ""
