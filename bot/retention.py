"""Forget in time: content after its purpose, keys after no channel repeats any more.

One run removes what is older than its limits; running it again is harmless.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, delete, exists, not_, or_, select, update

from bot.erasure import TOMBSTONE
from bot.handover.tables import CHANGE, NOTE
from bot.kept import KEPT
from bot.reminders.tables import AGREEMENT
from bot.storage import Storage
from bot.tables import CONVERSATION, INBOX, OUTBOX, TRANSCRIPT, InboxStatus, OutboxStatus
from core.clock import Clock


@dataclass(frozen=True, slots=True)
class RetentionLimits:
    """How long things are kept. ``keys`` must outlast every channel's repeats (Zalo: a day)."""

    transcripts: timedelta = timedelta(days=90)
    worked_on: timedelta = timedelta(days=7)  # inbox content and sent messages
    keys: timedelta = timedelta(days=30)
    last_word: timedelta = timedelta(days=1)  # the reply that everything is deleted, where a page fetches it
    tombstones: timedelta = timedelta(days=730)  # proof that something was erased; names nobody


class Retention:
    """Removes what is past its limit."""

    def __init__(self, storage: Storage, clock: Clock, limits: RetentionLimits | None = None) -> None:
        self._storage, self._clock = storage, clock
        self._limits = limits or RetentionLimits()

    async def run(self) -> Mapping[str, int]:
        """Remove everything due and return how much of each kind went."""
        return await self._storage.write(self._run)

    def _run(self, connection: Connection) -> dict[str, int]:
        now, limits = self._clock.now(), self._limits
        return {
            "inbox_contents": self._empty_inbox(connection, now - limits.worked_on),
            "inbox_keys": connection.execute(
                delete(INBOX).where(INBOX.c.status != InboxStatus.WAITING, INBOX.c.due_at < now - limits.keys)
            ).rowcount,
            "sent": connection.execute(
                delete(OUTBOX).where(
                    OUTBOX.c.status != OutboxStatus.WAITING, OUTBOX.c.created_at < now - limits.worked_on
                )
            ).rowcount,
            "transcript_lines": connection.execute(
                delete(TRANSCRIPT).where(TRANSCRIPT.c.said_at < now - limits.transcripts)
            ).rowcount,
            "notes": connection.execute(delete(NOTE).where(NOTE.c.at < now - limits.transcripts)).rowcount,
            "desk_changes": connection.execute(delete(CHANGE).where(CHANGE.c.at < now - limits.transcripts)).rowcount,
            "tombstones": connection.execute(
                delete(TOMBSTONE).where(TOMBSTONE.c.erased_at < now - limits.tombstones)
            ).rowcount,
            "erased_conversations": self._drop_erased(connection, now - limits.last_word),
            "conversations": self._drop_conversations(connection, now - limits.transcripts),
            "consents": connection.execute(
                delete(KEPT).where(KEPT.c.conversation_id.not_in(select(CONVERSATION.c.id)))
            ).rowcount,
        }

    @staticmethod
    def _empty_inbox(connection: Connection, before: datetime) -> int:
        worked_on = [InboxStatus.DONE, InboxStatus.SET_ASIDE]
        old = and_(INBOX.c.status.in_(worked_on), INBOX.c.due_at < before, INBOX.c.body != "")
        return connection.execute(update(INBOX).where(old).values(body="", conversation_id=None)).rowcount

    @staticmethod
    def _drop_erased(connection: Connection, before: datetime) -> int:
        """Remove what an erasure left for its last word; whoever wrote again is not erased any more."""
        erased = select(CONVERSATION.c.id).where(CONVERSATION.c.erased_at < before)
        waiting = select(INBOX.c.conversation_id).where(INBOX.c.status == InboxStatus.WAITING)
        gone = and_(CONVERSATION.c.id.in_(erased), CONVERSATION.c.id.not_in(waiting))
        for table in (TRANSCRIPT, OUTBOX):
            connection.execute(delete(table).where(table.c.conversation_id.in_(select(CONVERSATION.c.id).where(gone))))
        return connection.execute(delete(CONVERSATION).where(gone)).rowcount

    @staticmethod
    def _drop_conversations(connection: Connection, before: datetime) -> int:
        """Remove conversations that nothing is left of; who has no conversation has no address here either."""
        left = or_(
            *(exists().where(table.c.conversation_id == CONVERSATION.c.id) for table in (INBOX, OUTBOX, TRANSCRIPT))
        )
        to_remind = exists().where(AGREEMENT.c.conversation_id == CONVERSATION.c.id, AGREEMENT.c.agreed)
        silent = and_(CONVERSATION.c.last_inbound_at < before, not_(left), not_(to_remind))
        return connection.execute(delete(CONVERSATION).where(silent)).rowcount
