"""The desk's case as the page shows it: people with their facts, verdicts by state, the question, what lies ahead."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from console.checklist.sheet import words
from console.checklist.steps import steps_of
from console.staff.desk_case import HOUSEHOLD, Judged
from console.staff.desk_question import DeskQuestions, ShownQuestion
from console.staff.fact_words import FactWords, ShownFact, shown_facts
from console.texts import Texts
from console.verdicts import Chip, Figure, VerdictWords
from core.vietnamese.format import day
from rules.catalogue import Catalogue, Procedure
from rules.engine.decision import Decision
from rules.engine.model import Outcome
from rules.facts.vocabulary import Vocabulary
from rules.outlook import Change, NearMiss
from rules.planner import Planner

MOST_MISSING: Final = 4
MOST_OPEN: Final = 6
MOST_AHEAD: Final = 4


@dataclass(frozen=True, slots=True)
class ShownVerdict:
    """One verdict: what it is about, in a chip, with figures, what is missing or failed, conditions and articles.

    ``missing`` are (key, name) of facts one may ask for; ``papers`` and ``steps`` tell how to apply.
    """

    benefit: str
    name: str
    chip: Chip
    figures: tuple[Figure, ...]
    missing: tuple[tuple[str, str], ...]
    failed: tuple[str, ...]
    conditions: tuple[tuple[str, str], ...]
    citations: tuple[str, ...]
    reservation: bool
    notes: tuple[str, ...]
    papers: tuple[str, ...] = ()
    steps: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ShownPerson:
    """One member, or the household: facts, then verdicts by state, then what lies ahead."""

    id: str
    name: str
    facts: list[ShownFact]
    granted: list[ShownVerdict]
    undecided: list[ShownVerdict]
    refused: list[ShownVerdict]
    ahead: list[str]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is shown: loans too, and nothing on the benefits in ``without``."""

    loans: bool
    without: frozenset[str]


class DeskView:
    """Draws up cases by one release."""

    def __init__(self, texts: Texts, catalogue: Catalogue, vocabulary: Vocabulary, planner: Planner) -> None:
        self._texts, self._catalogue, self._vocabulary, self._planner = texts, catalogue, vocabulary, planner
        self._facts, self._verdicts = FactWords(texts), VerdictWords.load()
        self._people: Mapping[str, str] = texts.part("desk.people")
        self._questions = DeskQuestions(catalogue, vocabulary, planner, self._facts, self.person_name)

    def person_name(self, person: str) -> str:
        """Return what a member is called on the desk; a second child is 'Con thứ 2'."""
        kind, _, number = person.rpartition("_")
        if kind in self._people and number.isdigit():
            return self._texts("desk.numbered", person=self._people[kind], n=number)
        return self._people.get(person, self._people["someone"])

    def people(self, judged: Judged, *, with_loans: bool, without: Collection[str] = ()) -> list[ShownPerson]:
        """Return every member, then the household where there is something to show of it.

        *without* are benefits on which nothing is said.
        """
        wanted = _Wanted(with_loans, frozenset(without))
        members = [self._member(judged, person, wanted) for person in judged.told.household.people]
        household = self._household(judged, wanted)
        return [*members, household] if household.facts or household.granted else members

    def question(self, judged: Judged, asked: str = "") -> ShownQuestion | None:
        """Return the question of the key *asked*, else the next best one."""
        return self._questions.shown(judged, asked)

    def _member(self, judged: Judged, person: str, wanted: _Wanted) -> ShownPerson:
        shown = [one for one in judged.verdicts(person) if self._is_asked(one, judged.as_of, wanted)]
        return self._person(judged, person, shown, self._ahead(judged, person))

    def worth_telling(self, decisions: Sequence[Decision], as_of: date, *, with_loans: bool) -> list[str]:
        """Return the benefits of *decisions* that the desk shows: a sheet tells of no others."""
        wanted = _Wanted(with_loans, frozenset())
        return [one.benefit for one in decisions if self._is_asked(one, as_of, wanted)]

    def _household(self, judged: Judged, wanted: _Wanted) -> ShownPerson:
        shared = judged.assessment.shared if judged.assessment else ()
        shown = [one.decision for one in shared if self._is_asked(one.decision, judged.as_of, wanted)]
        return self._person(judged, HOUSEHOLD, shown, [])

    def _person(self, judged: Judged, person: str, shown: Sequence[Decision], ahead: list[str]) -> ShownPerson:
        by_state: dict[Outcome, list[ShownVerdict]] = {outcome: [] for outcome in Outcome}
        for one in shown:
            by_state[one.outcome].append(self._verdict(one, judged, person))
        facts = judged.told.facts.get(person, {})
        return ShownPerson(
            person,
            self.person_name(person),
            shown_facts(self._facts, self._vocabulary, person, facts, judged.told.by_hand),
            by_state[Outcome.ELIGIBLE],
            by_state[Outcome.UNDETERMINED][:MOST_OPEN],
            by_state[Outcome.INELIGIBLE],
            ahead,
        )

    def _is_asked(self, decision: Decision, as_of: date, wanted: _Wanted) -> bool:
        """Leave out loans where nobody asked for one, and benefits that hang on a death or a disaster nobody told."""
        if decision.benefit in wanted.without:
            return False
        if decision.outcome is Outcome.ELIGIBLE:
            return True
        card = self._catalogue.benefit(decision.benefit, as_of=as_of)
        unbidden = all(self._planner.is_asked_unbidden(fact) for fact in decision.missing)
        return unbidden and (wanted.loans or not card.is_on_request)

    def _verdict(self, decision: Decision, judged: Judged, person: str) -> ShownVerdict:
        as_of = judged.as_of
        way = self._way(decision, judged)
        told = [leaf for leaf in decision.reasons if leaf.label_vi]
        marks = {True: "✓", False: "✗", None: "?"}
        return ShownVerdict(
            decision.benefit,
            self._name(decision.benefit, as_of),
            self._verdicts.chip(decision),
            self._verdicts.figures(decision),
            tuple(self._asked_for(fact, person) for fact in decision.missing[:MOST_MISSING]),
            tuple(dict.fromkeys(leaf.label_vi for leaf in told if leaf.verdict is False)),
            tuple(dict.fromkeys((marks[leaf.verdict], leaf.label_vi) for leaf in told)),
            tuple(cite.text for cite in decision.citations),
            decision.reservation,
            (*(reason.text for reason in decision.refer_reasons), *(note.cited for note in decision.notes)),
            way.papers,
            steps_of(way, words()),
        )

    def _way(self, decision: Decision, judged: Judged) -> Procedure:
        """Return how one applies; nothing where nothing is granted, or nothing is paid beside something higher."""
        if decision.outcome is not Outcome.ELIGIBLE or decision.results.get("paid") is False:
            return Procedure()
        found = self._catalogue.procedure(decision.benefit, as_of=judged.as_of, province=judged.told.province)
        return found or Procedure()

    def _asked_for(self, fact: str, person: str) -> tuple[str, str]:
        """Return the key and the name of a fact that is still open."""
        definition = self._vocabulary.facts[fact]
        owner = HOUSEHOLD if definition.scope == "household" else person
        return f"{owner}:{fact}", definition.name_vi

    def _ahead(self, judged: Judged, person: str) -> list[str]:
        changes = [self._change(change) for change in judged.changes.get(person, ())]
        near = [self._near(miss, judged.as_of) for miss in judged.near_misses.get(person, ())]
        return list(dict.fromkeys([*changes, *near]))[:MOST_AHEAD]

    def _change(self, change: Change) -> str:
        after = self._verdicts.chip(change.after).text
        figures = [figure.value for figure in self._verdicts.figures(change.after) if figure.main][:1]
        benefit = f"{self._name(change.benefit, change.on)}: {', '.join([after, *figures])}"
        key = "desk.ahead_line" if change.age is None or "time" not in change.why else "desk.ahead_age"
        return self._texts(key, day=day(change.on), age=change.age, benefit=benefit)

    def _near(self, miss: NearMiss, as_of: date) -> str:
        definition = self._vocabulary.facts[miss.fact]
        values = " / ".join(self._facts.value(definition, value) for value in miss.values)
        since = max(miss.since, as_of)
        fact = f"{definition.name_vi}: {values}"
        return self._texts("desk.near", fact=fact, benefit=self._name(miss.benefit, since), day=day(since))

    def _name(self, benefit: str, as_of: date) -> str:
        return self._catalogue.benefit(benefit, as_of=as_of).name_vi
