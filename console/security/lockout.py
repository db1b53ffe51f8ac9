"""Slow down whoever guesses: failed sign-ins are counted by account, by address and by both, each with a back-off.

A name nobody bears is counted like any other, so that a lock tells nothing about who has an account.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import Final, NamedTuple

from sqlalchemy import delete
from sqlalchemy.orm import Session

from console.tables import AttemptRow
from core.clock import Clock
from core.database import Database

FORGOTTEN_AFTER: Final = timedelta(hours=24)
_FIRST_PAUSE: Final = timedelta(seconds=15)
_LONGEST_PAUSE: Final = timedelta(minutes=30)
_FREE_PAIR, _FREE_ACCOUNT, _FREE_ADDRESS = 4, 10, 30  # an office shares one address


class _Key(NamedTuple):
    digest: str
    free: int


class Lockout:
    """Counts failures and says how long to wait."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def seconds_left(self, account: str, address: str) -> int:
        """Return how long this account may not be tried from this address; 0: now."""
        now = self._clock.now()
        with self._database.session() as session:
            rows = [session.get(AttemptRow, key.digest) for key in _keys(account, address)]
            until = [row.blocked_until for row in rows if row is not None and row.blocked_until is not None]
        return max((ceil((moment - now).total_seconds()) for moment in until if moment > now), default=0)

    def failed(self, account: str, address: str) -> None:
        """Count one failure."""
        now = self._clock.now()
        with self._database.session() as session:
            session.execute(delete(AttemptRow).where(AttemptRow.last_at < now - FORGOTTEN_AFTER))
            for key in _keys(account, address):
                _count(session, key, now)

    def succeeded(self, account: str, address: str) -> None:
        """Forget the failures of this account; those of the address stay, so that one good account opens no others."""
        pair, whole, _ = _keys(account, address)
        with self._database.session() as session:
            session.execute(delete(AttemptRow).where(AttemptRow.digest.in_([pair.digest, whole.digest])))


def _count(session: Session, key: _Key, now: datetime) -> None:
    row = session.get(AttemptRow, key.digest)
    if row is None:
        row = AttemptRow(digest=key.digest, failures=0, last_at=now)
        session.add(row)
    row.failures, row.last_at = row.failures + 1, now
    over = row.failures - key.free
    if over > 0:
        row.blocked_until = now + min(_FIRST_PAUSE * 2 ** min(over - 1, 12), _LONGEST_PAUSE)


def _keys(account: str, address: str) -> Sequence[_Key]:
    return (
        _Key(_digest("pair", account, address), _FREE_PAIR),
        _Key(_digest("account", account), _FREE_ACCOUNT),
        _Key(_digest("address", address), _FREE_ADDRESS),
    )


def _digest(*parts: str) -> str:
    return hashlib.sha256("".join(f"{len(part)}:{part}" for part in parts).encode()).hexdigest()
