"""Messages of a channel that does not send again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.messages import Acceptance, InboundMessage
from bot.spool import SpooledInbox
from bot.vault import Vault
from tests.bot.fakes import message, until


class SlowInbox:
    """Takes its time, more for some words."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.seconds = {"một": 0.3}

    async def accept(self, message: InboundMessage) -> Acceptance:
        await asyncio.sleep(self.seconds.get(message.text, 0.0))
        self.kept.append(message.text)
        return Acceptance.STORED


async def test_who_stops_waiting_does_not_stop_the_storing(tmp_path: Path) -> None:
    """Zalo hears 200 after a second and a half whatever happens; it will not send again."""
    inbox = SlowInbox()
    spool = SpooledInbox(inbox, tmp_path / "a.sealed", Vault("a key for the tests only"), patience_seconds=5)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await spool.accept(message("một", id="1"))
    await spool.accept(message("hai", id="2"))

    await until(lambda: len(inbox.kept) == 2)
    assert inbox.kept == ["một", "hai"]


async def test_what_is_under_way_is_stored_before_the_end(tmp_path: Path) -> None:
    inbox = SlowInbox()
    spool = SpooledInbox(inbox, tmp_path / "a.sealed", Vault("a key for the tests only"), patience_seconds=5)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await spool.accept(message("một", id="1"))

    await spool.stop()

    assert inbox.kept == ["một"]
