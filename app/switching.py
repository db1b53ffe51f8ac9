"""What is switched off is not answered: no verdict, no guide, but that it is paused and whom to call.

Fills ``actions.ports`` around the real rooms, and wraps the dialogue's actions.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.build import Dialogue, Rooms
from actions.grounds import CARD
from actions.ports import (
    BenefitCard,
    Benefits,
    CardPlan,
    Decision,
    Eligibility,
    Exclusion,
    Families,
    Knowledge,
    Procedure,
    Question,
)
from knowledge.answer import KnowledgeAnswer

ANSWERING = frozenset({"action_step", "action_why", "action_papers", "action_more", "action_off_topic", "action_help"})
MOST_REMEMBERED = 10_000
PAUSED = "paused"

Off = Callable[[], frozenset[str]]
_met: ContextVar[set[str] | None] = ContextVar("switched_off_benefits_met", default=None)


@dataclass(frozen=True)
class OpenEligibility:
    """Judges what is switched on."""

    inner: Eligibility
    off: Off

    def assess(
        self,
        facts: Mapping[str, Any],
        *,
        as_of: date,
        province: str | None,
        benefits: Sequence[str],
        known_on: date | None = None,
    ) -> Sequence[Decision]:
        """Judge *benefits* but those that are off."""
        asked = _without(benefits, self.off())
        if not asked:
            return ()
        return self.inner.assess(facts, as_of=as_of, province=province, benefits=asked, known_on=known_on)

    def next_question(
        self,
        facts: Mapping[str, Any],
        *,
        as_of: date,
        province: str | None,
        benefits: Sequence[str],
        unanswerable: Collection[str],
    ) -> Question | None:
        """Ask for nothing that only a paused benefit needs."""
        asked = _without(benefits, self.off())
        if not asked:
            return None
        return self.inner.next_question(
            facts, as_of=as_of, province=province, benefits=asked, unanswerable=unanswerable
        )


@dataclass(frozen=True)
class OpenBenefits:
    """The catalogue of what is switched on."""

    inner: Benefits
    off: Off

    def cards(self, as_of: date) -> Sequence[BenefitCard]:
        """Return the benefits that are on."""
        off = self.off()
        return [card for card in self.inner.cards(as_of) if card.id not in off]

    def groups(self, benefit: str) -> Mapping[str, str]:
        """Return the names of the groups of *benefit*."""
        return self.inner.groups(benefit)

    def procedure(self, benefit: str, *, as_of: date, province: str | None = None) -> Procedure | None:
        """Return how one applies; nothing of what is off."""
        if benefit in self.off():
            return None
        return self.inner.procedure(benefit, as_of=as_of, province=province)


@dataclass(frozen=True)
class OpenKnowledge:
    """The guides, but those about what is switched off."""

    inner: Knowledge
    off: Off

    def answer(self, question: str, *, as_of: date, province: str | None = None, benefits: Sequence[str] = ()) -> Any:
        """Answer; refuse where the first passage is about a paused benefit."""
        found = self.inner.answer(question, as_of=as_of, province=province, benefits=benefits)
        off = self.off()
        about = set(found.passages[0].passage.benefits) if off and found.passages else set()
        if not about & off:
            return found
        if (met := _met.get()) is not None:
            met |= about & off
        assert isinstance(found, KnowledgeAnswer)  # noqa: S101 - the only one there is
        return replace(
            found, status="refused", text="", citations=(), passages=(), further=(), besides=(), reason=PAUSED
        )


@dataclass(frozen=True)
class OpenFamilies:
    """Families without what is switched off: nothing of a paused benefit is said."""

    inner: Families
    off: Off

    def exclusions(
        self,
        people: Mapping[str, Mapping[str, Any]],
        shared: Mapping[str, Any],
        *,
        as_of: date,
        province: str | None,
    ) -> Sequence[Exclusion]:
        """Return the exclusions between benefits that are on."""
        off = self.off()
        found = self.inner.exclusions(people, shared, as_of=as_of, province=province)
        return [one for one in found if off.isdisjoint((one.benefit, one.instead))]

    def cards(
        self,
        people: Mapping[str, Mapping[str, Any]],
        shared: Mapping[str, Any],
        *,
        as_of: date,
        province: str | None,
    ) -> CardPlan:
        """Return the plan for health cards; one for nobody while they are off."""
        members = {} if CARD in self.off() else people
        return self.inner.cards(members, shared, as_of=as_of, province=province)


def open_rooms(rooms: Rooms, off: Off) -> Rooms:
    """Return *rooms* without what is switched off."""
    return replace(
        rooms,
        eligibility=OpenEligibility(rooms.eligibility, off),
        benefits=OpenBenefits(rooms.benefits, off),
        knowledge=OpenKnowledge(rooms.knowledge, off),
        families=OpenFamilies(rooms.families, off),
    )


class PausingAction(Action):  # type: ignore[misc]  # rasa_sdk ships no types
    """One action of the domain; says what is paused, instead of an answer where all that was asked for is."""

    def __init__(self, inner: Action, pauses: Pauses) -> None:
        self._inner, self._pauses = inner, pauses

    def name(self) -> str:
        """Return the name in the domain."""
        return str(self._inner.name())

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        """Run the action, then look whether it was about something that is off."""
        met: set[str] = set()
        token = _met.set(met)
        try:
            events: list[dict[str, Any]] = await self._inner.run(dispatcher, tracker, domain)
        finally:
            _met.reset(token)
        said = await asyncio.to_thread(self._pauses.about, tracker.sender_id, met)
        if said:
            pause = {"text": said.text, "buttons": [], "elements": [], "custom": {"action": PAUSED}}
            dispatcher.messages[:] = [pause] if said.is_all else [pause, *dispatcher.messages]
        return events


@dataclass(frozen=True)
class Pause:
    """What to say; ``is_all``: nothing else was asked for."""

    text: str
    is_all: bool


class Pauses:
    """Knows what a conversation asked for that is off, and says so once (each time where nothing else was asked)."""

    def __init__(self, off: Off, names: Benefits, sentence: Callable[[str], str]) -> None:
        self._off, self._names, self._sentence = off, names, sentence
        self._told: OrderedDict[str, frozenset[str]] = OrderedDict()
        self.dialogue: Dialogue | None = None

    def about(self, conversation: str, met: set[str]) -> Pause | None:
        """Return what to say in *conversation*, whose guides met paused benefits *met*; ``None`` where nothing."""
        off = self._off()
        if not off or self.dialogue is None:
            return None
        asked, is_named = self._asked(conversation)
        paused = frozenset((asked & off) | met)
        is_all = bool(met) or (bool(asked) and asked <= off)
        if not paused or (not is_all and not is_named and self._told.get(conversation) == paused):
            return None
        self._remember(conversation, paused)
        names = {card.id: card.name_vi for card in self._names.cards(self.dialogue.clock.today())}
        return Pause(self._sentence(", ".join(names.get(benefit, benefit) for benefit in sorted(paused))), is_all)

    def _asked(self, conversation: str) -> tuple[frozenset[str], bool]:
        """Return the benefits looked at for the people spoken of, and whether a paused one was named."""
        assert self.dialogue is not None  # noqa: S101 - checked by the caller
        interview = self.dialogue.store.load(conversation)
        if interview is None:
            return frozenset(), False
        people = interview.subjects or [interview.current]
        scopes = [
            scope
            for person in people
            for scope in self.dialogue.scoping.scopes(interview.benefits, interview.facts_of(person))
            if scope.asked
        ]
        asked = frozenset(benefit for scope in scopes for benefit in scope.benefits)
        is_told = bool(interview.benefits) or not interview.is_empty
        return (asked if is_told else frozenset()), bool(self._off() & set(interview.benefits))

    def _remember(self, conversation: str, paused: frozenset[str]) -> None:
        self._told[conversation] = paused
        self._told.move_to_end(conversation)
        while len(self._told) > MOST_REMEMBERED:
            self._told.popitem(last=False)


def pausing(actions: Sequence[Action], pauses: Pauses) -> list[Action]:
    """Return *actions*, those that answer wrapped."""
    return [PausingAction(action, pauses) if action.name() in ANSWERING else action for action in actions]


def _without(benefits: Sequence[str], off: frozenset[str]) -> list[str]:
    return [benefit for benefit in benefits if benefit not in off]
