"""``ansinh zalo``: authorise the app for the Official Account, and show the state of its tokens."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, cast

import httpx
import typer
from cryptography.fernet import InvalidToken

from app.bootstrap import Parts
from app.channels import zalo_config
from app.cli.output import AsJson, console, emit, fail, show
from app.logs import configure
from app.settings import Settings
from bot.channels.zalo_oa import ZaloConfig, ZaloTokens
from bot.channels.zalo_oa.authorization import RETURN_PATH, Authorization, NotAuthorised
from bot.channels.zalo_oa.oauth import TokenPair, TokensRefused
from bot.channels.zalo_oa.tokens import TokenStatus
from bot.errors import RetryLater
from bot.storage import Storage

application = typer.Typer(no_args_is_help=True, help="Zalo Official Account: authorisation and tokens.")


@application.command()
def authorize(
    sent_back_to: Annotated[
        str | None, typer.Option(help="address the browser was sent back to; default: ask for it")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Get tokens for the account: its administrator allows the app in a browser, the answer comes back here."""
    configure("WARNING")
    parts = _parts()
    pending = parts.settings.state_folder / "zalo-authorization.sealed"
    if sent_back_to is None:
        sent_back_to = _begin(parts, pending, as_json=as_json)
    if sent_back_to is None:
        return
    try:
        status = asyncio.run(_finish(parts, _read(parts, pending), sent_back_to))
    except (NotAuthorised, TokensRefused) as error:
        fail(error)
    except RetryLater as error:
        fail(f"Zalo could not answer ({error.reason}). The code may still be good: try again.")
    pending.unlink()
    _show(status, as_json=as_json)


@application.command()
def status(as_json: AsJson = False) -> None:
    """Show whether the tokens work, until when, and the last error; exit 1 where the account must be authorised."""
    configure("WARNING")
    parts = _parts()
    found = asyncio.run(_status(parts))
    _show(found, as_json=as_json)
    if found.state != "ok":
        fail("The account has to be authorised: ansinh zalo authorize")


def _parts() -> Parts:
    settings = Settings()
    if not settings.zalo_enabled:
        fail("The Official Account is off: put ZALO_APP_ID into .env (developers.zalo.me).", code=2)
    return Parts.of(settings)


def _begin(parts: Parts, pending: Path, *, as_json: bool) -> str | None:
    """Show the address to open and return where the browser was sent back to, or ``None`` where nobody can say."""
    settings = parts.settings
    if not settings.public_url or not settings.zalo_app_secret.get_secret_value():
        fail(
            "Authorising needs PUBLIC_URL (registered with Zalo as the callback's domain) and ZALO_APP_SECRET.", code=2
        )
    attempt = Authorization.begin()
    pending.parent.mkdir(parents=True, exist_ok=True)
    pending.write_text(parts.vault.seal(asdict(attempt)), encoding="ascii")
    url = attempt.permission_url(zalo_config(settings), f"{settings.public_url}{RETURN_PATH}")
    if as_json or not sys.stdin.isatty():
        emit({"open": url, "then": "ansinh zalo authorize --sent-back-to ADDRESS"})
        return None
    console.print("Open this as an administrator of the account and allow the app:", url, sep="\n", soft_wrap=True)
    return console.input("Address the browser was sent back to: ")


def _read(parts: Parts, pending: Path) -> Authorization:
    try:
        return Authorization(**cast(dict[str, str], parts.vault.open(pending.read_text(encoding="ascii"))))
    except (OSError, InvalidToken, ValueError, TypeError):
        return fail("No authorisation is under way. Begin with: ansinh zalo authorize", code=2)


async def _finish(parts: Parts, attempt: Authorization, sent_back_to: str) -> TokenStatus:
    async with _tokens(parts) as (tokens, config, client):
        pair: TokenPair = await attempt.tokens(config, client, sent_back_to)
        await tokens.store(pair)
        return await tokens.status()


async def _status(parts: Parts) -> TokenStatus:
    async with _tokens(parts) as (tokens, _, _):
        return await tokens.status()


@contextlib.asynccontextmanager
async def _tokens(parts: Parts) -> AsyncIterator[tuple[ZaloTokens, ZaloConfig, httpx.AsyncClient]]:
    config, storage = zalo_config(parts.settings), Storage(parts.database)
    try:
        async with httpx.AsyncClient() as client:
            yield ZaloTokens(config, storage, parts.vault, parts.clock, client, owner="cli"), config, client
    finally:
        storage.close()


def _show(found: TokenStatus, *, as_json: bool) -> None:
    moments = {"expires_at": found.expires_at, "renewed_at": found.renewed_at}
    times = {name: moment.isoformat() if moment else None for name, moment in moments.items()}
    show({"state": found.state, **times, "error": found.error}, as_json=as_json)
