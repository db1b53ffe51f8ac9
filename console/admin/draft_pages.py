"""Drafts: what they change, what that does, and the way to a release."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Final

from starlette.responses import Response

from console.admin.change_form import Naming
from console.admin.impact_words import ImpactWords
from console.admin.office import PROBLEMS, Office, problem_of
from console.errors import NotFound
from console.forms import Filled, Form, day, one_of, whole, words
from console.routing import ConsoleRouter
from console.security.permissions import Permission
from console.visit import CurrentVisit, Visit
from core.clock import VIETNAM
from rules.store.drafts import ALIVE, EDITABLE
from rules.store.records import Draft, DraftState

ENDS: Final = (DraftState.PUBLISHED, DraftState.DISCARDED)
STEP: Final = Form(whole("version", least=1), words("comment", longest=500, required=False))
BACK: Final = Form(whole("version", least=1), words("comment", longest=500, shortest=3))
PUBLISH: Final = Form(
    whole("version", least=1),
    words("number", longest=12),
    one_of("when", ("now", "day")),
    day("on", required=False),
    words("message", longest=300, required=False),
)


@dataclass(frozen=True)
class Drafts:
    """The pages of drafts."""

    office: Office

    def router(self) -> ConsoleRouter:
        """Return the routes."""
        router = ConsoleRouter("/rules/drafts")
        router.get("", needs=Permission.RULES_READ)(self.drafts)
        router.get("/{draft}", needs=Permission.RULES_READ)(self.draft)
        router.get("/{draft}/trial", needs=Permission.RULES_READ)(self.trial)
        router.post("/{draft}/submit", needs=Permission.RULES_EDIT)(self.submit)
        router.post("/{draft}/rebase", needs=Permission.RULES_EDIT)(self.rebase)
        router.post("/{draft}/take-back", needs=Permission.RULES_EDIT)(self.send_back)
        router.post("/{draft}/discard", needs=Permission.RULES_EDIT)(self.discard)
        router.post("/{draft}/approve", needs=Permission.RULES_APPROVE)(self.approve)
        router.post("/{draft}/send-back", needs=Permission.RULES_APPROVE)(self.send_back)
        router.get("/{draft}/publish", needs=Permission.RULES_APPROVE)(self.ask_publish)
        router.post("/{draft}/publish", needs=Permission.RULES_APPROVE)(self.publish)
        return router

    def drafts(self, visit: CurrentVisit, ended: str = "") -> Response:
        """List the drafts that live, or those that ended."""
        states = ENDS if ended else ALIVE
        return visit.page("admin/drafts.html", drafts=self.office.drafts.in_state(states), ended=bool(ended))

    def draft(self, visit: CurrentVisit, draft: str) -> Response:
        """Show one draft."""
        return self._shown(visit, self.office.draft(draft))

    def trial(self, visit: CurrentVisit, draft: str) -> Response:
        """Show what the draft does, as far as it is worked out: the part that reloads itself."""
        return visit.page("admin/trial.html", **self._trial(self.office.draft(draft)))

    def submit(self, visit: CurrentVisit, draft: str) -> Response:
        """Send to a second person."""
        return self._step(visit, draft, "submit", STEP)

    def rebase(self, visit: CurrentVisit, draft: str) -> Response:
        """Bring onto the newest release."""
        return self._step(visit, draft, "rebase", Form(STEP.fields["version"]))

    def send_back(self, visit: CurrentVisit, draft: str) -> Response:
        """Give back with a comment."""
        return self._step(visit, draft, "send_back", BACK)

    def discard(self, visit: CurrentVisit, draft: str) -> Response:
        """Give up."""
        return self._step(visit, draft, "discard", STEP)

    def approve(self, visit: CurrentVisit, draft: str) -> Response:
        """Approve exactly the version seen."""
        return self._step(visit, draft, "approve", STEP)

    def ask_publish(self, visit: CurrentVisit, draft: str) -> Response:
        """Ask for the number and the day."""
        found = self.office.draft(draft)
        if found.state is not DraftState.APPROVED:
            raise NotFound
        start = PUBLISH.start(version=found.version, when="now", message=found.title)
        return self._asked(visit, found, start)

    def publish(self, visit: CurrentVisit, draft: str) -> Response:
        """Publish now or from a day on; the number of the release has to be typed."""
        found, filled = self.office.draft(draft), PUBLISH.read(visit.data)
        number = self.office.newest().seq + 1
        if filled["number"] and filled["number"] != str(number):
            filled.refuse("number", "admin.publish.number_differs", number=number)
        if filled["when"] == "day" and not filled["on"]:
            filled.refuse("on", "required")
        if filled.errors:
            return self._asked(visit, found, filled, status=422)
        moment = datetime.combine(filled["on"], time(), VIETNAM) if filled["when"] == "day" else None
        try:
            release = self.office.publisher.publish(
                found.id,
                version=filled["version"],
                actor=visit.user.name,
                active_from=moment,
                message=filled["message"] or "",
            )
        except PROBLEMS as error:
            return self._failed(visit, draft, error)
        return visit.redirect(f"/rules/releases/{release.seq}", "admin.publish.done", n=release.seq)

    def _step(self, visit: Visit, draft: str, step: str, form: Form) -> Response:
        found, filled = self.office.draft(draft), form.read(visit.data)
        if filled.errors:
            return self._shown(visit, found, form=filled, status=422)
        given = {name: filled[name] or "" for name in form.fields if name == "comment"}
        try:
            getattr(self.office.drafts, step)(found.id, version=filled["version"], actor=visit.user.name, **given)
        except PROBLEMS as error:
            return self._failed(visit, draft, error)
        return visit.redirect(f"/rules/drafts/{found.id}", f"admin.steps.done.{step}", title=found.title)

    def _failed(self, visit: Visit, draft: str, error: Exception) -> Response:
        return self._shown(visit, self.office.draft(draft), problem=error, status=409)

    def _asked(self, visit: Visit, draft: Draft, form: Filled, status: int = 200) -> Response:
        newest = self.office.newest()
        return visit.page("admin/publish.html", status=status, form=form, number=newest.seq + 1, **self._trial(draft))

    def _shown(
        self,
        visit: Visit,
        draft: Draft,
        *,
        form: Filled | None = None,
        problem: Exception | None = None,
        status: int = 200,
    ) -> Response:
        editors = self.office.drafts.editors(draft.id)
        return visit.page(
            "admin/draft.html",
            status=status,
            form=form or STEP.start(),
            steps=self.office.drafts.steps(draft.id),
            editors=editors,
            is_editor=visit.user.name in editors,
            editable=draft.state in EDITABLE,
            newest=self.office.newest(),
            problem=problem_of(problem) if problem else "",
            conflicts=getattr(problem, "conflicts", ()),
            **self._trial(draft),
        )

    def _trial(self, draft: Draft) -> dict[str, Any]:
        named = Naming.of(self.office, draft).named
        return {
            "draft": draft,
            "trial": self.office.trial(draft),
            "shown": ImpactWords(self.office.gate.pages.texts, named),
        }
