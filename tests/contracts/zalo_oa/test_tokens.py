"""Access tokens and single-use refresh tokens: renewed once, in time, sealed, and shown when they are spent."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx
import pytest

from bot.channels.zalo_oa import (
    ZaloConfig,
    ZaloTokens,
)
from bot.channels.zalo_oa.oauth import TokenPair
from bot.errors import RetryLater
from core.database import Database
from tests.bot.conftest import Bot
from tests.bot.fakes import HandClock, until
from tests.contracts.server import serving
from tests.contracts.zalo_oa.fake import APP_ID, APP_SECRET, OA_SECRET, FakeZalo
from tests.contracts.zalo_oa.service import Service


async def test_expired_token_is_renewed_and_the_message_sent(service: Service) -> None:
    service.zalo.access_token = "replaced elsewhere"

    await service.zalo.post(service.zalo.text_event("chào"))
    await until(lambda: service.zalo.sent)

    assert service.zalo.renewals == 1
    assert service.zalo.refusals == [-216]


async def test_many_senders_renew_once(service: Service) -> None:
    """The refresh token works once: a second renewal at the same time would lock the account out."""
    service.zalo.access_token = "replaced elsewhere"
    other = ZaloTokens(
        service.config, service.bot.storage, service.bot.vault, service.bot.clock, httpx.AsyncClient(), owner="other"
    )

    tokens = await asyncio.gather(*(t.renew("access-1") for t in (service.tokens, other) for _ in range(4)))

    assert set(tokens) == {"access-2"}
    assert service.zalo.renewals == 1


async def test_renewal_failing_for_the_moment_does_not_spend_the_account(service: Service) -> None:
    service.zalo.oauth_down = 1

    with pytest.raises(RetryLater):
        await service.tokens.renew("access-1")

    assert (await service.tokens.status()).state == "ok"
    assert await service.tokens.renew("access-1") == "access-2"


async def test_spent_refresh_token_is_shown_and_a_new_pair_in_the_settings_heals_it(service: Service) -> None:
    service.zalo.spent.add("refresh-1")
    with pytest.raises(RetryLater):
        await service.tokens.renew("access-1")
    assert (await service.tokens.status()).state == "needs_authorisation"
    with pytest.raises(RetryLater):
        await service.tokens.access_token()

    service.zalo.access_token, service.zalo.refresh_token = "access-new", "refresh-new"
    config = ZaloConfig(
        APP_ID, OA_SECRET, APP_SECRET, "access-new", "refresh-new", service.config.api_root, service.config.oauth_root
    )
    tokens = ZaloTokens(
        config, service.bot.storage, service.bot.vault, service.bot.clock, httpx.AsyncClient(), owner="x"
    )

    assert await tokens.access_token() in ("access-new", "access-2")
    assert (await tokens.status()).state == "ok"


async def test_token_is_renewed_before_it_runs_out_and_used_until_then(
    sqlite_database: Database, clock: HandClock
) -> None:
    zalo = FakeZalo()
    bot = Bot(sqlite_database, clock)
    async with serving(zalo.app) as api, httpx.AsyncClient() as client:
        config = ZaloConfig(APP_ID, OA_SECRET, APP_SECRET, api_root=api, oauth_root=api)
        tokens = ZaloTokens(config, bot.storage, bot.vault, clock, client, owner="a")
        with pytest.raises(RetryLater):
            await tokens.access_token()
        await tokens.store(TokenPair("access-1", "refresh-1", timedelta(hours=25)))
        clock.advance(hours=20)
        assert await tokens.access_token() == "access-1"

        clock.advance(hours=3.5)
        zalo.oauth_down = 1
        assert await tokens.access_token() == "access-1"
        assert await tokens.access_token() == "access-2"
    bot.storage.close()


async def test_tokens_are_sealed(service: Service) -> None:
    import sqlalchemy as sa

    with service.bot.database.engine.connect() as connection:
        rows = repr(connection.execute(sa.text("SELECT * FROM bot_token")).all())

    assert "access-1" not in rows
    assert "refresh-1" not in rows
