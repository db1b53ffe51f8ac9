"""Write what a turn leads to into the caller's transaction: transcript, outgoing messages, state, erasure.

Opens no transaction of its own: a turn is stored as a whole with its inbox row, or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Row, bindparam, delete, exists, insert, select, update

from bot.conversation.turn import Part, Turn
from bot.erasure import bury
from bot.handover.changes import ChangeKind, forget_changes, note_changes
from bot.handover.tables import NOTE, TAG
from bot.kept import keep, keep_no_more
from bot.messages import Author, Choice, Entry, Reply
from bot.reminders.tables import AGREEMENT, REMINDED
from bot.tables import CONVERSATION, INBOX, OUTBOX, TRANSCRIPT, Holder, InboxStatus, OutboxStatus
from bot.vault import Vault
from core.clock import Clock

_SAY = insert(TRANSCRIPT)
_SEND = insert(OUTBOX)
_FAIL_WAITING = (
    update(OUTBOX)
    .where(OUTBOX.c.conversation_id == bindparam("id"), OUTBOX.c.status == OutboxStatus.WAITING)
    .values(status=OutboxStatus.FAILED, error="unreachable")
)
_SAID = {
    Author.CITIZEN: ChangeKind.CITIZEN_SAID,
    Author.BOT: ChangeKind.BOT_SAID,
    Author.STAFF: ChangeKind.STAFF_SAID,
}
_HELD_BY = {
    Holder.BOT: ChangeKind.RELEASED,
    Holder.WAITING: ChangeKind.WANTED,
    Holder.HUMAN: ChangeKind.CLAIMED,
}
_NOBODY: dict[str, object] = {"holder_name": None, "person_answered_at": None}
_WANTED = {Holder.BOT: _NOBODY | {"wanted_at": None}, Holder.WAITING: _NOBODY, Holder.HUMAN: {}}
_FORGOTTEN = (
    *("holder_since", "holder_name", "handover_reason", "last_staff_at"),
    *("wanted_at", "person_answered_at", "outbox_due_at"),
)
_STILL_THERE = select(
    exists().where(INBOX.c.conversation_id == bindparam("id"), INBOX.c.status == InboxStatus.WAITING)
    | exists().where(OUTBOX.c.conversation_id == bindparam("id"), OUTBOX.c.status == OutboxStatus.WAITING)
    | exists().where(TRANSCRIPT.c.conversation_id == bindparam("id"))
)


class Ledger:
    """Turns values into rows and back; everything a person said passes the vault."""

    def __init__(self, vault: Vault, clock: Clock) -> None:
        self._vault, self._clock = vault, clock

    def write(
        self,
        connection: Connection,
        conversation: Row[Any],
        turn: Turn,
        parts: Sequence[Part],
        *,
        seq: int,
        trace: str,
        said_at: datetime,
    ) -> dict[str, object]:
        """Store all *turn* leads to and return what changes in the conversation itself.

        *parts* are its replies as the channel takes them (none where the channel fetches its transcript); *trace*
        names the message they answer.
        """
        changes: dict[str, object] = {}
        lines: list[tuple[Author, Reply, datetime]] = []
        if turn.erase:
            changes |= self._erase(connection, conversation, up_to=seq, wished_at=said_at)
        elif turn.said is not None:
            lines.append((turn.author, Reply(turn.said), said_at))
        if not (turn.erase and parts):
            now = self._clock.now()
            lines += [(Author.BOT, reply, now) for reply in turn.replies if reply.text]
        self.say(connection, conversation.id, lines, seq=seq)
        changes |= self._state(connection, conversation, turn)
        if turn.keeps:
            keep(connection, conversation.id, self._clock.now())
        if self.enqueue(connection, conversation, parts, key=trace):
            changes["outbox_due_at"] = self._clock.now()
        self._tell_staff(connection, conversation, changes, [author for author, _, _ in lines])
        return changes

    def say(
        self,
        connection: Connection,
        id: str,
        lines: Sequence[tuple[Author, Reply, datetime]],
        *,
        seq: int | None,
        by: str | None = None,
    ) -> None:
        """Add *lines* to the transcript, in order; *by* names the member of staff."""
        if lines:
            connection.execute(_SAY, [self._line(id, *line, seq=seq, by=by) for line in lines])

    def enqueue(self, connection: Connection, conversation: Row[Any], parts: Sequence[Part], *, key: str) -> bool:
        """Put *parts* into the outbox under names that are the same when the work is done again.

        Tell whether the conversation's deliveries must be made due: not while earlier ones wait for their time.
        """
        now = self._clock.now()
        rows = [
            {
                "key": f"{key}:{number}",
                "channel": conversation.channel,
                "conversation_id": conversation.id,
                "body": self._vault.seal({"text": part.text, "choices": [asdict(c) for c in part.choices]}),
                "status": OutboxStatus.WAITING,
                "attempts": 0,
                "created_at": now,
                "due_at": now,
            }
            for number, part in enumerate(parts)
        ]
        if rows:
            connection.execute(_SEND, rows)
        return bool(rows) and conversation.outbox_due_at is None

    def is_gone(self, connection: Connection, id: str) -> bool:
        """Remove the conversation itself once nothing of it waits or is kept; tell whether it was removed."""
        if connection.scalar(_STILL_THERE, {"id": id}):
            return False
        for table in (OUTBOX, NOTE, TAG, AGREEMENT, REMINDED):
            connection.execute(delete(table).where(table.c.conversation_id == id))
        connection.execute(delete(CONVERSATION).where(CONVERSATION.c.id == id))
        return True

    def read(self, row: Row[Any]) -> Entry:
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
            by=body.get("by"),
        )

    def _tell_staff(
        self, connection: Connection, conversation: Row[Any], changes: dict[str, object], said_by: Sequence[Author]
    ) -> None:
        """Note what staff should see at once: only of conversations that want or have a person."""
        before, after = conversation.holder, changes.get("holder", conversation.holder)
        kinds = [_SAID[author] for author in said_by] if {before, after} != {Holder.BOT} else []
        if before != after:
            kinds.append(_HELD_BY[Holder(str(after))])
        if changes.get("erased_at"):
            forget_changes(connection, conversation.id, self._clock.now())
        else:
            note_changes(connection, conversation.id, kinds, self._clock.now(), staff=None)

    def _line(
        self, id: str, author: Author, reply: Reply, at: datetime, *, seq: int | None, by: str | None
    ) -> dict[str, object]:
        body = {
            "text": reply.text,
            "choices": [asdict(c) for c in reply.choices],
            "citations": list(reply.citations),
            "numeric": reply.numeric_answer,
            **({"by": by} if by else {}),
        }
        return {
            "conversation_id": id,
            "author": author,
            "kind": "reply" if author is Author.BOT else "message",
            "body": self._vault.seal(body),
            "said_at": at,
            "inbox_seq": seq,
        }

    def _state(self, connection: Connection, conversation: Row[Any], turn: Turn) -> dict[str, object]:
        now = self._clock.now()
        changes: dict[str, object] = {}
        if turn.author is Author.STAFF:
            changes["last_staff_at"] = now
            if conversation.person_answered_at is None:
                changes["person_answered_at"] = now
        if turn.holder is not None and turn.holder != conversation.holder:
            changes |= {"holder": turn.holder, "holder_since": now, "handover_reason": turn.reason}
            changes |= {"version": conversation.version + 1, **_WANTED[turn.holder]}
            if turn.holder is Holder.HUMAN:
                changes["wanted_at"] = conversation.wanted_at or now
            elif turn.holder is Holder.WAITING:
                changes["wanted_at"] = now
        if turn.unreachable:
            changes |= make_unreachable(connection, conversation.id, now)
        return changes

    def _erase(
        self, connection: Connection, conversation: Row[Any], *, up_to: int, wished_at: datetime
    ) -> dict[str, object]:
        id, now = conversation.id, self._clock.now()
        keep_no_more(connection, id)
        removed = {
            table.name: connection.execute(delete(table).where(table.c.conversation_id == id)).rowcount
            for table in (TRANSCRIPT, OUTBOX, NOTE, TAG, AGREEMENT, REMINDED)
        }
        removed[INBOX.name] = connection.execute(
            update(INBOX)
            .where(INBOX.c.conversation_id == id, INBOX.c.seq <= up_to)
            .values(body="", conversation_id=None, error=None, status=InboxStatus.ERASED)
        ).rowcount
        hashed = self._vault.tombstone(id)
        bury(connection, hashed, conversation.channel, removed, wished_at=wished_at, erased_at=now)
        return {"holder": Holder.BOT, "created_at": now, "erased_at": now, **dict.fromkeys(_FORGOTTEN)}


def make_unreachable(connection: Connection, id: str, now: datetime) -> dict[str, object]:
    """Give up what still waits for the citizen, and return what changes in the conversation."""
    connection.execute(_FAIL_WAITING, {"id": id})
    return {"unreachable_at": now, "outbox_due_at": None}


def choices_of(body: dict[str, Any]) -> tuple[Choice, ...]:
    """Return the choices kept in a sealed body."""
    return tuple(Choice(**choice) for choice in body["choices"])
