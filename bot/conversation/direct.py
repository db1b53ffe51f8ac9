"""Talk to the gateway without channel or database: the terminal and single questions.

Keeps in memory what the inbox would keep, for one conversation at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.conversation.gateway import Gateway
from bot.conversation.memory import Recollection
from bot.conversation.turn import with_tokens
from bot.messages import Channel, Choice, InboundMessage, MessageKind, Reply
from bot.tables import Holder
from core.clock import Clock


class BriefMemory:
    """Fills ``Memory`` for conversations that end with the process."""

    def __init__(self) -> None:
        self._known: dict[str, Recollection] = {}

    async def recall(self, conversation_id: str) -> Recollection:
        """Return what the last turn left."""
        return self._known.get(conversation_id, Recollection())

    async def choice(self, conversation_id: str, token: str) -> Choice | None:
        """Return the choice of the last turn with this token."""
        offered = (await self.recall(conversation_id)).offered
        return next((choice for choice in offered if choice.token == token), None)

    def keep(self, conversation_id: str, known: Recollection) -> None:
        """Remember *known*."""
        self._known[conversation_id] = known


class DirectTalk:
    """One conversation through *gateway*, whose memory is *memory*."""

    def __init__(
        self,
        gateway: Gateway,
        memory: BriefMemory,
        clock: Clock,
        *,
        conversation_id: str,
        is_group: bool = False,
        metadata: Mapping[str, object] | None = None,
    ) -> None:
        self._gateway, self._memory, self._clock = gateway, memory, clock
        self._conversation_id, self._is_group, self._metadata = conversation_id, is_group, dict(metadata or {})
        self._count = 0

    async def say(self, text: str) -> list[Reply]:
        """Return the replies to *text*; raise ``DialogueUnavailable`` or ``DialogueFailed``."""
        self._count += 1
        message = InboundMessage(
            channel=Channel.TERMINAL,
            message_id=str(self._count),
            conversation_id=self._conversation_id,
            sender="",
            text=text,
            kind=MessageKind.TEXT,
            received_at=self._clock.now(),
            is_group=self._is_group,
            metadata=self._metadata,
        )
        turn = with_tokens(await self._gateway.turn(message), self._count)
        offering = next((r for r in reversed(turn.replies) if r.choices or r.numeric_answer), None)
        known = Recollection(last_said_at=self._clock.now())
        if offering:
            known = replace(known, offered=offering.choices, numeric_answer=offering.numeric_answer)
        self._memory.keep(self._conversation_id, replace(known, holder=turn.holder or Holder.BOT))
        return list(turn.replies)
