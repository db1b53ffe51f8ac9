"""What the console is given of the other rooms; ``app/bootstrap.py`` fills it in.

Rules and knowledge are asked for at each use (``deps.rules.service``), because a release or an index build may be
switched while the console runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from bot.conversation.transcript import SqlTranscript
from bot.handover.desk import HandoverDesk
from bot.inbox import SqlInbox
from bot.signals import Signals
from bot.storage import Storage
from bot.switches import Switches
from bot.tally import Tally
from bot.vault import Vault
from core.audit import AuditLog
from core.clock import Clock
from core.database import Database
from knowledge.answer import Answerer
from knowledge.collection import Collection
from knowledge.index.build import IndexStore
from knowledge.retrieval.hybrid import PassageSearch
from knowledge.worker import IndexWorker
from rules.catalogue import Catalogue
from rules.facts.reader import FactReader
from rules.figures import Figures
from rules.impact import Subject
from rules.planner import Planner
from rules.service import EligibilityService
from rules.store.active import RuleSet
from rules.store.releases import ReleaseStore


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """How the console is set up. ``base`` is the path it is mounted at (``""``: a host or port of its own)."""

    base: str = "/console"
    is_https: bool = False  # the public address is https; cookies are then sent over https only
    operator: str = ""
    hotline: str = ""
    idle_minutes: int = 30
    absolute_hours: int = 10
    second_factor_roles: tuple[str, ...] = ("admin", "editor", "approver")
    body_bytes: int = 1024 * 1024
    state_folder: Path = field(default_factory=Path)
    interview_days: int = 90  # how long the dialogue keeps an interview that nobody went on with
    proof_days: int = 730  # how long the proof of consents and deletions is kept


class RulesInUse(Protocol):
    """The release of the law in use, and what reads facts out of words.

    ``current`` bundles service, planner, figures, catalogue and the release row: take it once for one answer.
    """

    @property
    def current(self) -> RuleSet: ...
    @property
    def service(self) -> EligibilityService: ...
    @property
    def planner(self) -> Planner: ...
    @property
    def figures(self) -> Figures: ...
    @property
    def catalogue(self) -> Catalogue: ...
    @property
    def reader(self) -> FactReader: ...


class KnowledgeInUse(Protocol):
    """The guides and documents, their index, and the answers from it."""

    @property
    def answerer(self) -> Answerer: ...
    @property
    def search(self) -> PassageSearch: ...
    @property
    def store(self) -> IndexStore: ...
    @property
    def collection(self) -> Collection: ...
    @property
    def index_work(self) -> IndexWorker: ...


@dataclass(frozen=True, slots=True)
class ToldCase:
    """What a conversation told: facts by person, of the household, and the province (unit id)."""

    people: Mapping[str, Mapping[str, Any]]
    household: Mapping[str, Any]
    province: str | None = None


class CaseSource(Protocol):
    """Knows what conversations told, as plain facts."""

    def told(self, conversation_id: str) -> ToldCase | None: ...


class NoCases:
    """Knows no conversation."""

    def told(self, conversation_id: str) -> ToldCase | None:  # noqa: ARG002
        """Return nothing."""
        return None


def nobody(_on: date) -> Iterator[Subject]:
    """Know nobody who was interviewed."""
    return iter(())


@dataclass(frozen=True)
class ConsoleDeps:
    """Everything the pages are built from."""

    settings: ConsoleSettings
    database: Database
    clock: Clock
    vault: Vault
    audit: AuditLog
    rules: RulesInUse
    releases: ReleaseStore
    knowledge: KnowledgeInUse
    storage: Storage
    signals: Signals
    inbox: SqlInbox
    transcript: SqlTranscript
    handover: HandoverDesk
    tally: Tally
    switches: Switches
    channels: tuple[str, ...]  # the ones switched on in this process
    key: bytes  # signs what a browser holds before it is signed in
    cases: CaseSource = field(default_factory=NoCases)
    interviewed: Callable[[date], Iterator[Subject]] = nobody  # everybody whose interview is kept
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
