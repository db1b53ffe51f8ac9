"""Tell the Zalo Bot Platform where the webhook is, in the background until it succeeds; and by hand."""

from __future__ import annotations

from collections.abc import Mapping

from bot.channels.registration import Registration
from bot.channels.zalo_bot.api import ZaloBotApi, ZaloBotError, ZaloBotRefused
from bot.channels.zalo_bot.config import ZaloBotConfig

NO_WEBHOOK = 404  # of getWebhookInfo


class ZaloBotRegistration(Registration):
    """Sets the webhook."""

    def __init__(self, api: ZaloBotApi, config: ZaloBotConfig) -> None:
        super().__init__("zalo_bot", ZaloBotError)
        self._api, self._config = api, config

    async def register(self) -> bool:
        """Set the webhook; raise ``ZaloBotError``."""
        await set_webhook(self._api, self._config)
        return True


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
