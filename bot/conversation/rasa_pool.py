"""Several Rasas as one dialogue: a conversation stays with one of them as long as that one answers.

Each Rasa keeps its trackers in its own memory, so a conversation goes to the one its id names. Where that one is away
the next takes over; it finds the pending question in the application's own store (``action_session_start``).
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence

import httpx
import structlog

from bot.conversation.rasa_client import RasaClient
from bot.errors import DialogueUnavailable
from bot.messages import Reply


class RasaPool:
    """Fills ``Dialogue`` over *clients*, at least one."""

    def __init__(self, clients: Sequence[RasaClient]) -> None:
        self._clients = tuple(clients)
        self._log = structlog.get_logger("bot.rasa")

    async def respond(self, conversation_id: str, text: str, *, metadata: Mapping[str, object]) -> list[Reply]:
        """Answer *text*; raise ``DialogueUnavailable`` when no Rasa had the message, or ``DialogueFailed``."""
        *others, last = self._in_turn(conversation_id)
        for client in others:
            try:
                return await client.respond(conversation_id, text, metadata=metadata)
            except DialogueUnavailable:
                continue
        return await last.respond(conversation_id, text, metadata=metadata)

    async def ready(self) -> bool:
        """Tell whether one of them answers."""
        return any(await asyncio.gather(*(client.ready() for client in self._clients)))

    async def erase(self, conversation_id: str) -> None:
        """Make all of them forget the conversation.

        What cannot be done here must not hold up the deletion of everything else: Rasa's memory ends with its process.
        """
        for client in self._clients:
            try:
                await client.erase(conversation_id)
            except httpx.HTTPError as error:
                self._log.error("not_forgotten", conversation=conversation_id, error=type(error).__name__)

    async def close(self) -> None:
        """Let the connections go."""
        for client in self._clients:
            await client.close()

    def _in_turn(self, conversation_id: str) -> Sequence[RasaClient]:
        digest = hashlib.blake2b(conversation_id.encode(), digest_size=4).digest()
        first = int.from_bytes(digest) % len(self._clients)
        return (*self._clients[first:], *self._clients[:first])
