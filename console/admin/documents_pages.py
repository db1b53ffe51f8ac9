"""Documents of the authorities: take in, see how one was understood, correct, publish, retire, try a question."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from starlette.responses import Response

from console.errors import NotFound
from console.forms import FieldError, Filled, Form, day, file, whole, words
from console.gate import Gate
from console.routing import ConsoleRouter
from console.security.permissions import Permission
from console.visit import CurrentVisit, Visit
from core.audit import AuditQuery
from knowledge.archive import Entry
from knowledge.collection import Collection, Outcome, Trial
from knowledge.errors import (
    AlreadyAskedError,
    InvalidCorrectionError,
    StaleDocumentError,
    UnknownDocumentError,
    UnreadableFileError,
)
from knowledge.ingest.converters import LARGEST_BYTES, SUFFIXES
from knowledge.ingest.corrections import DAYS, LISTS
from knowledge.ingest.metadata import KINDS, Metadata
from knowledge.jobs import CHANGES, Job, JobKind
from knowledge.tables import Status
from knowledge.worker import IndexWorker

# What is read besides the file itself: the other fields of the form and the multipart frame.
LARGEST: Final = LARGEST_BYTES + 64 * 1024
FIELDS: Final = ("number", "kind", "title", "issuer", "issued_on", "effective_on", "expires_on", *LISTS)
SHOWN_PASSAGES: Final = 60
_UPLOAD: Final = Form(file("document"))
_CORRECT: Final = Form(*(words(name, longest=600, required=False) for name in FIELDS), whole("revision", least=1))
_MOVE: Final = Form(whole("revision", least=1), words("typed", longest=120, required=False))
_ASKED: Final = Form(words("q", longest=500, required=False), day("as_of", required=False))


@dataclass(frozen=True)
class Documents:
    """The pages of documents."""

    gate: Gate

    def router(self) -> ConsoleRouter:
        """Return the routes."""
        router = ConsoleRouter("/documents")
        router.get("", needs=Permission.DOCUMENTS_READ)(self.documents)
        router.get("/new", needs=Permission.DOCUMENTS_EDIT)(self.new)
        router.post("", needs=Permission.DOCUMENTS_EDIT, largest=LARGEST)(self.add)
        router.get("/{document}", needs=Permission.DOCUMENTS_READ)(self.document)
        router.get("/{document}/original", needs=Permission.DOCUMENTS_READ)(self.original)
        router.get("/{document}/progress", needs=Permission.DOCUMENTS_READ)(self.progress)
        router.get("/{document}/try", needs=Permission.DOCUMENTS_READ)(self.ask)
        router.post("/{document}/correct", needs=Permission.DOCUMENTS_EDIT)(self.correct)
        router.post("/{document}/publish", needs=Permission.DOCUMENTS_APPROVE)(self.publish)
        router.post("/{document}/retire", needs=Permission.DOCUMENTS_APPROVE)(self.retire)
        return router

    def look_ahead(self) -> Iterator[object]:
        """Open the collection and see which documents others ended."""
        yield self._collection.ended()

    @property
    def _collection(self) -> Collection:
        return self.gate.deps.knowledge.collection

    @property
    def _work(self) -> IndexWorker:
        return self.gate.deps.knowledge.index_work

    def documents(self, visit: CurrentVisit) -> Response:
        """List every version, the newest change first."""
        paging = visit.paging()
        rows, count = self._collection.page(paging.offset, paging.rows)
        under_way = {job.document: job for job in self._work.jobs.open() if job.kind in CHANGES}
        return visit.page(
            "admin/documents.html",
            documents=paging.shown(rows, count),
            ended=self._collection.ended(),
            under_way=under_way,
        )

    def new(self, visit: CurrentVisit) -> Response:
        """Ask for a file."""
        return visit.page("admin/document_new.html", form=_UPLOAD.start(), suffixes=sorted(SUFFIXES))

    def add(self, visit: CurrentVisit) -> Response:
        """Take a file in as a draft; its name is shown and never used as a path."""
        filled = _UPLOAD.read(visit.data)
        if not filled.errors:
            sent = filled["document"]
            try:
                preview = self._collection.add(sent.file.read(), sent.filename)
            except UnreadableFileError as error:
                filled.refuse("document", self._key("unreadable", error.reason), detail=error.detail)
            else:
                return self._added(visit, preview.outcome, preview.known)
        return visit.page("admin/document_new.html", status=422, form=filled, suffixes=sorted(SUFFIXES))

    def document(self, visit: CurrentVisit, document: str) -> Response:
        """Show how a version was understood."""
        return self._shown(visit, self._entry(document))

    def original(self, visit: CurrentVisit, document: str) -> Response:
        """Give the file as it came, to be kept, never to be shown by the browser."""
        entry = self._entry(document)
        visit.record("documents.original", f"document/{entry.id}")
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(entry.file_name, safe='')}",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(self._collection.original(entry.id), media_type="application/octet-stream", headers=headers)

    def ask(self, visit: CurrentVisit, document: str) -> Response:
        """Ask the index in use and the one with this version the same question."""
        entry, filled = self._entry(document), _ASKED.read(visit.request.query_params)
        found: Trial | None = None
        if filled["q"] and not filled.errors:
            if not self._collection.is_built(entry.id):
                self._ask(visit, JobKind.TRIAL, entry)
                return visit.page(
                    "admin/document_try.html", entry=entry, form=filled, found=None, job=self._trial(entry)
                )
            as_of = filled["as_of"] or self.gate.deps.clock.today()
            found = self._collection.compare(filled["q"], entry.id, as_of=as_of)
        return visit.page("admin/document_try.html", entry=entry, form=filled, found=found, job=None)

    def progress(self, visit: CurrentVisit, document: str, kind: str = "change") -> Response:
        """Show how far the work on a version is: the part that reloads itself, and the whole page once it is over."""
        entry = self._entry(document)
        job = self._trial(entry) if kind == "trial" else self._change(entry)
        if job is None or job.is_over:
            return Response(headers={"HX-Refresh": "true"})
        return visit.page("admin/document_progress.html", entry=entry, job=job)

    def correct(self, visit: CurrentVisit, document: str) -> Response:
        """Correct the description; what stays as it was understood is no correction."""
        entry, filled = self._entry(document), _CORRECT.read(visit.data)
        corrections = _corrections(entry.understood, filled)
        if filled.errors:
            return self._shown(visit, entry, form=filled, status=422)
        try:
            after = self._collection.correct(entry.id, corrections, revision=filled["revision"])
        except InvalidCorrectionError as error:
            for name, problem in error.problems.items():
                filled.errors[name] = FieldError(name, self._key("wrong", problem))
            return self._shown(visit, entry, form=filled, status=422)
        except StaleDocumentError:
            now = self._entry(document)
            filled.raw["revision"] = str(now.revision)
            return self._shown(visit, now, form=filled, problem="stale", status=409)
        visit.record("documents.correct", f"document/{entry.id}", fields=sorted(corrections), revision=after.revision)
        return visit.redirect(f"/documents/{entry.id}", "documents.said.corrected", name=_name(after))

    def publish(self, visit: CurrentVisit, document: str) -> Response:
        """Have a version published, by a second person who typed its number: the index is built beside the service."""
        entry, filled = self._entry(document), _MOVE.read(visit.data)
        problem = self._hindrance(visit, entry, filled)
        if problem or filled.errors:
            return self._shown(visit, entry, problem=problem, status=409 if problem else 422)
        return self._asked(visit, JobKind.PUBLISH, entry, filled["revision"])

    def retire(self, visit: CurrentVisit, document: str) -> Response:
        """Have a version taken out of the search."""
        entry, filled = self._entry(document), _MOVE.read(visit.data)
        if filled["typed"] != _typed_name(entry):
            return self._shown(visit, entry, problem="not_typed", status=409)
        return self._asked(visit, JobKind.RETIRE, entry, filled["revision"])

    def _asked(self, visit: Visit, kind: JobKind, entry: Entry, revision: int) -> Response:
        """Queue the change of exactly the version that was seen; two who press at once are told the same."""
        if revision != entry.revision:
            return self._shown(visit, entry, problem="stale", status=409)
        self._ask(visit, kind, entry, revision)
        return visit.redirect(f"/documents/{entry.id}", f"documents.said.{kind}_asked", name=_name(entry))

    def _ask(self, visit: Visit, kind: JobKind, entry: Entry, revision: int | None = None) -> None:
        with contextlib.suppress(AlreadyAskedError):
            job = self._work.jobs.ask(kind, entry.id, actor=visit.user.name, revision=revision)
            if kind in CHANGES:
                visit.record(f"documents.{kind}_ask", f"document/{entry.id}", job=job.id, revision=revision)
        self._work.wake()

    def _change(self, entry: Entry) -> Job | None:
        return self._work.jobs.last(entry.id, *CHANGES)

    def _trial(self, entry: Entry) -> Job | None:
        return self._work.jobs.last(entry.id, JobKind.TRIAL)

    def _hindrance(self, visit: Visit, entry: Entry, filled: Filled) -> str:
        if visit.user.name in self._editors(entry.id):
            return "second_person"
        return "" if filled["typed"] == _typed_name(entry) else "not_typed"

    def _editors(self, document: str) -> set[str]:
        """Return who took the version in or corrected it: they do not publish it."""
        found = self.gate.deps.audit.search(AuditQuery(action="documents.", subject=f"document/{document}"))
        return {entry.actor for entry in found if entry.action in ("documents.add", "documents.correct")}

    def _added(self, visit: Visit, outcome: Outcome, known: Entry | None) -> Response:
        assert known is not None  # noqa: S101  (added, or known already)
        if outcome in (Outcome.NEW, Outcome.NEW_VERSION):
            visit.record("documents.add", f"document/{known.id}", name=known.name, bytes=known.file_bytes)
        return visit.redirect(f"/documents/{known.id}", f"documents.said.{outcome}", name=_name(known))

    def _shown(
        self, visit: Visit, entry: Entry, *, form: Filled | None = None, problem: str = "", status: int = 200
    ) -> Response:
        passages = self._collection.passages(entry.id)
        return visit.page(
            "admin/document.html",
            status=status,
            entry=entry,
            name=_name(entry),
            typed_name=_typed_name(entry),
            form=form or _CORRECT.start(revision=entry.revision, **_as_typed(entry.metadata)),
            fields=FIELDS,
            kinds=[(kind, self.gate.pages.texts(f"documents.kinds.{kind}")) for kind, *_ in KINDS],
            passages=passages[:SHOWN_PASSAGES],
            count=len(passages),
            versions=[one for one in self._collection.versions(entry.id) if one.id != entry.id],
            ends=self._collection.ends(entry),
            job=self._change(entry),
            findings=[self._finding(one) for one in entry.findings],
            problem=problem,
            is_editor=visit.user.name in self._editors(entry.id),
            Status=Status,
        )

    def _finding(self, finding: str) -> str:
        code, _, number = finding.partition(":")
        texts = self.gate.pages.texts
        return texts(f"documents.findings.{code}", n=number) if texts.has(f"documents.findings.{code}") else finding

    def _key(self, part: str, reason: str) -> str:
        key = f"documents.{part}.{reason}"
        return key if self.gate.pages.texts.has(key) else f"documents.{part}.other"

    def _entry(self, document: str) -> Entry:
        try:
            return self._collection.document(document)
        except UnknownDocumentError as error:
            raise NotFound from error


def _name(entry: Entry) -> str:
    return entry.metadata.number or entry.metadata.title or entry.file_name


def _typed_name(entry: Entry) -> str:
    return entry.metadata.number or entry.id


def _as_typed(metadata: Metadata) -> dict[str, str]:
    shown: dict[str, str] = {}
    for name in FIELDS:
        value = getattr(metadata, name)
        shown[name] = ", ".join(value) if isinstance(value, tuple) else str(value or "")
    return shown


def _corrections(understood: Metadata, filled: Filled) -> Mapping[str, Any]:
    """Return the fields that say otherwise than what was understood; days as they are kept."""
    was = _as_typed(understood)
    found: dict[str, Any] = {}
    for name in FIELDS:
        typed = str(filled.shown(name) or "")
        if name in DAYS and typed:
            read = Form(day(name)).read({name: typed})
            if read.errors:
                filled.refuse(name, "not_a_day")
                continue
            typed = read[name].isoformat()
        if typed != was[name]:
            found[name] = typed
    return found
