"""A family as one: which of two entitlements is paid, and the cheapest lawful way to a health card for everyone.

What nobody told is never taken as a fact: the plan for the cards is told under its conditions, each said aloud.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from actions.grounds import CARD
from actions.interview import Interview
from actions.judging import Judged
from actions.lines import Line
from actions.phrasebook import FOLDER, Phrasebook, capitalised
from actions.ports import Benefits, CardChoice, CardPlan, FactId, Families, PersonId, Raw, Vocabulary
from actions.scope import Scoping
from actions.telling import FactTeller
from actions.wording import Wording
from core.vietnamese.format import money

# Facts come up one after another as others are settled; more rounds than this settle nothing further.
MOST_ROUNDS = 4
BY_WAGE = "employee_contract"


@dataclass(frozen=True)
class _Case:
    """What a plan is made for: what was told of each and of the household, and what is only supposed."""

    people: dict[PersonId, dict[FactId, Raw]]
    shared: dict[FactId, Raw]
    supposed: dict[FactId, Raw]


class FamilyPlan:
    """Says what holds between the members of a family."""

    def __init__(
        self,
        families: Families,
        *,
        phrasebook: Phrasebook,
        teller: FactTeller,
        wording: Wording,
        benefits: Benefits,
        vocabulary: Vocabulary,
        scoping: Scoping,
        path: Path = FOLDER / "phrases" / "family.yml",
    ) -> None:
        self._families, self._phrasebook, self._teller = families, phrasebook, teller
        self._wording, self._benefits, self._vocabulary, self._scoping = wording, benefits, vocabulary, scoping
        self._ordinary: Mapping[FactId, Raw] = yaml.safe_load(path.read_text(encoding="utf-8"))["ordinary"]

    def exclusions(self, interview: Interview, people: Sequence[PersonId], *, as_of: date) -> list[Line]:
        """Return, for everyone with two entitlements of which one is paid, which one that is."""
        case = self._case(interview, people)
        found = self._families.exclusions(case.people, case.shared, as_of=as_of, province=interview.province)
        return [
            Line(
                self._phrasebook.say(
                    "family_exclusion",
                    Person=capitalised(self._phrasebook.person(one.person)),
                    benefit=self._wording.benefit(one.benefit, as_of=as_of),
                    instead=self._wording.benefit(one.instead, as_of=as_of),
                ),
                8,
                tuple(citation.text for citation in one.citations[:2]),
            )
            for one in found
        ]

    def cards(
        self, interview: Interview, judged: Sequence[Judged], *, as_of: date, in_full: bool = False
    ) -> list[Line]:
        """Return how the family gets its health cards: one line, of what was told alone; *in_full* one for each.

        Only the full plan has room to say what it supposes, so only there anything is supposed.
        """
        case = self._with_grants(self._case(interview, [one.person for one in judged]), judged)
        plan = (
            self._supposing(case, interview.province, as_of) if in_full else self._plan(case, interview.province, as_of)
        )
        settled = [choice for choice in plan.choices if choice.yearly_vnd is not None]
        if not plan.choices or (in_full and not settled):
            return []
        lines = self._in_full(plan, case) if in_full else [self._in_short(plan)]
        return [*lines, Line("", 1, tuple(citation.text for citation in plan.citations[:2]))]

    # --- the case ---

    def _case(self, interview: Interview, people: Sequence[PersonId]) -> _Case:
        shared = dict(interview.household)
        return _Case({person: dict(interview.people.get(person, {})) for person in people}, shared, {})

    def _with_grants(self, case: _Case, judged: Sequence[Judged]) -> _Case:
        """Take what each is entitled to each month as granted: it may bring the card with it."""
        for one in judged:
            for decision in one.eligible:
                grant = next((g for g in self._scoping.grants if g["benefit"] == decision.benefit), None)
                if grant is not None and grant["brings"] == CARD and decision.results.get("paid") is not False:
                    value = decision.group if grant["value"] == "group" else grant["value"]
                    case.people[one.person][grant["fact"]] = list(value) if isinstance(value, tuple) else value
        return case

    def _plan(self, case: _Case, province: str | None, as_of: date) -> CardPlan:
        return self._families.cards(case.people, case.shared, as_of=as_of, province=province)

    def _supposing(self, case: _Case, province: str | None, as_of: date) -> CardPlan:
        """Return the plan once what is open is supposed to be as with most families."""
        plan = self._plan(case, province, as_of)
        for _ in range(MOST_ROUNDS):
            if not self._suppose(case, plan.choices):
                break
            plan = self._plan(case, province, as_of)
        return plan

    def _suppose(self, case: _Case, choices: Sequence[CardChoice]) -> bool:
        is_new = False
        for choice in choices:
            for fact in choice.decision.missing:
                facts = case.shared if self._is_shared(fact) else case.people[choice.person]
                if fact in self._ordinary and fact not in facts:
                    facts[fact] = case.supposed[fact] = self._ordinary[fact]
                    is_new = True
        return is_new

    def _is_shared(self, fact: FactId) -> bool:
        definition = self._vocabulary.facts.get(fact)
        return definition is not None and definition.scope == "household"

    # --- words ---

    def _in_short(self, plan: CardPlan) -> Line:
        free = sum(1 for choice in plan.choices if choice.yearly_vnd == 0)
        say = self._phrasebook.say
        if free == len(plan.choices):
            return Line(say("family_cards_all_free"), 8)
        if plan.total_vnd is None:
            return Line(say("family_cards_open_short" if free else "family_cards_open_all", free=free), 8)
        key = "family_cards_short" if free else "family_cards_none_free"
        return Line(say(key, free=free, total=money(plan.total_vnd)), 8)

    def _in_full(self, plan: CardPlan, case: _Case) -> list[Line]:
        say = self._phrasebook.say
        supposed = self._teller.tell_all(case.supposed)
        lines = [Line(say("family_cards_head_if" if supposed else "family_cards_head", supposed=supposed), 10)]
        free = [choice.person for choice in plan.choices if choice.yearly_vnd == 0]
        if free:
            lines.append(Line(say("family_cards_free", people=self._names(free)), 9))
        lines += [Line(self._one(choice), 9) for choice in plan.choices if choice.yearly_vnd]
        lines += self._unsettled(plan)
        if plan.total_vnd:
            lines.append(Line(say("family_cards_total", total=money(plan.total_vnd)), 8))
        if plan.saved_vnd:
            chosen = self._names([choice.person for choice in plan.choices if choice.chosen])
            lines.append(Line(say("family_cards_saved", people=chosen, saved=money(plan.saved_vnd)), 8))
        return lines

    def _one(self, choice: CardChoice) -> str:
        key = "family_card_by_household" if choice.rank is not None else "family_card_of_group"
        group = str(choice.decision.results.get("contribution_group"))
        return self._phrasebook.say(
            key,
            Person=capitalised(self._phrasebook.person(choice.person)),
            amount=money(choice.yearly_vnd or 0),
            rank=choice.rank or "",
            group=self._benefits.groups(CARD).get(group, ""),
        )

    def _unsettled(self, plan: CardPlan) -> list[Line]:
        still_open = [choice for choice in plan.choices if choice.yearly_vnd is None]
        by_wage = [c.person for c in still_open if c.decision.results.get("contribution_group") == BY_WAGE]
        others = [c.person for c in still_open if c.person not in by_wage]
        say = self._phrasebook.say
        lines = [Line(say("family_cards_by_wage", people=self._names(by_wage)), 8)] if by_wage else []
        return lines + ([Line(say("family_cards_open", people=self._names(others)), 8)] if others else [])

    def _names(self, people: Sequence[PersonId]) -> str:
        return ", ".join(self._phrasebook.person(person) for person in people)
