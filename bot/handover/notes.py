"""Notes for colleagues, and tags: on a conversation, never shown to the citizen, gone with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from bot.conversation.redaction import redact
from bot.errors import NotYours
from bot.handover.changes import TOPIC, ChangeKind, note_changes
from bot.handover.holding import Staff
from bot.handover.tables import NOTE, TAG
from bot.signals import Signals
from bot.storage import Storage
from bot.tables import CONVERSATION
from bot.vault import Vault
from core.clock import Clock
from core.vietnamese.text import squeeze

LONGEST_TAG = 40

_NOTES = select(NOTE).where(NOTE.c.conversation_id == bindparam("id")).order_by(NOTE.c.id)
_USED = select(TAG.c.tag, func.count()).group_by(TAG.c.tag).order_by(func.count().desc(), TAG.c.tag)
_EXISTS = select(CONVERSATION.c.id).where(CONVERSATION.c.id == bindparam("id")).with_for_update()


@dataclass(frozen=True, slots=True)
class Note:
    """A note and who wrote it."""

    id: int
    staff: str
    text: str = field(repr=False)
    at: datetime


class Notes:
    """Notes and tags of conversations."""

    def __init__(self, storage: Storage, vault: Vault, clock: Clock, signals: Signals) -> None:
        self._storage, self._vault, self._clock, self._signals = storage, vault, clock, signals

    async def of(self, conversation_id: str) -> Sequence[Note]:
        """Return the notes on a conversation, oldest first."""
        rows = await self._storage.read(lambda c: c.execute(_NOTES, {"id": conversation_id}).all())
        return [Note(row.id, row.staff, cast(str, self._vault.open(row.body)), row.at) for row in rows]

    async def add(self, conversation_id: str, staff: Staff, text: str) -> None:
        """Write a note; identity numbers are blanked in it like everywhere. Raise ``NotYours`` where nothing is."""
        body = self._vault.seal(redact(text, keeps_fixed_lines=True).text)

        def work(connection: Connection) -> None:
            now = self._begin(connection, conversation_id, staff)
            values = {"conversation_id": conversation_id, "staff": staff.username, "body": body, "at": now}
            connection.execute(insert(NOTE).values(values))
            note_changes(connection, conversation_id, [ChangeKind.NOTED], now, staff=staff.username)

        await self._storage.write(work)
        self._signals.notify(TOPIC)

    async def tag(self, conversation_id: str, staff: Staff, tags: Sequence[str]) -> None:
        """Let the conversation have exactly these *tags*; raise ``NotYours`` where there is none."""
        wanted = list(dict.fromkeys(tag for tag in (_tidy(tag) for tag in tags) if tag))

        def work(connection: Connection) -> None:
            now = self._begin(connection, conversation_id, staff)
            connection.execute(delete(TAG).where(TAG.c.conversation_id == conversation_id))
            rows = [
                {"conversation_id": conversation_id, "tag": tag, "staff": staff.username, "at": now} for tag in wanted
            ]
            if rows:
                connection.execute(insert(TAG), rows)
            note_changes(connection, conversation_id, [ChangeKind.TAGGED], now, staff=staff.username)

        await self._storage.write(work)
        self._signals.notify(TOPIC)

    async def tags_in_use(self) -> Mapping[str, int]:
        """Return every tag and how many conversations have it, the commonest first."""
        return await self._storage.read(lambda c: {row[0]: row[1] for row in c.execute(_USED)})

    def _begin(self, connection: Connection, id: str, staff: Staff) -> datetime:
        if connection.execute(_EXISTS, {"id": id}).one_or_none() is None:
            raise NotYours(id, staff.username, None)
        return self._clock.now()


def _tidy(tag: str) -> str:
    return squeeze(redact(tag).text).lower()[:LONGEST_TAG]
