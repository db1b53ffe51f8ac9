"""One document as its page shows it: what was understood, what a correction would change, what may be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from console.errors import NotFound
from console.forms import Filled, Form, day, whole, words
from console.gate import Gate
from console.visit import Visit
from core.audit import AuditQuery
from core.vietnamese.format import day as write_day
from knowledge.collection import Collection
from knowledge.entry import Entry
from knowledge.errors import UnknownDocumentError
from knowledge.ingest.corrections import DAYS, LISTS
from knowledge.ingest.metadata import KINDS, Metadata
from knowledge.jobs import CHANGES, Job, JobState
from knowledge.tables import Status
from knowledge.worker import is_written_down, lacks_switch

FIELDS: Final = ("number", "kind", "title", "issuer", "issued_on", "effective_on", "expires_on", *LISTS)
SHOWN_PASSAGES: Final = 60
CORRECT: Final = Form(*(words(name, longest=600, required=False) for name in FIELDS), whole("revision", least=1))


@dataclass(frozen=True, slots=True)
class Changed:
    """What a correction changes in one field: the value as it is searched, and as it would be."""

    field: str
    now: str
    then: str


@dataclass(frozen=True)
class DocumentView:
    """Shows one document to who visits."""

    gate: Gate

    @property
    def collection(self) -> Collection:
        """Return the documents."""
        return self.gate.deps.knowledge.collection

    def entry(self, document: str) -> Entry:
        """Return one version; raises ``NotFound``."""
        try:
            return self.collection.document(document)
        except UnknownDocumentError as error:
            raise NotFound from error

    def authors(self, entry: Entry) -> set[str]:
        """Return who wrote what waits to be published: they do not publish it.

        Of a published document that is the correction, otherwise everything that was done to it.
        """
        if entry.status is Status.PUBLISHED:
            return set(entry.proposal.by) if entry.proposal else set()
        found = self.gate.deps.audit.search(AuditQuery(action="documents.", subject=f"document/{entry.id}"))
        written = ("documents.add", "documents.correct", "documents.propose")
        return {one.actor for one in found if one.action in written}

    def last_change(self, entry: Entry) -> Job | None:
        """Return what was asked last of a version that changes the index."""
        last: Job | None = self.gate.deps.knowledge.index_work.jobs.last(entry.id, *CHANGES)
        return last

    def shown(
        self, visit: Visit, entry: Entry, *, form: Filled | None = None, problem: str = "", status: int = 200
    ) -> Response:
        """Draw the page of a version; *problem* is the key of what stood in the way, *form* what was typed."""
        passages = self.collection.passages(entry.id)
        as_read = entry.as_proposed()
        job = self.last_change(entry)
        return visit.page(
            "admin/document.html",
            status=status,
            entry=entry,
            name=name_of(entry),
            typed_name=typed_name(entry),
            form=form or CORRECT.start(revision=entry.revision, **_in_words(as_read.metadata)),
            corrections=as_read.corrections,
            changed=changed_by_proposal(entry),
            fields=FIELDS,
            kinds=[(kind, self.gate.pages.texts(f"documents.kinds.{kind}")) for kind, *_ in KINDS],
            passages=passages[:SHOWN_PASSAGES],
            count=len(passages),
            versions=[one for one in self.collection.versions(entry.id) if one.id != entry.id],
            ends=self.collection.ends(entry),
            job=job,
            lacks_switch=lacks_switch(self.collection, entry, job),
            failed=job is not None and job.state is JobState.FAILED and not is_written_down(entry, job),
            findings=[self._finding(one) for one in as_read.findings],
            problem=problem,
            is_author=visit.user.name in self.authors(entry),
            Status=Status,
        )

    def _finding(self, finding: str) -> str:
        code, _, number = finding.partition(":")
        texts = self.gate.pages.texts
        return texts(f"documents.findings.{code}", n=number) if texts.has(f"documents.findings.{code}") else finding


def name_of(entry: Entry) -> str:
    """Return what staff call a version."""
    return entry.metadata.number or entry.metadata.title or entry.file_name


def typed_name(entry: Entry) -> str:
    """Return what is typed to confirm that this version is meant."""
    return entry.metadata.number or entry.id


def as_typed(metadata: Metadata) -> dict[str, str]:
    """Return the description as the fields of the form show it."""
    shown: dict[str, str] = {}
    for name in FIELDS:
        value = getattr(metadata, name)
        shown[name] = ", ".join(value) if isinstance(value, tuple) else str(value or "")
    return shown


def _in_words(metadata: Metadata) -> dict[str, str]:
    """Return the description as people read it: days as they are written here."""
    days = {name: write_day(getattr(metadata, name)) for name in DAYS if getattr(metadata, name)}
    return {**as_typed(metadata), **days}


def corrections_of(understood: Metadata, filled: Filled) -> Mapping[str, Any]:
    """Return the fields that say otherwise than what was understood; days as they are kept."""
    was = as_typed(understood)
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


def changed_by_proposal(entry: Entry) -> list[Changed]:
    """Return the fields that the correction that waits would change."""
    now, then = _in_words(entry.metadata), _in_words(entry.as_proposed().metadata)
    return [Changed(name, now[name], then[name]) for name in FIELDS if now[name] != then[name]]
