"""Daily figures: counted from what turns came to, written without any word of a citizen."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.conversation.turn import Turn
from bot.daily import DAILY, DailyCounts
from bot.messages import Author, InboundMessage, MessageKind, Reply
from bot.storage import Storage
from core.clock import VIETNAM, FixedClock
from core.database import Base, Database

NOON = datetime(2026, 11, 22, 12, tzinfo=VIETNAM)


@pytest.fixture
def storage(tmp_path: Path):
    database = Database(f"sqlite:///{tmp_path / 'daily.sqlite'}")
    Base.metadata.create_all(database.engine)
    storage = Storage(database)
    yield storage
    storage.close()


def message(text: str = "mẹ tôi 76 tuổi") -> InboundMessage:
    return InboundMessage("telegram", "1", "telegram-abc", "address", text, MessageKind.TEXT, NOON)


def turn(**data: object) -> Turn:
    return Turn(said="mẹ tôi 76 tuổi", replies=(Reply("…", data=data),))


async def counted(storage: Storage) -> dict[tuple[str, str, str], int]:
    rows = await storage.read(lambda connection: connection.execute(select(DAILY)).all())
    return {(row.measure, row.key, row.detail): row.count for row in rows}


async def test_a_turn_is_counted_by_topic_outcome_and_time(storage: Storage) -> None:
    """What the figures page shows: topics by outcome, and how long the citizen waited."""
    counts = DailyCounts(storage, FixedClock(NOON))

    for seconds in (0.4, 1.5):
        counts.answered(message(), turn(action="verdict", about=["social_pension"]), NOON + timedelta(seconds=seconds))
        await counts.write()

    assert await counted(storage) == {
        ("message", "text", ""): 2,
        ("seconds", "1", ""): 1,
        ("seconds", "2", ""): 1,
        ("turn", "social_pension", "verdict"): 2,
    }


async def test_refusals_unknown_facts_and_handovers_are_counted(storage: Storage) -> None:
    """The three things that show where the service falls short."""
    counts = DailyCounts(storage, FixedClock(NOON))
    counts.answered(message(), turn(action="not_understood", reason="off_topic"), NOON)
    counts.answered(message(), turn(action="ask", unknown="household_status"), NOON)
    counts.answered(message(), Turn(said="gặp cán bộ", replies=(Reply("…"),), reason="asked"), NOON)

    await counts.write()

    found = await counted(storage)
    assert found["refusal", "off_topic", ""] == found["unknown", "household_status", ""] == 1
    assert found["handover", "asked", ""] == 1


async def test_no_words_of_a_citizen_get_in(storage: Storage) -> None:
    """Whatever the dialogue sends along, only short words of the code are kept."""
    counts = DailyCounts(storage, FixedClock(NOON))
    counts.answered(message(), turn(action="ask", unknown="Bà Lan 0912345678", about=["Mẹ tôi"]), NOON)

    await counts.write()

    assert {key for _, key, _ in await counted(storage)} == {"text", "1", "other"}


async def test_what_staff_say_is_no_question(storage: Storage) -> None:
    """An officer's line in the channel's own app is not a message answered by the service."""
    counts = DailyCounts(storage, FixedClock(NOON))
    counts.answered(message(), Turn(said="…", author=Author.STAFF), NOON)

    await counts.write()

    assert await counted(storage) == {}
