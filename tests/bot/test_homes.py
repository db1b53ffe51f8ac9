"""A talk stays with the process that knows it, on each kind of database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.conversation.turn import Turn
from bot.homes import LONGEST_WAIT, Homes
from bot.inbox import InboxTask
from bot.worker import TIME_TO_LIVE
from core.clock import SystemClock
from core.database import Database
from tests.bot.conftest import Bot
from tests.bot.fakes import HandClock, message, until

Pair = tuple[Bot, Bot]


async def beat(*bots: Bot) -> None:
    for bot in bots:
        await bot.storage.write(bot.worker._renew, urgent=True)
        bot.worker._note_beat()


async def answered(bot: Bot) -> InboxTask:
    """Let *bot* answer the one message that waits."""
    task = await bot.inbox.claim()
    assert task is not None
    assert await bot.inbox.finish(task, Turn(said="vâng"), []) is None
    return task


@pytest.fixture
async def pair(database: Database, clock: HandClock) -> AsyncIterator[Pair]:
    """Two processes' bots on one database, step by step."""
    pair = Bot(database, clock, worker_id="one"), Bot(database, clock, worker_id="two")
    for bot in pair:
        await bot.worker.start()
    yield pair
    for bot in pair:
        await bot.worker.stop()
        bot.storage.close()


async def test_talk_stays_with_who_answered_last(pair: Pair) -> None:
    """What was told without consent is in the memory of that process only."""
    one, two = pair
    await one.inbox.accept(message(id="1"))
    first = await answered(one)
    await two.inbox.accept(message(id="2"))

    assert await two.inbox.claim() is None
    second = await answered(one)
    assert (first.has_moved, second.has_moved) == (False, False)


async def test_others_go_on_where_the_home_is_too_slow_and_know_that_they_are_new(pair: Pair, clock: HandClock) -> None:
    one, two = pair
    await one.inbox.accept(message(id="1"))
    await answered(one)
    await one.inbox.accept(message(id="2"))
    await one.inbox.accept(message(id="3"))
    for _ in range(21):
        clock.advance(seconds=LONGEST_WAIT.total_seconds() / 20)
        await beat(one, two)

    moved = await two.inbox.claim()
    assert moved is not None
    following = await two.inbox.finish(moved, Turn(said="vâng"), [])
    assert following is not None
    await two.inbox.finish(following, Turn(said="vâng"), [])

    assert (moved.has_moved, following.has_moved) == (True, False)


async def test_waiting_for_a_dialogue_that_is_away_ends_at_another_process(pair: Pair, clock: HandClock) -> None:
    """A process whose Rasa does not come back must not keep its talks to itself."""
    one, two = pair
    await one.inbox.accept(message(id="1"))
    await answered(one)
    await one.inbox.accept(message(id="2"))
    for _ in range(5):
        task = await one.inbox.claim()
        assert task is not None
        await one.inbox.postpone(task, clock.now())
        clock.advance(seconds=LONGEST_WAIT.total_seconds() / 4)
        await beat(one, two)

    assert (await answered(two)).has_moved


async def test_who_comes_back_after_another_answered_is_new_again(pair: Pair, clock: HandClock) -> None:
    """What she told here before may have been mended or deleted there."""
    one, two = pair
    await one.inbox.accept(message(id="1"))
    await answered(one)
    for _ in range(5):
        clock.advance(seconds=3)
        await beat(two)
    clock.advance(seconds=TIME_TO_LIVE.total_seconds() / 2)
    await beat(two)
    await two.inbox.accept(message(id="2"))
    assert (await answered(two)).has_moved
    await two.worker.stop()
    await beat(one)
    await one.inbox.accept(message(id="3"))

    assert (await answered(one)).has_moved
    await two.worker.start()


async def test_memory_of_talks_that_live_elsewhere_is_named(pair: Pair) -> None:
    one, two = pair
    for who in ("lan", "mai"):
        await one.inbox.accept(message(id=who, who=who))
    await answered(one)
    await answered(two)
    ids = ["telegram-lan", "telegram-mai", "telegram-nobody"]

    gone = [list(await Homes(bot.storage, bot.worker).gone(ids)) for bot in (one, two)]

    assert gone == [["telegram-mai", "telegram-nobody"], ["telegram-lan", "telegram-nobody"]]
    assert await Homes(one.storage, one.worker).gone([]) == ()


async def test_stale_memory_is_dropped_before_the_dialogue_hears_a_word(database: Database) -> None:
    kept: list[str] = []

    class Forgetful:
        async def erase(self, conversation_id: str) -> None:
            kept.append(f"forgot {conversation_id} after {len(two.dialogue.heard)} messages")

    one, two = Bot(database, SystemClock()), Bot(database, SystemClock(), memories=[Forgetful()])
    await one.start()
    await one.inbox.accept(message("một", id="1"))
    await until(lambda: one.sender.sent)
    await one.stop()
    await two.start()
    for number in (2, 3):
        await two.inbox.accept(message(f"tin {number}", id=str(number)))
    await until(lambda: len(two.sender.sent) == 2)
    await two.stop()

    assert kept == ["forgot telegram-lan after 0 messages"]
