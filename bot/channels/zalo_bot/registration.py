"""Tell the Zalo Bot Platform where the webhook is, in the background until it succeeds; and by hand."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping

import structlog

from bot.channels.zalo_bot.api import ZaloBotApi, ZaloBotError, ZaloBotRefused
from bot.channels.zalo_bot.config import ZaloBotConfig

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 2.0, 300.0
NO_WEBHOOK = 404  # of getWebhookInfo


class ZaloBotRegistration:
    """``start`` … ``stop``. Without network the service runs, and registers when there is one."""

    def __init__(self, api: ZaloBotApi, config: ZaloBotConfig) -> None:
        self._api, self._config = api, config
        self.problem: str | None = None
        self._task: asyncio.Task[None] | None = None
        self._log = structlog.get_logger("bot.zalo_bot")

    async def start(self) -> None:
        """Begin to register."""
        self._task = asyncio.create_task(self._run(), name="zalo-bot-registration")

    async def stop(self) -> None:
        """Stop trying; the webhook stays."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                await set_webhook(self._api, self._config)
            except ZaloBotError as error:
                self.problem = type(error).__name__
                self._log.warning("registration_failed", error=self.problem, again_after_seconds=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            else:
                self.problem = None
                self._log.info("registered", webhook=True)
                return


async def set_webhook(api: ZaloBotApi, config: ZaloBotConfig) -> Mapping[str, object]:
    """Make the platform post to this service and return what its own trial call found; raise ``ZaloBotError``."""
    result = await api.call("setWebhook", url=config.webhook_url, secret_token=config.webhook_secret)
    trial = result.get("verification") if isinstance(result, dict) else None
    if not isinstance(trial, dict):
        return {"url": config.webhook_url}
    return {"url": config.webhook_url, **{f"trial_{key}": trial.get(key) for key in ("ok", "outcome", "hint")}}


async def webhook_info(api: ZaloBotApi) -> Mapping[str, object]:
    """Return the address the platform posts to (empty: none); raise ``ZaloBotError``."""
    try:
        info = await api.call("getWebhookInfo")
    except ZaloBotRefused as error:
        if error.code != NO_WEBHOOK:
            raise
        info = {}
    return {"url": str(info.get("url") or "") if isinstance(info, dict) else ""}


async def delete_webhook(api: ZaloBotApi) -> None:
    """Make the platform keep events for whoever fetches them; raise ``ZaloBotError``."""
    await api.call("deleteWebhook")
