"""What open pages of the inbox are told while something happens: the list anew, new lines, who holds a conversation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from typing import Final

from bot.conversation.transcript import SqlTranscript
from bot.handover.changes import ChangeKind, Feed
from console.live import BEAT_SECONDS, Event

_HOLDER: Final = frozenset({ChangeKind.WANTED, ChangeKind.CLAIMED, ChangeKind.TRANSFERRED, ChangeKind.RELEASED})
_NOTES: Final = frozenset({ChangeKind.NOTED, ChangeKind.TAGGED})
_SAID: Final = frozenset({ChangeKind.CITIZEN_SAID, ChangeKind.BOT_SAID})

Draw = Callable[[str], Awaitable[str]]
DrawLines = Callable[[int], Awaitable[tuple[str, int]]]

# Parts of an open conversation by what makes them out of date.
PARTS: Final[tuple[tuple[str, frozenset[ChangeKind]], ...]] = (
    ("head", _HOLDER | _NOTES | {ChangeKind.STAFF_SAID, ChangeKind.CITIZEN_SAID}),
    ("actions", _HOLDER),
    ("notes", _NOTES),
    ("facts", _SAID | _HOLDER),
)


async def queue_events(feed: Feed, cursor: int, draw: Callable[[], Awaitable[str]]) -> AsyncIterator[Event | None]:
    """Yield the list anew whenever something happened to a conversation after *cursor*."""
    while True:
        if await feed.changed(cursor, timeout_seconds=BEAT_SECONDS):
            cursor = await feed.newest()
            yield Event("queue", await draw())
        else:
            yield None


class TalkEvents:
    """Follows one conversation: *lines* draws what was said after a number, *part* one part of the page."""

    def __init__(
        self, transcript: SqlTranscript, feed: Feed, conversation_id: str, *, lines: DrawLines, part: Draw
    ) -> None:
        self._transcript, self._feed, self._id = transcript, feed, conversation_id
        self._lines, self._part = lines, part

    async def after(self, line: int, cursor: int) -> AsyncIterator[Event | None]:
        """Yield what comes after *line* and after the change *cursor*."""
        while True:
            if not await self._any_news(line, cursor):
                yield None
                continue
            html, newest = await self._lines(line)
            if newest > line:
                line = newest
                yield Event("lines", html)
            changes = await self._feed.since(cursor)
            cursor = changes[-1].seq if changes else cursor
            for name in _parts({one.kind for one in changes if one.conversation_id in (self._id, None)}):
                yield Event(name, await self._part(name))

    async def _any_news(self, line: int, cursor: int) -> bool:
        """Wait until there is a new line or any change, at most for a beat."""
        waiting = [
            asyncio.ensure_future(self._transcript.changed(self._id, line, timeout_seconds=BEAT_SECONDS)),
            asyncio.ensure_future(self._feed.changed(cursor, timeout_seconds=BEAT_SECONDS)),
        ]
        try:
            done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            return any(one.result() for one in done)
        finally:
            for one in waiting:
                one.cancel()


def _parts(kinds: Collection[ChangeKind]) -> list[str]:
    return [name for name, causes in PARTS if not causes.isdisjoint(kinds)]
