"""Small real stand-ins: a clock moved by hand, a dialogue of a few lines, a sender that keeps what it was given."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from bot.conversation.memory import Recollection
from bot.errors import DialogueUnavailable
from bot.messages import Choice, Delivery, InboundMessage, MessageKind, Reply
from core.clock import VIETNAM


class HandClock:
    """Stands still until it is moved."""

    def __init__(self, moment: datetime | None = None) -> None:
        self.moment = moment or datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment.astimezone(VIETNAM)

    def today(self) -> date:
        return self.now().date()

    def advance(self, **span: float) -> None:
        self.moment += timedelta(**span)


class EchoDialogue:
    """Answers with what it heard; asks back with choices, hands over or erases when the words say so."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        self.metadata: list[Mapping[str, object]] = []
        self.is_up = True
        self.fails: dict[str, int] = {}
        self.delay_seconds = 0.0

    async def respond(self, conversation_id: str, text: str, *, metadata: Mapping[str, object]) -> list[Reply]:
        if not self.is_up:
            raise DialogueUnavailable("fake", "down")
        if self.fails.get(text, 0) > 0:
            self.fails[text] -= 1
            raise RuntimeError("the dialogue broke")
        if self.delay_seconds:
            await asyncio.sleep(self.delay_seconds)
        self.heard.append((conversation_id, text))
        self.metadata.append(metadata)
        return _ANSWERS.get(text, [Reply(f"nghe: {text}")])

    async def ready(self) -> bool:
        return self.is_up


_ANSWERS = {
    "hỏi": [
        Reply(
            "Hộ nào?", (Choice("Hộ nghèo", '/inform{"h":"poor"}'), Choice("Hộ cận nghèo", '/inform{"h":"near_poor"}'))
        )
    ],
    "mấy con": [Reply("Mấy con?", (Choice("Không rõ", "/dont_know"),), numeric_answer=True)],
    "gặp cán bộ": [Reply("Đợi chút nhé.", handover="asked")],
    "xóa dữ liệu của tôi": [Reply("Đã xóa.", erase=True)],
    "im lặng": [],
}


class KeepingSender:
    """Keeps deliveries; fails as told, in turn."""

    def __init__(self, channel: str = "telegram") -> None:
        self.channel = channel
        self.sent: list[Delivery] = []
        self.errors: list[Exception] = []

    async def send(self, delivery: Delivery) -> str:
        if self.errors:
            raise self.errors.pop(0)
        self.sent.append(delivery)
        return f"m{len(self.sent)}"


class EmptyMemory:
    """Remembers what it is told to."""

    def __init__(self, known: Recollection | None = None) -> None:
        self.known = known or Recollection()

    async def recall(self, conversation_id: str) -> Recollection:
        return self.known

    async def choice(self, conversation_id: str, token: str) -> Choice | None:
        return next((c for c in self.known.offered if c.token == token), None)


def message(
    text: str = "xin chào",
    *,
    id: str = "1",
    who: str = "lan",
    channel: str = "telegram",
    kind: MessageKind = MessageKind.TEXT,
    metadata: Mapping[str, object] | None = None,
) -> InboundMessage:
    """Return an incoming message."""
    return InboundMessage(
        channel=channel,
        message_id=id,
        conversation_id=f"{channel}-{who}",
        sender=f"address of {who}",
        text=text,
        kind=kind,
        received_at=datetime(2026, 11, 22, 9, 0, tzinfo=UTC),
        metadata=metadata or {},
    )


_ENOUGH_LOOKS = 200  # a second of an event loop that runs


async def until(condition: object, *, seconds: float = 5.0) -> None:
    """Wait until *condition()* is true; fail loudly when it never is.

    A machine that stood still for all that time is no failure: it is looked often enough, too.
    """
    clock = asyncio.get_running_loop().time
    deadline, looks = clock() + seconds, 0
    while not condition():  # type: ignore[operator]
        looks += 1
        if clock() > deadline and looks >= _ENOUGH_LOOKS:
            raise AssertionError("waited in vain")
        await asyncio.sleep(0.005)
