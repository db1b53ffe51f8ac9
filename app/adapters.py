"""What the dialogue asks of the other rooms (``actions/ports/``), filled in by them.

Each class here translates and nothing else: rules and knowledge do not know the dialogue, nor each other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from actions import ports
from core.citations import Citation
from knowledge.index.build import IndexStore
from knowledge.passages import Passage
from rules.engine.decision import Decision
from rules.facts.reader import FactReader
from rules.facts.reading import Pending, Reading, ReadingContext
from rules.family import Exclusion, Family, Household
from rules.household_card import CARD, CardPlan, plan_cards
from rules.outlook import Change, NearMiss, Outlook
from rules.planner import Question
from rules.service import EligibilityService
from rules.store.active import RuleSet


@dataclass(frozen=True)
class RulesForDialogue:
    """Judges what was said in a conversation: what people leave unsaid is presumed, and said so."""

    current: Callable[[], RuleSet]

    def assess(
        self,
        facts: Mapping[str, Any],
        *,
        as_of: date,
        province: str | None,
        benefits: Sequence[str],
        known_on: date | None = None,
    ) -> Sequence[Decision]:
        """Judge *facts*; a fact the rules cannot take is left out rather than guessed at."""
        service = self.current().service
        usable = _usable(service, facts, as_of, province)
        return service.assess(
            usable,
            as_of=as_of,
            known_on=known_on,
            province=province,
            benefits=list(benefits),
            conversational=True,
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

    def changes(self, facts: Mapping[str, Any], *, as_of: date, province: str | None, benefit: str) -> Sequence[Change]:
        """Return what will change the answer on *benefit*, and when."""
        rules = self.current()
        usable = _usable(rules.service, facts, as_of, province)
        ahead = Outlook(rules.service, rules.planner)
        return ahead.changes(usable, as_of=as_of, benefits=[benefit], province=province, conversational=True)

    def near_misses(
        self, facts: Mapping[str, Any], *, as_of: date, province: str | None, benefit: str
    ) -> Sequence[NearMiss]:
        """Return what one other fact would change for a refused benefit."""
        rules = self.current()
        usable = _usable(rules.service, facts, as_of, province)
        ahead = Outlook(rules.service, rules.planner)
        return ahead.near_misses(usable, as_of=as_of, benefit=benefit, province=province, conversational=True)

    def exclusions(
        self,
        people: Mapping[str, Mapping[str, Any]],
        shared: Mapping[str, Any],
        *,
        as_of: date,
        province: str | None,
    ) -> Sequence[Exclusion]:
        """Return whose entitlements exclude each other."""
        rules = self.current()
        household = _household(rules.service, people, shared, as_of, province)
        family = Family(rules.service, rules.planner)
        return family.exclusions(household, as_of=as_of, province=province, conversational=True)

    def cards(
        self,
        people: Mapping[str, Mapping[str, Any]],
        shared: Mapping[str, Any],
        *,
        as_of: date,
        province: str | None,
    ) -> CardPlan:
        """Return the cheapest lawful way to health cards."""
        service = self.current().service
        household = _household(service, people, shared, as_of, province)

        def judge(person: str, more: Mapping[str, Any]) -> Decision:
            facts = {**household.facts_of(person), **more}
            found = service.assess(facts, as_of=as_of, province=province, benefits=[CARD], conversational=True)
            return found.decision(CARD)

        return plan_cards(household.people, judge)


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


@dataclass
class LawForDialogue:
    """The law that was taken in, word by word, out of the index in use."""

    index: IndexStore
    _of_build: tuple[str, Mapping[str, Sequence[int]]] = ("", {})

    def clause(self, citation: Citation, *, as_of: date) -> str | None:
        """Return the article *citation* names as it held on *as_of*; ``None`` where its document is not there."""
        build = self.index.current()
        if build.law is None or not citation.article:
            return None
        for row in self._rows(build.name, build.law.passages).get(citation.document, ()):
            passage = build.law.passages[row]
            if passage.holds_on(as_of) and any(one.article and citation.same_law(one) for one in passage.citations):
                return passage.text
        return None

    def _rows(self, build: str, passages: Iterable[Passage]) -> Mapping[str, Sequence[int]]:
        """Return the rows of the law by document; gathered again when another build is in use."""
        if self._of_build[0] != build:
            found: dict[str, list[int]] = {}
            for row, passage in enumerate(passages):
                for document in dict.fromkeys(one.document for one in passage.citations):
                    found.setdefault(document, []).append(row)
            self._of_build = (build, found)
        return self._of_build[1]


def _household(
    service: EligibilityService,
    people: Mapping[str, Mapping[str, Any]],
    shared: Mapping[str, Any],
    as_of: date,
    province: str | None,
) -> Household:
    """Return the family without facts that the rules cannot take."""
    usable = {person: _usable(service, {**shared, **facts}, as_of, province) for person, facts in people.items()}
    of_all = {fact: value for fact, value in shared.items() if all(fact in facts for facts in usable.values())}
    own = {person: {fact: facts[fact] for fact in facts if fact in usable[person]} for person, facts in people.items()}
    return Household(own, of_all)


def _usable(
    service: EligibilityService, facts: Mapping[str, Any], as_of: date, province: str | None
) -> Mapping[str, Any]:
    wrong = {finding.path for finding in service.check(facts, as_of=as_of, province=province)}
    return {fact: value for fact, value in facts.items() if fact not in wrong}
