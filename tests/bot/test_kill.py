"""kill -9 at every step in turn: nothing lost, nothing out of order, nothing answered twice.

A message is sent twice only where the process died between handing it to the channel and noting that: no channel lets
us ask whether it had it.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import cast

import pytest
import sqlalchemy as sa
from fastapi import FastAPI, Request
from starlette.requests import ClientDisconnect

from bot.conversation.transcript import SqlTranscript
from bot.signals import Signals
from bot.storage import Storage
from bot.tables import OUTBOX
from bot.vault import Vault
from core.clock import SystemClock
from core.database import Database
from tests.contracts.server import serving

KEY = "a key for the tests only"
PER_PERSON = 8
MESSAGES = [(who, number) for number in range(PER_PERSON) for who in ("lan", "minh")]

STEPS = [
    "before inbox.accept",
    "after inbox.accept",
    "after accept",
    "after inbox.claim",
    "before dialogue",
    "after dialogue",
    "before inbox.finish",
    "after inbox.finish",
    "after outbox.claim",
    "before send",
    "after send",
    "before outbox._end",
    "after outbox._end",
]


class Peer:
    """The channel's side: repeats a message until it is acknowledged, and keeps what it was sent."""

    def __init__(self) -> None:
        self.waiting = list(MESSAGES)
        self.sent: list[tuple[str, str]] = []

    @property
    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/next")
        async def next_message() -> tuple[str, int] | None:
            return self.waiting[0] if self.waiting else None

        @app.post("/acknowledged")
        async def acknowledged(request: Request) -> None:
            with suppress(ClientDisconnect, ValueError):  # killed in the middle of the sentence; taken by the other
                who, number = await request.json()
                self.waiting.remove((who, number))

        @app.post("/sent")
        async def sent(request: Request) -> None:
            with suppress(ClientDisconnect):
                conversation, text = await request.json()
                self.sent.append((conversation, text))

        return app


@pytest.fixture
async def peer() -> AsyncIterator[tuple[Peer, str]]:
    peer = Peer()
    async with serving(peer.app) as url:
        yield peer, url


async def _run(database: Database, url: str, step: str, at: int) -> int:
    database_url = database.url.render_as_string(hide_password=False)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bot.kill_child",
        database_url,
        url,
        step,
        str(at),
        stdout=asyncio.subprocess.DEVNULL,
    )
    return await asyncio.wait_for(process.wait(), 120)


@pytest.mark.slow
async def test_killed_at_every_step_in_turn_everything_is_answered_once_in_order(
    database: Database, peer: tuple[Peer, str]
) -> None:
    channel, url = peer
    in_doubt: Counter[tuple[str, str]] = Counter()  # how often a kill left a sent message unnoted

    async with _services(database, url) as live:
        for step in STEPS:
            assert await live(step) == -signal.SIGKILL, step
            in_doubt.update(set(channel.sent) - await _noted_as_sent(database))
        finished = await live("-")

    assert finished == 0
    await _check(channel, database, in_doubt)


@pytest.mark.slow
@pytest.mark.parametrize("database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
async def test_two_processes_on_one_database_answer_once_and_in_order(
    database: Database, peer: tuple[Peer, str]
) -> None:
    """Both take in and answer whatever there is; a conversation is never with both."""
    channel, url = peer

    async with _services(database, url) as one, _services(database, url) as two:
        finished = await asyncio.gather(one("-"), two("-"))

    assert finished == [0, 0]
    await _check(channel, database, Counter())


async def _check(channel: Peer, database: Database, in_doubt: Counter[tuple[str, str]]) -> None:
    for who in ("lan", "minh"):
        sent = [line for line in channel.sent if line[0] == f"telegram-{who}"]
        assert [text for _, text in dict.fromkeys(sent)] == [f"nghe: {number}" for number in range(PER_PERSON)]
        assert sent == sorted(sent)
        assert all(times <= 1 + in_doubt[line] for line, times in Counter(sent).items())
        said = [line for number in range(PER_PERSON) for line in (f"{number}", f"nghe: {number}")]
        assert await _said(database, f"telegram-{who}") == said


@asynccontextmanager
async def _services(database: Database, url: str) -> AsyncIterator[Callable[[str], Awaitable[int]]]:
    """Give a function that lets a service live until it dies at a step, and returns how it ended."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bot.kill_child"),
        *(database.url.render_as_string(hide_password=False), url),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin
    assert process.stdout

    async def live(step: str) -> int:
        process.stdin.write(f"{step}\n".encode())
        return int(await asyncio.wait_for(process.stdout.readline(), 60))

    yield live
    process.stdin.close()
    await process.wait()


async def _noted_as_sent(database: Database) -> set[tuple[str, str]]:
    vault = Vault(KEY)
    with database.engine.connect() as connection:
        rows = connection.execute(sa.select(OUTBOX).where(OUTBOX.c.status == "sent")).all()
    return {(row.conversation_id, cast(dict[str, str], vault.open(row.body))["text"]) for row in rows}


async def _said(database: Database, conversation: str) -> list[str]:
    storage = Storage(database)
    transcript = SqlTranscript(storage, Vault(KEY), SystemClock(), Signals())
    said = [entry.text for entry in await transcript.since(conversation)]
    storage.close()
    return said
