"""Who is taken for dead, on each kind of database."""

from __future__ import annotations

from bot.worker import TIME_TO_LIVE
from core.database import Database
from tests.bot.conftest import Bot
from tests.bot.fakes import HandClock, message

OUTAGE = 30  # seconds, longer than a worker may be silent


async def _beat(bot: Bot) -> None:
    await bot.storage.write(bot.worker._renew, urgent=True)
    bot.worker._note_beat()


async def _two(database: Database, clock: HandClock) -> tuple[Bot, Bot]:
    one, two = Bot(database, clock, worker_id="one"), Bot(database, clock, worker_id="two")
    for bot in (one, two):
        await bot.worker.start()
    await one.inbox.accept(message("chào", id="1"))
    assert await one.inbox.claim() is not None
    return one, two


async def _stop(*bots: Bot) -> None:
    for bot in bots:
        await bot.worker.stop()
        bot.storage.close()


async def test_a_silent_worker_loses_its_lanes(database: Database, clock: HandClock) -> None:
    one, two = await _two(database, clock)
    for _ in range(4):
        clock.advance(seconds=3)
        await _beat(two)

    assert await two.inbox.claim() is not None
    await _stop(one, two)


async def test_nobody_is_taken_for_dead_while_the_database_was_away(database: Database, clock: HandClock) -> None:
    """Whoever comes back first must not take what the others are about to store: it would be answered twice."""
    one, two = await _two(database, clock)
    clock.advance(seconds=OUTAGE)
    await _beat(two)
    at_once = await two.inbox.claim()
    clock.advance(seconds=TIME_TO_LIVE.total_seconds() / 2)
    await _beat(two)
    still = await two.inbox.claim()
    for _ in range(3):
        clock.advance(seconds=3)
        await _beat(two)
    after = await two.inbox.claim()

    assert (at_once, still) == (None, None)
    assert after is not None
    await _stop(one, two)
