"""Changes of a document: correct it, take a correction back or send it back, publish, retire.

What is published stays as it is searched until a second person publishes the correction.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from console.admin.document_view import CORRECT, DocumentView, corrections_of, name_of, typed_name
from console.forms import FieldError, Filled, Form, whole, words
from console.routing import ConsoleRouter
from console.security.permissions import Permission
from console.visit import CurrentVisit, Visit
from knowledge.entry import Entry
from knowledge.errors import AlreadyAskedError, InvalidCorrectionError, NothingProposedError, StaleDocumentError
from knowledge.jobs import CHANGES, JobKind
from knowledge.tables import Status
from knowledge.worker import IndexWorker, lacks_switch

_MOVE: Final = Form(whole("revision", least=1), words("typed", longest=120, required=False))
_SEEN: Final = Form(whole("revision", least=1))
_SEND_BACK: Final = Form(whole("revision", least=1), words("comment", longest=300))


def asked_once(visit: Visit, work: IndexWorker, kind: JobKind, document: str, revision: int | None = None) -> None:
    """Queue work on the index; two who press at once have asked for the same."""
    with contextlib.suppress(AlreadyAskedError):
        job = work.jobs.ask(kind, document, actor=visit.user.name, revision=revision)
        if kind in CHANGES:
            visit.record(f"documents.{kind}_ask", f"document/{document}", job=job.id, revision=revision)
    work.wake()


@dataclass(frozen=True)
class DocumentChanges:
    """The routes that change a document."""

    view: DocumentView

    def routes(self, router: ConsoleRouter) -> None:
        """Put the routes into *router*."""
        router.post("/{document}/correct", needs=Permission.DOCUMENTS_EDIT)(self.correct)
        router.post("/{document}/withdraw", needs=Permission.DOCUMENTS_EDIT)(self.withdraw)
        router.post("/{document}/send-back", needs=Permission.DOCUMENTS_APPROVE)(self.send_back)
        router.post("/{document}/publish", needs=Permission.DOCUMENTS_APPROVE)(self.publish)
        router.post("/{document}/retire", needs=Permission.DOCUMENTS_APPROVE)(self.retire)
        router.post("/{document}/switch", needs=Permission.DOCUMENTS_APPROVE)(self.switch)

    def correct(self, visit: CurrentVisit, document: str) -> Response:
        """Correct the description; what stays as it was understood is no correction."""
        entry, filled = self.view.entry(document), CORRECT.read(visit.data)
        corrections = corrections_of(entry.understood, filled)
        if filled.errors:
            return self.view.shown(visit, entry, form=filled, status=422)
        try:
            after = self.view.collection.correct(entry.id, corrections, revision=filled["revision"], by=visit.user.name)
        except InvalidCorrectionError as error:
            for name, problem in error.problems.items():
                filled.errors[name] = FieldError(name, self._key(problem))
            return self.view.shown(visit, entry, form=filled, status=422)
        except StaleDocumentError:
            now = self.view.entry(document)
            filled.raw["revision"] = str(now.revision)
            return self.view.shown(visit, now, form=filled, problem="stale", status=409)
        deed = "propose" if after.proposal else "correct"
        visit.record(f"documents.{deed}", f"document/{entry.id}", fields=sorted(corrections), revision=after.revision)
        said = "proposed" if after.proposal else "corrected"
        return visit.redirect(f"/documents/{entry.id}", f"documents.said.{said}", name=name_of(after))

    def withdraw(self, visit: CurrentVisit, document: str) -> Response:
        """Take the correction that waits back."""
        entry, filled = self.view.entry(document), _SEEN.read(visit.data)
        act = lambda: self.view.collection.withdraw(entry.id, revision=filled["revision"], by=visit.user.name)  # noqa: E731
        return self._decided(visit, entry, filled, act, "withdraw")

    def send_back(self, visit: CurrentVisit, document: str) -> Response:
        """Give the correction that waits back to its editors, with a word on what to change."""
        entry, filled = self.view.entry(document), _SEND_BACK.read(visit.data)
        act = lambda: self.view.collection.send_back(  # noqa: E731
            entry.id, revision=filled["revision"], by=visit.user.name, comment=filled["comment"]
        )
        return self._decided(visit, entry, filled, act, "send_back")

    def publish(self, visit: CurrentVisit, document: str) -> Response:
        """Have a version, or its correction, published by a second person who typed its number.

        The index is built beside the service.
        """
        entry, filled = self.view.entry(document), _MOVE.read(visit.data)
        problem = self._hindrance(visit, entry, filled)
        if problem or filled.errors:
            return self.view.shown(visit, entry, problem=problem, status=409 if problem else 422)
        return self._asked(visit, JobKind.PUBLISH, entry, filled["revision"])

    def retire(self, visit: CurrentVisit, document: str) -> Response:
        """Have a version taken out of the search."""
        entry, filled = self.view.entry(document), _MOVE.read(visit.data)
        if filled["typed"] != typed_name(entry):
            return self.view.shown(visit, entry, problem="not_typed", status=409)
        return self._asked(visit, JobKind.RETIRE, entry, filled["revision"])

    def switch(self, visit: CurrentVisit, document: str) -> Response:
        """Try again to have the index follow what was decided already; where it does, nothing is to be done."""
        entry = self.view.entry(document)
        if not lacks_switch(self.view.collection, entry, self.view.last_change(entry)):
            return visit.redirect(f"/documents/{entry.id}", "documents.said.switched", name=name_of(entry))
        return self._asked(visit, JobKind.SWITCH, entry, entry.revision)

    def _decided(self, visit: Visit, entry: Entry, filled: Filled, act: Callable[[], Entry], deed: str) -> Response:
        """Do something to exactly the correction that was seen."""
        if filled.errors:
            problem = "no_comment" if "comment" in filled.errors else "stale"
            return self.view.shown(visit, entry, problem=problem, status=422)
        if entry.proposal is None:
            return self.view.shown(visit, entry, problem="nothing_proposed", status=409)
        try:
            after = act()
        except (StaleDocumentError, NothingProposedError):
            return self.view.shown(visit, self.view.entry(entry.id), problem="stale", status=409)
        details = {"comment": filled["comment"]} if deed == "send_back" else {}
        visit.record(f"documents.{deed}", f"document/{entry.id}", revision=after.revision, **details)
        return visit.redirect(f"/documents/{entry.id}", f"documents.said.{deed}", name=name_of(after))

    def _asked(self, visit: Visit, kind: JobKind, entry: Entry, revision: int) -> Response:
        """Queue the change of exactly the version that was seen; two who press at once are told the same."""
        if revision != entry.revision:
            return self.view.shown(visit, entry, problem="stale", status=409)
        asked_once(visit, self.view.gate.deps.knowledge.index_work, kind, entry.id, revision)
        return visit.redirect(f"/documents/{entry.id}", f"documents.said.{kind}_asked", name=name_of(entry))

    def _hindrance(self, visit: Visit, entry: Entry, filled: Filled) -> str:
        """Return the key of what keeps this person from publishing, if anything does."""
        if visit.user.name in self.view.authors(entry):
            return "second_person"
        if entry.status is Status.PUBLISHED and entry.proposal is None:
            return "nothing_proposed"
        if entry.proposal and entry.proposal.sent_back_by:
            return "sent_back"
        return "" if filled["typed"] == typed_name(entry) else "not_typed"

    def _key(self, problem: str) -> str:
        key = f"documents.wrong.{problem}"
        return key if self.view.gate.pages.texts.has(key) else "documents.wrong.other"
