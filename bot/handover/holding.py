"""Take a conversation, answer in it, pass it on, give it back.

``waiting``: a person is wanted and the bot goes on answering. ``human``: a person has it and the bot is silent. A
person who falls silent loses it again after the gateway's patience. Who brings the ``version`` she saw wins only if
nobody was faster.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from bot.conversation.ledger import Ledger
from bot.conversation.phrases import Phrases
from bot.conversation.redaction import redact
from bot.conversation.reply import Format, fit
from bot.conversation.transcript import topic_of as conversation_topic
from bot.daily import count_wait
from bot.errors import CannotBeReached, NotYours, OutOfDate
from bot.handover.changes import TOPIC, ChangeKind, note_changes
from bot.handover.windows import window_of
from bot.messages import Author, Reply
from bot.outbox import topic_of as outbox_topic
from bot.signals import Signals
from bot.storage import Storage
from bot.tables import CONVERSATION, Holder
from bot.vault import Vault
from core.clock import Clock

_LOCKED = select(CONVERSATION).where(CONVERSATION.c.id == bindparam("id")).with_for_update()

_Work = Callable[[Connection, Row[Any]], tuple[dict[str, object], Sequence[ChangeKind]]]


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff: the name she signs in with, and the one citizens see."""

    username: str
    name: str


class Holding:
    """What staff do with one conversation. Every call is one transaction."""

    def __init__(
        self,
        storage: Storage,
        vault: Vault,
        clock: Clock,
        *,
        signals: Signals,
        phrases: Phrases,
        formats: Mapping[str, Format],
    ) -> None:
        self._storage, self._clock, self._signals = storage, clock, signals
        self._phrases, self._formats = phrases, formats
        self._ledger = Ledger(vault, clock)

    async def claim(self, conversation_id: str, staff: Staff, *, version: int | None = None) -> int:
        """Give the conversation to *staff*, tell the citizen, and return its new version.

        Raise ``OutOfDate`` where *version* is not the newest any more, ``NotYours`` where somebody else has it.
        """

        def work(connection: Connection, row: Row[Any]) -> tuple[dict[str, object], Sequence[ChangeKind]]:
            _require(row, staff, version)
            if row.holder == Holder.HUMAN and row.holder_name == staff.username:
                return {}, ()
            now = self._clock.now()
            if row.holder == Holder.WAITING and row.wanted_at:
                count_wait(connection, self._storage, row.channel, now - row.wanted_at, now)
            changes = {"holder": Holder.HUMAN, "holder_name": staff.username, "holder_since": now}
            changes |= {"last_staff_at": now, "wanted_at": row.wanted_at or now, "version": row.version + 1}
            changes |= self._announce(connection, row, "person_here", name=staff.name)
            return changes, (ChangeKind.CLAIMED,)

        return await self._change(conversation_id, staff, work)

    async def transfer(self, conversation_id: str, staff: Staff, to: Staff | None = None) -> int:
        """Pass the conversation on to *to*, or back to those who wait; raise ``NotYours``."""

        def work(connection: Connection, row: Row[Any]) -> tuple[dict[str, object], Sequence[ChangeKind]]:
            _require_held(row, staff)
            now = self._clock.now()
            changes: dict[str, object] = {"holder_since": now, "version": row.version + 1}
            if to is None:
                changes |= {"holder": Holder.WAITING, "holder_name": None, "handover_reason": "transferred"}
                changes |= {"wanted_at": now, "person_answered_at": None}
                changes |= self._announce(connection, row, "passed_on")
            else:
                changes |= {"holder_name": to.username, "last_staff_at": now}
                changes |= self._announce(connection, row, "person_here", name=to.name)
            return changes, (ChangeKind.TRANSFERRED,)

        return await self._change(conversation_id, staff, work)

    async def release(self, conversation_id: str, staff: Staff) -> int:
        """Give the conversation back to the bot, which says so; raise ``NotYours`` when somebody else has it."""

        def work(connection: Connection, row: Row[Any]) -> tuple[dict[str, object], Sequence[ChangeKind]]:
            _require(row, staff, None)
            if row.holder == Holder.BOT:
                return {}, ()
            changes = dict.fromkeys(("holder_name", "handover_reason", "wanted_at", "person_answered_at"))
            told = self._announce(connection, row, "bot_back") if row.holder == Holder.HUMAN else {}
            state = {"holder": Holder.BOT, "holder_since": self._clock.now(), "version": row.version + 1}
            return {**changes, **state, **told}, (ChangeKind.RELEASED,)

        return await self._change(conversation_id, staff, work)

    async def say(self, conversation_id: str, staff: Staff, text: str) -> None:
        """Send *text* as *staff*, who must have the conversation.

        Raise ``NotYours``, or ``CannotBeReached`` where the channel would not take it any more.
        """
        reply = Reply(redact(text, keeps_fixed_lines=True).text)

        def work(connection: Connection, row: Row[Any]) -> tuple[dict[str, object], Sequence[ChangeKind]]:
            _require_held(row, staff)
            if not self._is_reachable(row):
                raise CannotBeReached(conversation_id, "unreachable" if row.unreachable_at else "window_closed")
            now = self._clock.now()
            changes: dict[str, object] = {"last_staff_at": now, "person_answered_at": row.person_answered_at or now}
            changes |= self._tell(connection, row, Author.STAFF, reply, by=staff.name)
            return changes, (ChangeKind.STAFF_SAID,)

        await self._change(conversation_id, staff, work)

    async def _change(self, conversation_id: str, staff: Staff, work: _Work) -> int:
        channel, version = await self._storage.write(lambda c: self._changed(c, conversation_id, staff, work))
        for topic in (outbox_topic(channel), conversation_topic(conversation_id), TOPIC):
            self._signals.notify(topic)
        return version

    def _changed(self, connection: Connection, id: str, staff: Staff, work: _Work) -> tuple[str, int]:
        row = connection.execute(_LOCKED, {"id": id}).one_or_none()
        if row is None:
            raise NotYours(id, staff.username, None)
        values, kinds = work(connection, row)
        if values:
            connection.execute(update(CONVERSATION).where(CONVERSATION.c.id == id).values(values))
        note_changes(connection, id, kinds, self._clock.now(), staff=staff.username)
        return str(row.channel), int(str(values.get("version", row.version)))

    def _announce(self, connection: Connection, row: Row[Any], phrase: str, **values: str) -> dict[str, object]:
        """Have the bot say who answers from now on, where the channel still takes it."""
        if not self._is_reachable(row):
            return {}
        return self._tell(connection, row, Author.BOT, Reply(self._phrases[phrase].format(**values)))

    def _tell(
        self, connection: Connection, row: Row[Any], author: Author, reply: Reply, *, by: str | None = None
    ) -> dict[str, object]:
        now = self._clock.now()
        self._ledger.say(connection, row.id, [(author, reply, now)], seq=None, by=by)
        format = self._formats.get(row.channel)
        parts = fit(reply, format, answer_by_number=self._phrases["answer_by_number"]) if format else []
        due = self._ledger.enqueue(connection, row, parts, key=f"staff:{uuid.uuid4().hex}")
        return {"outbox_due_at": now} if due else {}

    def _is_reachable(self, row: Row[Any]) -> bool:
        return row.unreachable_at is None and window_of(row.channel, row.last_inbound_at).is_open(self._clock.now())


def _require(row: Row[Any], staff: Staff, version: int | None) -> None:
    if row.holder == Holder.HUMAN and row.holder_name not in (None, staff.username):
        raise NotYours(row.id, staff.username, row.holder_name)
    if version is not None and version != row.version:
        raise OutOfDate(row.id, version, row.version)


def _require_held(row: Row[Any], staff: Staff) -> None:
    if row.holder != Holder.HUMAN or row.holder_name != staff.username:
        raise NotYours(row.id, staff.username, row.holder_name or row.holder)
