"""The reminders' tables: who agreed to be reminded and by what case, and what each was told already.

Both go with the conversation. The case is sealed; it is kept for reminding only, so nothing else may read it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import cast

from sqlalchemy import Date, ForeignKey, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, UtcDateTime


def _of_conversation() -> ForeignKey:
    return ForeignKey("bot_conversation.id", ondelete="CASCADE")


class AgreementRow(Base):
    """One citizen's answer to the question whether she wants to be reminded.

    ``notice``: SHA-256 of the words she answered to. ``case``: what she had told on ``told_on``; empty where she
    refused.
    """

    __tablename__ = "bot_reminder_agreement"

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("bot_conversation.id", ondelete="CASCADE"), primary_key=True
    )
    agreed: Mapped[bool]
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    notice: Mapped[str] = mapped_column(String(64))
    told_on: Mapped[date] = mapped_column(Date)
    case: Mapped[str] = mapped_column(Text)


class RemindedRow(Base):
    """A change she was reminded of, so that she is not again."""

    __tablename__ = "bot_reminded"

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("bot_conversation.id", ondelete="CASCADE"), primary_key=True
    )
    change: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


AGREEMENT, REMINDED = cast(Table, AgreementRow.__table__), cast(Table, RemindedRow.__table__)
