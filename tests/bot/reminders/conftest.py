"""A bot that offers and sends reminders, over a case and changes given by the test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.conversation.gateway import Gateway
from bot.conversation.phrases import Phrases
from bot.conversation.reply import TELEGRAM, ZALO, fit
from bot.conversation.turn import with_tokens
from bot.inbox import InboxTask
from bot.messages import Choice, InboundMessage, Reply
from bot.reminders.agreements import Agreements
from bot.reminders.offering import Offering
from bot.reminders.prospects import Case, Prospect
from bot.reminders.sending import Reminders
from bot.reminders.wording import ReminderWording
from core.database import Database
from tests.bot.conftest import Bot
from tests.bot.fakes import HandClock, message

TOLD_ON = date(2026, 11, 22)
BIRTHDAY = Prospect(
    change="mother-75",
    person="mẹ anh/chị",
    benefit="social_pension",
    benefit_vi="trợ cấp hưu trí xã hội",
    on=date(2027, 3, 1),
    why=("time",),
    age=75,
    sentence="Mẹ anh/chị đủ điều kiện đề nghị trợ cấp hưu trí xã hội: 540.000 đ/tháng.",
    citations=("176/2025/NĐ-CP Điều 2",),
)
DECREE = Prospect(
    change="decree",
    person="mẹ anh/chị",
    benefit="social_pension",
    benefit_vi="trợ cấp hưu trí xã hội",
    on=date(2027, 7, 1),
    why=("law",),
    age=None,
    sentence="Mẹ anh/chị: 600.000 đ/tháng.",
)


class GivenProspects:
    """Knows the cases it is given, and the same changes for all of them."""

    def __init__(self) -> None:
        self.cases: dict[str, Case] = {}
        self.changes: list[Prospect] = [BIRTHDAY, DECREE]
        self.is_broken = False

    def case(self, conversation_id: str) -> Case | None:
        if self.is_broken:
            raise RuntimeError("the rules broke")
        return self.cases.get(conversation_id)

    def ahead(self, case: Case, *, told_on: date, until: date) -> Sequence[Prospect]:
        return [change for change in self.changes if told_on < change.on <= until]


class KeptConsents:
    """Keeps what was decided."""

    def __init__(self) -> None:
        self.acts: list[tuple[str, str, str]] = []

    def note(self, message: InboundMessage, act: str, notice: str) -> None:
        self.acts.append((message.conversation_id, act, notice))


class VerdictDialogue:
    """Gives a verdict to everything but small talk."""

    async def respond(self, conversation_id: str, text: str, *, metadata: Mapping[str, Any]) -> list[Reply]:
        if text == "cảm ơn":
            return [Reply("Vâng ạ.", data={"action": "close"})]
        choices = tuple(Choice(title, title) for title in ("Vì sao?", "Giấy tờ cần có", "Còn gì nữa?", "Gặp cán bộ"))
        return [Reply("Mẹ anh/chị chưa đủ tuổi.", choices, data={"action": "verdict"})]

    async def ready(self) -> bool:
        return True


@dataclass
class Desk:
    """The bot, step by step: one message in, its turn stored, its choices on the wire."""

    bot: Bot
    clock: HandClock
    prospects: GivenProspects = field(default_factory=GivenProspects)
    count: int = 0

    def __post_init__(self) -> None:
        self.wording = ReminderWording.load()
        self.agreements = Agreements(self.bot.storage, self.bot.vault, self.clock)
        self.consents = KeptConsents()
        offering = Offering(self.agreements, self.prospects, self.wording, self.clock, consents=self.consents)
        dialogue = VerdictDialogue()
        self.gateway = Gateway(dialogue, self.bot.transcript, self.bot.phrases, self.clock, reminding=offering)
        self.reminders = Reminders(
            self.bot.storage,
            self.bot.vault,
            self.clock,
            signals=self.bot.signals,
            prospects=self.prospects,
            wording=self.wording,
            phrases=Phrases.load(),
            formats={"telegram": TELEGRAM, "zalo_oa": ZALO},
        )

    async def say(self, text: str, *, channel: str = "telegram", who: str = "lan", **more: Any) -> list[Reply]:
        """Let *who* say *text* and return the replies, stored as the answer loop stores them."""
        self.count += 1
        said = replace(message(text, id=str(self.count), who=who, channel=channel), **more)
        self.prospects.cases.setdefault(said.conversation_id, {"age": 74})
        await self.bot.inbox.accept(said)
        task: InboxTask | None = await self.bot.inbox.claim()
        assert task is not None
        turn = with_tokens(await self.gateway.turn(task.message, task.known), task.seq)
        format = ZALO if channel == "zalo_oa" else TELEGRAM
        parts = [part for reply in turn.replies for part in fit(reply, format, answer_by_number="")]
        assert await self.bot.inbox.finish(task, turn, parts) is None
        return list(turn.replies)

    async def agree(self, **who: Any) -> None:
        """Take the offer and consent."""
        for words in ("mẹ em 74 tuổi", self.wording.sentences["offer"], self.wording.sentences["yes"]):
            await self.say(words, **who)

    async def sent(self, channel: str = "telegram") -> list[str]:
        """Return what waits to be sent, and take it as sent."""
        texts = []
        task = await self.bot.outbox.claim(channel)
        while task is not None:
            texts.append(task.delivery.text)
            task = await self.bot.outbox.sent(task, "m")
        return texts


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[Desk]:
    clock = HandClock(datetime(2026, 11, 22, 3, 0, tzinfo=UTC))
    bot = Bot(database, clock)
    await bot.worker.start()
    yield Desk(bot, clock)
    await bot.worker.stop()
    bot.storage.close()
