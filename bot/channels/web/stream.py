"""The stream that carries new entries to an open page (server-sent events).

Resumes after ``Last-Event-ID``, beats so that a dead connection is noticed, and ends by itself after a while:
the browser opens it again, so nothing stays open for ever behind a proxy.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.channels.web.presenting import Presenter
from bot.messages import Transcript

BATCH = 100
_BUSY_SECONDS = 2.0
_SETTLING_SECONDS = 0.15


@dataclass(frozen=True, slots=True)
class News:
    """What has happened in a conversation since an entry."""

    entries: list[dict[str, Any]]
    after: int
    pending: int
    erased: bool  # the last entry the page shows is gone; ``entries`` are then all there are

    def to_json(self) -> dict[str, Any]:
        """Return the news as the script reads it."""
        return {
            "messages": self.entries,
            "after": self.after,
            "pending": self.pending,
            "erased": self.erased,
        }


@dataclass(frozen=True, slots=True)
class Newsroom:
    """Gathers the news of conversations, once or as a stream. Streams end when *stopping* is set."""

    transcript: Transcript
    presenter: Presenter
    beat_seconds: float
    lifetime_seconds: float
    now: Callable[[], float]
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def news(self, conversation_id: str, after: int) -> News:
        """Return what came after *after*, at most 100 entries."""
        # Waiting messages first: whatever is not waiting any more is then among the entries.
        pending = await self.transcript.pending(conversation_id)
        erased = after > 0 and await self._is_gone(conversation_id, after)
        entries = await self.transcript.since(conversation_id, 0 if erased else after, limit=BATCH)
        last = entries[-1].seq if entries else (0 if erased else after)
        return News([self.presenter.entry(entry) for entry in entries], last, pending, erased)

    async def _is_gone(self, conversation_id: str, seq: int) -> bool:
        at_or_after = await self.transcript.since(conversation_id, seq - 1, limit=1)
        return not at_or_after or at_or_after[0].seq != seq

    async def settled(self, conversation_id: str, seconds: float) -> bool:
        """Wait until no message of the conversation waits for its answer; ``False`` after *seconds*."""
        end = self.now() + seconds
        while await self.transcript.pending(conversation_id):
            if self.now() >= end:
                return False
            await asyncio.sleep(_SETTLING_SECONDS)
        return True

    async def stream(self, conversation_id: str, after: int) -> AsyncIterator[str]:
        """Yield the frames of the event stream until its lifetime is over or the browser goes."""
        end, told = self.now() + self.lifetime_seconds, -1
        yield "retry: 2000\n\n"
        yield _frame("hello", {"after": after})
        while self.now() < end and not self.stopping.is_set():
            news = await self.news(conversation_id, after)
            if news.erased:
                yield _frame("erased", {}, identity=0)
            for entry in news.entries:
                yield _frame("entry", entry, identity=entry["seq"])
            if news.entries or news.pending != told:
                yield _frame("pending", {"pending": news.pending})
            after, told = news.after, news.pending
            if not news.entries:
                seconds = _BUSY_SECONDS if news.pending else self.beat_seconds
                if not await self._changed(conversation_id, after, seconds):
                    yield ": beat\n\n"

    async def _changed(self, conversation_id: str, after: int, seconds: float) -> bool:
        """Wait for a new entry, *seconds* or the service's stop, whichever comes first."""
        change = asyncio.ensure_future(self.transcript.changed(conversation_id, after, timeout_seconds=seconds))
        stop = asyncio.ensure_future(self.stopping.wait())
        try:
            await asyncio.wait((change, stop), return_when=asyncio.FIRST_COMPLETED)
            return change.done() and change.result()
        finally:
            change.cancel()
            stop.cancel()


def _frame(event: str, data: Mapping[str, Any], *, identity: int | None = None) -> str:
    lines = [] if identity is None else [f"id: {identity}"]
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return "\n".join([*lines, f"event: {event}", f"data: {body}", "", ""])
