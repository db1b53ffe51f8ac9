"""The documents taken in, in the database: every version with its file, its passages and where it stands."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from core.clock import Clock
from core.database import Database
from knowledge.errors import StaleDocumentError, UnknownDocumentError
from knowledge.ingest.documents import Counts, Document, amended, amendments, ended, ends_by_replacement
from knowledge.ingest.metadata import Metadata
from knowledge.passages import Passage
from knowledge.tables import DocumentRow, Status

Stamp: TypeAlias = tuple[int, int, datetime | None]


@dataclass(frozen=True)
class Entry:
    """One version of a document as lists show it; see :class:`~knowledge.ingest.documents.Document`."""

    id: str
    name: str
    file_name: str
    file_bytes: int
    status: Status
    understood: Metadata
    metadata: Metadata
    corrections: Mapping[str, Any]
    counts: Counts
    findings: tuple[str, ...]
    revision: int
    added_at: datetime
    changed_at: datetime

    def to_json(self) -> dict[str, Any]:
        """Return the plain form."""
        return {
            "id": self.id,
            "name": self.name,
            "file_name": self.file_name,
            "file_bytes": self.file_bytes,
            "status": self.status.value,
            "metadata": self.metadata.to_json(),
            "corrections": dict(self.corrections),
            **asdict(self.counts),
            "findings": list(self.findings),
            "revision": self.revision,
            "added_at": self.added_at.isoformat(),
            "changed_at": self.changed_at.isoformat(),
        }


class DocumentArchive:
    """Keeps documents; each change counts up the revision of what it changes."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def entries(self, *statuses: Status) -> tuple[Entry, ...]:
        """Return all versions, or those of *statuses*, the newest change first."""
        query = select(DocumentRow).order_by(DocumentRow.changed_at.desc(), DocumentRow.id)
        if statuses:
            query = query.where(DocumentRow.status.in_([s.value for s in statuses]))
        with self._database.session() as session:
            return tuple(map(_entry, session.scalars(query)))

    def page(self, offset: int, limit: int) -> tuple[tuple[Entry, ...], int]:
        """Return *limit* versions from *offset* on, the newest change first, and how many there are."""
        query = select(DocumentRow).order_by(DocumentRow.changed_at.desc(), DocumentRow.id)
        with self._database.session() as session:
            count = session.scalar(select(func.count()).select_from(DocumentRow)) or 0
            return tuple(map(_entry, session.scalars(query.offset(offset).limit(limit)))), count

    def stamp(self, status: Status) -> Stamp:
        """Return what is another after any change to versions of *status*."""
        changes = select(func.count(), func.sum(DocumentRow.revision), func.max(DocumentRow.changed_at))
        with self._database.session() as session:
            count, revisions, last = session.execute(changes.where(DocumentRow.status == status.value)).one()
            return count, revisions or 0, last

    def entry(self, id_: str) -> Entry:
        """Return one version; raises :class:`UnknownDocumentError`."""
        with self._database.session() as session:
            return _entry(_row(session, id_))

    def find(self, id_: str) -> Entry | None:
        """Return one version, ``None`` if it was not taken in."""
        with self._database.session() as session:
            row = session.get(DocumentRow, id_)
            return _entry(row) if row else None

    def same_words(self, digest: str) -> Entry | None:
        """Return a version with these very words that was not retired."""
        query = select(DocumentRow).where(DocumentRow.digest == digest, DocumentRow.status != Status.RETIRED.value)
        with self._database.session() as session:
            row = session.scalars(query.order_by(DocumentRow.added_at)).first()
            return _entry(row) if row else None

    def versions(self, name: str) -> tuple[Entry, ...]:
        """Return every version of the document *name*, the newest first."""
        query = select(DocumentRow).where(DocumentRow.name == name).order_by(DocumentRow.added_at.desc())
        with self._database.session() as session:
            return tuple(map(_entry, session.scalars(query)))

    def keep(self, document: Document, data: bytes) -> Entry:
        """Keep a new version as a draft; one that was retired becomes a draft again."""
        now = self._clock.now()
        with self._database.session() as session:
            row = session.get(DocumentRow, document.id)
            if row is None:
                row = DocumentRow(id=document.id, added_at=now, original=data, file_bytes=len(data), revision=0)
                session.add(row)
            _fill(row, document, {})
            row.status, row.changed_at, row.revision = Status.DRAFT.value, now, row.revision + 1
            session.flush()
            return _entry(row)

    def rewrite(self, document: Document, corrections: Mapping[str, Any], revision: int) -> Entry:
        """Put *document*, understood with *corrections*, in the place of what was kept at *revision*."""
        with self._database.session() as session:
            row = _row(session, document.id, revision)
            _fill(row, document, corrections)
            row.changed_at, row.revision = self._clock.now(), row.revision + 1
            return _entry(row)

    def publish(self, revisions: Mapping[str, int | None]) -> tuple[Entry, ...]:
        """Publish versions, by id with the revision seen; earlier ones of the same names are retired. All or none."""
        with self._database.session() as session:
            rows = [_row(session, id_, revision) for id_, revision in revisions.items()]
            names = {row.name: row.id for row in rows}
            published = select(DocumentRow).where(DocumentRow.status == Status.PUBLISHED.value)
            for other in session.scalars(published.where(DocumentRow.name.in_(names))):
                if other.id != names[other.name]:
                    self._set(other, Status.RETIRED)
            for row in rows:
                self._set(row, Status.PUBLISHED if names[row.name] == row.id else Status.RETIRED)
            return tuple(map(_entry, rows))

    def retire(self, id_: str, revision: int | None = None) -> Entry:
        """Take a version out of the search; it stays here."""
        with self._database.session() as session:
            row = _row(session, id_, revision)
            self._set(row, Status.RETIRED)
            return _entry(row)

    def original(self, id_: str) -> bytes:
        """Return the file as it came."""
        with self._database.session() as session:
            return _row(session, id_).original

    def passages(self, ids: Iterable[str]) -> tuple[Passage, ...]:
        """Return the passages of versions, in the order of their ids; each ends where another of them replaces it."""
        found: list[Passage] = []
        described: list[Metadata] = []
        with self._database.session() as session:
            for id_ in sorted(set(ids)):
                row = session.get(DocumentRow, id_, options=[undefer(DocumentRow.passages)])
                if row is None:
                    raise UnknownDocumentError(id_)
                described.append(Metadata.from_json(row.metadata_))
                found += map(Passage.from_json, json.loads(zlib.decompress(row.passages)))
                session.expunge(row)
        return ended(amended(found, amendments(described)), ends_by_replacement(described))

    def _set(self, row: DocumentRow, status: Status) -> None:
        if row.status != status.value:
            row.status, row.changed_at, row.revision = status.value, self._clock.now(), row.revision + 1


def fingerprint(entries: Sequence[Entry]) -> str:
    """Return a hash of what *entries* say: it changes with every file, correction and choice of versions."""
    said = sorted([e.id, json.dumps(e.corrections, sort_keys=True), e.counts.passages] for e in entries)
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _row(session: Session, id_: str, revision: int | None = None) -> DocumentRow:
    row = session.get(DocumentRow, id_, with_for_update=True)
    if row is None:
        raise UnknownDocumentError(id_)
    if revision is not None and row.revision != revision:
        raise StaleDocumentError(id_, revision, row.revision)
    return row


def _fill(row: DocumentRow, document: Document, corrections: Mapping[str, Any]) -> None:
    row.name, row.digest, row.file_name = document.name, document.digest, document.file_name
    row.understood, row.metadata_ = document.understood.to_json(), document.metadata.to_json()
    row.corrections, row.counts, row.findings = dict(corrections), asdict(document.counts), list(document.findings)
    plain = json.dumps([p.to_json() for p in document.passages], ensure_ascii=False)
    row.passages = zlib.compress(plain.encode(), 6)


def _entry(row: DocumentRow) -> Entry:
    return Entry(
        id=row.id,
        name=row.name,
        file_name=row.file_name,
        file_bytes=row.file_bytes,
        status=Status(row.status),
        understood=Metadata.from_json(row.understood),
        metadata=Metadata.from_json(row.metadata_),
        corrections=row.corrections,
        counts=Counts(**row.counts),
        findings=tuple(row.findings),
        revision=row.revision,
        added_at=row.added_at,
        changed_at=row.changed_at,
    )
