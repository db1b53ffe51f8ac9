"""What the gateway must know of a conversation before it answers: who has it, and what was offered last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.messages import Choice
from bot.tables import Holder


@dataclass(frozen=True, slots=True)
class Recollection:
    """State of a conversation. ``offered``: the choices of the last turn, in order, if a number may name one."""

    holder: Holder = Holder.BOT
    offered: tuple[Choice, ...] = ()
    numeric_answer: bool = False
    last_said_at: datetime | None = None
    last_staff_at: datetime | None = None


class Memory(Protocol):
    """Keeps conversations."""

    async def recall(self, conversation_id: str) -> Recollection:
        """Return what is known; a new conversation is empty."""
        ...

    async def choice(self, conversation_id: str, token: str) -> Choice | None:
        """Return the choice that was offered to this conversation under *token*, however long ago."""
        ...
