"""Which lanes this process works on, by which claim.

A lane is free in the database a moment before the task that had it comes to know; another task of this process may
have claimed it by then. What the first lets go of is its own claim, never the other's.
"""

from __future__ import annotations

import itertools


class Holds:
    """Conversations that are worked on here."""

    def __init__(self) -> None:
        self._claims: dict[str, int] = {}
        self._numbers = itertools.count(1)

    def all(self) -> list[str]:
        """Return the conversations that are worked on."""
        return list(self._claims)

    def take(self, conversation_id: str) -> int:
        """Note that a conversation was claimed; return the claim's number."""
        self._claims[conversation_id] = number = next(self._numbers)
        return number

    def let_go(self, conversation_id: str, claim: int) -> None:
        """Give the claim up; harmless when it was given up already, or when there is a newer one."""
        if self._claims.get(conversation_id) == claim:
            del self._claims[conversation_id]
