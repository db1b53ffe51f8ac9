"""A dialogue over the stand-ins, at noon of one day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from actions.build import Dialogue
from actions.interviews import InMemoryInterviews
from actions.message import CitizenMessage, Occasion
from core.clock import FixedClock
from tests.actions.rooms import rooms

DAY = date(2026, 11, 21)
HELP_LINES = ("115: cấp cứu y tế", "113: công an", "111: bảo vệ trẻ em")

Say = Callable[..., CitizenMessage]


@pytest.fixture
def dialogue() -> Dialogue:
    clock = FixedClock.on(DAY)
    return Dialogue(rooms(), InMemoryInterviews(clock), clock, help_lines=HELP_LINES)


@pytest.fixture
def say() -> Say:
    def message(
        text: str, intent: str = "inform", *, conversation: str = "c1", is_group: bool = False
    ) -> CitizenMessage:
        return CitizenMessage(conversation, text, intent, Occasion(DAY, is_group=is_group))

    return message
