"""The service with a Zalo channel over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from bot.channels.whereabouts import Whereabouts
from bot.channels.zalo_oa import (
    ZaloConfig,
    ZaloReceiver,
    ZaloSender,
    ZaloTokens,
    zalo_router,
    zalo_verification_router,
)
from bot.channels.zalo_oa.events import EventReader
from bot.channels.zalo_oa.oauth import TokenPair
from bot.spool import SpooledInbox
from core.clock import SystemClock
from core.database import Database
from tests.bot.conftest import Bot
from tests.contracts.inbox import StuckInbox
from tests.contracts.server import serving
from tests.contracts.zalo_oa.fake import APP_ID, APP_SECRET, OA_SECRET, FakeZalo
from tests.contracts.zalo_oa.service import Service


@pytest.fixture
async def service(sqlite_database: Database, tmp_path: Path) -> AsyncIterator[Service]:
    zalo, app = FakeZalo(), FastAPI()
    async with serving(zalo.app) as api, serving(app) as root, httpx.AsyncClient() as client:
        config = ZaloConfig(
            app_id=APP_ID,
            oa_secret_key=OA_SECRET,
            app_secret=APP_SECRET,
            access_token=zalo.access_token,
            refresh_token=zalo.refresh_token,
            api_root=api,
            oauth_root=api,
            site_verification="AbC123",
        )
        bot = Bot(sqlite_database, SystemClock())
        tokens = ZaloTokens(config, bot.storage, bot.vault, bot.clock, client, owner=bot.worker.id)
        await tokens.store(TokenPair(zalo.access_token, zalo.refresh_token, timedelta(hours=25)))
        sender = ZaloSender(config, tokens, bot.clock, client)
        bot.delivery = type(bot.delivery)(sender, bot.outbox, bot.clock, bot.signals, bot.tally)
        inbox = StuckInbox(bot.inbox)
        spool = SpooledInbox(inbox, tmp_path / "spool" / "zalo.jsonl", bot.vault, patience_seconds=0.3)
        receiver = ZaloReceiver(config, EventReader(bot.vault, Whereabouts.load().near), spool, bot.clock, bot.tally)
        app.include_router(zalo_router(config, receiver))
        app.include_router(zalo_verification_router(config.site_verification))
        zalo.webhook = root + config.path
        await bot.start()
        yield Service(bot, zalo, config, tokens, sender, inbox, spool, root)
        await bot.stop()
