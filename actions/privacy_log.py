"""The proof of what a citizen decided about her data, and of what was done: consents, views, corrections, deletions.

Nothing of what she told is here: a pseudonym, a moment, the version of the notice she saw, a receipt, and counts.
Rows outlive the data they speak of (two years), because they prove that it is gone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import JSON, BigInteger, Index, Integer, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import Clock
from core.database import Base, Database, UtcDateTime

# What can happen: what she decided, and what was done with her data.
GIVEN, REFUSED, WITHDRAWN = "given", "refused", "withdrawn"
SHOWN, CORRECTED, DELETED = "shown", "corrected", "deleted"
DECISIONS = (GIVEN, REFUSED, WITHDRAWN, DELETED)
STORE = "store"
KEPT_FOR = timedelta(days=730)
RECEIPT_CHARACTERS = 8


@dataclass(frozen=True)
class PrivacyEvent:
    """One thing decided or done. ``notice`` names version and digest of the text she saw."""

    conversation: str
    act: str
    at: datetime
    purpose: str = STORE
    channel: str = ""
    notice: str = ""
    message: str = ""
    receipt: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)


class PrivacyLog(Protocol):
    """Where the proof is kept; rows are added and never changed."""

    def add(self, event: PrivacyEvent) -> None:
        """Keep *event*."""
        ...

    def stands(self, conversation: str, purpose: str = STORE) -> bool | None:
        """Tell whether consent stands; ``None`` where nothing was decided, or all was deleted since."""
        ...

    def find(self, receipt: str) -> PrivacyEvent | None:
        """Return what *receipt* proves."""
        ...

    def forget(self, before: datetime) -> int:
        """Remove rows older than *before*; return how many."""
        ...


def receipt_for(conversation: str, act: str, at: datetime, message: str = "") -> str:
    """Return a number that names one deed and nothing else: ``20261122-9F3A11C2``."""
    digest = hashlib.sha256(f"{conversation}|{act}|{at.isoformat()}|{message}".encode()).hexdigest()
    return f"{at:%Y%m%d}-{digest[:RECEIPT_CHARACTERS].upper()}"


def notice_name(version: int, text: str) -> str:
    """Name a notice by its version and a digest of the text as it was shown."""
    return f"{version}:{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _stands(last: str | None) -> bool | None:
    return {GIVEN: True, REFUSED: False, WITHDRAWN: False}.get(last or "")


class InMemoryPrivacyLog:
    """The log of this process only."""

    def __init__(self) -> None:
        self.events: list[PrivacyEvent] = []

    def add(self, event: PrivacyEvent) -> None:
        self.events.append(event)

    def stands(self, conversation: str, purpose: str = STORE) -> bool | None:
        acts = [e.act for e in self.events if (e.conversation, e.purpose) == (conversation, purpose)]
        return _stands(next((act for act in reversed(acts) if act in DECISIONS), None))

    def find(self, receipt: str) -> PrivacyEvent | None:
        return next((event for event in self.events if event.receipt == receipt), None)

    def forget(self, before: datetime) -> int:
        kept = [event for event in self.events if event.at >= before]
        removed, self.events = len(self.events) - len(kept), kept
        return removed


class PrivacyEventRow(Base):
    """One row of the log."""

    __tablename__ = "privacy_events"
    __table_args__ = (Index("ix_privacy_events_conversation", "conversation", "purpose", "id"),)

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    conversation: Mapped[str] = mapped_column(String(64))
    act: Mapped[str] = mapped_column(String(20))
    purpose: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    channel: Mapped[str] = mapped_column(String(20))
    notice: Mapped[str] = mapped_column(String(40))
    message: Mapped[str] = mapped_column(String(64))
    receipt: Mapped[str] = mapped_column(String(40), unique=True)
    counts: Mapped[dict[str, int]] = mapped_column(JSON)


class SqlPrivacyLog:
    """The log in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, event: PrivacyEvent) -> None:
        with self._database.session() as session:
            session.add(PrivacyEventRow(**{**event.__dict__, "counts": dict(event.counts)}))

    def stands(self, conversation: str, purpose: str = STORE) -> bool | None:
        query = (
            select(PrivacyEventRow.act)
            .where(
                PrivacyEventRow.conversation == conversation,
                PrivacyEventRow.purpose == purpose,
                PrivacyEventRow.act.in_(DECISIONS),
            )
            .order_by(PrivacyEventRow.id.desc())
            .limit(1)
        )
        with self._database.session() as session:
            return _stands(session.scalar(query))

    def find(self, receipt: str) -> PrivacyEvent | None:
        with self._database.session() as session:
            row = session.scalar(select(PrivacyEventRow).where(PrivacyEventRow.receipt == receipt))
            if row is None:
                return None
            names = ("conversation", "act", "at", "purpose", "channel", "notice", "message", "receipt", "counts")
            return PrivacyEvent(**{name: getattr(row, name) for name in names})

    def forget(self, before: datetime) -> int:
        with self._database.session() as session:
            removed = session.execute(delete(PrivacyEventRow).where(PrivacyEventRow.at < before))
            return int(getattr(removed, "rowcount", 0))


@dataclass(frozen=True)
class PrivacyDesk:
    """Writes the log: every deed with its moment, and a receipt where one is given."""

    log: PrivacyLog
    clock: Clock

    def note(
        self,
        act: str,
        conversation: str,
        *,
        channel: str = "",
        message: str = "",
        notice: str = "",
        counts: Mapping[str, int] | None = None,
    ) -> str:
        """Keep one deed and return its receipt."""
        at = self.clock.now()
        receipt = receipt_for(conversation, act, at, message)
        self.log.add(PrivacyEvent(conversation, act, at, STORE, channel, notice, message, receipt, counts or {}))
        return receipt
