"""The channels that are switched on: their routes, how they are sent to, how they are kept connected."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import httpx
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
from bot.channels.whereabouts import Whereabouts
from bot.channels.zalo_bot import (
    ZaloBotApi,
    ZaloBotConfig,
    ZaloBotPolling,
    ZaloBotReceiver,
    ZaloBotRegistration,
    ZaloBotSender,
    zalo_bot_router,
)
from bot.channels.zalo_bot.events import EventReader as ZaloBotEventReader
from bot.channels.zalo_oa import (
    ZaloConfig,
    ZaloReceiver,
    ZaloSender,
    ZaloTokens,
    zalo_router,
    zalo_verification_router,
)
from bot.channels.zalo_oa.events import EventReader
from bot.conversation.reply import TELEGRAM, ZALO, ZALO_BOT
from bot.spool import SpooledInbox

SECONDS_TO_ZALO = 10.0


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
            if settings.zalo_enabled:
                await channels.add_zalo(settings, desk, stack)
            if settings.zalo_bot_enabled:
                await channels.add_zalo_bot(settings, desk, stack)
            if settings.zalo_site_verification:
                channels.routers.append(zalo_verification_router(settings.zalo_site_verification))
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
            UpdateReader(config.bot_id, desk.vault, Whereabouts.load().near),
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

    async def add_zalo(self, settings: Settings, desk: Desk, stack: contextlib.AsyncExitStack) -> None:
        """Add the Zalo Official Account; what comes while the database is away waits in a sealed file."""
        config = zalo_config(settings)
        client = await stack.enter_async_context(httpx.AsyncClient(timeout=SECONDS_TO_ZALO))
        tokens = ZaloTokens(config, desk.storage, desk.vault, desk.clock, client, owner=desk.worker.id)
        inbox = SpooledInbox(desk.inbox, settings.state_folder / "spool" / "zalo.sealed", desk.vault)
        receiver = ZaloReceiver(config, EventReader(desk.vault, Whereabouts.load().near), inbox, desk.clock, desk.tally)
        sender = ZaloSender(config, tokens, desk.clock, client)
        self.lines.append(Line(sender.channel, ZALO, sender))
        self.receivers.append(inbox)
        self.routers.append(zalo_router(config, receiver))
        self.descriptions.append(f"Zalo: webhook {settings.public_url or 'https://…'}{config.path}")

    async def add_zalo_bot(self, settings: Settings, desk: Desk, stack: contextlib.AsyncExitStack) -> None:
        """Add the Zalo Bot: by webhook where there is a public address, else by polling."""
        config = zalo_bot_config(settings)
        api = ZaloBotApi(config, await stack.enter_async_context(httpx.AsyncClient()))
        sender = ZaloBotSender(api)
        file = settings.state_folder / "spool" / "zalo_bot.sealed"
        inbox = SpooledInbox(desk.inbox, file, desk.vault, ahead=not config.public_url)
        receiver = ZaloBotReceiver(ZaloBotEventReader(config.bot_id, desk.vault), inbox, desk.clock, desk.tally)
        self.lines.append(Line(sender.channel, ZALO_BOT, sender, sender))
        self.receivers.append(inbox)
        if config.public_url:
            self.routers.append(zalo_bot_router(config, receiver))
            self.receivers.append(ZaloBotRegistration(api, config))
            self.descriptions.append(f"Zalo Bot: webhook {config.webhook_url}")
        else:
            self.receivers.append(ZaloBotPolling(api, receiver))
            self.descriptions.append("Zalo Bot: polling (set PUBLIC_URL for a webhook)")


def zalo_config(settings: Settings) -> ZaloConfig:
    """Return the Official Account's settings."""
    return ZaloConfig(
        app_id=settings.zalo_app_id,
        oa_secret_key=settings.zalo_oa_secret_key.get_secret_value(),
        app_secret=settings.zalo_app_secret.get_secret_value(),
        access_token=settings.zalo_access_token.get_secret_value(),
        refresh_token=settings.zalo_refresh_token.get_secret_value(),
        api_root=settings.zalo_api_root,
        oauth_root=settings.zalo_oauth_root,
        site_verification=settings.zalo_site_verification,
    )


def telegram_config(settings: Settings) -> TelegramConfig:
    """Return Telegram's settings; the webhook's secret is derived from our key where none is set."""
    given = settings.telegram_webhook_secret.get_secret_value()
    return TelegramConfig(
        token=settings.telegram_bot_token.get_secret_value(),
        webhook_secret=given or _derived(settings, "telegram webhook"),
        public_url=settings.public_url,
        api_root=settings.telegram_api_root,
    )


def zalo_bot_config(settings: Settings) -> ZaloBotConfig:
    """Return the Zalo Bot's settings; the webhook's secret is derived from our key where none is set."""
    given = settings.zalo_bot_webhook_secret.get_secret_value()
    return ZaloBotConfig(
        token=settings.zalo_bot_token.get_secret_value(),
        webhook_secret=given or _derived(settings, "zalo bot webhook"),
        public_url=settings.public_url,
        api_root=settings.zalo_bot_api_root,
    )


def _derived(settings: Settings, purpose: str) -> str:
    return hmac.new(settings.key.encode(), purpose.encode(), hashlib.sha256).hexdigest()
