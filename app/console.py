"""The console as this service serves it: what it is given, and where it is mounted."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from fastapi import FastAPI

from actions.interviews import InterviewStore, SqlInterviews
from actions.privacy_log import KEPT_FOR
from app.bootstrap import Parts
from app.desk import SILENT_INTERVIEWS, Desk
from app.settings import Settings
from app.subjects import interview_subjects
from console.accounts import Accounts
from console.app import console_app
from console.deps import ConsoleDeps, ConsoleSettings, ToldCase
from console.public import public_app
from core.audit import AuditLog
from rules.catalogue import Catalogue
from rules.facts.reader import FactReader
from rules.figures import Figures
from rules.planner import Planner
from rules.service import EligibilityService
from rules.store.active import RuleSet
from rules.store.releases import ReleaseStore

BASE = "/console"


@dataclass(frozen=True)
class RulesOfParts:
    """Fills ``console.deps.RulesInUse``."""

    parts: Parts

    @property
    def current(self) -> RuleSet:
        """Return the release in use, with all that stands on it."""
        return self.parts.rule_set()

    @property
    def service(self) -> EligibilityService:
        """Return what judges by it."""
        return self.current.service

    @property
    def planner(self) -> Planner:
        """Return the planner over it."""
        return self.current.planner

    @property
    def figures(self) -> Figures:
        """Return its figures."""
        return self.current.figures

    @property
    def catalogue(self) -> Catalogue:
        """Return its benefits."""
        return self.current.catalogue

    @property
    def reader(self) -> FactReader:
        """Return what reads facts out of words."""
        return self.parts.reader


@dataclass(frozen=True)
class LoggedViews:
    """Fills ``bot.handover.facts.ViewLog``: every look at what a citizen told stands in the audit log."""

    audit: AuditLog

    def viewed(self, staff: str, conversation_id: str, reason: str) -> None:
        """Write one look."""
        details = {"reason": reason[:200]}
        self.audit.write(actor=staff, action="facts.view", subject=f"conversation/{conversation_id}", details=details)


@dataclass(frozen=True)
class ToldCases:
    """Fills ``console.deps.CaseSource`` from the interviews."""

    interviews: InterviewStore

    def told(self, conversation_id: str) -> ToldCase | None:
        """Return what a conversation told; ``None`` where nothing is kept of it."""
        interview = self.interviews.load(conversation_id)
        if interview is None:
            return None
        return ToldCase(interview.people, interview.household, interview.province)


def console_settings(settings: Settings) -> ConsoleSettings:
    """Return how the console is set up."""
    return ConsoleSettings(
        base="" if settings.console_port else BASE,
        is_https=settings.public_url.startswith("https://"),
        operator=settings.operator,
        hotline=settings.hotline,
        idle_minutes=settings.console_idle_minutes,
        absolute_hours=settings.console_session_hours,
        second_factor_roles=settings.console_second_factor_roles,
        state_folder=settings.state_folder,
        interview_days=SILENT_INTERVIEWS.days,
        proof_days=KEPT_FOR.days,
    )


def console_of(
    parts: Parts, desk: Desk, channels: tuple[str, ...], stop: asyncio.Event, interviews: InterviewStore
) -> FastAPI:
    """Return the console over the parts of this process."""
    kept = SqlInterviews(parts.database, parts.cipher, parts.clock)
    return console_app(
        ConsoleDeps(
            settings=console_settings(parts.settings),
            database=parts.database,
            clock=parts.clock,
            vault=parts.vault,
            audit=parts.audit,
            rules=RulesOfParts(parts),
            releases=ReleaseStore(parts.database, parts.clock, parts.audit),
            knowledge=parts.library,
            storage=desk.storage,
            signals=desk.signals,
            inbox=desk.inbox,
            transcript=desk.transcript,
            handover=desk.handover,
            tally=desk.tally,
            switches=parts.switches,
            channels=channels,
            key=parts.console_key,
            cases=ToldCases(interviews),
            interviewed=lambda on: interview_subjects(kept.every(), as_of=on),
            stopping=stop,
        )
    )


def accuracy_page(parts: Parts) -> FastAPI:
    """Return the public page about how exact the answers are."""
    return public_app(console_settings(parts.settings), RulesOfParts(parts), parts.clock)


def accounts_of(parts: Parts) -> Accounts:
    """Return the people who may sign in, for the command line."""
    return Accounts(parts.database, parts.clock, parts.vault)
