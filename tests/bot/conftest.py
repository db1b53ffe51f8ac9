"""What the bot's tests share: a database of each kind, and a bot put together from its real parts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.answering import AnswerLoop, Presence
from bot.conversation.gateway import Gateway
from bot.conversation.phrases import Phrases
from bot.conversation.reply import TELEGRAM, ZALO, ZALO_BOT
from bot.conversation.transcript import SqlTranscript
from bot.delivery import DeliveryLoop
from bot.inbox import SqlInbox
from bot.messages import Eraser
from bot.outbox import SqlOutbox
from bot.signals import Signals
from bot.storage import Storage
from bot.tally import Tally
from bot.vault import Vault
from bot.worker import Worker
from core.clock import Clock, SystemClock
from core.database import Base, Database
from tests.bot.fakes import EchoDialogue, HandClock, KeepingSender


@dataclass
class Bot:
    """Everything between a channel's door and its sender, on one database."""

    database: Database
    clock: Clock
    dialogue: EchoDialogue = field(default_factory=EchoDialogue)
    sender: KeepingSender = field(default_factory=KeepingSender)
    worker_id: str | None = None
    presences: Mapping[str, Presence] = field(default_factory=dict)
    memories: Sequence[Eraser] = ()

    def __post_init__(self) -> None:
        self.vault = Vault("a key for the tests only")
        self.signals, self.tally, self.phrases = Signals(), Tally(), Phrases.load()
        self.storage = Storage(self.database)
        self.worker = Worker(self.storage, self.clock, id=self.worker_id)
        self.inbox = SqlInbox(self.storage, self.vault, self.clock, self.worker, self.signals)
        self.outbox = SqlOutbox(self.storage, self.vault, self.clock, self.worker)
        self.transcript = SqlTranscript(self.storage, self.vault, self.clock, self.signals)
        self.gateway = Gateway(self.dialogue, self.transcript, self.phrases, self.clock)
        self.answering = AnswerLoop(
            self.inbox,
            self.gateway,
            self.dialogue,
            phrases=self.phrases,
            clock=self.clock,
            signals=self.signals,
            tally=self.tally,
            formats={"telegram": TELEGRAM, "zalo_oa": ZALO, "zalo_bot": ZALO_BOT},
            presences=self.presences,
            memories=self.memories,
        )
        self.delivery = DeliveryLoop(self.sender, self.outbox, self.clock, self.signals, self.tally)

    async def start(self) -> None:
        await self.worker.start()
        await self.answering.start()
        await self.delivery.start()

    async def stop(self) -> None:
        await self.answering.stop()
        await self.delivery.stop()
        await self.worker.stop()
        self.storage.close()

    async def said(self, conversation_id: str) -> list[tuple[str, str]]:
        return [(e.author.value, e.text) for e in await self.transcript.since(conversation_id)]


@pytest.fixture(scope="session")
def postgres_url(postgres_server: str) -> str:
    Base.metadata.create_all(sa.create_engine(f"{postgres_server}/postgres", poolclass=sa.NullPool))
    return f"{postgres_server}/postgres"


@pytest.fixture
def sqlite_database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'bot.sqlite'}")
    Base.metadata.create_all(database.engine)
    yield database
    database.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_database")
        return
    database = Database(request.getfixturevalue("postgres_url"))
    tables = ", ".join(table.name for table in Base.metadata.sorted_tables)
    with database.engine.begin() as connection:
        connection.execute(sa.text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    yield database
    database.dispose()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def bot(database: Database) -> AsyncIterator[Bot]:
    """A running bot on each kind of database."""
    bot = Bot(database, SystemClock())
    await bot.start()
    yield bot
    await bot.stop()


@pytest.fixture
async def idle(database: Database, clock: HandClock) -> AsyncIterator[Bot]:
    """A bot whose loops do not run, so that a test takes each step itself."""
    bot = Bot(database, clock)
    await bot.worker.start()
    yield bot
    await bot.worker.stop()
    bot.storage.close()
