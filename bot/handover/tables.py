"""The hand-over's tables: what changed for staff, their notes and tags, and the answers they keep ready.

Notes are sealed like everything said about a person. Everything under a conversation goes with it.
"""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import ForeignKey, Index, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.tables import ConversationRow, Serial
from core.database import Base, UtcDateTime


class ChangeRow(Base):
    """One thing staff should see at once. Without a conversation: something was erased, look at everything again."""

    __tablename__ = "bot_desk_change"
    __table_args__ = (Index("ix_bot_desk_change_conversation", "conversation_id"), {"sqlite_autoincrement": True})

    seq: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    conversation_id: Mapped[str | None] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(20))
    staff: Mapped[str | None] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class NoteRow(Base):
    """What a member of staff wrote down for her colleagues; the citizen never sees it."""

    __tablename__ = "bot_note"
    __table_args__ = (Index("ix_bot_note_conversation", "conversation_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey(ConversationRow.id, ondelete="CASCADE"))
    staff: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class TagRow(Base):
    """A word under which conversations are found again; never about a person."""

    __tablename__ = "bot_tag"
    __table_args__ = (Index("ix_bot_tag_tag", "tag"),)

    conversation_id: Mapped[str] = mapped_column(ForeignKey(ConversationRow.id, ondelete="CASCADE"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(40), primary_key=True)
    staff: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class PreparedRow(Base):
    """A prepared answer as staff changed it; the ones nobody changed are in ``bot/locale/prepared.yaml``."""

    __tablename__ = "bot_prepared_answer"

    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    is_retired: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    changed_by: Mapped[str] = mapped_column(String(120))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


CHANGE, NOTE, TAG, PREPARED = (cast(Table, row.__table__) for row in (ChangeRow, NoteRow, TagRow, PreparedRow))
