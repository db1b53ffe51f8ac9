"""The tables of the documents taken in, and of the work on the index that somebody asked for."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, UtcDateTime

# SQLite numbers rows by itself only where the key is a plain INTEGER.
Serial = BigInteger().with_variant(Integer, "sqlite")


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
    proposal: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # see knowledge/proposal.py
    proposed_passages: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)


class JobRow(Base):
    """One piece of work on the index. ``worker`` has it until ``alive_until``; after that another may take it."""

    __tablename__ = "knowledge_job"
    __table_args__ = (
        Index("ix_knowledge_job_document", "document_id", "id"),
        Index("ix_knowledge_job_state", "state", "id"),
        Index(
            "ix_knowledge_job_open",
            "document_id",
            "kind",
            unique=True,
            sqlite_where=text("state IN ('waiting', 'running')"),
            postgresql_where=text("state IN ('waiting', 'running')"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(10))
    document_id: Mapped[str] = mapped_column(String(16))
    revision: Mapped[int | None] = mapped_column(Integer)
    actor: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(10))
    done: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int] = mapped_column(Integer, default=0)
    problem: Mapped[str | None] = mapped_column(String(40))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    worker: Mapped[str | None] = mapped_column(String(40))
    alive_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
