"""Call the Zalo Bot API: ``POST {root}/bot{token}/{method}``, answered by ``{"ok", "result"}`` or an error code."""

from __future__ import annotations

from typing import Any

import httpx

from bot.channels.zalo_bot.config import ZaloBotConfig
from bot.errors import BotError

CALL_SECONDS = 15.0
NOTHING_NEW = 408  # of getUpdates, where nothing came while it waited


class ZaloBotError(BotError):
    """A call that brought no result."""


class ZaloBotRefused(ZaloBotError):
    """The platform answered with an error; ``code`` is its own, mostly that of HTTP."""

    def __init__(self, method: str, code: int, description: str) -> None:
        self.method, self.code, self.description = method, code, description
        super().__init__(f"{method} was refused: {code} {description}".rstrip())


class ZaloBotAway(ZaloBotError):
    """No usable answer came: it may or may not have been done."""

    def __init__(self, method: str, cause: str) -> None:
        self.method, self.cause = method, cause
        super().__init__(f"{method} brought no usable answer ({cause}). Check the network and ZALO_BOT_API_ROOT.")


class ZaloBotApi:
    """The calls this service needs. No error carries the address of a call: the token is part of it."""

    def __init__(self, config: ZaloBotConfig, client: httpx.AsyncClient) -> None:
        self._root, self._client = f"{config.api_root}/bot{config.token}", client

    async def call(self, method: str, *, seconds: float = CALL_SECONDS, **values: object) -> Any:
        """Return the result of *method*; raise ``ZaloBotRefused`` or ``ZaloBotAway``."""
        try:
            response = await self._client.post(f"{self._root}/{method}", json=values, timeout=seconds)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ZaloBotAway(method, type(error).__name__) from None
        try:
            answer = response.json()
        except ValueError:
            answer = None
        if not isinstance(answer, dict) or type(answer.get("ok")) is not bool:
            if response.status_code == NOTHING_NEW:
                raise ZaloBotRefused(method, NOTHING_NEW, "")
            raise ZaloBotAway(method, f"HTTP {response.status_code}, not understood")
        if not answer["ok"]:
            code = answer.get("error_code")
            raise ZaloBotRefused(
                method, code if type(code) is int else response.status_code, str(answer.get("description") or "")[:200]
            )
        return answer.get("result")
