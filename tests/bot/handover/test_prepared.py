"""Prepared answers, masked facts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.errors import NotYours, OutOfDate, UnknownPlaceholder
from bot.handover.desk import HandoverDesk
from bot.handover.prepared import Prepared
from tests.bot.conftest import Bot
from tests.bot.fakes import message
from tests.bot.handover.conftest import LAN, MINH, Views, desk_of


async def test_a_figure_is_filled_in_as_it_stands_today(idle_desk: HandoverDesk) -> None:
    """No amount is ever typed into a prepared answer."""
    answers = {one.slug: one for one in await idle_desk.prepared.all()}

    assert "540.000 đ/tháng" in idle_desk.prepared.fill(answers["muc-chuan"], LAN)
    assert idle_desk.prepared.fill(answers["chao"], LAN).startswith("Chào anh/chị, tôi là Lan")


async def test_every_given_answer_can_be_filled(idle_desk: HandoverDesk) -> None:
    for answer in await idle_desk.prepared.all():
        assert "{{" not in idle_desk.prepared.fill(answer, LAN)


async def test_of_two_who_change_an_answer_the_second_is_told(idle_desk: HandoverDesk) -> None:
    seen = next(one for one in await idle_desk.prepared.all() if one.slug == "chao")
    saved = await idle_desk.prepared.save(replace(seen, text="Chào, {{ staff }} đây."), LAN)

    with pytest.raises(OutOfDate):
        await idle_desk.prepared.save(replace(seen, text="khác"), MINH)
    await idle_desk.prepared.save(saved, LAN, retire=True)

    assert "chao" not in {one.slug for one in await idle_desk.prepared.all()}


async def test_a_placeholder_nothing_fills_is_named(idle_desk: HandoverDesk) -> None:
    with pytest.raises(UnknownPlaceholder, match="no.such.figure"):
        await idle_desk.prepared.save(Prepared("x", "X", "Mức {{ no.such.figure }}"), LAN)


async def test_sensitive_facts_are_masked_and_every_look_is_noted(idle: Bot) -> None:
    views = Views()
    desk = desk_of(idle, views)
    await idle.inbox.accept(message("chào", id="1"))

    with pytest.raises(NotYours):
        await desk.facts.revealed("telegram-lan", LAN, reason="hỏi mức")
    await desk.holding.claim("telegram-lan", LAN)
    masked = await desk.facts.masked("telegram-lan")
    revealed = await desk.facts.revealed("telegram-lan", LAN, reason="hỏi mức")

    assert [fact.value for fact in masked] == ["76 tuổi", None]
    assert [fact.value for fact in revealed] == ["76 tuổi", "nặng"]
    assert views.seen == [("lan", "telegram-lan", "hỏi mức")]
