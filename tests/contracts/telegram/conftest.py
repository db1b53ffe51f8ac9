"""The service with a Telegram channel over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from bot.channels.telegram import (
    TelegramConfig,
    TelegramReceiver,
    TelegramRegistration,
    TelegramSender,
    make_bot,
    telegram_router,
)
from bot.channels.telegram.updates import UpdateReader
from bot.channels.whereabouts import Whereabouts
from core.clock import SystemClock
from core.database import Database
from tests.bot.conftest import Bot
from tests.bot.fakes import until
from tests.contracts.server import serving
from tests.contracts.telegram.fake import FakeTelegram
from tests.contracts.telegram.service import SECRET, BrokenInbox, Service


@pytest.fixture
async def service(sqlite_database: Database) -> AsyncIterator[Service]:
    telegram = FakeTelegram()
    app = FastAPI()
    async with serving(telegram.app) as api_root, serving(app) as root:
        config = TelegramConfig(telegram.token, SECRET, public_url=root, api_root=api_root)
        client = make_bot(config)
        sender = TelegramSender(client, seconds_between_messages=0.05)
        bot = Bot(sqlite_database, SystemClock(), sender=sender, presences={"telegram": sender})  # type: ignore[arg-type]
        registration = TelegramRegistration(client, config)
        inbox = BrokenInbox(bot.inbox)
        receiver = TelegramReceiver(
            UpdateReader(config.bot_id, bot.vault, Whereabouts.load().near),
            inbox,
            bot.clock,
            bot.tally,
            acknowledge=sender.acknowledge,
            username=lambda: registration.username,
        )
        app.include_router(telegram_router(config, receiver))
        await bot.start()
        await registration.start()
        await until(lambda: telegram.webhook)
        yield Service(bot, telegram, config, inbox, registration, receiver, root + config.path)
        await registration.stop()
        await bot.stop()
        await client.request.shutdown()
