"""``ansinh telegram``: set, show and delete the webhook."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated

import typer
from telegram.error import TelegramError

from app.channels import telegram_config
from app.cli.output import AsJson, fail, show
from app.logs import configure
from app.settings import Settings
from bot.channels.telegram import TelegramConfig, make_bot
from bot.channels.telegram.registration import delete_webhook, set_webhook, webhook_info
from bot.channels.telegram.sender import Bot

application = typer.Typer(no_args_is_help=True, help="Telegram: the webhook.")

Work = Callable[[Bot, TelegramConfig], Awaitable[Mapping[str, object]]]


@application.command("set-webhook")
def set_(
    url: Annotated[str | None, typer.Option(help="https address of this service; default: PUBLIC_URL")] = None,
    as_json: AsJson = False,
) -> None:
    """Make Telegram post to this service, with the secret header."""

    async def work(bot: Bot, config: TelegramConfig) -> Mapping[str, object]:
        if not config.public_url:
            fail("No address to post to: set PUBLIC_URL or give --url https://…", code=2)
        await set_webhook(bot, config)
        return await webhook_info(bot)

    _do(work, as_json=as_json, url=url)


@application.command()
def info(as_json: AsJson = False) -> None:
    """Show the bot's name, where Telegram posts to, what waits there and the last error."""

    async def work(bot: Bot, _: TelegramConfig) -> Mapping[str, object]:
        me = await bot.get_me()
        return {"bot": me.username, **await webhook_info(bot)}

    _do(work, as_json=as_json)


@application.command()
def delete(as_json: AsJson = False) -> None:
    """Delete the webhook: updates wait with Telegram, for a day at most, until somebody fetches them."""

    async def work(bot: Bot, _: TelegramConfig) -> Mapping[str, object]:
        await delete_webhook(bot)
        return await webhook_info(bot)

    _do(work, as_json=as_json)


def _do(work: Work, *, as_json: bool, url: str | None = None) -> None:
    configure("WARNING")
    settings = Settings()
    if not settings.telegram_enabled:
        fail("Telegram is off: put TELEGRAM_BOT_TOKEN into .env (BotFather gives it).", code=2)
    if url:
        settings.public_url = url.rstrip("/")
    try:
        show(asyncio.run(_with_bot(work, telegram_config(settings))), as_json=as_json)
    except TelegramError as error:
        fail(f"Telegram did not do it: {type(error).__name__}: {error.message}. Check the token and the network.")


async def _with_bot(work: Work, config: TelegramConfig) -> Mapping[str, object]:
    bot = make_bot(config, max_retries=1)
    try:
        return await work(bot, config)
    finally:
        await bot.request.shutdown()
