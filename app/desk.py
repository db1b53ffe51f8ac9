"""The message desk: inbox, gateway, outbox and the loops that work on them, over one database."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from app.settings import Settings
from bot.answering import AnswerLoop, Presence
from bot.backlog import Backlog
from bot.conversation.gateway import Gateway, Reminding
from bot.conversation.phrases import Phrases
from bot.conversation.reply import Format
from bot.conversation.transcript import SqlTranscript
from bot.daily import DailyCounts
from bot.delivery import DeliveryLoop
from bot.handover.desk import HandoverDesk, HandoverRules
from bot.handover.facts import FactSource, ViewLog
from bot.handover.hours import OfficeHours
from bot.handover.prepared import Figures
from bot.homes import Homes
from bot.inbox import SqlInbox
from bot.messages import Dialogue, Eraser, Sender
from bot.outbox import SqlOutbox
from bot.pauses import ChannelPauses, PauseWords
from bot.signals import Signals
from bot.storage import Storage
from bot.switches import SwitchBoard
from bot.tally import Tally
from bot.vault import Vault
from bot.worker import Worker
from core.clock import Clock
from core.database import Database

SILENT_INTERVIEWS = timedelta(days=90)  # an interview nobody went on with is forgotten then


class Runs(Protocol):
    """Something that is started with the service and stopped with it."""

    async def start(self) -> None: ...
    async def stop(self) -> None: ...


@dataclass(frozen=True)
class Line:
    """A channel that is sent to: how its messages look, who sends them, who shows that one is typing."""

    name: str
    format: Format
    sender: Sender
    presence: Presence | None = None


class Desk:
    """Stores what comes in, answers it through *dialogue*, and delivers what goes out."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        clock: Clock,
        *,
        rules: HandoverRules | None = None,
        figures: Figures | None = None,
        facts: FactSource | None = None,
        views: ViewLog | None = None,
        tally: Tally | None = None,
        board: SwitchBoard | None = None,
    ) -> None:
        self.clock, self.vault = clock, vault
        self.storage, self.signals, self.tally = Storage(database), Signals(), tally or Tally()
        self.backlog = Backlog(self.storage, clock)
        self.worker = Worker(self.storage, clock)
        self.homes = Homes(self.storage, self.worker)
        self.inbox = SqlInbox(self.storage, vault, clock, self.worker, self.signals)
        self.outbox = SqlOutbox(self.storage, vault, clock, self.worker)
        self.transcript = SqlTranscript(self.storage, vault, clock, self.signals)
        self.daily = DailyCounts(self.storage, clock)
        self.phrases = Phrases.load()
        self.words = PauseWords(self.phrases, rules.hotline if rules else "")
        self.board = board
        self.formats: dict[str, Format] = {}
        self.handover = HandoverDesk.over(
            self.storage,
            vault,
            clock,
            signals=self.signals,
            phrases=self.phrases,
            formats=self.formats,
            rules=rules or HandoverRules(OfficeHours.parse("always")),
            figures=figures,
            facts=facts,
            views=views,
        )

    @contextlib.asynccontextmanager
    async def at_work(
        self,
        dialogue: Dialogue,
        lines: Sequence[Line],
        erasers: Collection[Eraser] = (),
        memories: Collection[Eraser] = (),
        *,
        must_answer: Callable[[str], bool] = lambda _: False,
        reminding: Reminding | None = None,
    ) -> AsyncIterator[None]:
        """Answer and deliver until the block is left; then finish what is under way and leave the rest waiting."""
        presences: Mapping[str, Presence] = {line.name: line.presence for line in lines if line.presence}
        self.formats |= {line.name: line.format for line in lines}
        answering = AnswerLoop(
            self.inbox,
            Gateway(
                dialogue,
                self.transcript,
                self.phrases,
                self.clock,
                staff_news=self.handover.office,
                must_answer=must_answer,
                reminding=reminding,
            ),
            dialogue,
            phrases=self.phrases,
            clock=self.clock,
            signals=self.signals,
            tally=self.tally,
            formats=self.formats,
            presences=presences,
            erasers=erasers,
            memories=memories,
            pauses=ChannelPauses(self.board, self.words) if self.board else None,
            counts=self.daily,
        )
        deliveries = [DeliveryLoop(line.sender, self.outbox, self.clock, self.signals, self.tally) for line in lines]
        async with contextlib.AsyncExitStack() as stack:
            stack.callback(self.storage.close)
            board = [self.board] if self.board else []
            parts: list[Runs] = [self.worker, self.daily, *board, *deliveries, answering]
            for part in parts:
                await part.start()
                stack.push_async_callback(part.stop)
            yield


def handover_rules(settings: Settings) -> HandoverRules:
    """Return when staff answer, and how the authority names itself."""
    return HandoverRules(
        hours=OfficeHours.parse(settings.office_hours, settings.days_off),
        hours_shown=settings.office_hours_shown,
        target=timedelta(minutes=settings.answer_minutes),
        operator=settings.operator,
        hotline=settings.hotline,
    )
