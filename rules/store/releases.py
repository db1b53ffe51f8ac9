"""The releases: an append-only chain. The one in use is the newest whose time has come."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import AuditLog
from core.chain import GENESIS, lock_head
from core.clock import Clock
from core.database import Database
from rules.documents import Documents, text_hash
from rules.store.errors import UnknownRelease
from rules.store.records import ReleaseKind, ReleaseRecord, manifest_text, release_hash, release_of
from rules.store.tables import HeadRow, ReleaseRow, SeedRow, TextRow
from rules.store.texts import keep, texts_of


@dataclass(frozen=True, slots=True)
class Tampering:
    """A release that is not as it was published: ``missing``, ``changed``, ``moved``, ``cut_off``, ``text_changed``."""

    seq: int
    reason: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class NewRelease:
    """What is to be released."""

    kind: ReleaseKind
    documents: Documents
    seed_hash: str
    message: str
    author: str
    approver: str
    publisher: str
    active_from: datetime
    draft_id: str | None = None
    returns_to: int | None = None


class ReleaseStore:
    """The releases in one database."""

    def __init__(self, database: Database, clock: Clock, audit: AuditLog | None = None) -> None:
        self.database, self.clock = database, clock
        self.audit = audit or AuditLog(database, clock)

    def active_seq(self, moment: datetime | None = None) -> int | None:
        """Return the number of the release in use at *moment* (default: now); one cheap look at an index."""
        asked = (
            select(ReleaseRow.seq)
            .where(ReleaseRow.active_from <= (moment or self.clock.now()))
            .order_by(ReleaseRow.seq.desc())
            .limit(1)
        )
        with self.database.session() as session:
            return session.scalar(asked)

    def active(self, moment: datetime | None = None) -> ReleaseRecord | None:
        """Return the release in use at *moment* (default: now); ``None`` in an empty store."""
        seq = self.active_seq(moment)
        return None if seq is None else self.get(seq)

    def newest(self) -> ReleaseRecord | None:
        """Return the newest release, in use or only from a later day; drafts begin there."""
        found = self.history(limit=1)
        return found[0] if found else None

    def get(self, seq: int) -> ReleaseRecord:
        """Return one release; raises :class:`UnknownRelease`."""
        with self.database.session() as session:
            row = session.get(ReleaseRow, seq)
            if row is None:
                raise UnknownRelease(seq)
            return release_of(row)

    def find(self, name: str) -> ReleaseRecord:
        """Return the newest release of that number, law id or beginning of a content hash."""
        if name.isdigit() and len(name) < 10:
            return self.get(int(name))
        matches = (ReleaseRow.law_id == name) | ReleaseRow.content_hash.startswith(name, autoescape=True)
        with self.database.session() as session:
            row = session.scalars(select(ReleaseRow).where(matches).order_by(ReleaseRow.seq.desc()).limit(1)).first()
        if row is None:
            raise UnknownRelease(name)
        return release_of(row)

    def history(self, *, before: int | None = None, limit: int = 100) -> list[ReleaseRecord]:
        """Return releases, newest first."""
        asked = select(ReleaseRow).order_by(ReleaseRow.seq.desc()).limit(limit)
        if before is not None:
            asked = asked.where(ReleaseRow.seq < before)
        with self.database.session() as session:
            return [release_of(row) for row in session.scalars(asked)]

    def documents(self, release: ReleaseRecord | int) -> Documents:
        """Return the documents of a release, byte for byte as they were published."""
        record = self.get(release) if isinstance(release, int) else release
        with self.database.session() as session:
            return Documents(texts_of(session, record.manifest))

    def seed_documents(self, seed_hash: str) -> Documents:
        """Return the rule files of the package version whose content has that hash; raises :class:`UnknownRelease`."""
        with self.database.session() as session:
            row = session.get(SeedRow, seed_hash)
            if row is None:
                raise UnknownRelease(seed_hash)
            return Documents(texts_of(session, json.loads(row.manifest)))

    def append(self, session: Session, new: NewRelease, *, head: HeadRow) -> ReleaseRecord:
        """Add a release and its audit entry and move the pointer *head*, all in the transaction of *session*."""
        keep(session, new.documents.texts.values())
        row = ReleaseRow(
            seq=head.seq + 1,
            kind=new.kind.value,
            content_hash=new.documents.content_hash,
            law_id=new.documents.law_id,
            manifest=manifest_text(new.documents.manifest),
            seed_hash=new.seed_hash,
            message=new.message,
            author=new.author,
            approver=new.approver,
            publisher=new.publisher,
            created_at=self.clock.now(),
            active_from=new.active_from,
            draft_id=new.draft_id,
            returns_to=new.returns_to,
            previous=head.hash,
            hash="",
        )
        row.hash = release_hash(row)
        session.add(row)
        head.seq, head.hash = row.seq, row.hash
        session.flush()
        self.audit.record(
            session,
            actor=new.publisher,
            action="rules.publish",
            subject=f"release/{row.seq}",
            details={
                "kind": row.kind,
                "author": row.author,
                "approver": row.approver,
                "active_from": row.active_from.isoformat(),
                "content_hash": row.content_hash,
                "draft": row.draft_id,
            },
        )
        return release_of(row)

    def verify(self) -> list[Tampering]:
        """Compute the chain and the hash of every text again; an empty list means nothing was changed."""
        found: list[Tampering] = []
        seq, previous = 0, GENESIS
        with self.database.session() as session:
            texts = {hash_: text_hash(text) for hash_, text in session.execute(select(TextRow.hash, TextRow.text))}
            for row in session.scalars(select(ReleaseRow).order_by(ReleaseRow.seq).execution_options(yield_per=50)):
                if row.seq != seq + 1:
                    found.append(Tampering(seq + 1, "missing"))
                elif row.previous != previous:
                    found.append(Tampering(row.seq, "moved"))
                if row.hash != release_hash(row):
                    found.append(Tampering(row.seq, "changed"))
                found += _changed_texts(row, texts)
                seq, previous = row.seq, row.hash
            head = session.get(HeadRow, 1)
        if (head.seq, head.hash) != (seq, previous) if head else seq:
            found.append(Tampering(seq + 1, "cut_off"))
        return found


def locked_head(session: Session) -> HeadRow:
    """Return the pointer to the newest release, locked to the end of the transaction."""
    return lock_head(session, HeadRow)


def _changed_texts(row: ReleaseRow, texts: dict[str, str]) -> list[Tampering]:
    manifest: dict[str, str] = json.loads(row.manifest)
    return [Tampering(row.seq, "text_changed", path) for path, hash_ in manifest.items() if texts.get(hash_) != hash_]
