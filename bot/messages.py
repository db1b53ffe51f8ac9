"""What passes between channels, the queue, the gateway and the dialogue: values, and the Protocols of those who act.

No behaviour, no storage, no channel's own words. What a citizen wrote and where she is reached never show in a
``repr``, so that they cannot slip into a log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Channel(StrEnum):
    """The ways a citizen reaches the service; stored, so names never change."""

    TELEGRAM = "telegram"
    ZALO_OA = "zalo_oa"
    ZALO_BOT = "zalo_bot"
    WEB = "web"
    TERMINAL = "terminal"


class MessageKind(StrEnum):
    """What came in. Everything a channel can send falls into one of these."""

    TEXT = "text"
    COMMAND = "command"  # text is the bare command, without '/' and bot name
    CHOICE = "choice"  # text is the token of a choice that was offered
    STARTED = "started"  # the citizen opened the conversation, followed, or pressed Start
    PHOTO = "photo"
    VOICE = "voice"
    VIDEO = "video"
    STICKER = "sticker"
    LOCATION = "location"  # the coordinates are dropped by the adapter
    FILE = "file"
    CONTACT = "contact"
    EDITED = "edited"  # an earlier message was changed
    OTHER = "other"
    STAFF = "staff"  # a person answered in the channel's own app
    WITHDRAWN = "withdrawn"  # the citizen wants her data deleted
    BLOCKED = "blocked"  # the citizen can no longer be reached


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """One thing that happened in a conversation, free of any channel's format.

    ``conversation_id`` is a pseudonym, the same for ever for the same person on the same channel. ``sender`` is the
    address replies go to, in the channel's own terms: stored sealed, never logged, never given to the dialogue.
    """

    channel: str
    message_id: str
    conversation_id: str
    sender: str = field(repr=False)
    text: str = field(repr=False)
    kind: MessageKind
    received_at: datetime
    is_group: bool = False
    metadata: Mapping[str, object] = field(
        default_factory=dict, repr=False
    )  # "as_of", "province": given to the dialogue


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer offered. ``token`` names it on the wire; it is given when the turn is stored."""

    title: str
    payload: str
    token: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to the citizen, before it is fitted to a channel.

    ``numeric_answer``: a number typed now is the answer itself (an age, a count), not the position of a choice.
    ``handover``: why a person is wanted. ``erase``: everything kept of this conversation goes after this reply.
    """

    text: str = field(repr=False)
    choices: tuple[Choice, ...] = ()
    citations: tuple[str, ...] = ()
    numeric_answer: bool = False
    handover: str | None = None
    erase: bool = False
    data: Mapping[str, object] = field(default_factory=dict, repr=False)  # what else the dialogue said, for --json


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message on its way out, already fitted to its channel."""

    id: int
    channel: str
    conversation_id: str
    address: str = field(repr=False)
    text: str = field(repr=False)
    choices: tuple[Choice, ...] = ()
    attempt: int = 1
    last_inbound_at: datetime | None = None  # for channels that close a window after the citizen's last message


class Author(StrEnum):
    """Who said a line of the transcript."""

    CITIZEN = "citizen"
    BOT = "bot"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a conversation as it is kept. ``seq`` grows over all conversations and never repeats."""

    seq: int
    author: Author
    kind: str
    text: str = field(repr=False)
    choices: tuple[Choice, ...]
    citations: tuple[str, ...]
    said_at: datetime
    numeric_answer: bool = False
    by: str | None = None  # the member of staff, as the citizen may know her


class Acceptance(StrEnum):
    """What became of an incoming message. All three may be acknowledged to the channel."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    SPOOLED = "spooled"  # the database is away; kept in a file until it is back


class Inbox(Protocol):
    """Where a verified message is stored exactly once, before the channel hears that it was received."""

    async def accept(self, message: InboundMessage) -> Acceptance:
        """Store *message*; raise ``StorageUnavailable`` when it could not be kept."""
        ...


class Transcript(Protocol):
    """What was said, in order. The web page shows it; staff read it."""

    async def since(self, conversation_id: str, after: int = 0, *, limit: int = 200) -> Sequence[Entry]:
        """Return the entries with ``seq > after``, oldest first."""
        ...

    async def changed(self, conversation_id: str, after: int, *, timeout_seconds: float) -> bool:
        """Wait until there is an entry with ``seq > after``; tell whether there is one."""
        ...

    async def pending(self, conversation_id: str) -> int:
        """Return how many accepted messages of the conversation still wait for their answer."""
        ...


class Dialogue(Protocol):
    """The dialogue manager. Keeps the thread of each conversation by its id."""

    async def respond(self, conversation_id: str, text: str, *, metadata: Mapping[str, object]) -> list[Reply]:
        """Answer *text*; raise ``DialogueUnavailable`` (ask again later) or ``DialogueFailed``."""
        ...

    async def ready(self) -> bool:
        """Tell whether it answers now."""
        ...


class Sender(Protocol):
    """A channel's way out."""

    channel: str

    async def send(self, delivery: Delivery) -> str:
        """Send once and return the channel's id of the message; raise ``RetryLater`` or ``Undeliverable``."""
        ...


class Eraser(Protocol):
    """Removes what one room keeps of a conversation. Idempotent."""

    async def erase(self, conversation_id: str) -> None:
        """Remove everything kept under *conversation_id*."""
        ...
