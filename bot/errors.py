"""What can go wrong in the bot, one class per thing a caller may handle."""

from __future__ import annotations

import traceback
from datetime import timedelta
from pathlib import Path


class BotError(Exception):
    """Base of this room's errors."""


class StorageUnavailable(BotError):
    """A message could be kept neither in the database nor beside it."""

    def __init__(self, channel: str, message_key: str) -> None:
        self.channel, self.message_key = channel, message_key
        super().__init__(f"{channel} message {message_key}: the database did not take it. Check DATABASE_URL and disk.")


class DialogueUnavailable(BotError):
    """The dialogue manager does not answer at all (starting, restarting): ask again later, nothing was processed."""

    def __init__(self, url: str, cause: str) -> None:
        self.url, self.cause = url, cause
        super().__init__(f"The dialogue at {url} cannot be reached ({cause}); messages wait until it is ready.")


class DialogueFailed(BotError):
    """The dialogue manager took a message and gave no usable answer."""

    def __init__(self, conversation_id: str, cause: str) -> None:
        self.conversation_id, self.cause = conversation_id, cause
        super().__init__(f"Conversation {conversation_id}: the dialogue gave no usable answer ({cause}).")


class LaneLost(BotError):
    """Another worker took over the conversation while this one was busy; its work must not be stored."""

    def __init__(self, conversation_id: str, worker: str) -> None:
        self.conversation_id, self.worker = conversation_id, worker
        super().__init__(f"Conversation {conversation_id} is no longer held by worker {worker}; its result is dropped.")


class NotYours(BotError):
    """A member of staff acts on a conversation that is not hers."""

    def __init__(self, conversation_id: str, staff: str, holder: str | None) -> None:
        self.conversation_id, self.staff, self.holder = conversation_id, staff, holder
        super().__init__(f"Conversation {conversation_id} is not with {staff} but with {holder or 'nobody'}; claim it.")


class OutOfDate(BotError):
    """Somebody changed the thing meanwhile; look again before acting."""

    def __init__(self, what: str, seen: int, found: int) -> None:
        self.what, self.seen, self.found = what, seen, found
        super().__init__(f"{what} is at version {found}, you saw {seen}; look at it again, then decide.")


class CannotBeReached(BotError):
    """The channel would not take a message to this citizen; *reason*: ``window_closed`` or ``unreachable``."""

    def __init__(self, conversation_id: str, reason: str) -> None:
        self.conversation_id, self.reason = conversation_id, reason
        super().__init__(f"Conversation {conversation_id} cannot be answered on its channel ({reason}); telephone.")


class UnknownPlaceholder(BotError):
    """A prepared answer asks for a value that there is not today."""

    def __init__(self, slug: str, name: str) -> None:
        self.slug, self.name = slug, name
        super().__init__(f"Prepared answer {slug}: nothing fills {{{{ {name} }}}} today; use a known name or figure.")


class DeliveryError(BotError):
    """A channel did not take a message."""


class RetryLater(DeliveryError):
    """The channel may take the message later; ``after`` where it said when."""

    def __init__(self, reason: str, after: timedelta | None = None) -> None:
        self.reason, self.after = reason, after
        super().__init__(
            f"not delivered yet: {reason}" + (f"; again after {after.total_seconds():g} s" if after else "")
        )


class Undeliverable(DeliveryError):
    """The channel will never take this message. ``gone``: the citizen cannot be reached any more at all."""

    def __init__(self, reason: str, *, gone: bool = False) -> None:
        self.reason, self.gone = reason, gone
        super().__init__(f"never deliverable: {reason}")


def origin(error: BaseException) -> str:
    """Return where *error* was raised, as ``file.py:line``: for logs, which must not repeat an error's own words."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown"
