"""Forgetting in time, on each kind of database."""

from __future__ import annotations

from bot.conversation.turn import Part, Turn
from bot.messages import Acceptance, Reply
from bot.retention import Retention
from tests.bot.conftest import Bot
from tests.bot.fakes import HandClock, message


async def test_content_goes_first_and_the_key_still_knows_a_repeat(idle: Bot, clock: HandClock) -> None:
    await idle.inbox.accept(message("mẹ tôi 76 tuổi", id="1"))
    task = await idle.inbox.claim()
    assert task is not None
    await idle.inbox.finish(task, Turn(said="mẹ tôi 76 tuổi", replies=(Reply("đủ"),), keeps=True), [Part("đủ")])
    delivery = await idle.outbox.claim("telegram")
    assert delivery is not None
    await idle.outbox.sent(delivery, "1")
    retention = Retention(idle.storage, clock)

    clock.advance(days=8)
    first = await retention.run()
    repeat = await idle.inbox.accept(message("mẹ tôi 76 tuổi", id="1"))
    clock.advance(days=90)
    second = await retention.run()

    assert first == {
        "inbox_contents": 1,
        "inbox_keys": 0,
        "sent": 1,
        "transcript_lines": 0,
        "notes": 0,
        "desk_changes": 0,
        "tombstones": 0,
        "erased_conversations": 0,
        "conversations": 0,
        "consents": 0,
    }
    assert repeat is Acceptance.DUPLICATE
    assert (second["inbox_keys"], second["transcript_lines"], second["conversations"]) == (1, 2, 1)
    assert second["consents"] == 1  # that her talk was kept is forgotten with the talk


async def test_what_still_waits_is_never_removed(idle: Bot, clock: HandClock) -> None:
    await idle.inbox.accept(message("chưa trả lời", id="1"))
    clock.advance(days=400)

    await Retention(idle.storage, clock).run()

    assert await idle.inbox.claim() is not None
