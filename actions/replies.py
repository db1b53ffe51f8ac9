"""What an action says: messages with choices, and a signal for the gateway where something must happen."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

# Messages longer than this are hard to read on a phone.
READABLE_CHARACTERS = 900


@dataclass(frozen=True)
class Message:
    """One message; a choice is both what is shown and what is sent when it is picked."""

    text: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Said:
    """What one action says and signals.

    ``signal`` reaches the gateway as the ``custom`` part of Rasa's answer, e.g. ``{"action": "handover"}``.
    """

    messages: tuple[Message, ...]
    signal: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All messages as one text."""
        return "\n".join(message.text for message in self.messages)

    def with_line(self, line: str) -> Said:
        """Return the same with *line* added to the last message."""
        *before, last = self.messages
        return replace(self, messages=(*before, replace(last, text=f"{last.text}\n{line}")))


def one(text: str, *choices: str, **signal: Any) -> Said:
    """Say *text* with *choices*."""
    return Said((Message(text, tuple(choices)),), dict(signal))
