"""Kill switches: a channel or a benefit that is not answered for now, why, and since when.

Kept in the database, so that every process knows within seconds. A switch that is not there is on.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import structlog
from sqlalchemy import String, delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from bot.errors import BotError
from bot.tasks import end
from core.clock import Clock
from core.database import Base, Database, UtcDateTime

LOOK_SECONDS = 2.0
LONGEST_REASON = 300


class SwitchKind(StrEnum):
    """What can be switched off."""

    CHANNEL = "channel"
    BENEFIT = "benefit"


class SwitchRow(Base):
    """Something that is off."""

    __tablename__ = "bot_switch"

    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON))
    actor: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class UnknownSwitch(BotError):
    """There is no such channel or benefit."""

    def __init__(self, kind: SwitchKind, name: str, known: Collection[str]) -> None:
        self.kind, self.name = kind, name
        super().__init__(f"There is no {kind} {name!r}; known: {', '.join(sorted(known))}.")


class NoReason(BotError):
    """Switching off needs a reason."""

    def __init__(self) -> None:
        super().__init__(f"Say why it is switched off, in at most {LONGEST_REASON} characters.")


@dataclass(frozen=True, slots=True)
class Off:
    """A switch that is off; *reason* is for staff, citizens do not see it."""

    kind: SwitchKind
    name: str
    reason: str
    actor: str
    at: datetime


class SwitchLog(Protocol):
    """Keeps who switched what, within the caller's transaction."""

    def record(
        self, session: Session, *, actor: str, action: str, subject: str, details: Mapping[str, str] | None = None
    ) -> object:
        """Add an entry."""
        ...


class Switches:
    """The switches in the database. *known* names what there is to switch."""

    def __init__(
        self, database: Database, clock: Clock, audit: SwitchLog, *, known: Mapping[SwitchKind, Collection[str]]
    ) -> None:
        self._database, self._clock, self._audit, self.known = database, clock, audit, known

    def off(self) -> Sequence[Off]:
        """Return everything that is off, the newest first."""
        with self._database.session() as session:
            rows = session.scalars(select(SwitchRow).order_by(SwitchRow.at.desc())).all()
            return [Off(SwitchKind(row.kind), row.name, row.reason, row.actor, row.at) for row in rows]

    def turn_off(self, kind: SwitchKind, name: str, *, reason: str, actor: str) -> None:
        """Switch off; a new reason replaces the old one. Raise ``UnknownSwitch`` or ``NoReason``."""
        self._check(kind, name)
        if not reason.strip() or len(reason) > LONGEST_REASON:
            raise NoReason
        with self._database.session() as session:
            now = self._clock.now()
            session.merge(SwitchRow(kind=kind, name=name, reason=reason.strip(), actor=actor, at=now))
            session.flush()
            self._note(session, kind, name, actor=actor, action="switch.off", reason=reason.strip())

    def turn_on(self, kind: SwitchKind, name: str, *, actor: str) -> bool:
        """Switch on again; tell whether it was off. Raise ``UnknownSwitch``."""
        self._check(kind, name)
        with self._database.session() as session:
            gone = session.execute(delete(SwitchRow).where(SwitchRow.kind == kind, SwitchRow.name == name))
            if was_off := bool(getattr(gone, "rowcount", 0)):
                self._note(session, kind, name, actor=actor, action="switch.on")
            return was_off

    def _check(self, kind: SwitchKind, name: str) -> None:
        if name not in self.known[kind]:
            raise UnknownSwitch(kind, name, self.known[kind])

    def _note(self, session: Session, kind: SwitchKind, name: str, *, actor: str, action: str, **details: str) -> None:
        self._audit.record(session, actor=actor, action=action, subject=f"{kind}/{name}", details=details)


class SwitchBoard:
    """What is off now, as this process knows it: looked up every two seconds. ``start`` … ``stop``.

    While the database is away the last known state holds.
    """

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._off: Mapping[tuple[SwitchKind, str], Off] = {}
        self._looking: asyncio.Task[None] | None = None
        self._log = structlog.get_logger("bot.switches")

    def off(self, kind: SwitchKind, name: str) -> Off | None:
        """Return the switch where it is off."""
        return self._off.get((kind, name))

    def names_off(self, kind: SwitchKind) -> frozenset[str]:
        """Return everything of a kind that is off."""
        return frozenset(name for of, name in self._off if of is kind)

    def look(self) -> bool:
        """Look at the database now; tell whether something changed."""
        found = {(off.kind, off.name): off for off in self._switches.off()}
        changed, self._off = found != self._off, found
        return changed

    async def start(self) -> None:
        """Look, then look again and again."""
        with contextlib.suppress(SQLAlchemyError):
            await asyncio.to_thread(self.look)
        self._looking = asyncio.create_task(self._watch(), name="switches")

    async def stop(self) -> None:
        """Look no more."""
        await end(self._looking)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                if await asyncio.to_thread(self.look):
                    self._log.info("switched", off=[f"{off.kind}/{off.name}" for off in self._off.values()])
            except SQLAlchemyError as error:
                self._log.warning("not_looked", error=type(error).__name__)
