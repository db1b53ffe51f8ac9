"""The documents taken in, in the database: every version with its file, its passages and where it stands."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, undefer

from core.clock import Clock
from core.database import Database
from knowledge.entry import Entry, entry_of
from knowledge.errors import NothingProposedError, SecondPersonNeededError, StaleDocumentError, UnknownDocumentError
from knowledge.ingest.documents import Document, amended, amendments, ended, ends_by_replacement
from knowledge.ingest.metadata import Metadata
from knowledge.passages import Passage
from knowledge.proposal import Proposal
from knowledge.tables import DocumentRow, Status

Stamp: TypeAlias = tuple[int, int, datetime | None]


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
            return tuple(map(entry_of, session.scalars(query)))

    def page(self, offset: int, limit: int) -> tuple[tuple[Entry, ...], int]:
        """Return *limit* versions from *offset* on, the newest change first, and how many there are."""
        query = select(DocumentRow).order_by(DocumentRow.changed_at.desc(), DocumentRow.id)
        with self._database.session() as session:
            count = session.scalar(select(func.count()).select_from(DocumentRow)) or 0
            return tuple(map(entry_of, session.scalars(query.offset(offset).limit(limit)))), count

    def stamp(self, status: Status) -> Stamp:
        """Return what is another after any change to versions of *status*."""
        changes = select(func.count(), func.sum(DocumentRow.revision), func.max(DocumentRow.changed_at))
        with self._database.session() as session:
            count, revisions, last = session.execute(changes.where(DocumentRow.status == status.value)).one()
            return count, revisions or 0, last

    def entry(self, id_: str) -> Entry:
        """Return one version; raises :class:`UnknownDocumentError`."""
        with self._database.session() as session:
            return entry_of(_row(session, id_))

    def find(self, id_: str) -> Entry | None:
        """Return one version, ``None`` if it was not taken in."""
        with self._database.session() as session:
            row = session.get(DocumentRow, id_)
            return entry_of(row) if row else None

    def same_words(self, digest: str) -> Entry | None:
        """Return a version with these very words that was not retired."""
        query = select(DocumentRow).where(DocumentRow.digest == digest, DocumentRow.status != Status.RETIRED.value)
        with self._database.session() as session:
            row = session.scalars(query.order_by(DocumentRow.added_at)).first()
            return entry_of(row) if row else None

    def versions(self, name: str) -> tuple[Entry, ...]:
        """Return every version of the document *name*, the newest first."""
        query = select(DocumentRow).where(DocumentRow.name == name).order_by(DocumentRow.added_at.desc())
        with self._database.session() as session:
            return tuple(map(entry_of, session.scalars(query)))

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
            return entry_of(row)

    def correct(self, document: Document, corrections: Mapping[str, Any], revision: int, *, by: str) -> Entry:
        """Put *document*, understood with *corrections*, in the place of what was kept at *revision*.

        A published version stays as it is: the correction waits beside it, and goes away where nothing differs.
        """
        with self._database.session() as session:
            row = _locked(session, document.id, revision)
            if row.status == Status.PUBLISHED.value:
                _propose(row, document, corrections, by)
            else:
                _fill(row, document, corrections)
            self._touch(row)
            return entry_of(row)

    def send_back(self, id_: str, revision: int, *, by: str, comment: str) -> Entry:
        """Give the correction that waits back to its editors; raises :class:`NothingProposedError`."""
        with self._database.session() as session:
            row = _locked(session, id_, revision)
            if row.proposal is None:
                raise NothingProposedError(id_)
            row.proposal = Proposal.from_json(row.proposal).sent_back(by, comment).to_json()
            self._touch(row)
            return entry_of(row)

    def publish(self, revisions: Mapping[str, int | None], *, by: str | None = None) -> tuple[Entry, ...]:
        """Publish versions, by id with the revision seen; earlier ones of the same names are retired. All or none.

        A correction that waits takes the place of what was published; raises :class:`SecondPersonNeededError`.
        """
        with self._database.session() as session:
            locked = {id_: _locked(session, id_, revisions[id_]) for id_ in sorted(revisions)}
            rows = [locked[id_] for id_ in revisions]
            for row in rows:
                self._take_over(row, by)
            names = {row.name: row.id for row in rows}
            published = select(DocumentRow).where(DocumentRow.status == Status.PUBLISHED.value)
            for other in session.scalars(published.where(DocumentRow.name.in_(names))):
                if other.id != names[other.name]:
                    self._set(other, Status.RETIRED)
            for row in rows:
                self._set(row, Status.PUBLISHED if names[row.name] == row.id else Status.RETIRED)
            return tuple(map(entry_of, rows))

    def retire(self, id_: str, revision: int | None = None) -> Entry:
        """Take a version out of the search; it stays here."""
        with self._database.session() as session:
            row = _locked(session, id_, revision)
            self._set(row, Status.RETIRED)
            return entry_of(row)

    def original(self, id_: str) -> bytes:
        """Return the file as it came."""
        with self._database.session() as session:
            return _row(session, id_).original

    def passages(self, ids: Iterable[str], *, proposed: Collection[str] = ()) -> tuple[Passage, ...]:
        """Return the passages of versions, in the order of their ids; each ends where another of them replaces it.

        Of the versions *proposed* those are meant that they have once their correction is published.
        """
        found: list[Passage] = []
        described: list[Metadata] = []
        with self._database.session() as session:
            for id_ in sorted(set(ids)):
                text = DocumentRow.proposed_passages if id_ in proposed else DocumentRow.passages
                row = session.get(DocumentRow, id_, options=[undefer(text)])
                if row is None:
                    raise UnknownDocumentError(id_)
                metadata, packed = _text_of(row, as_proposed=id_ in proposed)
                described.append(Metadata.from_json(metadata))
                found += map(Passage.from_json, json.loads(zlib.decompress(packed)))
                session.expunge(row)
        return ended(amended(found, amendments(described)), ends_by_replacement(described))

    def _take_over(self, row: DocumentRow, by: str | None) -> None:
        """Put the correction that waits in the place of what was published."""
        if row.proposal is None or row.proposed_passages is None:
            return
        new = Proposal.from_json(row.proposal)
        if not new.may_be_published_by(by):
            raise SecondPersonNeededError(row.id, by)
        row.name, row.metadata_, row.corrections = new.name, new.metadata.to_json(), dict(new.corrections)
        row.counts, row.findings, row.passages = asdict(new.counts), list(new.findings), row.proposed_passages
        row.proposal = row.proposed_passages = None
        self._touch(row)

    def _set(self, row: DocumentRow, status: Status) -> None:
        if row.status != status.value:
            row.status, row.proposal, row.proposed_passages = status.value, None, None
            self._touch(row)

    def _touch(self, row: DocumentRow) -> None:
        row.changed_at, row.revision = self._clock.now(), row.revision + 1


def _row(session: Session, id_: str) -> DocumentRow:
    row = session.get(DocumentRow, id_)
    if row is None:
        raise UnknownDocumentError(id_)
    return row


def _locked(session: Session, id_: str, revision: int | None = None) -> DocumentRow:
    """Return the row, locked to the end of the transaction; raises :class:`StaleDocumentError`.

    By an update first: on SQLite too the next writer waits at it, and reads only afterwards what this one wrote.
    """
    here = update(DocumentRow).where(DocumentRow.id == id_).values(id=id_)
    if not session.execute(here.execution_options(synchronize_session=False)).rowcount:  # type: ignore[attr-defined]
        raise UnknownDocumentError(id_)
    row = session.get_one(DocumentRow, id_, populate_existing=True)
    if revision is not None and row.revision != revision:
        raise StaleDocumentError(id_, revision, row.revision)
    return row


def _fill(row: DocumentRow, document: Document, corrections: Mapping[str, Any]) -> None:
    row.name, row.digest, row.file_name = document.name, document.digest, document.file_name
    row.understood, row.metadata_ = document.understood.to_json(), document.metadata.to_json()
    row.corrections, row.counts, row.findings = dict(corrections), asdict(document.counts), list(document.findings)
    row.passages = _packed(document.passages)


def _propose(row: DocumentRow, document: Document, corrections: Mapping[str, Any], by: str) -> None:
    if dict(corrections) == row.corrections:
        row.proposal = row.proposed_passages = None
        return
    before = Proposal.from_json(row.proposal).by if row.proposal else ()
    row.proposal = Proposal.of(document, corrections, tuple(dict.fromkeys((*before, by)))).to_json()
    row.proposed_passages = _packed(document.passages)


def _packed(passages: Sequence[Passage]) -> bytes:
    plain = json.dumps([p.to_json() for p in passages], ensure_ascii=False)
    return zlib.compress(plain.encode(), 6)


def _text_of(row: DocumentRow, *, as_proposed: bool) -> tuple[dict[str, Any], bytes]:
    """Return the description and the packed passages, of the correction that waits where there is one."""
    if as_proposed and row.proposal is not None and row.proposed_passages is not None:
        return row.proposal["metadata"], row.proposed_passages
    return row.metadata_, row.passages
