"""Builds every part of the service, once, from the settings. The only module that knows them all."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from functools import cached_property

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from actions.answering import FirstMessageAnswerer
from actions.build import Dialogue, Rooms
from actions.interviews import InMemoryInterviews, InterviewStore, SqlInterviews
from actions.keeping import ConsentedInterviews, PassingInterviews
from actions.privacy_log import SqlPrivacyLog
from app.adapters import ReaderForDialogue, RulesForDialogue, TakenInLaw
from app.library import Library
from app.rasa import Rasa
from app.settings import Settings
from bot.vault import Vault
from core.clock import Clock, SystemClock
from core.database import Database
from core.migrations import upgrade
from knowledge.ingest.documents import DocumentStore
from rules.catalogue import Catalogue
from rules.facts.reader import FactReader
from rules.figures import Figures
from rules.planner import Planner
from rules.service import EligibilityService


def load_rules() -> EligibilityService:
    """Read the released rules; raise ``InvalidRules`` with every finding."""
    return EligibilityService.load()


def load_planner(service: EligibilityService) -> Planner:
    """Return the planner over the same release."""
    return Planner(service)


@dataclass
class Parts:
    """The parts of one process; each is built when first asked for."""

    settings: Settings
    clock: Clock

    @classmethod
    def of(cls, settings: Settings, clock: Clock | None = None) -> Parts:
        """Return the parts for *settings*, by the system's clock unless another is given."""
        return cls(settings, clock or SystemClock())

    @cached_property
    def database(self) -> Database:
        """Return the database, brought up to date."""
        database = Database(self.settings.database)
        upgrade(database)
        return database

    @cached_property
    def rules(self) -> EligibilityService:
        """Return the rules."""
        return load_rules()

    @cached_property
    def planner(self) -> Planner:
        """Return the planner."""
        return load_planner(self.rules)

    @cached_property
    def figures(self) -> Figures:
        """Return the figures that prose shows."""
        return Figures.load(self.rules)

    @cached_property
    def library(self) -> Library:
        """Return guides, index and answers."""
        return Library(self.settings.state_folder, self.figures)

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
        judge = RulesForDialogue(self.rules, self.planner)
        return Rooms(
            eligibility=judge,
            outlook=judge,
            law_texts=TakenInLaw(DocumentStore(self.settings.state_folder / "documents")),
            vocabulary=self.rules.vocabulary,
            benefits=Catalogue(self.rules.release),
            places=self.rules.places,
            reader=ReaderForDialogue(FactReader(self.rules.vocabulary, None, self.rules.places)),
            knowledge=self.library.answerer,
        )

    @cached_property
    def privacy_log(self) -> SqlPrivacyLog:
        """Return the proof of consents and of what was done with data."""
        return SqlPrivacyLog(self.database)

    def interviews(self) -> InterviewStore:
        """Return the interviews: in the database, encrypted, with consent; in memory while the talk lasts without."""
        durable = SqlInterviews(self.database, self.cipher, self.clock)
        return ConsentedInterviews(durable, PassingInterviews(self.clock), self.privacy_log)

    def dialogue(self, store: InterviewStore | None = None) -> Dialogue:
        """Return the dialogue's hands; without a store, interviews live in memory."""
        return Dialogue(
            self.rooms,
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

    @property
    def web_key(self) -> bytes:
        """Return the key that signs the web chat's sessions."""
        return self._derived("web sessions")

    def _derived(self, purpose: str) -> bytes:
        derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"ansinh/app/{purpose}".encode())
        return derive.derive(self.settings.key.encode())
