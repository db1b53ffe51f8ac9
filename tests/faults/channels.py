"""Telegram and Zalo as they are on a bad day: busy, broken, silent. Everything they took is written down."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse

from tests.contracts.telegram.fake import FakeTelegram
from tests.contracts.zalo_oa.fake import USER, FakeZalo

SILENCE_SECONDS = 30.0  # longer than either sender waits


@dataclass(frozen=True, slots=True)
class Take:
    """A message the channel accepted. ``told``: the service was told so."""

    channel: str
    person: str
    text: str
    id: str
    told: bool


@dataclass
class Mood:
    """How often the channels fail, as shares of all calls."""

    chance: random.Random
    busy: float = 0.02
    broken: float = 0.03
    silent_before: float = 0.004
    silent_after: float = 0.004
    counts: dict[str, int] = field(default_factory=dict)

    def roll(self) -> str:
        """Return what happens to this call: nothing (``fine``) mostly."""
        number = self.chance.random()
        for kind in ("busy", "broken", "silent_before", "silent_after"):
            number -= getattr(self, kind)
            if number < 0:
                self.counts[kind] = self.counts.get(kind, 0) + 1
                return kind
        return "fine"

    def calm_down(self) -> None:
        """Fail no more."""
        self.busy = self.broken = self.silent_before = self.silent_after = 0.0


class BadTelegram(FakeTelegram):
    mood: Mood
    takes: list[Take]

    async def _sendMessage(self, given: dict[str, Any]) -> JSONResponse:
        what = self.mood.roll()
        if what == "busy":
            return self._refuse(429, "Too Many Requests: retry after 1", retry_after=1)
        if what == "broken":
            return self._refuse(502, "Bad Gateway")
        if what == "silent_before":
            await asyncio.sleep(SILENCE_SECONDS)
            return self._refuse(504, "Gateway Timeout")
        answer = await super()._sendMessage(given)
        result = json.loads(bytes(answer.body)).get("result")
        if result:
            person, id = str(given["chat_id"]), str(result["message_id"])
            self.takes.append(Take("telegram", person, result["text"], id, told=what == "fine"))
        if what == "silent_after":
            await asyncio.sleep(SILENCE_SECONDS)
        return answer


class BadZalo(FakeZalo):
    mood: Mood
    takes: list[Take]
    answers: Counter[str]
    asked: int = 0

    def text_event(self, text: str, *, user: str = USER, **more: Any) -> dict[str, Any]:
        self.asked += 1
        return super().text_event(text, user=user, **more)

    async def _message(self, request: Request) -> dict[str, Any]:
        what = self.mood.roll()
        if what == "busy":
            return {"error": -32, "message": "rate limit"}
        if what == "broken":
            raise HTTPException(500)
        if what == "silent_before":
            await asyncio.sleep(SILENCE_SECONDS)
            raise HTTPException(504)
        answer = await super()._message(request)
        if not answer["error"]:
            sent = self.sent[-1]
            self.answers[sent["user"]] += 1
            self.takes.append(
                Take("zalo_oa", sent["user"], sent["text"], answer["data"]["message_id"], told=what == "fine")
            )
        if what == "silent_after":
            await asyncio.sleep(SILENCE_SECONDS)
        return answer


@dataclass
class Channels:
    """Both channels behind one server."""

    telegram: BadTelegram
    zalo: BadZalo
    mood: Mood
    takes: list[Take]

    @classmethod
    def with_chats(cls, chats: set[int], chance: random.Random) -> Channels:
        """Return channels on which these Telegram chats exist."""
        mood, takes = Mood(chance), []  # type: ignore[var-annotated]
        telegram, zalo = BadTelegram(chats=chats), BadZalo()
        for fake in (telegram, zalo):
            fake.mood, fake.takes = mood, takes
        zalo.answers = Counter()
        return cls(telegram, zalo, mood, takes)

    @property
    def app(self) -> FastAPI:
        app = FastAPI()
        app.mount("/telegram", self.telegram.app)
        app.mount("/zalo", self.zalo.app)
        return app
