"""Signals: nothing missed, nobody kept."""

from __future__ import annotations

import asyncio

import pytest

from bot.signals import Signals


async def test_change_between_looking_and_waiting_is_not_missed() -> None:
    signals = Signals()
    version = signals.version("inbox")

    signals.notify("inbox")

    await asyncio.wait_for(signals.wait("inbox", version, 60), 1)


async def test_waiting_ends_by_itself_and_leaves_nothing_behind() -> None:
    signals = Signals()

    await signals.wait("inbox", 0, 0.01)

    assert not signals._waiting


async def test_cancellation_together_with_a_signal_is_not_lost() -> None:
    """A dispatcher that overhears its cancellation would keep the whole service from stopping."""
    signals = Signals()
    waiting = asyncio.create_task(signals.wait("inbox", 0, 60))
    await asyncio.sleep(0)

    signals.notify("inbox")
    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting
