"""People who write: each one message after the other, repeated by the channel until it was acknowledged."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx

from tests.contracts.telegram.fake import FakeTelegram
from tests.contracts.zalo_oa.fake import OA_SECRET, FakeZalo, mac

SECRET = "the-webhook-secret"
REPEATED = 0.03  # share of messages that the channel sends again though they were acknowledged


@dataclass
class Person:
    """Someone on one channel; ``acknowledged`` counts what the service said it has."""

    channel: str
    id: str
    words: Sequence[str]
    acknowledged: int = 0
    repeats: int = 0
    message_ids: list[str] = field(default_factory=list)


@dataclass
class Writing:
    """Lets people write to the service at *root* over *seconds*."""

    root: str
    telegram: FakeTelegram
    zalo: FakeZalo
    chance: random.Random
    seconds: float

    async def all(self, people: Sequence[Person]) -> None:
        """Return when every message of everybody was acknowledged."""
        # A connection for each call, and no waiting for one: httpcore's pool can lose those that time out while they
        # wait, until there is none left.
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        async with httpx.AsyncClient(timeout=5, limits=limits, trust_env=False) as client:
            await asyncio.gather(*(self._write(client, person) for person in people))

    async def _write(self, client: httpx.AsyncClient, person: Person) -> None:
        gap = self.seconds / (len(person.words) + 1)
        for words in person.words:
            await asyncio.sleep(self.chance.uniform(0.0, 2 * gap))
            path, headers, body = self._call(person, words)
            while not await self._post(client, path, headers, body):
                person.repeats += 1
                await asyncio.sleep(self.chance.uniform(0.2, 0.6))
            person.acknowledged += 1
            if self.chance.random() < REPEATED:
                await self._post(client, path, headers, body)

    def _call(self, person: Person, words: str) -> tuple[str, dict[str, str], bytes]:
        if person.channel == "telegram":
            update = self.telegram.text_update(words, chat=int(person.id))
            person.message_ids.append(f"12345:{update['update_id']}")
            headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET, "Content-Type": "application/json"}
            return "/channels/telegram", headers, json.dumps(update, ensure_ascii=False).encode()
        event = self.zalo.text_event(words, user=person.id)
        person.message_ids.append(event["message"]["msg_id"])
        body = json.dumps(event, ensure_ascii=False).encode()
        return "/channels/zalo", {"X-ZEvent-Signature": f"mac={mac(event, body, OA_SECRET)}"}, body

    async def _post(self, client: httpx.AsyncClient, path: str, headers: dict[str, str], body: bytes) -> bool:
        try:
            return (await client.post(f"{self.root}{path}", content=body, headers=headers)).status_code == 200
        except httpx.HTTPError:
            return False
