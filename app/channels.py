"""The channels that are switched on: their routes, how they are sent to, how they are kept connected."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from fastapi import APIRouter

from app.desk import Desk, Line, Runs
from app.settings import Settings
from bot.channels.telegram import (
    TelegramConfig,
    TelegramPolling,
    TelegramReceiver,
    TelegramRegistration,
    TelegramSender,
    make_bot,
    telegram_router,
)
from bot.channels.telegram.updates import UpdateReader
from bot.conversation.reply import TELEGRAM


@dataclass
class Channels:
    """Every channel but the web page, which is always there."""

    routers: list[APIRouter] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    receivers: list[Runs] = field(default_factory=list)
    descriptions: list[str] = field(default_factory=list)

    @classmethod
    @contextlib.asynccontextmanager
    async def opened(cls, settings: Settings, desk: Desk) -> AsyncIterator[Channels]:
        """Build the channels that have a token; close their connections when the block is left."""
        channels = cls()
        async with contextlib.AsyncExitStack() as stack:
            if settings.telegram_enabled:
                await channels.add_telegram(settings, desk, stack)
            yield channels

    @contextlib.asynccontextmanager
    async def receiving(self) -> AsyncIterator[None]:
        """Register webhooks, or fetch updates where there is no public address, until the block is left."""
        async with contextlib.AsyncExitStack() as stack:
            for receiver in self.receivers:
                await receiver.start()
                stack.push_async_callback(receiver.stop)
            yield

    def described(self) -> Sequence[str]:
        """Return one line for each channel, for the person at the terminal."""
        return self.descriptions

    async def add_telegram(self, settings: Settings, desk: Desk, stack: contextlib.AsyncExitStack) -> None:
        """Add Telegram: by webhook where there is a public address, else by polling."""
        config = telegram_config(settings)
        bot = make_bot(config)
        registration, sender = TelegramRegistration(bot, config), TelegramSender(bot)
        stack.push_async_callback(sender.close)
        receiver = TelegramReceiver(
            UpdateReader(config.bot_id, desk.vault),
            desk.inbox,
            desk.clock,
            desk.tally,
            acknowledge=sender.acknowledge,
            username=lambda: registration.username,
        )
        self.lines.append(Line(sender.channel, TELEGRAM, sender, sender))
        self.receivers.append(registration)
        if config.public_url:
            self.routers.append(telegram_router(config, receiver))
            self.descriptions.append(f"Telegram: webhook {config.webhook_url}")
        else:
            self.receivers.append(TelegramPolling(bot, receiver))
            self.descriptions.append("Telegram: polling (set PUBLIC_URL for a webhook)")


def telegram_config(settings: Settings) -> TelegramConfig:
    """Return Telegram's settings; the webhook's secret is derived from our key where none is set."""
    given = settings.telegram_webhook_secret.get_secret_value()
    derived = hmac.new(settings.key.encode(), b"telegram webhook", hashlib.sha256).hexdigest()
    return TelegramConfig(
        token=settings.telegram_bot_token.get_secret_value(),
        webhook_secret=given or derived,
        public_url=settings.public_url,
        api_root=settings.telegram_api_root,
    )
