"""A desk over the bot of each kind of database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.conversation.reply import TELEGRAM, ZALO
from bot.handover.covering import Covering
from bot.handover.desk import HandoverDesk, HandoverRules
from bot.handover.facts import ToldFact
from bot.handover.holding import Staff
from bot.handover.hours import OfficeHours
from tests.bot.conftest import Bot

LAN, MINH = Staff("lan", "Lan"), Staff("minh", "Minh")
HOURS = "Mon-Fri 07:30-11:30 13:30-17:00"


class OneFigure:
    def show(self, key: str, *, as_of: date, province: str | None) -> str | None:
        return "540.000 đ" if key == "social_allowance.base_level" else None


class TwoFacts:
    covering = Covering((("Mình gửi kèm: ", "."),))

    def told(self, conversation_id: str) -> list[ToldFact]:
        return [
            ToldFact("mẹ", "age_years", "Tuổi", "76 tuổi", False),
            ToldFact("mẹ", "disability_level", "Mức độ khuyết tật", "nặng", True),
        ]


class Views:
    def __init__(self) -> None:
        self.seen: list[tuple[str, str, str]] = []

    def viewed(self, staff: str, conversation_id: str, reason: str) -> None:
        self.seen.append((staff, conversation_id, reason))


def desk_of(bot: Bot, views: Views | None = None) -> HandoverDesk:
    return HandoverDesk.over(
        bot.storage,
        bot.vault,
        bot.clock,
        signals=bot.signals,
        phrases=bot.phrases,
        formats={"telegram": TELEGRAM, "zalo_oa": ZALO},
        rules=HandoverRules(OfficeHours.parse(HOURS), target=timedelta(minutes=30), hotline="1900 1234"),
        figures=OneFigure(),
        facts=TwoFacts(),
        views=views or Views(),
    )


@pytest.fixture
def desk(bot: Bot) -> HandoverDesk:
    return desk_of(bot)


@pytest.fixture
def idle_desk(idle: Bot) -> HandoverDesk:
    return desk_of(idle)
