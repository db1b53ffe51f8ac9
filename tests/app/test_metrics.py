"""What is measured, and that nothing of a person is in logs, metrics or plain columns."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
import structlog
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families

import bot.handover.tables  # noqa: F401 - declares its tables
from app.desk import Desk, Line
from app.metrics import AckTimer, Metrics
from bot.channels.telegram import TelegramConfig, TelegramReceiver, telegram_router
from bot.channels.telegram.updates import UpdateReader
from bot.conversation.reply import TELEGRAM
from bot.errors import RetryLater
from bot.handover.holding import Staff
from bot.messages import Reply
from bot.vault import Vault
from core.clock import SystemClock
from core.database import Base, Database
from tests.bot.fakes import KeepingSender, until
from tests.contracts.telegram.fake import FakeTelegram

SECRET = "a-secret"
PRIVATE = (
    "079081012345",
    "079 081 012 345",
    "0912345678",
    "0912.345.678",
    "Nguyễn Thị Hoa",
    "GD4797922334455",
    "4797922",
)
TALK = (
    "tôi tên Nguyễn Thị Hoa, cccd 079081012345",
    "sđt 0912345678, viết lại 0912.345.678",
    "mẹ tôi 76 tuổi, thẻ GD4797922334455, cccd của mẹ 079 081 012 345",
    "gặp cán bộ",
)


class RepeatingDialogue:
    """Says back what it heard, as a verdict that quotes the citizen would; breaks once."""

    broke = False

    async def respond(self, conversation_id: str, text: str, *, metadata: Mapping[str, object]) -> list[Reply]:
        if text == "gặp cán bộ":
            return [Reply("Đợi chút nhé, Nguyễn Thị Hoa.", handover="asked", data={"action": "handover"})]
        if "sđt" in text and not self.broke:
            self.broke = True
            raise RuntimeError(f"broke on {text}")
        return [Reply(f"Đã nghe: {text}", data={"action": "refuse"})]

    async def ready(self) -> bool:
        return True


@asynccontextmanager
async def talked(path: Path) -> AsyncIterator[tuple[Desk, Metrics, str]]:
    database = Database(f"sqlite:///{path / 'desk.sqlite'}")
    Base.metadata.create_all(database.engine)
    metrics, vault = Metrics(), Vault("a key for the tests only")
    metrics.name_release(lambda: "2026-11-22.1")
    desk = Desk(database, vault, SystemClock(), tally=metrics.tally)
    sender = KeepingSender()
    sender.errors = [RetryLater("flood")]
    app, config = FastAPI(), TelegramConfig("12345:token", SECRET)
    receiver = TelegramReceiver(UpdateReader("12345", vault), desk.inbox, desk.clock, desk.tally)
    app.include_router(telegram_router(config, receiver))
    app.include_router(metrics.router(desk.backlog))
    app.add_middleware(AckTimer, tally=desk.tally)
    fake = FakeTelegram()
    async with (
        desk.at_work(RepeatingDialogue(), [Line("telegram", TELEGRAM, sender)]),
        httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test") as client,
    ):
        for words in TALK:
            update = fake.text_update(words, chat=501)
            posted = await client.post(
                "/channels/telegram", json=update, headers={"X-Telegram-Bot-Api-Secret-Token": SECRET}
            )
            assert posted.status_code == 200
            if "sđt" not in words:
                await until(lambda: len(sender.sent) >= 1, seconds=10)
        await until(lambda: any("Đợi chút" in d.text for d in sender.sent), seconds=30)
        (waiting,) = await desk.handover.queue.all()
        await desk.handover.holding.claim(waiting.conversation_id, Staff("lan", "Lan"))
        await desk.handover.notes.add(waiting.conversation_id, Staff("lan", "Lan"), "Bà Nguyễn Thị Hoa, 0912345678")
        await desk.handover.holding.say(waiting.conversation_id, Staff("lan", "Lan"), "Chào bà Nguyễn Thị Hoa")
        yield desk, metrics, (await client.get("/metrics")).text
    database.dispose()


@pytest.fixture
def logged() -> AsyncIterator[io.StringIO]:  # type: ignore[misc]
    """Everything logged, down to the smallest."""
    stream = io.StringIO()
    structlog.reset_defaults()  # a command tried before may have silenced what is below a warning
    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.processors.JSONRenderer(ensure_ascii=False)],
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    yield stream
    structlog.reset_defaults()


@pytest.mark.slow
async def test_a_whole_conversation_leaves_nothing_personal_in_the_open(tmp_path: Path, logged: io.StringIO) -> None:
    """Logs, metrics and every plain column are searched for what was said; each message has one trace."""
    async with talked(tmp_path) as (desk, _, metrics):
        with desk.storage.database.engine.connect() as connection:
            rows = [row for table in Base.metadata.sorted_tables for row in connection.execute(sa.select(table)).all()]
        plain = "\n".join(str(value) for row in rows for value in row)
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir()).decode("utf-8", "replace")

    for where in (logged.getvalue(), metrics, plain, files):
        assert [private for private in (*PRIVATE, "76 tuổi", "501/") if private in where] == []
    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    first = next(line["trace"] for line in lines if line["event"] == "accepted")
    assert {"accepted", "answered", "sent"} <= {line["event"] for line in lines if line.get("trace") == first}


@pytest.mark.slow
async def test_metrics_tell_queues_times_errors_and_the_release(tmp_path: Path) -> None:
    async with talked(tmp_path) as (_, _, text):
        found = {
            (sample.name, *sample.labels.values()): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    assert found["ansinh_release_info", "2026-11-22.1"] == 1
    assert found["ansinh_ack_seconds_count", "telegram"] == len(TALK)
    assert found["ansinh_answer_seconds_count", "telegram"] == len(TALK)
    assert found["ansinh_replies_total", "telegram", "refuse"] == 3
    assert found["ansinh_handovers_total", "telegram", "asked"] == 1
    assert found["ansinh_delivery_errors_total", "telegram", "flood"] == 1
    assert found["ansinh_events_total", "telegram", "answer_failed"] == 1
    assert found["ansinh_conversations_with_staff", "human"] == 1
