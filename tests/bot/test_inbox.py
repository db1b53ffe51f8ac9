"""The inbox on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.conversation.turn import Part, Turn
from bot.errors import LaneLost
from bot.messages import Acceptance, Reply
from bot.outbox import OutboxTask
from bot.tables import CONVERSATION, OUTBOX
from bot.worker import TIME_TO_LIVE
from core.database import Database
from tests.bot.conftest import Bot
from tests.bot.fakes import HandClock, message


async def test_same_message_is_stored_once(idle: Bot) -> None:
    """Channels repeat what they are not sure we had."""
    outcomes = await asyncio.gather(*(idle.inbox.accept(message(id="7")) for _ in range(5)))

    assert sorted(outcomes) == sorted([Acceptance.STORED] + [Acceptance.DUPLICATE] * 4)
    assert await idle.inbox.counts() == {"waiting": 1}


async def test_duplicate_does_not_wake_a_finished_conversation(idle: Bot) -> None:
    await idle.inbox.accept(message(id="7"))
    task = await idle.inbox.claim()
    assert task is not None
    await idle.inbox.finish(task, Turn(said="xin chào"), [])

    await idle.inbox.accept(message(id="7"))

    assert await idle.inbox.claim() is None


async def test_same_id_on_two_channels_is_two_messages(idle: Bot) -> None:
    await idle.inbox.accept(message(id="7", channel="telegram"))

    assert await idle.inbox.accept(message(id="7", channel="zalo_oa")) is Acceptance.STORED


async def test_lane_is_held_by_one_and_goes_in_order(idle: Bot) -> None:
    """Two answers at once in one conversation would mix up whose question was answered."""
    for number in range(3):
        await idle.inbox.accept(message(f"tin {number}", id=str(number)))

    first = await idle.inbox.claim()
    assert first is not None
    assert await idle.inbox.claim() is None
    second = await idle.inbox.finish(first, Turn(said="0"), [])

    assert second is not None
    assert (first.message.text, second.message.text) == ("tin 0", "tin 1")


async def test_other_conversations_are_claimed_meanwhile(idle: Bot) -> None:
    await idle.inbox.accept(message(id="1", who="lan"))
    await idle.inbox.accept(message(id="2", who="minh"))

    tasks = [await idle.inbox.claim(), await idle.inbox.claim()]

    assert {task.message.conversation_id for task in tasks if task} == {"telegram-lan", "telegram-minh"}


async def test_finish_commits_everything_together(idle: Bot) -> None:
    """A half-stored turn would be answered twice or never."""
    await idle.inbox.accept(message("hỏi", id="1"))
    task = await idle.inbox.claim()
    assert task is not None

    broken = [Part("a"), Part("b")]
    clash = await idle.storage.write(lambda c: _occupy(c, f"{task.message_key}:1"))
    assert clash
    with pytest.raises(sa.exc.IntegrityError):
        await idle.inbox.finish(task, Turn(said="hỏi", replies=(Reply("đáp"),)), broken)

    assert await idle.said("telegram-lan") == []
    assert await idle.inbox.counts() == {"waiting": 1}


def _occupy(connection: sa.Connection, key: str) -> bool:
    conversation = connection.execute(sa.select(CONVERSATION)).one()
    row = {"conversation_id": conversation.id, "created_at": conversation.created_at, "due_at": conversation.created_at}
    connection.execute(sa.insert(OUTBOX).values(key=key, channel="telegram", body="", status="sent", attempts=0, **row))
    return True


async def test_worker_that_lost_its_lane_cannot_store(database: Database, clock: HandClock) -> None:
    """A process that was taken for dead and comes back must not answer a second time."""
    slow, quick = Bot(database, clock, worker_id="slow"), Bot(database, clock, worker_id="quick")
    await slow.worker.start()
    await slow.inbox.accept(message(id="1"))
    stale = await slow.inbox.claim()
    assert stale is not None
    clock.advance(seconds=TIME_TO_LIVE.total_seconds() + 1)
    await quick.worker.start()

    fresh = await quick.inbox.claim()
    assert fresh is not None
    await quick.inbox.finish(fresh, Turn(said="xin chào", replies=(Reply("chào"),)), [Part("chào")])
    with pytest.raises(LaneLost):
        await slow.inbox.finish(stale, Turn(said="xin chào", replies=(Reply("chào"),)), [Part("chào")])

    assert await quick.said("telegram-lan") == [("citizen", "xin chào"), ("bot", "chào")]
    for bot in (slow, quick):
        await bot.worker.stop()
        bot.storage.close()


async def test_postponed_message_waits_and_holds_back_what_follows(idle: Bot, clock: HandClock) -> None:
    await idle.inbox.accept(message("một", id="1"))
    task = await idle.inbox.claim()
    assert task is not None
    await idle.inbox.postpone(task, clock.now() + timedelta(seconds=30), error="Broken")
    await idle.inbox.accept(message("hai", id="2"))

    assert await idle.inbox.claim() is None
    clock.advance(seconds=31)
    again = await idle.inbox.claim()

    assert again is not None
    assert (again.message.text, again.attempts) == ("một", 1)


async def test_wake_ends_the_waiting(idle: Bot, clock: HandClock) -> None:
    await idle.inbox.accept(message(id="1"))
    task = await idle.inbox.claim()
    assert task is not None
    await idle.inbox.postpone(task, clock.now() + timedelta(minutes=5))

    await idle.inbox.wake()

    assert await idle.inbox.claim() is not None


async def test_nothing_readable_lies_in_the_database(idle: Bot) -> None:
    """A copy of the database tells neither who wrote nor what, and no identity number is in it at all."""
    await idle.inbox.accept(message("cccd của em 079081012345, mẹ em khuyết tật", id="1"))
    task = await idle.inbox.claim()
    assert task is not None
    await idle.inbox.finish(task, Turn(said=task.message.text, replies=(Reply("bí mật"),)), [Part("bí mật")])

    assert task.message.text == "cccd của em [id], mẹ em khuyết tật"
    with idle.database.engine.connect() as connection:
        for table in ("bot_inbox", "bot_conversation", "bot_transcript", "bot_outbox"):
            rows = repr(connection.execute(sa.text(f"SELECT * FROM {table}")).all())
            for secret in ("079081012345", "khuyết", "bí mật", "address of lan"):
                assert secret not in rows


async def test_who_learns_late_that_its_lane_is_free_does_not_give_up_the_next_claim(idle: Bot) -> None:
    """On a busy machine another task has the lane by then; given up for it, a third would answer beside it."""
    await idle.inbox.accept(message("một", id="1"))
    first = await idle.inbox.claim()
    assert first is not None
    turn = Turn(said="một", replies=(Reply("vâng"),))
    await idle.storage.write(lambda c: idle.inbox._finish(c, first, turn, [Part("vâng")]))
    await idle.inbox.accept(message("hai", id="2"))
    assert await idle.inbox.claim() is None
    idle.inbox.let_go(first)
    second = await idle.inbox.claim()
    assert second is not None

    idle.inbox.let_go(first)

    assert await idle.inbox.claim() is None
    idle.inbox.let_go(second)
    assert await idle.inbox.claim() is not None


async def test_nor_does_a_delivery(idle: Bot) -> None:
    for number in (1, 2):
        await idle.inbox.accept(message(id=str(number)))
    sending: OutboxTask | None = None
    task = await idle.inbox.claim()
    while task is not None:
        turn = Turn(said="x", replies=(Reply("vâng"),))
        task = await idle.inbox.finish(task, turn, [Part("vâng")])
        if sending is None:
            sending = await idle.outbox.claim("telegram")
            assert sending is not None
            end = {"status": "sent", "sent_at": idle.clock.now(), "error": None, "channel_message_id": "m1"}
            given = sending
            await idle.storage.write(lambda c, given=given, end=end: idle.outbox._ended(c, given, end, False))
    assert sending is not None
    idle.outbox.let_go(sending)
    following = await idle.outbox.claim("telegram")
    assert following is not None

    idle.outbox.let_go(sending)

    assert await idle.outbox.claim("telegram") is None


async def test_a_clock_put_on_has_nothing_worked_on_twice(idle: Bot, clock: HandClock) -> None:
    """The own sign of life is then late: a laptop that slept sent every waiting answer as often as it had tasks."""
    await idle.inbox.accept(message(id="1"))
    task = await idle.inbox.claim()
    assert task is not None
    clock.advance(days=40)

    assert await idle.inbox.claim() is None
    await idle.inbox.finish(task, Turn(said="x", replies=(Reply("vâng"),)), [Part("vâng")])
    sending = await idle.outbox.claim("telegram")
    assert sending is not None
    assert await idle.outbox.claim("telegram") is None
    assert await idle.outbox.sent(sending, "m1") is None
