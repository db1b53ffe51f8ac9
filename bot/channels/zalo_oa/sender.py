"""Send consultation messages: plain text, up to five buttons, within the days Zalo allows after the last word."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx

from bot.channels.zalo_oa.config import ZaloConfig
from bot.channels.zalo_oa.faults import RENEW_TOKEN, explain
from bot.channels.zalo_oa.payload import message_payload
from bot.channels.zalo_oa.tokens import ZaloTokens
from bot.errors import RetryLater, Undeliverable
from bot.messages import Channel, Delivery
from core.clock import Clock

WINDOW = timedelta(days=7)  # after the citizen's last message Zalo takes nothing more (-230)
TIMEOUT_SECONDS = 15.0


class ZaloSender:
    """Fills ``Sender``."""

    channel: str = Channel.ZALO_OA

    def __init__(self, config: ZaloConfig, tokens: ZaloTokens, clock: Clock, client: httpx.AsyncClient) -> None:
        self._url = f"{config.api_root}/v3.0/oa/message/cs"
        self._tokens, self._clock, self._client = tokens, clock, client

    async def send(self, delivery: Delivery) -> str:
        """Send once, twice where the token had to be renewed; raise ``RetryLater`` or ``Undeliverable``."""
        if delivery.last_inbound_at and self._clock.now() - delivery.last_inbound_at > WINDOW:
            raise Undeliverable("window_closed")
        token = await self._tokens.access_token()
        answer = await self._post(delivery, token)
        if answer["error"] in RENEW_TOKEN:
            answer = await self._post(delivery, await self._tokens.renew(token))
        if answer["error"] != 0:
            raise explain(answer["error"])
        data = answer.get("data")
        return str(data.get("message_id", "")) if isinstance(data, dict) else ""

    async def _post(self, delivery: Delivery, token: str) -> dict[str, Any]:
        try:
            response = await self._client.post(
                self._url,
                json=message_payload(delivery),
                headers={"access_token": token},
                timeout=TIMEOUT_SECONDS,
            )
            answer = response.json()
        except httpx.HTTPError as error:
            raise RetryLater(f"network_{type(error).__name__}") from error
        except ValueError as error:
            raise RetryLater(f"not_json_{response.status_code}") from error
        if not isinstance(answer, dict) or type(answer.get("error")) is not int:
            raise RetryLater(f"not_understood_{response.status_code}")
        return answer
