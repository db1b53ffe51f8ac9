"""What the dialogue asks of the other rooms (``actions/ports.py``), filled in by them.

Each class here translates and nothing else: rules and knowledge do not know the dialogue, nor each other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from actions import ports
from rules.engine.decision import Decision
from rules.facts.reader import FactReader
from rules.facts.reading import Pending, Reading, ReadingContext
from rules.planner import Question
from rules.service import EligibilityService
from rules.store.active import RuleSet


@dataclass(frozen=True)
class RulesForDialogue:
    """Judges what was said in a conversation: what people leave unsaid is presumed, and said so."""

    current: Callable[[], RuleSet]

    def assess(
        self, facts: Mapping[str, Any], *, as_of: date, province: str | None, benefits: Sequence[str]
    ) -> Sequence[Decision]:
        """Judge *facts*; a fact the rules cannot take is left out rather than guessed at."""
        service = self.current().service
        usable = _usable(service, facts, as_of, province)
        return service.assess(
            usable, as_of=as_of, province=province, benefits=list(benefits), conversational=True
        ).decisions

    def next_question(
        self,
        facts: Mapping[str, Any],
        *,
        as_of: date,
        province: str | None,
        benefits: Sequence[str],
        unanswerable: Collection[str],
    ) -> Question | None:
        """Return the question that settles most of what is open."""
        rules = self.current()
        return rules.planner.next_question(
            _usable(rules.service, facts, as_of, province),
            as_of=as_of,
            province=province,
            benefits=list(benefits),
            unanswerable=unanswerable,
            conversational=True,
        )


@dataclass(frozen=True)
class ReaderForDialogue:
    """Reads a citizen's words in the light of the question that is pending and whom the talk is about."""

    reader: FactReader

    def read(
        self,
        text: str,
        *,
        today: date,
        pending: ports.Pending | None = None,
        context: ports.ReadingContext | None = None,
    ) -> Reading:
        """Return what *text* says."""
        return self.reader.read(
            text,
            today=today,
            pending=Pending(pending.fact, pending.person) if pending else None,
            context=ReadingContext(context.current_person, context.known_people) if context else None,
        )


def _usable(
    service: EligibilityService, facts: Mapping[str, Any], as_of: date, province: str | None
) -> Mapping[str, Any]:
    wrong = {finding.path for finding in service.check(facts, as_of=as_of, province=province)}
    return {fact: value for fact, value in facts.items() if fact not in wrong}
