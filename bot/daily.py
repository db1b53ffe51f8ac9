"""Daily figures without people: how many messages of which topic came to what, how fast, and what nobody could tell.

Counts by day, channel and a few fixed words: no id, no text, nothing that leads to a person. Gathered in memory
as messages are answered and written every few seconds, so that no message waits for them.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple, Protocol, cast

import structlog
from sqlalchemy import Connection, Date, Index, String, Table
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from bot.conversation.turn import Turn
from bot.messages import Author, InboundMessage, Reply
from bot.storage import Storage
from bot.tasks import end
from core.clock import VIETNAM, Clock
from core.database import Base

WRITE_SECONDS: Final = 5.0
SECONDS: Final = (1, 2, 5, 10, 30, 60, 300)  # upper ends of the spans of answer times
MINUTES: Final = (1, 2, 3, 5, 10, 15, 20, 30, 45, 60, 90, 120, 240, 480, 1440)  # upper ends of the spans of waiting
_WORD: Final = re.compile(r"[a-z0-9_.-]{1,60}")
_OTHER: Final = "other"
_NO_TOPIC: Final = "none"


class Measure(StrEnum):
    """What is counted; stored, so names never change."""

    MESSAGE = "message"  # key: kind of message
    TURN = "turn"  # key: benefit or area spoken of, detail: what the turn came to
    REFUSAL = "refusal"  # key: why there was no answer
    UNKNOWN = "unknown"  # key: the fact the citizen could not tell
    HANDOVER = "handover"  # key: why a person is wanted
    SECONDS = "seconds"  # key: the span of the time from arrival to answer, by its upper end
    FAILED = "failed"  # key: why the message was set aside
    WAIT = "wait"  # key: the span of minutes until a person took the conversation, by its upper end


class DailyRow(Base):
    """One count of one day."""

    __tablename__ = "bot_daily"
    __table_args__ = (Index("ix_bot_daily_measure", "measure", "day"),)

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    measure: Mapped[str] = mapped_column(String(12), primary_key=True)
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    detail: Mapped[str] = mapped_column(String(60), primary_key=True, default="")
    count: Mapped[int]


DAILY: Final = cast(Table, DailyRow.__table__)


class _Key(NamedTuple):
    day: date
    channel: str
    measure: str
    key: str
    detail: str = ""


class Counts(Protocol):
    """Takes notice of turns; the answer loop tells it of each."""

    def answered(self, message: InboundMessage, turn: Turn, at: datetime) -> None:
        """Take notice of *turn*, which *message* led to and which was stored *at*; must not raise or wait."""
        ...


class NoCounts:
    """Takes no notice."""

    def answered(self, message: InboundMessage, turn: Turn, at: datetime) -> None:
        """Do nothing."""


class DailyCounts:
    """Counts turns and writes the counts; started and stopped with the service."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock
        self._gathered: Counter[_Key] = Counter()
        self._writer: asyncio.Task[None] | None = None
        self._log = structlog.get_logger("bot.daily")

    def answered(self, message: InboundMessage, turn: Turn, at: datetime) -> None:
        """Count *turn*."""
        day = at.astimezone(VIETNAM).date()
        for measure, key, detail in _counted(message, turn, at):
            self._gathered[_Key(day, message.channel, measure, _word(key), _word(detail) if detail else "")] += 1

    async def start(self) -> None:
        """Begin to write every few seconds."""
        self._writer = asyncio.create_task(self._write_for_ever(), name="daily-counts")

    async def stop(self) -> None:
        """Write what is left and stop."""
        await end(self._writer)
        await self.write()

    async def write(self) -> None:
        """Add what was gathered to the table; what cannot be written is kept for the next time."""
        gathered, self._gathered = self._gathered, Counter()
        if not gathered:
            return
        try:
            await self._storage.write(lambda connection: self._add(connection, gathered))
        except SQLAlchemyError as error:
            self._gathered.update(gathered)
            self._log.warning("daily_counts_not_written", error=type(error).__name__)

    def _add(self, connection: Connection, gathered: Counter[_Key]) -> None:
        rows = [{**key._asdict(), "count": count} for key, count in sorted(gathered.items())]
        insert = self._storage.upsert(DailyRow)
        keys = [DAILY.c.day, DAILY.c.channel, DAILY.c.measure, DAILY.c.key, DAILY.c.detail]
        total = DAILY.c.count + insert.excluded["count"]
        connection.execute(insert.on_conflict_do_update(index_elements=keys, set_={"count": total}), rows)

    async def _write_for_ever(self) -> None:
        while True:
            await asyncio.sleep(WRITE_SECONDS)
            await self.write()


def count_wait(connection: Connection, storage: Storage, channel: str, waited: timedelta, at: datetime) -> None:
    """Count, within the caller's transaction, that a citizen *waited* until a person took her conversation."""
    minutes = waited.total_seconds() / 60
    span = next((str(end) for end in MINUTES if minutes <= end), "more")
    insert = storage.upsert(DailyRow)
    keys = [DAILY.c.day, DAILY.c.channel, DAILY.c.measure, DAILY.c.key, DAILY.c.detail]
    add_one = insert.on_conflict_do_update(index_elements=keys, set_={"count": DAILY.c.count + 1})
    row = _Key(at.astimezone(VIETNAM).date(), channel, Measure.WAIT, span)._asdict()
    connection.execute(add_one, [{**row, "count": 1}])


def _counted(message: InboundMessage, turn: Turn, at: datetime) -> Iterator[tuple[Measure, str, str]]:
    if turn.author is not Author.CITIZEN:
        return
    yield Measure.MESSAGE, message.kind, ""
    if turn.set_aside:
        yield Measure.FAILED, turn.set_aside.lower(), ""
        return
    if turn.reason:
        yield Measure.HANDOVER, turn.reason, ""
    if not turn.replies:
        return
    yield Measure.SECONDS, _span((at - message.received_at).total_seconds()), ""
    said = _said(turn.replies)
    if (action := said.get("action")) is None:
        return
    for topic in _texts(said.get("about")) or [_NO_TOPIC]:
        yield Measure.TURN, topic, str(action)
    if reason := said.get("reason"):
        yield Measure.REFUSAL, str(reason), ""
    if unknown := said.get("unknown"):
        yield Measure.UNKNOWN, str(unknown), ""


def _said(replies: Sequence[Reply]) -> dict[str, Any]:
    """Return what the dialogue said beside its words."""
    return {key: value for reply in replies for key, value in reply.data.items()}


def _texts(value: object) -> list[str]:
    return list(dict.fromkeys(map(str, value))) if isinstance(value, list | tuple) else []


def _span(seconds: float) -> str:
    return next((str(end) for end in SECONDS if seconds <= end), "more")


def _word(text: str) -> str:
    """Return *text* where it is one of the words of the code, else ``other``: no citizen's words get in here."""
    return text if _WORD.fullmatch(text) else _OTHER
