"""What the database tells of the channels: who wrote last, what waits, what failed, how long tokens still live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from sqlalchemy import Connection, Table, TextClause, func, select

from bot.tables import (
    CONVERSATION,
    INBOX,
    OPEN_INBOX,
    OPEN_OUTBOX,
    OUTBOX,
    TOKEN,
    WORKER,
    InboxStatus,
    OutboxStatus,
)
from core.clock import Clock
from core.database import Database

SOON: Final = timedelta(hours=3)
_Open: TypeAlias = Mapping[tuple[str, str], int]  # by status and channel


@dataclass(frozen=True, slots=True)
class ChannelState:
    """One channel. ``is_on``: this process serves it."""

    name: str
    is_on: bool
    conversations: int
    last_inbound_at: datetime | None
    waiting: int
    to_send: int
    failed: int


@dataclass(frozen=True, slots=True)
class TokenState:
    """One pair of tokens. ``kind``: good, warn or bad."""

    account: str
    expires_at: datetime
    renewed_at: datetime
    error: str | None
    kind: str


@dataclass(frozen=True, slots=True)
class Health:
    """Everything the page shows; ``at`` is when it was looked up."""

    at: datetime
    channels: Sequence[ChannelState]
    tokens: Sequence[TokenState]
    workers: int
    set_aside: int


class ChannelHealth:
    """Looks up the state of the channels; *served* are the names of those switched on here."""

    def __init__(self, database: Database, clock: Clock, served: Sequence[str]) -> None:
        self._database, self._clock, self._served = database, clock, tuple(served)

    def look(self) -> Health:
        """Return how things stand."""
        now = self._clock.now()
        with self._database.engine.connect() as connection:
            workers = connection.scalar(select(func.count()).where(WORKER.c.alive_until > now)) or 0
            inbox, outbox = _open(connection, INBOX, OPEN_INBOX), _open(connection, OUTBOX, OPEN_OUTBOX)
            aside = sum(count for (status, _), count in inbox.items() if status == InboxStatus.SET_ASIDE)
            return Health(now, self._channels(connection, inbox, outbox), _tokens(connection, now), workers, aside)

    def _channels(self, connection: Connection, inbox: _Open, outbox: _Open) -> Sequence[ChannelState]:
        known = {
            row[0]: row
            for row in connection.execute(
                select(CONVERSATION.c.channel, func.count(), func.max(CONVERSATION.c.last_inbound_at)).group_by(
                    CONVERSATION.c.channel
                )
            )
        }
        names = list(dict.fromkeys([*self._served, *known]))
        return [
            ChannelState(
                name,
                name in self._served,
                known[name][1] if name in known else 0,
                known[name][2] if name in known else None,
                inbox.get((InboxStatus.WAITING, name), 0),
                outbox.get((OutboxStatus.WAITING, name), 0),
                outbox.get((OutboxStatus.FAILED, name), 0),
            )
            for name in names
        ]


def _open(connection: Connection, table: Table, is_open: TextClause) -> _Open:
    """Count what is not done, by status and channel."""
    query = select(table.c.status, table.c.channel, func.count()).where(is_open)
    return {(row[0], row[1]): row[2] for row in connection.execute(query.group_by(table.c.status, table.c.channel))}


def _tokens(connection: Connection, now: datetime) -> Sequence[TokenState]:
    rows = connection.execute(select(TOKEN).order_by(TOKEN.c.account))
    return [
        TokenState(
            row.account,
            row.expires_at,
            row.renewed_at,
            row.error,
            "bad"
            if row.needs_authorisation or row.expires_at <= now
            else "warn"
            if row.expires_at - now < SOON
            else "good",
        )
        for row in rows
    ]
