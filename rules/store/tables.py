"""The tables of releases and drafts. What was released is never changed and never deleted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DDL, ForeignKey, Index, Integer, String, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from core.append_only import append_only
from core.chain import NUMBER, HeadColumns
from core.database import Base, UtcDateTime


class TextRow(Base):
    """One document as text, known by its hash; shared by all releases and drafts that have it."""

    __tablename__ = "rules_text"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    text: Mapped[str] = mapped_column(Text)


class SeedRow(Base):
    """The rule files of one version of the package, as they were when it first started."""

    __tablename__ = "rules_seed"

    content_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    manifest: Mapped[str] = mapped_column(Text)
    package: Mapped[str] = mapped_column(String(40))
    first_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReleaseRow(Base):
    """One release: which documents, by whom, approved by whom, in use from when; chained to the one before."""

    __tablename__ = "rules_release"
    __table_args__ = (Index("ix_rules_release_law", "law_id"),)

    seq: Mapped[int] = mapped_column(NUMBER, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(10))
    content_hash: Mapped[str] = mapped_column(String(64))
    law_id: Mapped[str] = mapped_column(String(16))
    manifest: Mapped[str] = mapped_column(Text)
    seed_hash: Mapped[str] = mapped_column(ForeignKey("rules_seed.content_hash"))
    message: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(120))
    approver: Mapped[str] = mapped_column(String(120))
    publisher: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    active_from: Mapped[datetime] = mapped_column(UtcDateTime)
    draft_id: Mapped[str | None] = mapped_column(ForeignKey("rules_draft.id"), unique=True)
    returns_to: Mapped[int | None] = mapped_column(NUMBER)
    previous: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class HeadRow(HeadColumns, Base):
    """Number and hash of the newest release: the pointer that every process watches."""

    __tablename__ = "rules_head"


class DraftRow(Base):
    """One change being prepared. ``version`` grows with every step, so that nobody acts on what he has not seen."""

    __tablename__ = "rules_draft"
    __table_args__ = (Index("ix_rules_draft_state", "state", "updated_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(10))
    base_seq: Mapped[int] = mapped_column(NUMBER)
    seed_hash: Mapped[str] = mapped_column(String(64))
    returns_to: Mapped[int | None] = mapped_column(NUMBER)
    state: Mapped[str] = mapped_column(String(10))
    version: Mapped[int] = mapped_column(Integer)
    changes: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(120))
    approver: Mapped[str | None] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StepRow(Base):
    """One step of a draft: who did what with which content, and what was said about it."""

    __tablename__ = "rules_draft_step"

    draft_id: Mapped[str] = mapped_column(ForeignKey("rules_draft.id"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    action: Mapped[str] = mapped_column(String(10))
    actor: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    comment: Mapped[str] = mapped_column(Text)
    changes: Mapped[str] = mapped_column(Text)


for _table in (TextRow, SeedRow, ReleaseRow, StepRow):
    for _dialect in ("sqlite", "postgresql"):
        for _statement in append_only(_table.__tablename__, _dialect):
            event.listen(
                _table.__table__,
                "after_create",
                DDL(_statement).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]
            )
