"""The bot's tables: conversations, what came in, what was said, what goes out, and who works on it.

Words, addresses and tokens are sealed by the ``Vault`` before they come here; people appear as pseudonyms only.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import cast

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Table, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, UtcDateTime

# SQLite numbers rows by itself only where the key is a plain INTEGER.
Serial = BigInteger().with_variant(Integer, "sqlite")


class Holder(StrEnum):
    """Who has a conversation."""

    BOT = "bot"
    WAITING = "waiting"  # a person is wanted; the bot goes on answering meanwhile
    HUMAN = "human"


class InboxStatus(StrEnum):
    """What became of a message that was stored."""

    WAITING = "waiting"
    DONE = "done"
    SET_ASIDE = "set_aside"  # failed too often; a person should look
    ERASED = "erased"  # only its key is left, so that a repeat is known


class OutboxStatus(StrEnum):
    """What became of a message to a citizen."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


# What somebody may have to look at, a few of many rows: an index holds only these. Ask in these very words, for SQLite
# takes such an index only where it finds its own condition again.
OPEN_INBOX = text("bot_inbox.status IN ('waiting', 'set_aside')")
OPEN_OUTBOX = text("bot_outbox.status IN ('waiting', 'failed')")
_INBOX_INDEX, _OUTBOX_INDEX = text("status IN ('waiting', 'set_aside')"), text("status IN ('waiting', 'failed')")

# SQLite gives the number of a deleted last row again unless told not to.
_NEVER_REPEATS = {"sqlite_autoincrement": True}


class WorkerRow(Base):
    """A process that works on the queues; its lanes are free again when it is silent past ``alive_until``."""

    __tablename__ = "bot_worker"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    host: Mapped[str] = mapped_column(String(120))
    pid: Mapped[int]
    alive_until: Mapped[datetime] = mapped_column(UtcDateTime)


class ConversationRow(Base):
    """One citizen on one channel.

    ``inbox_due_at`` and ``outbox_due_at`` say from when on the oldest waiting message of each direction may be worked
    on (``None``: nothing waits); ``reader`` and ``writer`` are the workers that do, one each, hence the order.
    ``home``: the worker that answered last, whose process may know what is kept nowhere else.
    ``wanted_at``: since when the citizen wants a person; ``version`` grows whenever who has the conversation changes.
    """

    __tablename__ = "bot_conversation"
    __table_args__ = (
        Index("ix_bot_conversation_inbox_due", "inbox_due_at"),
        Index("ix_bot_conversation_outbox_due", "channel", "outbox_due_at"),
        Index("ix_bot_conversation_holder", "holder", "holder_since"),
        Index("ix_bot_conversation_channel", "channel", "last_inbound_at"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(Text)
    is_group: Mapped[bool] = mapped_column(default=False)
    holder: Mapped[str] = mapped_column(String(10), default=Holder.BOT)
    holder_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    holder_name: Mapped[str | None] = mapped_column(String(120))
    handover_reason: Mapped[str | None] = mapped_column(String(60))
    wanted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    person_answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_inbound_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_staff_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    unreachable_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    inbox_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outbox_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reader: Mapped[str | None] = mapped_column(String(40))
    writer: Mapped[str | None] = mapped_column(String(40))
    home: Mapped[str | None] = mapped_column(String(40))


class InboxRow(Base):
    """One message from a citizen (or one event about her), in the order of arrival."""

    __tablename__ = "bot_inbox"
    __table_args__ = (
        Index("ix_bot_inbox_lane", "conversation_id", "status", "seq"),
        Index("ix_bot_inbox_open", "status", "channel", sqlite_where=_INBOX_INDEX, postgresql_where=_INBOX_INDEX),
        _NEVER_REPEATS,
    )

    seq: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    message_key: Mapped[str] = mapped_column(String(32), unique=True)
    channel: Mapped[str] = mapped_column(String(20))
    conversation_id: Mapped[str | None] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(10), default=InboxStatus.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(String(120))


class EntryRow(Base):
    """One line of a transcript."""

    __tablename__ = "bot_transcript"
    __table_args__ = (
        Index("ix_bot_transcript_conversation", "conversation_id", "seq"),
        Index("ix_bot_transcript_said_at", "said_at"),
        _NEVER_REPEATS,
    )

    seq: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("bot_conversation.id", ondelete="CASCADE"))
    author: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(Text)
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
    inbox_seq: Mapped[int | None] = mapped_column(Serial)


class OutboxRow(Base):
    """One message to a citizen. ``key`` keeps a turn that is worked on twice from being answered twice."""

    __tablename__ = "bot_outbox"
    __table_args__ = (
        Index("ix_bot_outbox_lane", "conversation_id", "status", "seq"),
        Index("ix_bot_outbox_open", "status", "channel", sqlite_where=_OUTBOX_INDEX, postgresql_where=_OUTBOX_INDEX),
        _NEVER_REPEATS,
    )

    seq: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    channel: Mapped[str] = mapped_column(String(20))
    conversation_id: Mapped[str] = mapped_column(ForeignKey("bot_conversation.id", ondelete="CASCADE"))
    body: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(10), default=OutboxStatus.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    channel_message_id: Mapped[str | None] = mapped_column(String(120))
    error: Mapped[str | None] = mapped_column(String(200))


class TokenRow(Base):
    """The pair of tokens of one Official Account, sealed, and the lock under which it is renewed."""

    __tablename__ = "bot_token"

    account: Mapped[str] = mapped_column(String(60), primary_key=True)
    pair: Mapped[str] = mapped_column(Text)
    seed: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    renewed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    needs_authorisation: Mapped[bool] = mapped_column(default=False)
    error: Mapped[str | None] = mapped_column(String(120))
    locked_by: Mapped[str | None] = mapped_column(String(40))
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


# The hot path speaks SQLAlchemy Core: its statements are built once, an ORM flush costs more than the database does.
WORKER, CONVERSATION, INBOX, TRANSCRIPT, OUTBOX, TOKEN = (
    cast(Table, row.__table__) for row in (WorkerRow, ConversationRow, InboxRow, EntryRow, OutboxRow, TokenRow)
)
