"""Examine an installation: each check says what it found and, where something is wrong, what to do."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Callable

import httpx
from sqlalchemy.exc import SQLAlchemyError

from app.bootstrap import Parts
from app.channels import zalo_bot_config, zalo_config
from app.findings import Finding, failed, fine, off, warned
from app.rasa import RasaUnavailable
from app.settings import Settings
from app.shadowing import shadowed
from bot.channels.zalo_bot import ZaloBotApi
from bot.channels.zalo_bot.api import ZaloBotError, ZaloBotRefused
from bot.channels.zalo_bot.registration import webhook_info
from bot.channels.zalo_oa import ZaloTokens
from bot.channels.zalo_oa.tokens import TokenStatus
from bot.storage import Storage
from core.database import Database
from core.migrations import revisions
from rules.errors import InvalidRules

MAKE_RUN = "It is made by: make run"
SECONDS = 10.0
ZALO_PATH = "/channels/zalo"
LEAST_FREE_BYTES = 2 * 1024**3


async def examine(parts: Parts) -> list[Finding]:
    """Examine everything; the channels' servers are asked at the same time."""
    local = [await asyncio.to_thread(check, parts) for check in _LOCAL]
    remote = await asyncio.gather(
        _service(parts.settings),
        _telegram(parts.settings),
        _zalo(parts),
        _zalo_bot(parts.settings),
        return_exceptions=False,
    )
    return [*local, *remote]


def _interpreter(_: Parts) -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return fine("python", f"{version} at {sys.executable}")


def _names(_: Parts) -> Finding:
    problems = shadowed()
    if problems:
        return failed("packages", str(problems[0]), "Use the environment that make setup makes.")
    return fine("packages", "every room is this project's own")


def _rasa_environment(parts: Parts) -> Finding:
    python = parts.settings.rasa_interpreter
    if not python.exists():
        return failed("rasa environment", f"{python} is not there", "Make it with: make setup (needs Python 3.10)")
    question = "import sys; from importlib.metadata import version; print(version('rasa'), *sys.version_info[:2])"
    answer = subprocess.run([str(python), "-c", question], capture_output=True, text=True, timeout=60)
    if answer.returncode:
        return failed("rasa environment", "Rasa is not installed in it", "Make it anew with: make clean setup")
    rasa, major, minor = answer.stdout.split()
    return fine("rasa environment", f"Rasa {rasa} on Python {major}.{minor}")


def _rasa_model(parts: Parts) -> Finding:
    try:
        model = parts.rasa.model()
    except RasaUnavailable as error:
        return failed("dialogue model", str(error).splitlines()[0], "Make the environment with: make setup")
    if not model.exists():
        return warned("dialogue model", "not trained for the dialogue as it is now", MAKE_RUN)
    return fine("dialogue model", f"{model.name}, {model.stat().st_size // 1024} KB")


def _rules(parts: Parts) -> Finding:
    try:
        rules = parts.rule_set()
    except InvalidRules as error:
        return failed("rules", str(error).splitlines()[0], "Mend the findings of: ansinh rules validate")
    law = rules.service.release
    number = f"release {rules.release.seq} ({law.id})" if rules.release else f"files of the package ({law.id})"
    return fine("rules", f"{number}, {len(law.benefits)} benefits")


def _index(parts: Parts) -> Finding:
    if parts.library.is_stale():
        return warned("knowledge index", "not built for the guides as they are now", MAKE_RUN)
    index = parts.library.store.current()
    return fine("knowledge index", f"{len(index.passages)} passages, build {index.name}")


def _database(parts: Parts) -> Finding:
    database = Database(parts.settings.database)
    where = database.url.render_as_string(hide_password=True)
    try:
        here, newest = revisions(database)
    except SQLAlchemyError as error:
        return failed("database", f"{where}: {type(error).__name__}", "Check DATABASE_URL and that the server runs.")
    finally:
        database.dispose()
    if here != newest:
        return warned("database", f"{where} is at revision {here}, newest is {newest}", MAKE_RUN)
    return fine("database", f"{where}, revision {here}")


def _disk(parts: Parts) -> Finding:
    folder = parts.settings.state_folder
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        return warned("disk", f"{free // 1024**2} MB free at {folder}", "Free some space: messages are stored there.")
    return fine("disk", f"{free // 1024**3} GB free")


_LOCAL: tuple[Callable[[Parts], Finding], ...] = (
    _interpreter,
    _names,
    _rasa_environment,
    _rasa_model,
    _rules,
    _index,
    _database,
    _disk,
)


async def _service(settings: Settings) -> Finding:
    url = f"http://127.0.0.1:{settings.port}/readyz"
    try:
        async with httpx.AsyncClient(timeout=SECONDS, trust_env=False) as client:
            answer = await client.get(url)
    except httpx.HTTPError:
        return off("service", f"nothing answers on port {settings.port}", "Start it with: make run")
    try:
        state = str(answer.json()["dialogue"])
    except (ValueError, KeyError, TypeError):
        advice = "Stop it or choose another port: PORT=8081 make run"
        return failed("service", f"something else listens on port {settings.port}", advice)
    if answer.status_code == httpx.codes.OK:
        return fine("service", "running, Rasa answers")
    return warned("service", f"running, Rasa is {state}", "Wait half a minute; else look into var/log/rasa.log")


async def _telegram(settings: Settings) -> Finding:
    if not settings.telegram_enabled:
        return off("telegram", "no token", "Put TELEGRAM_BOT_TOKEN into .env to switch it on.")
    root = f"{settings.telegram_api_root}/bot{settings.telegram_bot_token.get_secret_value()}"
    try:
        async with httpx.AsyncClient(timeout=SECONDS) as client:
            me = (await client.get(f"{root}/getMe")).json()
            hook = (await client.get(f"{root}/getWebhookInfo")).json()
    except (httpx.HTTPError, ValueError) as error:
        return failed("telegram", f"the Bot API cannot be reached ({type(error).__name__})", "Check the network.")
    if not me.get("ok"):
        return failed("telegram", f"token refused: {me.get('description')}", "Ask BotFather for a fresh token.")
    name, info = me["result"].get("username"), hook.get("result", {})
    if not info.get("url"):
        return fine("telegram", f"@{name}, polling (no webhook set)")
    if problem := info.get("last_error_message"):
        return warned("telegram", f"@{name}, webhook {info['url']}: {problem}", "Check PUBLIC_URL and the proxy.")
    return fine("telegram", f"@{name}, webhook {info['url']}, {info.get('pending_update_count', 0)} pending")


async def _zalo_tokens(parts: Parts) -> TokenStatus:
    storage = Storage(Database(parts.settings.database))
    try:
        async with httpx.AsyncClient() as client:
            config = zalo_config(parts.settings)
            return await ZaloTokens(config, storage, parts.vault, parts.clock, client, owner="doctor").status()
    except SQLAlchemyError:  # reported by the database's own check
        return TokenStatus("missing")
    finally:
        storage.close()
        storage.database.dispose()


async def _zalo(parts: Parts) -> Finding:
    settings = parts.settings
    if not settings.zalo_enabled:
        return off("zalo", "no app id", "Put ZALO_APP_ID and the app's secret into .env to switch it on.")
    if not settings.public_url:
        return warned("zalo", "no PUBLIC_URL", "Zalo needs an https address: set PUBLIC_URL and the webhook there.")
    if not settings.zalo_oa_secret_key.get_secret_value():
        advice = "Save the webhook's address in Zalo's console, then put the OA secret key shown there into .env."
        return warned("zalo", "every message is dropped: no ZALO_OA_SECRET_KEY", advice)
    state = await _zalo_tokens(parts)
    if state.state != "ok":
        found = f"can receive, cannot answer: {state.state} {state.error or ''}".rstrip()
        return failed("zalo", found, "Authorise the account: ansinh zalo authorize")
    return fine("zalo", f"webhook {settings.public_url}{ZALO_PATH}")


async def _zalo_bot(settings: Settings) -> Finding:
    if not settings.zalo_bot_enabled:
        return off("zalo bot", "no token", "Put ZALO_BOT_TOKEN into .env to switch it on.")
    async with httpx.AsyncClient(timeout=SECONDS) as client:
        api = ZaloBotApi(zalo_bot_config(settings), client)
        try:
            name = (await api.call("getMe") or {}).get("account_name", "?")
            url = (await webhook_info(api))["url"]
        except ZaloBotRefused as error:
            return failed("zalo bot", f"refused: {error.code} {error.description}", "Compare the token with its app.")
        except ZaloBotError as error:
            return failed("zalo bot", str(error), "Check the network.")
    return fine("zalo bot", f"{name}, webhook {url}" if url else f"{name}, polling (no webhook set)")
