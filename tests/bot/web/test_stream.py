"""The stream of new entries."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator

import pytest

from bot.channels.web.guards import RequestRefused
from bot.channels.web.limits import OpenStreams
from bot.channels.web.presenting import Presenter, whole_history
from bot.channels.web.rich_text import RichTextReader
from bot.channels.web.stream import Newsroom
from bot.messages import Author
from tests.bot.web.memory import Conversations

CONVERSATION = "a-conversation"


@pytest.fixture
def newsroom(conversations: Conversations) -> Newsroom:
    return Newsroom(conversations, Presenter(RichTextReader()), 0.02, 0.4, time.monotonic)


async def next_event(frames: AsyncIterator[str], name: str) -> tuple[str, dict[str, object]]:
    """Return id and data of the next frame of event *name*."""
    async for frame in frames:
        fields = dict(line.split(": ", 1) for line in frame.splitlines() if line and not line.startswith(":"))
        if fields.get("event") == name:
            return fields.get("id", ""), json.loads(fields["data"])
    raise AssertionError(f"the stream ended without {name}")


async def test_entries_come_as_they_are_said(conversations: Conversations, newsroom: Newsroom) -> None:
    """Each frame carries the entry's number, from which a lost connection goes on."""
    frames = newsroom.stream(CONVERSATION, 0)
    await next_event(frames, "hello")
    entry = conversations.say(CONVERSATION, Author.BOT, "Chào anh/chị")

    identity, data = await next_event(frames, "entry")

    assert (identity, data["seq"]) == (str(entry.seq), entry.seq)


async def test_stream_resumes_after_the_last_entry_seen(conversations: Conversations, newsroom: Newsroom) -> None:
    """Nothing is missed and nothing comes twice after a break."""
    seen, missed = (conversations.say(CONVERSATION, Author.BOT, text) for text in ("một", "hai"))

    _, data = await next_event(newsroom.stream(CONVERSATION, seen.seq), "entry")

    assert data["seq"] == missed.seq


async def test_quiet_stream_beats_and_ends(newsroom: Newsroom) -> None:
    """Beats keep proxies from closing it; its end keeps it from staying open for ever."""
    frames = [frame async for frame in newsroom.stream(CONVERSATION, 0)]

    assert frames[0] == "retry: 2000\n\n"
    assert frames.count(": beat\n\n") > 3


async def test_stream_ends_at_once_when_the_service_stops(conversations: Conversations) -> None:
    """An open page never holds up a restart."""
    stopping = asyncio.Event()
    newsroom = Newsroom(conversations, Presenter(RichTextReader()), 60, 600, time.monotonic, stopping)
    frames = newsroom.stream(CONVERSATION, 0)
    await next_event(frames, "pending")
    rest = asyncio.create_task(anext(frames, None))
    await asyncio.sleep(0)

    stopping.set()

    await asyncio.wait_for(rest, 2)
    assert await anext(frames, None) is None


async def test_erasing_is_told_on_the_stream(conversations: Conversations, newsroom: Newsroom) -> None:
    """An open page clears what was deleted."""
    entry = conversations.say(CONVERSATION, Author.BOT, "Chào")
    frames = newsroom.stream(CONVERSATION, entry.seq)
    await next_event(frames, "hello")

    conversations.erase(CONVERSATION)

    assert (await next_event(frames, "erased"))[0] == "0"


async def test_line_breaks_in_an_entry_stay_in_its_frame(conversations: Conversations, newsroom: Newsroom) -> None:
    """A citizen's empty lines must not end the frame early."""
    conversations.say(CONVERSATION, Author.CITIZEN, "một\n\nevent: entry\ndata: {}")

    _, data = await next_event(newsroom.stream(CONVERSATION, 0), "entry")

    assert data["text"] == "một\n\nevent: entry\ndata: {}"


def test_streams_of_a_session_are_counted() -> None:
    """A browser with many windows falls back to asking; closing one makes room again."""
    streams = OpenStreams(1)

    with streams.hold("a"):
        with pytest.raises(RequestRefused):
            streams.require_room("a")
        streams.require_room("b")
    streams.require_room("a")


async def test_long_history_is_cut_to_its_newest_part(conversations: Conversations) -> None:
    """A page shows the end of a conversation of any length."""
    for number in range(450):
        conversations.say(CONVERSATION, Author.CITIZEN, str(number))

    entries = await whole_history(conversations, CONVERSATION, newest=100)

    assert [entry.text for entry in entries] == [str(number) for number in range(350, 450)]
