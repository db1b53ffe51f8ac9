"""The table of the documents taken in: what was understood of each, its passages, and the file as it came."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, UtcDateTime


class Status(StrEnum):
    """Where a document stands."""

    DRAFT = "draft"  # taken in, not searched
    PUBLISHED = "published"  # searched, from the next build on
    RETIRED = "retired"  # was searched once, or another version took its place


class DocumentRow(Base):
    """One version of a document; ``revision`` counts its changes, so that two people's edits are told apart."""

    __tablename__ = "knowledge_document"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(120), index=True)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    file_name: Mapped[str] = mapped_column(String(255))
    file_bytes: Mapped[int] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(String(12), index=True)
    understood: Mapped[dict[str, Any]] = mapped_column(JSON)
    corrections: Mapped[dict[str, Any]] = mapped_column(JSON)
    metadata_: Mapped[dict[str, Any]] = mapped_column("metadata", JSON)
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
    findings: Mapped[list[str]] = mapped_column(JSON)
    revision: Mapped[int] = mapped_column(Integer)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    passages: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)  # JSON, packed by zlib
    original: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
