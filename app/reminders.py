"""Reminders over the interviews and the rules: what lies ahead of a citizen, and the daily round of the service."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import structlog

from actions.interviews import InterviewStore
from actions.phrasebook import Phrasebook
from actions.privacy_log import PrivacyEvent, PrivacyLog
from actions.telling import FactTeller
from actions.wording import Wording
from app.bootstrap import Parts
from app.desk import Desk
from app.rulebook import LiveCatalogue
from bot.conversation.phrases import Phrases
from bot.conversation.reply import TELEGRAM, ZALO, ZALO_BOT
from bot.errors import origin
from bot.messages import Channel, InboundMessage
from bot.reminders.agreements import Agreements
from bot.reminders.offering import Offering
from bot.reminders.prospects import Case, Prospect
from bot.reminders.sending import Reminders
from bot.reminders.wording import ReminderWording
from bot.signals import Signals
from bot.storage import Storage
from core.clock import VIETNAM, Clock
from rules.engine.model import Outcome
from rules.outlook import Change, Outlook

FORMATS = {Channel.TELEGRAM: TELEGRAM, Channel.ZALO_OA: ZALO, Channel.ZALO_BOT: ZALO_BOT}
CHANGE_CHARACTERS, NOTICE_CHARACTERS = 24, 16
REMIND = "remind"  # a purpose of its own beside the keeping of conversations
AGES = frozenset({"date_of_birth", "age_years"})
NOT_AT_ONCE = timedelta(days=90)  # who told only her age is not asked for her day of birth the next morning

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class InterviewProspects:
    """Fills ``bot.reminders.prospects.Prospects``: looks ahead from what an interview holds.

    A case is the interview's facts by person, the household's, the province, and the benefits a verdict was given on.
    """

    parts: Parts
    store: InterviewStore
    wording: Wording
    phrasebook: Phrasebook

    def case(self, conversation_id: str) -> Case | None:
        """Return what was told and judged in the conversation; ``None`` without a verdict."""
        interview = self.store.load(conversation_id)
        if interview is None or not interview.results:
            return None
        judged: dict[str, list[str]] = {}
        for result in interview.results:
            judged.setdefault(result["person"], []).append(result["benefit"])
        facts = {person: interview.facts_of(person) for person in judged}
        return {"facts": facts, "judged": judged, "province": interview.province}

    def ahead(self, case: Case, *, told_on: date, until: date) -> Sequence[Prospect]:
        """Return what changes after *told_on* up to *until*, earliest first."""
        if until <= told_on:
            return ()
        found = [
            self._prospect(person, change, told_on)
            for person, benefits in case["judged"].items()
            for change in self._changes(case["facts"][person], benefits, case["province"], told_on, until)
        ]
        found = [prospect for prospect in found if prospect.on <= until]
        return sorted(found, key=lambda prospect: (prospect.on, prospect.person, prospect.benefit))

    def _changes(
        self, facts: Mapping[str, Any], benefits: Sequence[str], province: str | None, told_on: date, until: date
    ) -> Sequence[Change]:
        in_use = self.parts.rule_set()
        rules = in_use.service
        wrong = {finding.path for finding in rules.check(facts, as_of=told_on, province=province)}
        usable = {fact: value for fact, value in facts.items() if fact not in wrong}
        known = [benefit for benefit in benefits if benefit in rules.release.benefits]
        changes = Outlook(rules, in_use.planner).changes(
            usable, as_of=told_on, benefits=known, province=province, conversational=True, until=until
        )
        return [change for change in changes if not _stays_open(change)]

    def _prospect(self, person: str, change: Change, told_on: date) -> Prospect:
        benefit, is_open = change.benefit, change.after.outcome is Outcome.UNDETERMINED
        name = json.dumps([person, benefit, change.on, change.after.outcome, dict(change.after.results)], default=str)
        is_of_age = any(leaf.fact in AGES for leaf in change.because)
        by_birth = is_open and is_of_age and change.age is None
        return Prospect(
            change=hashlib.sha256(name.encode()).hexdigest()[:CHANGE_CHARACTERS],
            person=self.phrasebook.person(person),
            benefit=benefit,
            benefit_vi=self.wording.benefit(benefit, as_of=change.on),
            on=max(change.on, told_on + NOT_AT_ONCE) if by_birth else change.on,
            why=("time",) if is_of_age and "time" in change.why else change.why,
            age=change.age,
            sentence="" if is_open else self.wording.sentence(person, change.after, as_of=change.on),
            citations=() if is_open else tuple(dict.fromkeys(cite.text for cite in change.after.citations))[:3],
            by_birth=by_birth,
        )


def _stays_open(change: Change) -> bool:
    return change.before.outcome is Outcome.UNDETERMINED and change.after.outcome is Outcome.UNDETERMINED


def prospects(parts: Parts, store: InterviewStore) -> InterviewProspects:
    """Return what looks ahead over the interviews in *store*."""
    phrasebook = Phrasebook.load()
    teller = FactTeller(phrasebook, parts.rules.vocabulary, parts.rules.places)
    return InterviewProspects(parts, store, Wording(phrasebook, teller, LiveCatalogue(parts.rule_set)), phrasebook)


def reminders(parts: Parts, storage: Storage, signals: Signals, ahead: InterviewProspects) -> Reminders:
    """Return the list of reminders and their sending."""
    return Reminders(
        storage,
        parts.vault,
        parts.clock,
        signals=signals,
        prospects=ahead,
        wording=ReminderWording.load(),
        phrases=Phrases.load(),
        formats={str(channel): format for channel, format in FORMATS.items()},
    )


@dataclass(frozen=True)
class LoggedConsents:
    """Fills ``bot.reminders.offering.ConsentLog`` with the log that proves every consent."""

    log: PrivacyLog
    clock: Clock

    def note(self, message: InboundMessage, act: str, notice: str) -> None:
        """Keep the decision, for the purpose of reminding alone."""
        self.log.add(
            PrivacyEvent(
                message.conversation_id,
                act,
                self.clock.now(),
                purpose=REMIND,
                channel=message.channel,
                notice=notice[:NOTICE_CHARACTERS],
                message=message.message_id,
            )
        )


@dataclass(frozen=True)
class Rounds:
    """Reminders in the running service: the offer in the conversation, and a round every day where it is wanted.

    ``offering`` is ``None`` where reminders are off.
    """

    parts: Parts
    reminders: Reminders
    agreements: Agreements
    offering: Offering | None

    @classmethod
    def over(cls, parts: Parts, desk: Desk, store: InterviewStore) -> Rounds:
        """Build them over the service's own parts."""
        ahead, agreements = prospects(parts, store), Agreements(desk.storage, desk.vault, desk.clock)
        consents = LoggedConsents(parts.privacy_log, desk.clock)
        offering = Offering(agreements, ahead, ReminderWording.load(), desk.clock, consents=consents)
        is_on = parts.settings.reminders != "off"
        return cls(parts, reminders(parts, desk.storage, desk.signals, ahead), agreements, offering if is_on else None)

    async def run(self) -> None:
        """Send what is due, every day at the hour set; what fails today is due tomorrow."""
        settings, clock = self.parts.settings, self.parts.clock
        while True:
            await asyncio.sleep(_seconds_until(settings.reminders_hour, clock.now()))
            try:
                expired = await self.agreements.expire()
                sent = await self.round() if settings.reminders == "send" else 0
                log.info("reminded", sent=sent, expired=expired)
            except Exception as error:  # the database may be away; the rounds must not end for good
                log.error("not_reminded", error=type(error).__name__, at=origin(error))

    async def opened(self, conversation_id: str) -> bool:
        """Fill ``bot.channels.web.router.Reminding``: say what is due, where reminders are sent at all."""
        if not await self.agreements.answer_of(conversation_id):
            return False
        if self.parts.settings.reminders == "send":
            await self.reminders.show(conversation_id, days_ahead=self.parts.settings.reminders_days_ahead)
        return True

    async def round(self) -> int:
        """Send what is due and can be sent; return how many."""
        return await self.reminders.send(await self.reminders.due(days_ahead=self.parts.settings.reminders_days_ahead))


def _seconds_until(hour: int, now: datetime) -> float:
    here = now.astimezone(VIETNAM)
    at = datetime.combine(here.date(), time(hour), VIETNAM)
    return ((at if at > here else at + timedelta(days=1)) - here).total_seconds()
