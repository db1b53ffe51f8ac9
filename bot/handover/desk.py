"""Everything staff do with conversations, put together for whoever shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.conversation.phrases import Phrases
from bot.conversation.reply import Format
from bot.handover.changes import Feed
from bot.handover.facts import FactSource, MaskedFacts, NoFacts, NoLog, ViewLog
from bot.handover.holding import Holding
from bot.handover.hours import OfficeHours
from bot.handover.notes import Notes
from bot.handover.office import Office
from bot.handover.prepared import Figures, NoFigures, PreparedAnswers
from bot.handover.queue import Queue
from bot.signals import Signals
from bot.storage import Storage
from bot.vault import Vault
from core.clock import Clock


@dataclass(frozen=True)
class HandoverRules:
    """When staff answer, how fast they mean to, and how the authority names itself."""

    hours: OfficeHours
    hours_shown: str = ""
    target: timedelta = timedelta(minutes=30)
    operator: str = ""
    hotline: str = ""


@dataclass(frozen=True)
class HandoverDesk:
    """The parts: ``queue`` lists, ``holding`` acts, ``notes``, ``prepared``, ``feed`` of changes, ``facts``."""

    queue: Queue
    holding: Holding
    notes: Notes
    prepared: PreparedAnswers
    feed: Feed
    facts: MaskedFacts
    office: Office

    @classmethod
    def over(
        cls,
        storage: Storage,
        vault: Vault,
        clock: Clock,
        *,
        signals: Signals,
        phrases: Phrases,
        formats: Mapping[str, Format],
        rules: HandoverRules,
        figures: Figures | None = None,
        facts: FactSource | None = None,
        views: ViewLog | None = None,
    ) -> HandoverDesk:
        """Build the desk over one database; *formats* are the channels that are sent to."""
        queue = Queue(storage, clock, hours=rules.hours, target=rules.target)
        values = {"operator": rules.operator, "hotline": rules.hotline, "hours": rules.hours_shown}
        return cls(
            queue=queue,
            holding=Holding(storage, vault, clock, signals=signals, phrases=phrases, formats=formats),
            notes=Notes(storage, vault, clock, signals),
            prepared=PreparedAnswers(storage, clock, figures=figures or NoFigures(), values=values),
            feed=Feed(storage, signals),
            facts=MaskedFacts(storage, clock, signals, source=facts or NoFacts(), views=views or NoLog()),
            office=Office(queue, clock, hours=rules.hours, phrases=phrases),
        )
