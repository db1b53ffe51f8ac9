"""Write what a turn leads to into the caller's transaction: transcript, outgoing messages, state, erasure.

Opens no transaction of its own: a turn is stored as a whole with its inbox row, or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, cast

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from bot.conversation.turn import Part, Turn
from bot.messages import Author, Choice, Entry, Reply
from bot.tables import ConversationRow, EntryRow, Holder, InboxRow, InboxStatus, OutboxRow, OutboxStatus
from bot.vault import Vault
from core.clock import Clock


class Ledger:
    """Turns rows into values and back; everything a person said passes the vault."""

    def __init__(self, vault: Vault, clock: Clock) -> None:
        self._vault, self._clock = vault, clock

    def write(
        self,
        session: Session,
        conversation: ConversationRow,
        turn: Turn,
        parts: Sequence[Part],
        *,
        seq: int,
        said_at: datetime,
    ) -> None:
        """Store all *turn* leads to; *parts* are its replies as the channel takes them (none where it fetches)."""
        if turn.erase:
            self._erase(session, conversation, up_to=seq)
        elif turn.said is not None:
            self._say(session, conversation, Reply(turn.said), turn.author, at=said_at, seq=seq)
        if not (turn.erase and parts):
            for reply in filter(lambda reply: reply.text, turn.replies):
                self._say(session, conversation, reply, Author.BOT, at=self._clock.now(), seq=seq)
        self._set_state(session, conversation, turn)
        self.enqueue(session, conversation, parts, key=str(seq))
        if turn.erase and not turn.replies:
            self.drop_if_empty(session, conversation)

    def say_as_staff(
        self, session: Session, conversation: ConversationRow, text: str, parts: Sequence[Part], *, key: str
    ) -> None:
        """Store a line of a person and send it."""
        self._say(session, conversation, Reply(text), Author.STAFF, at=self._clock.now(), seq=None)
        conversation.last_staff_at = self._clock.now()
        self.enqueue(session, conversation, parts, key=key)

    def enqueue(self, session: Session, conversation: ConversationRow, parts: Sequence[Part], *, key: str) -> None:
        """Put *parts* into the outbox in order, under names that are the same when the work is done again."""
        now = self._clock.now()
        for number, part in enumerate(parts):
            body = self._vault.seal({"text": part.text, "choices": [asdict(c) for c in part.choices]})
            session.add(
                OutboxRow(
                    key=f"{key}:{number}",
                    channel=conversation.channel,
                    conversation_id=conversation.id,
                    body=body,
                    created_at=now,
                    due_at=now,
                )
            )
        if parts and conversation.outbox_due_at is None:
            conversation.outbox_due_at = now

    def drop_if_empty(self, session: Session, conversation: ConversationRow) -> None:
        """Remove the conversation itself once nothing of it waits any more."""
        session.flush()
        inbox = exists().where(InboxRow.conversation_id == conversation.id, InboxRow.status == InboxStatus.WAITING)
        outbox = exists().where(OutboxRow.conversation_id == conversation.id, OutboxRow.status == OutboxStatus.WAITING)
        entries = exists().where(EntryRow.conversation_id == conversation.id)
        if not any(session.scalar(select(still_there)) for still_there in (inbox, outbox, entries)):
            session.execute(delete(OutboxRow).where(OutboxRow.conversation_id == conversation.id))
            session.execute(delete(ConversationRow).where(ConversationRow.id == conversation.id))
            session.expunge(conversation)

    def read(self, row: EntryRow) -> Entry:
        """Return a line of the transcript as a value."""
        body = cast(dict[str, Any], self._vault.open(row.body))
        return Entry(
            seq=row.seq,
            author=Author(row.author),
            kind=row.kind,
            text=body["text"],
            choices=choices_of(body),
            citations=tuple(body["citations"]),
            said_at=row.said_at,
            numeric_answer=body["numeric"],
        )

    def _say(
        self,
        session: Session,
        conversation: ConversationRow,
        reply: Reply,
        author: Author,
        *,
        at: datetime,
        seq: int | None,
    ) -> None:
        body = {
            "text": reply.text,
            "choices": [asdict(c) for c in reply.choices],
            "citations": list(reply.citations),
            "numeric": reply.numeric_answer,
        }
        session.add(
            EntryRow(
                conversation_id=conversation.id,
                author=author,
                kind="reply" if author is Author.BOT else "message",
                body=self._vault.seal(body),
                said_at=at,
                inbox_seq=seq,
            )
        )
        session.flush()  # lines are numbered in the order they were said

    def _set_state(self, session: Session, conversation: ConversationRow, turn: Turn) -> None:
        now = self._clock.now()
        if turn.author is Author.STAFF:
            conversation.last_staff_at = now
        if turn.holder is not None and turn.holder != conversation.holder:
            conversation.holder, conversation.holder_since = turn.holder, now
            conversation.handover_reason = turn.reason
            if turn.holder is Holder.BOT:
                conversation.holder_name = None
        if turn.unreachable:
            make_unreachable(session, conversation, now)

    def _erase(self, session: Session, conversation: ConversationRow, *, up_to: int) -> None:
        id = conversation.id
        session.execute(delete(EntryRow).where(EntryRow.conversation_id == id))
        session.execute(delete(OutboxRow).where(OutboxRow.conversation_id == id))
        session.execute(
            update(InboxRow)
            .where(InboxRow.conversation_id == id, InboxRow.seq <= up_to)
            .values(body="", conversation_id=None, error=None, status=InboxStatus.ERASED)
        )
        conversation.holder, conversation.holder_since, conversation.holder_name = Holder.BOT, None, None
        conversation.handover_reason, conversation.last_staff_at = None, None
        conversation.outbox_due_at = None
        conversation.erased_at = self._clock.now()


def make_unreachable(session: Session, conversation: ConversationRow, now: datetime) -> None:
    """Give up what still waits for the citizen: the channel will not take it."""
    conversation.unreachable_at = now
    conversation.outbox_due_at = None
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.conversation_id == conversation.id, OutboxRow.status == OutboxStatus.WAITING)
        .values(status=OutboxStatus.FAILED, error="unreachable")
    )


def choices_of(body: dict[str, Any]) -> tuple[Choice, ...]:
    """Return the choices kept in a sealed body."""
    return tuple(Choice(**choice) for choice in body["choices"])
