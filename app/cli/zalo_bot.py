"""``ansinh zalo-bot``: set, show and delete the webhook of the Zalo Bot Platform."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated

import httpx
import typer

from app.channels import zalo_bot_config
from app.cli.output import AsJson, fail, show
from app.logs import configure
from app.settings import Settings
from bot.channels.zalo_bot import ZaloBotApi, ZaloBotConfig
from bot.channels.zalo_bot.api import ZaloBotError
from bot.channels.zalo_bot.registration import delete_webhook, set_webhook, webhook_info

application = typer.Typer(no_args_is_help=True, help="Zalo Bot Platform: the webhook.")

Work = Callable[[ZaloBotApi, ZaloBotConfig], Awaitable[Mapping[str, object]]]


@application.command("set-webhook")
def set_(
    url: Annotated[str | None, typer.Option(help="https address of this service; default: PUBLIC_URL")] = None,
    as_json: AsJson = False,
) -> None:
    """Make the platform post to this service; exit 1 where its own trial call did not get through."""

    async def work(api: ZaloBotApi, config: ZaloBotConfig) -> Mapping[str, object]:
        if not config.public_url:
            fail("No address to post to: set PUBLIC_URL or give --url https://…", code=2)
        return await set_webhook(api, config)

    if _do(work, as_json=as_json, url=url).get("trial_ok") is False:
        fail("The platform's trial call did not get through; it calls from a Java client: check proxy and firewall.")


@application.command()
def info(as_json: AsJson = False) -> None:
    """Show the bot's name and where the platform posts to."""

    async def work(api: ZaloBotApi, _: ZaloBotConfig) -> Mapping[str, object]:
        me = await api.call("getMe")
        named = me if isinstance(me, dict) else {}
        return {"bot": named.get("account_name") or named.get("id"), **await webhook_info(api)}

    _do(work, as_json=as_json)


@application.command()
def delete(as_json: AsJson = False) -> None:
    """Delete the webhook, so that events can be fetched."""

    async def work(api: ZaloBotApi, _: ZaloBotConfig) -> Mapping[str, object]:
        await delete_webhook(api)
        return await webhook_info(api)

    _do(work, as_json=as_json)


def _do(work: Work, *, as_json: bool, url: str | None = None) -> Mapping[str, object]:
    configure("WARNING")
    settings = Settings()
    if not settings.zalo_bot_enabled:
        fail("The Zalo Bot is off: put ZALO_BOT_TOKEN into .env (Zalo Bot Creator gives it).", code=2)
    if url:
        settings.public_url = url.rstrip("/")
    try:
        result = asyncio.run(_with_api(work, zalo_bot_config(settings)))
    except ZaloBotError as error:
        fail(error)
    show(result, as_json=as_json)
    return result


async def _with_api(work: Work, config: ZaloBotConfig) -> Mapping[str, object]:
    async with httpx.AsyncClient() as client:
        return await work(ZaloBotApi(config, client), config)
