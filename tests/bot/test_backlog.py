"""Depth and age of the queues, on each kind of database."""

from __future__ import annotations

from datetime import timedelta

from bot.backlog import Backlog, Queued
from bot.conversation.turn import Part, Turn
from bot.messages import Reply
from bot.tables import Holder
from tests.bot.conftest import Bot
from tests.bot.fakes import HandClock, message


async def test_what_waits_is_counted_by_direction_and_channel(idle: Bot, clock: HandClock) -> None:
    """Lag is the first sign that something is wrong."""
    backlog = Backlog(idle.storage, clock)
    for number, who in enumerate(("lan", "minh", "minh")):
        await idle.inbox.accept(message("chào", id=str(number), who=who))
    clock.advance(seconds=90)
    task = await idle.inbox.claim()
    assert task is not None
    turn = Turn(said="chào", replies=(Reply("chào"),), holder=Holder.WAITING)
    await idle.inbox.finish(task, turn, [Part("chào"), Part("ạ")])
    clock.advance(seconds=30)

    assert await backlog.queues() == [
        Queued("in", "telegram", 2, timedelta(seconds=120)),
        Queued("out", "telegram", 2, timedelta(seconds=30)),
    ]
    assert await backlog.with_people() == {"waiting": 1}
