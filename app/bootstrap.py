"""Builds every part of the service, once, from the settings. The only module that knows them all."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from actions.answering import FirstMessageAnswerer
from actions.build import Dialogue, Rooms
from actions.interviews import InMemoryInterviews, InterviewStore, SqlInterviews
from actions.keeping import ConsentedInterviews, PassingInterviews
from actions.privacy_log import SqlPrivacyLog
from app.adapters import LawForDialogue, ReaderForDialogue, RulesForDialogue
from app.library import Library, province_of
from app.rasa import Rasa
from app.rulebook import LiveCatalogue, LiveFigures, rules_in_use, watched_rules
from app.settings import Settings
from bot.messages import Channel
from bot.switches import Switches, SwitchKind
from bot.vault import Vault
from core.audit import AuditLog
from core.clock import Clock, SystemClock
from core.database import Database
from core.migrations import upgrade
from rules.facts.reader import FactReader
from rules.planner import Planner
from rules.service import EligibilityService
from rules.store.active import ActiveRules, RuleSet


def load_rules() -> EligibilityService:
    """Read the rules in use here; raise ``InvalidRules`` with every finding."""
    return rules_in_use(Settings(), SystemClock()).service


def load_planner(service: EligibilityService) -> Planner:
    """Return the planner over the same release."""
    return Planner(service)


@dataclass
class Parts:
    """The parts of one process; each is built when first asked for."""

    settings: Settings
    clock: Clock
    watched: ActiveRules | None = None
    _one_at_a_time: Lock = field(default_factory=Lock, repr=False, compare=False)

    @classmethod
    def of(cls, settings: Settings, clock: Clock | None = None) -> Parts:
        """Return the parts for *settings*, by the system's clock unless another is given."""
        return cls(settings, clock or SystemClock())

    @cached_property
    def database(self) -> Database:
        """Return the database, brought up to date."""
        with self._one_at_a_time:  # two steps of a start may ask for it at once
            return self._upgraded_database

    @cached_property
    def _upgraded_database(self) -> Database:
        database = Database(self.settings.database)
        upgrade(database)
        return database

    def rule_set(self) -> RuleSet:
        """Return the rules in use, with all that stands on them; take them once for one answer."""
        if self.watched is not None:
            return self.watched.current
        return self._rules_at_start

    @contextmanager
    def watching_rules(self) -> Iterator[ActiveRules]:
        """Follow every release of the rules until the end."""
        with watched_rules(self.settings, self.database, self.clock) as self.watched:
            yield self.watched

    @property
    def rules(self) -> EligibilityService:
        """Return the eligibility service of the rules in use."""
        return self.rule_set().service

    @cached_property
    def _rules_at_start(self) -> RuleSet:
        return rules_in_use(self.settings, self.clock)

    @cached_property
    def figures(self) -> LiveFigures:
        """Return the figures that prose shows."""
        return LiveFigures(self.rule_set)

    @cached_property
    def reader(self) -> FactReader:
        """Return what reads facts out of words."""
        return FactReader(self.rules.vocabulary, None, self.rules.places)

    @cached_property
    def library(self) -> Library:
        """Return guides, index and answers."""
        return Library(
            self.settings.state_folder,
            self.figures,
            lambda: self.database,
            self.clock,
            lambda issuer: province_of(issuer, self.rules.places),
        )

    @cached_property
    def rasa(self) -> Rasa:
        """Return how Rasa is trained and run."""
        return Rasa.of(self.settings)

    @cached_property
    def cipher(self) -> Fernet:
        """Return the cipher of interviews at rest, by a key of its own."""
        return Fernet(base64.urlsafe_b64encode(self._derived("interviews")))

    @cached_property
    def actions_token(self) -> str:
        """Return the token that only Rasa of this process knows."""
        return secrets.token_urlsafe(32)

    @cached_property
    def rooms(self) -> Rooms:
        """Return what the dialogue is given of the other rooms."""
        judge = RulesForDialogue(self.rule_set)
        return Rooms(
            eligibility=judge,
            outlook=judge,
            law_texts=LawForDialogue(self.library.store),
            vocabulary=self.rules.vocabulary,
            benefits=LiveCatalogue(self.rule_set),
            places=self.rules.places,
            reader=ReaderForDialogue(self.reader),
            knowledge=self.library.answerer,
            families=judge,
        )

    @cached_property
    def privacy_log(self) -> SqlPrivacyLog:
        """Return the proof of consents and of what was done with data."""
        return SqlPrivacyLog(self.database)

    def interviews(self) -> InterviewStore:
        """Return the interviews: in the database, encrypted, with consent; in memory while the talk lasts without."""
        durable = SqlInterviews(self.database, self.cipher, self.clock)
        return ConsentedInterviews(durable, self.passing_interviews, self.privacy_log)

    @cached_property
    def passing_interviews(self) -> PassingInterviews:
        """Return the interviews that are in the memory of this process only."""
        return PassingInterviews(self.clock)

    @cached_property
    def switches(self) -> Switches:
        """Return the kill switches."""
        channels = [str(channel) for channel in Channel if channel is not Channel.TERMINAL]
        benefits = [card.id for card in self.rule_set().catalogue.cards(self.clock.today())]
        known: Mapping[SwitchKind, Collection[str]] = {SwitchKind.CHANNEL: channels, SwitchKind.BENEFIT: benefits}
        return Switches(self.database, self.clock, self.audit, known=known)

    def dialogue(self, store: InterviewStore | None = None, rooms: Rooms | None = None) -> Dialogue:
        """Return the dialogue's hands; without a store, interviews live in memory."""
        return Dialogue(
            rooms or self.rooms,
            store or InMemoryInterviews(self.clock),
            self.clock,
            help_lines=self.settings.help_lines,
            privacy=self.privacy_log if store else None,
            operator=self.settings.operator,
        )

    def answerer(self) -> FirstMessageAnswerer:
        """Return what answers one first message."""
        return FirstMessageAnswerer(self.dialogue())

    @cached_property
    def vault(self) -> Vault:
        """Return what seals messages at rest and makes pseudonyms."""
        return Vault(self.settings.key)

    @cached_property
    def audit(self) -> AuditLog:
        """Return the log of who did what."""
        return AuditLog(self.database, self.clock)

    @property
    def console_key(self) -> bytes:
        """Return the key that signs what a browser holds before it is signed in to the console."""
        return self._derived("console")

    @property
    def web_key(self) -> bytes:
        """Return the key that signs the web chat's sessions."""
        return self._derived("web sessions")

    def _derived(self, purpose: str) -> bytes:
        derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"ansinh/app/{purpose}".encode())
        return derive.derive(self.settings.key.encode())
