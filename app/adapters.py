"""What the dialogue asks of the other rooms (``actions/ports.py``), filled in by them.

Each class here translates and nothing else: rules and knowledge do not know the dialogue, nor each other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from actions import ports
from core.citations import Citation
from knowledge.ingest.documents import DocumentStore
from rules.engine.decision import Decision
from rules.facts.reader import FactReader
from rules.facts.reading import Pending, Reading, ReadingContext
from rules.outlook import Change, NearMiss, Outlook
from rules.planner import Planner, Question
from rules.service import EligibilityService


@dataclass(frozen=True)
class RulesForDialogue:
    """Judges what was said in a conversation: what people leave unsaid is presumed, and said so."""

    service: EligibilityService
    planner: Planner

    def assess(
        self, facts: Mapping[str, Any], *, as_of: date, province: str | None, benefits: Sequence[str]
    ) -> Sequence[Decision]:
        """Judge *facts*; a fact the rules cannot take is left out rather than guessed at."""
        usable = self._usable(facts, as_of, province)
        return self.service.assess(
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
        return self.planner.next_question(
            self._usable(facts, as_of, province),
            as_of=as_of,
            province=province,
            benefits=list(benefits),
            unanswerable=unanswerable,
            conversational=True,
        )

    def changes(self, facts: Mapping[str, Any], *, as_of: date, province: str | None, benefit: str) -> Sequence[Change]:
        """Return what will change the answer on *benefit*, and when."""
        usable = self._usable(facts, as_of, province)
        return self.outlook.changes(usable, as_of=as_of, benefits=[benefit], province=province, conversational=True)

    def near_misses(
        self, facts: Mapping[str, Any], *, as_of: date, province: str | None, benefit: str
    ) -> Sequence[NearMiss]:
        """Return what one other fact would change for a refused benefit."""
        usable = self._usable(facts, as_of, province)
        return self.outlook.near_misses(usable, as_of=as_of, benefit=benefit, province=province, conversational=True)

    @cached_property
    def outlook(self) -> Outlook:
        """Return what looks ahead."""
        return Outlook(self.service, self.planner)

    def _usable(self, facts: Mapping[str, Any], as_of: date, province: str | None) -> Mapping[str, Any]:
        wrong = {finding.path for finding in self.service.check(facts, as_of=as_of, province=province)}
        return {fact: value for fact, value in facts.items() if fact not in wrong}


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


@dataclass(frozen=True)
class TakenInLaw:
    """The documents of law that were taken in, word by word."""

    documents: DocumentStore

    def clause(self, citation: Citation, *, as_of: date) -> str | None:
        """Return the text of the passage *citation* names, as it held on *as_of*."""
        if citation.article is None:
            return None
        named = (
            passage
            for passage in self.documents.passages()
            if passage.holds_on(as_of) and any(citation.same_law(one) and one.article for one in passage.citations)
        )
        return next((passage.text for passage in named), None)
