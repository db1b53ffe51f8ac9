"""Everything kept of one conversation, in plain words: for the citizen who asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import select

from bot.handover.notes import Notes
from bot.messages import Transcript
from bot.storage import Storage
from bot.tables import CONVERSATION

PAGE = 200


class FactsOf(Protocol):
    """Knows what a conversation told."""

    def told(self, conversation_id: str) -> Any:
        """Return it as plain data."""
        ...


@dataclass(frozen=True)
class Export:
    """Reads the stores. Numbers that name a person were blanked before anything was stored."""

    storage: Storage
    transcript: Transcript
    notes: Notes
    facts: FactsOf

    async def of(self, conversation_id: str) -> dict[str, Any] | None:
        """Return everything as plain data; ``None`` where nothing is kept."""
        query = select(CONVERSATION).where(CONVERSATION.c.id == conversation_id)
        row = await self.storage.read(lambda connection: connection.execute(query).one_or_none())
        if row is None:
            return None
        return {
            "conversation": row.id,
            "channel": row.channel,
            "since": row.created_at.isoformat(),
            "last_message": row.last_inbound_at.isoformat(),
            "facts": self.facts.told(conversation_id),
            "transcript": await self._lines(conversation_id),
            "notes_of_staff": [
                {"at": note.at.isoformat(), "text": note.text} for note in await self.notes.of(conversation_id)
            ],
        }

    async def _lines(self, conversation_id: str) -> list[dict[str, str]]:
        lines: list[dict[str, str]] = []
        after = 0
        while entries := await self.transcript.since(conversation_id, after, limit=PAGE):
            lines += [{"at": e.said_at.isoformat(), "by": e.author.value, "text": e.text} for e in entries]
            after = entries[-1].seq
        return lines
