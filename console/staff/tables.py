"""Tables of the staff's part: answers marked wrong, and lists being screened."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from console.tables import Serial
from core.database import Base, UtcDateTime


class CorrectionRow(Base):
    """An answer that was wrong and what would be right. ``body`` (question, answers, citation) is sealed."""

    __tablename__ = "console_correction"
    __table_args__ = (Index("ix_console_correction_state", "state", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    state: Mapped[str] = mapped_column(String(10), default="open")
    body: Mapped[str] = mapped_column(Text)
    written_by: Mapped[str] = mapped_column(String(40))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_by: Mapped[str | None] = mapped_column(String(40))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)


class ScreeningRow(Base):
    """One list that was uploaded; the files lie in a folder of their own, named by ``id``."""

    __tablename__ = "console_screening"
    __table_args__ = (Index("ix_console_screening_owner", "owner", "created_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(8))
    shown_name: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(10))
    rows_done: Mapped[int] = mapped_column(Integer, default=0)
    rows_total: Mapped[int | None] = mapped_column(Integer)
    problem: Mapped[str | None] = mapped_column(Text)
    report: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
