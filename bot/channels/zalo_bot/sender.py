"""Send to the Zalo Bot Platform: plain text up to 2000 characters; it has no buttons, so choices come numbered."""

from __future__ import annotations

from datetime import timedelta

import structlog

from bot.channels.zalo_bot.api import ZaloBotApi, ZaloBotAway, ZaloBotError, ZaloBotRefused
from bot.conversation.reply import plain
from bot.errors import RetryLater, Undeliverable
from bot.messages import Channel, Delivery, InboundMessage

WAIT_FOR_OPERATOR = timedelta(minutes=5)  # wrong token, quota used up
_CALL_OPERATOR = frozenset({401, 426, 429})
_SERVER_ERROR = 500


class ZaloBotSender:
    """Fills ``Sender`` and ``Presence``."""

    channel: str = Channel.ZALO_BOT

    def __init__(self, api: ZaloBotApi) -> None:
        self._api = api
        self._log = structlog.get_logger("bot.zalo_bot")

    async def send(self, delivery: Delivery) -> str:
        """Send once; raise ``RetryLater`` or ``Undeliverable``."""
        try:
            sent = await self._api.call("sendMessage", chat_id=delivery.address, text=plain(delivery.text))
        except ZaloBotAway as error:
            raise RetryLater("network") from error
        except ZaloBotRefused as error:
            raise _explain(error) from error
        return str(sent.get("message_id", "")) if isinstance(sent, dict) else ""

    async def typing(self, message: InboundMessage) -> None:
        """Show 'typing…' for a few seconds; best effort."""
        try:
            await self._api.call("sendChatAction", chat_id=message.sender, action="typing")
        except ZaloBotError as error:
            self._log.debug("typing_not_shown", error=type(error).__name__)


def _explain(error: ZaloBotRefused) -> RetryLater | Undeliverable:
    reason = f"zalo_bot_{error.code}"
    if error.code in _CALL_OPERATOR:
        return RetryLater(reason, WAIT_FOR_OPERATOR)
    if error.code == 408 or error.code >= _SERVER_ERROR:
        return RetryLater(reason)
    return Undeliverable(reason, gone=error.code == 403)  # 403: she blocked the bot or may not be written to
