"""Documents of the authorities: take in, see how one was understood, correct, publish, retire, try a question."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from starlette.responses import Response

from console.admin.document_changes import DocumentChanges, asked_once
from console.admin.document_view import DocumentView, name_of
from console.forms import Form, day, file, words
from console.gate import Gate
from console.routing import ConsoleRouter
from console.security.permissions import Permission
from console.visit import CurrentVisit, Visit
from knowledge.collection import Collection, Outcome, Trial
from knowledge.entry import Entry
from knowledge.errors import UnreadableFileError
from knowledge.ingest.converters import LARGEST_BYTES, SUFFIXES
from knowledge.jobs import CHANGES, Job, JobKind
from knowledge.worker import IndexWorker

# What is read besides the file itself: the other fields of the form and the multipart frame.
LARGEST: Final = LARGEST_BYTES + 64 * 1024
_UPLOAD: Final = Form(file("document"))
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
        DocumentChanges(self._view).routes(router)
        return router

    def look_ahead(self) -> Iterator[object]:
        """Open the collection and see which documents others ended."""
        yield self._collection.ended()

    @property
    def _view(self) -> DocumentView:
        return DocumentView(self.gate)

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
        return self._view.shown(visit, self._view.entry(document))

    def original(self, visit: CurrentVisit, document: str) -> Response:
        """Give the file as it came, to be kept, never to be shown by the browser."""
        entry = self._view.entry(document)
        visit.record("documents.original", f"document/{entry.id}")
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(entry.file_name, safe='')}",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(self._collection.original(entry.id), media_type="application/octet-stream", headers=headers)

    def ask(self, visit: CurrentVisit, document: str) -> Response:
        """Ask the index in use and the one with this version the same question."""
        entry, filled = self._view.entry(document), _ASKED.read(visit.request.query_params)
        found: Trial | None = None
        if filled["q"] and not filled.errors:
            if not self._collection.is_built(entry.id):
                asked_once(visit, self._work, JobKind.TRIAL, entry.id)
                return visit.page(
                    "admin/document_try.html", entry=entry, form=filled, found=None, job=self._trial(entry)
                )
            as_of = filled["as_of"] or self.gate.deps.clock.today()
            found = self._collection.compare(filled["q"], entry.id, as_of=as_of)
        return visit.page("admin/document_try.html", entry=entry, form=filled, found=found, job=None)

    def progress(self, visit: CurrentVisit, document: str, kind: str = "change") -> Response:
        """Show how far the work on a version is: the part that reloads itself, and the whole page once it is over."""
        entry = self._view.entry(document)
        job = self._trial(entry) if kind == "trial" else self._work.jobs.last(entry.id, *CHANGES)
        if job is None or job.is_over:
            return Response(headers={"HX-Refresh": "true"})
        return visit.page("admin/document_progress.html", entry=entry, job=job)

    def _trial(self, entry: Entry) -> Job | None:
        return self._work.jobs.last(entry.id, JobKind.TRIAL)

    def _added(self, visit: Visit, outcome: Outcome, known: Entry | None) -> Response:
        assert known is not None  # noqa: S101  (added, or known already)
        if outcome in (Outcome.NEW, Outcome.NEW_VERSION):
            visit.record("documents.add", f"document/{known.id}", name=known.name, bytes=known.file_bytes)
        return visit.redirect(f"/documents/{known.id}", f"documents.said.{outcome}", name=name_of(known))

    def _key(self, part: str, reason: str) -> str:
        key = f"documents.{part}.{reason}"
        return key if self.gate.pages.texts.has(key) else f"documents.{part}.other"
