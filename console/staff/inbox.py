"""The inbox as the pages show it: who waits, one conversation with its words, notes, facts and the bot's verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.handover.facts import ToldFact
from bot.handover.holding import Staff
from bot.handover.notes import Note
from bot.handover.prepared import Prepared
from bot.handover.queue import Handed
from bot.messages import Entry
from bot.switches import SwitchKind
from bot.tables import Holder
from console.deps import CaseSource, ConsoleDeps
from console.staff.desk_case import HOUSEHOLD, DeskCases, Judged, Told
from console.staff.desk_view import DeskView, ShownPerson
from console.texts import Texts
from console.visit import Visit

MOST_LINES: Final = 200
SOON: Final = timedelta(hours=6)  # a window that closes this soon is shown in amber
NEARLY_DUE: Final = timedelta(minutes=10)
CRISIS: Final = "crisis"


@dataclass(frozen=True, slots=True)
class Closing:
    """The channel's window: how long an answer is still taken, in words, and whether that is soon over."""

    text: str
    is_soon: bool
    is_over: bool
    until: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """By when an answer was meant to be given: ``fine``, ``soon`` or ``late``."""

    at: datetime
    state: str


@dataclass(frozen=True)
class Talk:
    """One conversation beside everything staff need to answer it.

    ``hidden``: numbers of the lines in which the bot says something sensitive, whether or not it is covered now.
    """

    handed: Handed
    lines: Sequence[Entry]
    hidden: frozenset[int]
    notes: Sequence[Note]
    prepared: Sequence[Prepared]
    facts: Mapping[str, Sequence[ToldFact]]  # by what the person is called
    people: Sequence[ShownPerson]
    is_mine: bool
    closing: Closing | None

    @property
    def is_masked(self) -> bool:
        """Tell whether something is hidden that its holder may uncover."""
        return bool(self.hidden) or any(fact.value is None for facts in self.facts.values() for fact in facts)

    @property
    def last(self) -> int:
        """Return the number of the newest line."""
        return self.lines[-1].seq if self.lines else 0


class InboxView:
    """Reads the hand-over desk for the pages."""

    def __init__(self, deps: ConsoleDeps, texts: Texts) -> None:
        self._deps, self._texts = deps, texts
        self._cases: CaseSource = deps.cases

    async def queue(self) -> Sequence[Handed]:
        """Return everybody who waits for a person or has one, longest first; who is in danger before all others."""
        return sorted(await self._deps.handover.queue.all(), key=lambda one: not is_urgent(one))

    async def told_to_citizens(self) -> str:
        """Return what a citizen who asks for a person now is told: when one answers, by the office hours."""
        return await self._deps.handover.office.when()

    async def talk(
        self, conversation_id: str, staff: Staff, *, revealed: bool = False, reason: str = ""
    ) -> Talk | None:
        """Return one conversation; with *revealed*, its sensitive facts too (noted in the audit log).

        Raises ``NotYours`` where *revealed* is asked for by somebody who does not hold it.
        """
        desk = self._deps.handover
        handed = await desk.queue.one(conversation_id)
        if handed is None:
            return None
        if revealed:
            facts = await desk.facts.revealed(conversation_id, staff, reason=reason)
        else:
            facts = await desk.facts.masked(conversation_id)
        said = await self._deps.transcript.since(conversation_id, limit=MOST_LINES)
        covered = await desk.facts.covered(conversation_id, said)
        return Talk(
            handed,
            said if revealed else covered,
            frozenset(plain.seq for plain, shown in zip(said, covered, strict=True) if plain.text != shown.text),
            await desk.notes.of(conversation_id),
            await desk.prepared.all(),
            self._by_person(facts),
            self.verdicts(conversation_id, with_conditions=revealed),
            handed.holder is Holder.HUMAN and handed.staff == staff.username,
            self.closing(handed),
        )

    async def lines(self, conversation_id: str, after: int) -> Sequence[Entry]:
        """Return what was said after the line *after*, the bot's words covered."""
        said = await self._deps.transcript.since(conversation_id, after)
        return await self._deps.handover.facts.covered(conversation_id, said)

    def _by_person(self, facts: Sequence[ToldFact]) -> Mapping[str, Sequence[ToldFact]]:
        found: dict[str, list[ToldFact]] = {}
        for fact in facts:
            name = self._texts("desk.household") if fact.person == HOUSEHOLD else fact.person
            found.setdefault(name[:1].upper() + name[1:], []).append(fact)
        return found

    def due(self, handed: Handed) -> Due | None:
        """Return by when the citizen should be answered; ``None`` where she was, or no time is known."""
        if handed.due_at is None:
            return None
        left = handed.due_at - self._deps.clock.now()
        state = "late" if handed.is_late else "soon" if left < NEARLY_DUE else "fine"
        return Due(handed.due_at, state)

    def verdicts(self, conversation_id: str, *, with_conditions: bool) -> list[ShownPerson]:
        """Return the verdicts on what was told; conditions name facts, so they wait for the uncovering."""
        told = self._cases.told(conversation_id)
        if told is None:
            return []
        rules = self._deps.rules
        case = Told({**told.people, "household": told.household}, province=told.province)
        judged: Judged = DeskCases(rules).judge(case, as_of=self._deps.clock.today())
        view = DeskView(self._texts, rules.catalogue, rules.service.vocabulary, rules.planner)
        paused = [one.name for one in self._deps.switches.off() if one.kind is SwitchKind.BENEFIT]
        people = view.people(judged, with_loans=False, without=paused)
        return people if with_conditions else [without_conditions(person) for person in people]

    def closing(self, handed: Handed) -> Closing | None:
        """Return how long the channel still takes an answer; ``None`` where it has no window."""
        until, now = handed.window.open_until, self._deps.clock.now()
        if until is None:
            return None
        left = until - now
        if left <= timedelta():
            return Closing(self._texts("inbox.window_over"), True, True, until)
        hours = int(left.total_seconds() // 3600)
        key = "inbox.window_days" if hours >= 48 else "inbox.window_hours"
        return Closing(self._texts(key, days=hours // 24, hours=hours), left < SOON, False, until)


def is_urgent(handed: Handed) -> bool:
    """Tell whether somebody in danger waits for a person."""
    return handed.holder is Holder.WAITING and handed.reason == CRISIS


def without_conditions(person: ShownPerson) -> ShownPerson:
    """Return *person* with granted verdicts only, which name no fact."""
    bare = [replace(one, missing=(), failed=(), conditions=(), notes=()) for one in person.granted]
    return replace(person, facts=[], granted=bare, undecided=[], refused=[], ahead=[])


def staff_of(visit: Visit) -> Staff:
    """Return the person of *visit* as the hand-over desk knows her."""
    return Staff(visit.user.name, visit.user.display_name)
