"""One version of a document as lists show it, and the hash of what several say."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from knowledge.ingest.documents import Counts
from knowledge.ingest.metadata import Metadata
from knowledge.proposal import Proposal
from knowledge.tables import DocumentRow, Status


@dataclass(frozen=True)
class Entry:
    """One version of a document as lists show it; see :class:`~knowledge.ingest.documents.Document`.

    ``proposal``: the correction of a published version that waits for a second person.
    """

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
    proposal: Proposal | None = None

    def as_proposed(self) -> Entry:
        """Return the version as it reads once the correction that waits is published."""
        new = self.proposal
        if new is None:
            return self
        return replace(
            self,
            name=new.name,
            metadata=new.metadata,
            corrections=new.corrections,
            counts=new.counts,
            findings=new.findings,
            proposal=None,
        )

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
            "proposed_corrections": dict(self.proposal.corrections) if self.proposal else None,
            **asdict(self.counts),
            "findings": list(self.findings),
            "revision": self.revision,
            "added_at": self.added_at.isoformat(),
            "changed_at": self.changed_at.isoformat(),
        }


def fingerprint(entries: Sequence[Entry]) -> str:
    """Return a hash of what *entries* say: it changes with every file, correction and choice of versions."""
    said = sorted([e.id, json.dumps(e.corrections, sort_keys=True), e.counts.passages] for e in entries)
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def entry_of(row: DocumentRow) -> Entry:
    """Return what a row says."""
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
        proposal=Proposal.from_json(row.proposal) if row.proposal else None,
    )
