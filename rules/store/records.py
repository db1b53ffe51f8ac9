"""Releases and drafts as values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from core.chain import chain_hash
from rules.store.tables import DraftRow, ReleaseRow, StepRow


class DraftState(StrEnum):
    """Where a draft stands. ``published`` and ``discarded`` are its ends."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    PUBLISHED = "published"
    DISCARDED = "discarded"


class ReleaseKind(StrEnum):
    """Where a release comes from: the package, an edit, going back to an older one, an upgrade merged with edits."""

    SEED = "seed"
    EDIT = "edit"
    RETURN = "return"
    UPGRADE = "upgrade"


@dataclass(frozen=True, slots=True)
class ReleaseRecord:
    """One release. ``law_id`` is the id that answers carry; ``active_from`` is when the service takes it into use."""

    seq: int
    kind: ReleaseKind
    content_hash: str
    law_id: str
    manifest: Mapping[str, str]
    seed_hash: str
    message: str
    author: str
    approver: str
    publisher: str
    created_at: datetime
    active_from: datetime
    draft_id: str | None
    returns_to: int | None
    previous: str
    hash: str

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values, without the manifest."""
        told = {name: getattr(self, name) for name in _SHOWN}
        return told | {"created_at": self.created_at.isoformat(), "active_from": self.active_from.isoformat()}


_SHOWN = ("seq", "kind", "content_hash", "law_id", "message", "author", "approver", "publisher", "draft_id",
          "returns_to", "previous", "hash")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft. ``changes`` are the hashes of the texts that differ from the base; ``None`` removes a document."""

    id: str
    title: str
    kind: ReleaseKind
    base_seq: int
    seed_hash: str
    returns_to: int | None
    state: DraftState
    version: int
    changes: Mapping[str, str | None]
    author: str
    approver: str | None
    created_at: datetime
    updated_at: datetime

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "id": self.id,
            "title": self.title,
            "kind": self.kind,
            "base": self.base_seq,
            "state": self.state,
            "version": self.version,
            "changed": sorted(self.changes),
            "author": self.author,
            "approver": self.approver,
            "created_at": self.created_at.isoformat(),
            "updated_at": self.updated_at.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class DraftStep:
    """One step of a draft, as it happened: ``opened``, ``saved``, ``submitted``, ``sent_back``, ``approved``, …"""

    version: int
    action: str
    actor: str
    at: datetime
    comment: str
    changes: Mapping[str, str | None]


def release_of(row: ReleaseRow) -> ReleaseRecord:
    """Return the row as a value."""
    return ReleaseRecord(
        row.seq, ReleaseKind(row.kind), row.content_hash, row.law_id, json.loads(row.manifest), row.seed_hash,
        row.message, row.author, row.approver, row.publisher, row.created_at, row.active_from, row.draft_id,
        row.returns_to, row.previous, row.hash,
    )  # fmt: skip


def draft_of(row: DraftRow) -> Draft:
    """Return the row as a value."""
    return Draft(
        row.id, row.title, ReleaseKind(row.kind), row.base_seq, row.seed_hash, row.returns_to, DraftState(row.state),
        row.version, json.loads(row.changes), row.author, row.approver, row.created_at, row.updated_at,
    )  # fmt: skip


def step_of(row: StepRow) -> DraftStep:
    """Return the row as a value."""
    return DraftStep(row.version, row.action, row.actor, row.at, row.comment, json.loads(row.changes))


def release_hash(row: ReleaseRow) -> str:
    """Return the hash of everything the row says, the row before included."""
    times = [moment.astimezone(UTC).isoformat(timespec="microseconds") for moment in (row.created_at, row.active_from)]
    return chain_hash(
        [
            row.seq, row.kind, row.content_hash, row.law_id, row.manifest, row.seed_hash, row.message, row.author,
            row.approver, row.publisher, *times, row.draft_id, row.returns_to, row.previous,
        ]
    )  # fmt: skip


def manifest_text(manifest: Mapping[str, str | None]) -> str:
    """Return *manifest* as it is stored."""
    return json.dumps(manifest, sort_keys=True, separators=(",", ":"))
