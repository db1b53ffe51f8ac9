"""Whose talk may be kept: only with consent. The others' words go once they are answered and the talk fell silent.

A message has to be stored to be answered without loss, and a page has to find its talk again after a reload. So
without consent what was said stays, sealed, for as long as the talk goes on, and no longer than *silence* after it;
the incoming message itself is emptied with its answer. A talk that waits for a person, or has one, is going on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Connection, String, Table, bindparam, delete, exists, select, update
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage import Storage
from bot.tables import CONVERSATION, INBOX, OUTBOX, TRANSCRIPT, Holder, InboxStatus, OutboxStatus
from core.clock import Clock
from core.database import Base, UtcDateTime

SILENCE = timedelta(hours=1)


class KeptRow(Base):
    """A conversation whose citizen agreed that it is kept."""

    __tablename__ = "bot_kept"

    conversation_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


KEPT = cast(Table, KeptRow.__table__)
_IS_KEPT = select(exists().where(KEPT.c.conversation_id == bindparam("id")))
_EMPTY = update(INBOX).where(INBOX.c.seq == bindparam("of"), INBOX.c.status == InboxStatus.DONE).values(body="")


def keep(connection: Connection, conversation_id: str, now: datetime) -> None:
    """Note that what is said in the conversation may be kept from now on."""
    if not connection.scalar(_IS_KEPT, {"id": conversation_id}):
        connection.execute(KEPT.insert().values(conversation_id=conversation_id, since=now))


def keep_no_more(connection: Connection, conversation_id: str) -> None:
    """Take consent back."""
    connection.execute(delete(KEPT).where(KEPT.c.conversation_id == conversation_id))


def empty_unless_kept(connection: Connection, conversation_id: str, seq: int) -> None:
    """Empty an incoming message that is answered, where nothing of the talk may be kept."""
    if not connection.scalar(_IS_KEPT, {"id": conversation_id}):
        connection.execute(_EMPTY, {"of": seq})


@dataclass(frozen=True)
class PassingTalks:
    """Removes the words of talks that nobody agreed to keep, once they fell silent; running it again is harmless."""

    storage: Storage
    clock: Clock
    silence: timedelta = SILENCE

    async def run(self) -> Mapping[str, int]:
        """Remove what is due and return how much of each kind went."""
        return await self.storage.write(self._run)

    def _run(self, connection: Connection) -> dict[str, int]:
        silent = (
            select(CONVERSATION.c.id)
            .where(
                CONVERSATION.c.last_inbound_at < self.clock.now() - self.silence,
                CONVERSATION.c.holder == Holder.BOT,
                CONVERSATION.c.inbox_due_at.is_(None),
                ~exists().where(KEPT.c.conversation_id == CONVERSATION.c.id),
            )
            .scalar_subquery()
        )
        said_before = TRANSCRIPT.c.said_at < self.clock.now() - self.silence  # a reminder she just opened stays
        lines = delete(TRANSCRIPT).where(TRANSCRIPT.c.conversation_id.in_(silent), said_before)
        sent = delete(OUTBOX).where(OUTBOX.c.conversation_id.in_(silent), OUTBOX.c.status != OutboxStatus.WAITING)
        received = (
            update(INBOX)
            .where(INBOX.c.conversation_id.in_(silent), INBOX.c.status != InboxStatus.WAITING, INBOX.c.body != "")
            .values(body="")
        )
        work = {"passing_lines": lines, "passing_sent": sent, "passing_received": received}
        return {name: connection.execute(statement).rowcount for name, statement in work.items()}
