"""Take one call of Zalo's webhook into the inbox. Whatever is wrong with it is counted and dropped here."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import structlog

from bot.channels.zalo_oa.config import ZaloConfig
from bot.channels.zalo_oa.events import EventReader, Ignored, moment_of
from bot.channels.zalo_oa.signature import is_signed
from bot.errors import StorageUnavailable
from bot.messages import Channel, Inbox
from bot.tally import Tally
from core.clock import Clock

# Zalo sends an event again for up to a day; what is older was recorded and is played back.
OLDEST = timedelta(hours=26)
LATEST = timedelta(minutes=10)  # ahead of our clock
STORE_SECONDS = 1.5  # Zalo waits 2 s


class ZaloReceiver:
    """Verifies, reads, stores, counts."""

    def __init__(self, config: ZaloConfig, reader: EventReader, inbox: Inbox, clock: Clock, tally: Tally) -> None:
        self._config, self._reader, self._inbox, self._clock, self._tally = config, reader, inbox, clock, tally
        self._log = structlog.get_logger("bot.zalo_oa")

    async def receive(self, body: bytes, signature: str) -> str:
        """Store what the event says and return what became of it; never raise."""
        outcome = await self._receive(body, signature)
        self._tally.add(Channel.ZALO_OA, outcome)
        return outcome

    async def _receive(self, body: bytes, signature: str) -> str:
        event = _parse(body)
        if event is None:
            self._log.warning("unreadable", bytes=len(body))
            return "unreadable"
        if not self._is_from_zalo(event, body, signature):
            self._log.warning("unsigned", has_signature=bool(signature))
            return "unsigned"
        if not self._is_recent(event):
            self._log.warning("stale")
            return "stale"
        message = self._reader.read(event, body)
        if isinstance(message, Ignored):
            self._log.info("ignored", reason=message.reason)
            return message.reason
        try:
            async with asyncio.timeout(STORE_SECONDS):
                outcome = await self._inbox.accept(message)
        except TimeoutError:  # Zalo has to be answered; storing goes on behind it
            self._log.warning("late", conversation=message.conversation_id)
            return "late"
        except StorageUnavailable as error:
            self._log.error("lost", error=type(error).__name__, conversation=message.conversation_id)
            return "lost"
        self._log.info("received", kind=message.kind, outcome=outcome, conversation=message.conversation_id)
        return outcome

    def _is_from_zalo(self, event: dict[str, Any], body: bytes, signature: str) -> bool:
        app_id, timestamp = str(event.get("app_id", "")), str(event.get("timestamp", ""))
        if not (app_id + timestamp).isascii():
            return False
        signed = is_signed(
            signature, app_id=app_id, body=body, timestamp=timestamp, secret_key=self._config.oa_secret_key
        )
        return signed and app_id == self._config.app_id

    def _is_recent(self, event: dict[str, Any]) -> bool:
        moment, now = moment_of(event), self._clock.now()
        return moment is not None and now - OLDEST < moment < now + LATEST


def _parse(body: bytes) -> dict[str, Any] | None:
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) else None
