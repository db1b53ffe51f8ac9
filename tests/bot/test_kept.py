"""What is left of a talk without consent, on each kind of database."""

from __future__ import annotations

import sqlalchemy as sa

from bot.conversation.turn import Part, Turn
from bot.kept import PassingTalks
from bot.messages import Reply
from bot.tables import INBOX, OUTBOX, TRANSCRIPT, Holder
from tests.bot.conftest import Bot
from tests.bot.fakes import HandClock, message


async def _talk(bot: Bot, *, id: str, keeps: bool = False, holder: Holder | None = None) -> None:
    await bot.inbox.accept(message("mẹ tôi 76 tuổi", id=id))
    task = await bot.inbox.claim()
    assert task is not None
    turn = Turn(said="mẹ tôi 76 tuổi", replies=(Reply("đủ điều kiện"),), keeps=keeps, holder=holder)
    await bot.inbox.finish(task, turn, [Part("đủ điều kiện")])
    delivery = await bot.outbox.claim("telegram")
    assert delivery is not None
    await bot.outbox.sent(delivery, id)


async def _left(bot: Bot) -> dict[str, int]:
    words = sa.select(sa.func.count()).select_from(INBOX).where(INBOX.c.body != "")
    counts = {"received": words, "said": sa.select(sa.func.count()).select_from(TRANSCRIPT)}
    counts["sent"] = sa.select(sa.func.count()).select_from(OUTBOX)
    return {name: await bot.storage.read(lambda c, q=query: c.scalar(q) or 0) for name, query in counts.items()}


async def test_an_answered_message_is_emptied_at_once_and_the_talk_stays_while_it_lasts(
    idle: Bot, clock: HandClock
) -> None:
    """Without consent the words serve the talk and nothing else."""
    await _talk(idle, id="1")
    clock.advance(minutes=30)
    await PassingTalks(idle.storage, clock).run()

    assert await _left(idle) == {"received": 0, "said": 2, "sent": 1}


async def test_a_silent_talk_without_consent_is_gone(idle: Bot, clock: HandClock) -> None:
    """An hour of silence ends the talk, and with it what was said."""
    await _talk(idle, id="1")
    clock.advance(minutes=61)
    await PassingTalks(idle.storage, clock).run()

    assert await _left(idle) == {"received": 0, "said": 0, "sent": 0}


async def test_a_talk_with_consent_stays(idle: Bot, clock: HandClock) -> None:
    """What she agreed to keep is there when she comes back."""
    await _talk(idle, id="1", keeps=True)
    clock.advance(days=2)
    await PassingTalks(idle.storage, clock).run()

    assert await _left(idle) == {"received": 1, "said": 2, "sent": 1}


async def test_a_talk_that_waits_for_a_person_is_not_silent(idle: Bot, clock: HandClock) -> None:
    """Who asked for a person in the evening is read in the morning."""
    await _talk(idle, id="1", holder=Holder.WAITING)
    clock.advance(hours=14)
    await PassingTalks(idle.storage, clock).run()

    assert (await _left(idle))["said"] == 2


async def test_erasing_takes_consent_back(idle: Bot, clock: HandClock) -> None:
    """After a deletion nothing is kept until she agrees again."""
    await _talk(idle, id="1", keeps=True)
    await idle.inbox.accept(message("xóa dữ liệu của tôi", id="2"))
    task = await idle.inbox.claim()
    assert task is not None
    await idle.inbox.finish(task, Turn(said="", erase=True, replies=(Reply("đã xóa"),)), [])
    await _talk(idle, id="3")
    clock.advance(hours=2)
    await PassingTalks(idle.storage, clock).run()

    assert (await _left(idle))["said"] == 0
