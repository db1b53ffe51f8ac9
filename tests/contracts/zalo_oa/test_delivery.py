"""What Zalo refuses: for good, for the moment, or because its window is closed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import RetryLater, Undeliverable
from bot.messages import Delivery
from tests.contracts.zalo_oa.fake import USER
from tests.contracts.zalo_oa.service import Service


@pytest.mark.parametrize(
    ("code", "gone"),
    [*((code, True) for code in (-213, -217, -218, -227, -230, -231, -232, -244)), (-201, False), (-210, False)],
)
async def test_what_zalo_will_never_take_is_given_up(service: Service, code: int, gone: bool) -> None:
    service.zalo.errors = [code]

    with pytest.raises(Undeliverable) as refused:
        await service.sender.send(_delivery(service))

    assert refused.value.gone is gone


@pytest.mark.parametrize("code", [-32, -200, -204, -205, -209, -211, -212, -219, -221, -223, -224, -320, -321])
async def test_what_may_pass_later_is_kept(service: Service, code: int) -> None:
    service.zalo.errors = [code]

    with pytest.raises(RetryLater) as refused:
        await service.sender.send(_delivery(service))

    assert refused.value.after


async def test_closed_window_is_not_even_tried(service: Service) -> None:
    late = _delivery(service, ago=timedelta(days=7, minutes=1))

    with pytest.raises(Undeliverable, match="window_closed"):
        await service.sender.send(late)

    assert not service.zalo.refusals


async def test_silent_citizen_is_reached_within_seven_days_and_not_after(service: Service) -> None:
    """Between 48 hours and 7 days Zalo charges, after that it refuses whatever our own clock says."""
    service.zalo.last_word[USER] = 60 * 3600
    await service.sender.send(_delivery(service))

    service.zalo.last_word[USER] = 8 * 24 * 3600
    with pytest.raises(Undeliverable, match="zalo_-230"):
        await service.sender.send(_delivery(service))


def _delivery(service: Service, *, ago: timedelta = timedelta(0)) -> Delivery:
    return Delivery(1, "zalo_oa", "zalo_oa-x", USER, "chào", last_inbound_at=service.bot.clock.now() - ago)
