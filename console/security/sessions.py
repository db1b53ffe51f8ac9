"""Sessions kept on the server: opened anew at each step of signing in, ended by time, by the person or by an admin."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session as Transaction

from console.tables import SessionRow
from core.clock import Clock
from core.database import Database

_SEEN_AGAIN_AFTER: Final = timedelta(minutes=1)  # a write for each page would cost more than the page
LONGEST_AGENT: Final = 120


class Stage(StrEnum):
    """What is still asked of a person who gave the right password."""

    CODE = "code"  # the code of her second factor
    PASSWORD = "password"  # noqa: S105 - a new password in place of the one-time one
    ENROL = "enrol"  # her role needs a second factor and she has none yet
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One session. ``public_id`` names it in lists; what the browser holds is known to the browser alone."""

    digest: str
    public_id: str
    user_id: int
    stage: Stage
    csrf: str
    created_at: datetime
    seen_at: datetime
    address: str
    agent: str
    carried: Mapping[str, Any]


class Sessions:
    """Opens, finds and ends sessions."""

    def __init__(self, database: Database, clock: Clock, *, idle: timedelta, absolute: timedelta) -> None:
        self._database, self._clock, self._idle, self._absolute = database, clock, idle, absolute

    def open(self, user_id: int, stage: Stage, *, address: str, agent: str, instead_of: str = "") -> str:
        """Open a session and return the token for the browser; the session of *instead_of* is over.

        The time of the first step counts: renewing the token does not lengthen the session.
        """
        token, now = secrets.token_urlsafe(32), self._clock.now()
        with self._database.session() as session:
            session.execute(delete(SessionRow).where(SessionRow.created_at < now - self._absolute))
            before = _of(session, instead_of)
            row = SessionRow(
                digest=_digest(token),
                public_id=secrets.token_hex(8),
                user_id=user_id,
                stage=stage,
                csrf=secrets.token_urlsafe(24),
                created_at=before.created_at if before is not None and before.user_id == user_id else now,
                seen_at=now,
                address=address[:64],
                agent=agent[:LONGEST_AGENT],
                carried="",
            )
            if before is not None:
                session.delete(before)
            session.add(row)
        return token

    def find(self, token: str) -> SignedIn | None:
        """Return the session of *token* where it is not over; it is seen again now."""
        if not token:
            return None
        now = self._clock.now()
        with self._database.session() as session:
            row = _of(session, token)
            if row is None or self._is_over(row, now):
                return None
            found = _signed_in(row)
        if now - found.seen_at > _SEEN_AGAIN_AFTER:
            self._change(found.digest, seen_at=now)
        return found

    def still_counts(self, digest: str) -> bool:
        """Tell whether a session known before is not over; looking does not keep it alive."""
        with self._database.session() as session:
            row = session.get(SessionRow, digest)
            return row is not None and not self._is_over(row, self._clock.now())

    def carry(self, digest: str, carried: Mapping[str, Any]) -> None:
        """Keep what the next page shows (a message, a secret being set up)."""
        self._change(digest, carried=json.dumps(carried, ensure_ascii=False) if carried else "")

    def end(self, digest: str) -> None:
        """End one session."""
        with self._database.session() as session:
            session.execute(delete(SessionRow).where(SessionRow.digest == digest))

    def end_named(self, public_id: str, *, user_id: int | None = None) -> SignedIn | None:
        """End a session by its public name (only one of *user_id*, where given); return it where there was one."""
        with self._database.session() as session:
            row = session.scalar(select(SessionRow).where(SessionRow.public_id == public_id))
            if row is None or (user_id is not None and row.user_id != user_id):
                return None
            session.delete(row)
            return _signed_in(row)

    def end_all(self, user_id: int, *, but: str = "") -> int:
        """End every session of a person but one; return how many."""
        with self._database.session() as session:
            done = session.execute(delete(SessionRow).where(SessionRow.user_id == user_id, SessionRow.digest != but))
            return int(getattr(done, "rowcount", 0))

    def of_user(self, user_id: int | None = None) -> Sequence[SignedIn]:
        """Return the sessions of one person, or of everybody, that are not over; seen last comes first."""
        now = self._clock.now()
        wanted = select(SessionRow).order_by(SessionRow.seen_at.desc())
        if user_id is not None:
            wanted = wanted.where(SessionRow.user_id == user_id)
        with self._database.session() as session:
            return [_signed_in(row) for row in session.scalars(wanted) if not self._is_over(row, now)]

    def _is_over(self, row: SessionRow, now: datetime) -> bool:
        return now - row.seen_at > self._idle or now - row.created_at > self._absolute

    def _change(self, digest: str, **values: object) -> None:
        with self._database.session() as session:
            session.execute(update(SessionRow).where(SessionRow.digest == digest).values(**values))


def _of(session: Transaction, token: str) -> SessionRow | None:
    return session.get(SessionRow, _digest(token)) if token else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _signed_in(row: SessionRow) -> SignedIn:
    return SignedIn(
        digest=row.digest,
        public_id=row.public_id,
        user_id=row.user_id,
        stage=Stage(row.stage),
        csrf=row.csrf,
        created_at=row.created_at,
        seen_at=row.seen_at,
        address=row.address,
        agent=row.agent,
        carried=json.loads(row.carried) if row.carried else {},
    )
