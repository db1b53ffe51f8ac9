"""Where interviews are kept: in memory for tests, in the database (encrypted) for the service."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from sqlalchemy import LargeBinary, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from actions.interview import Interview
from core.clock import Clock
from core.database import Base, Database, UtcDateTime


class Cipher(Protocol):
    """Encrypts what is at rest (``cryptography.fernet.Fernet`` is one)."""

    def encrypt(self, data: bytes) -> bytes: ...
    def decrypt(self, token: bytes) -> bytes: ...


class InterviewStore(Protocol):
    """Keeps one interview for each conversation."""

    def load(self, conversation: str) -> Interview | None:
        """Return the interview of *conversation*, or ``None``."""
        ...

    def save(self, interview: Interview) -> None:
        """Keep *interview* in place of what was there."""
        ...

    def delete(self, conversation: str) -> bool:
        """Remove all that is known of *conversation*; tell whether there was anything."""
        ...

    def delete_silent_since(self, moment: datetime) -> int:
        """Remove interviews not touched since *moment*; return how many."""
        ...


class InterviewRow(Base):
    """One interview; its content is readable with the key only."""

    __tablename__ = "interviews"

    conversation: Mapped[str] = mapped_column(String(128), primary_key=True)
    state: Mapped[bytes] = mapped_column(LargeBinary)
    touched_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class InMemoryInterviews:
    """Interviews of this process only."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: dict[str, tuple[str, datetime]] = {}

    def load(self, conversation: str) -> Interview | None:
        kept = self._kept.get(conversation)
        return Interview.from_json(json.loads(kept[0])) if kept else None

    def save(self, interview: Interview) -> None:
        self._kept[interview.conversation] = (json.dumps(interview.to_json()), self._clock.now())

    def delete(self, conversation: str) -> bool:
        return self._kept.pop(conversation, None) is not None

    def delete_silent_since(self, moment: datetime) -> int:
        silent = [conversation for conversation, (_, touched) in self._kept.items() if touched < moment]
        for conversation in silent:
            del self._kept[conversation]
        return len(silent)


class SqlInterviews:
    """Interviews in the database, encrypted by the cipher that is passed in."""

    def __init__(self, database: Database, cipher: Cipher, clock: Clock) -> None:
        self._database, self._cipher, self._clock = database, cipher, clock

    def load(self, conversation: str) -> Interview | None:
        with self._database.session() as session:
            row = session.get(InterviewRow, conversation)
            return Interview.from_json(json.loads(self._cipher.decrypt(row.state))) if row else None

    def every(self) -> Iterator[Interview]:
        """Give every interview, last touched first: for judging all of them again by other rules."""
        asked = select(InterviewRow.state).order_by(InterviewRow.touched_at.desc()).execution_options(yield_per=200)
        with self._database.session() as session:
            for state in session.scalars(asked):
                yield Interview.from_json(json.loads(self._cipher.decrypt(state)))

    def save(self, interview: Interview) -> None:
        state = self._cipher.encrypt(json.dumps(interview.to_json(), ensure_ascii=False).encode())
        row = InterviewRow(conversation=interview.conversation, state=state, touched_at=self._clock.now())
        with self._database.session() as session:
            session.merge(row)

    def delete(self, conversation: str) -> bool:
        with self._database.session() as session:
            row = session.get(InterviewRow, conversation)
            if row is None:
                return False
            session.delete(row)
            return True

    def delete_silent_since(self, moment: datetime) -> int:
        with self._database.session() as session:
            removed = session.execute(delete(InterviewRow).where(InterviewRow.touched_at < moment))
            return int(getattr(removed, "rowcount", 0))
