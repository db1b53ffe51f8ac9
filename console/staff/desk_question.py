"""The question the desk asks next: the planner's best one, or the one staff chose; and what else may be asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from console.staff.desk_case import HOUSEHOLD, Judged
from console.staff.fact_words import FactWords
from rules.catalogue import Catalogue
from rules.facts.vocabulary import Vocabulary
from rules.planner import Planner


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """One question: whom it is about, its words, the values one may pick, and what its answer would settle.

    ``is_best`` tells the planner's choice from one that staff made.
    """

    key: str
    person: str
    words: str
    choices: list[tuple[str, str]]
    is_best: bool
    settles: tuple[str, ...] = ()


class DeskQuestions:
    """Words questions; *person_name* tells what a member is called."""

    def __init__(
        self,
        catalogue: Catalogue,
        vocabulary: Vocabulary,
        planner: Planner,
        facts: FactWords,
        person_name: Callable[[str], str],
    ) -> None:
        self._catalogue, self._vocabulary, self._planner = catalogue, vocabulary, planner
        self._facts, self._person_name = facts, person_name

    def shown(self, judged: Judged, asked: str) -> ShownQuestion | None:
        """Return the question of the key *asked*, else the planner's; ``None`` where nothing is worth asking."""
        best = self._best(judged)
        if not asked or (best is not None and best.key == asked):
            return best
        owner, _, fact = asked.partition(":")
        return self._worded(owner, fact, is_best=False)

    def _best(self, judged: Judged) -> ShownQuestion | None:
        if judged.question is None:
            return None
        asked = judged.question.question
        is_shared = self._vocabulary.facts[asked.fact].scope == "household"
        owner = HOUSEHOLD if is_shared else judged.question.person
        return self._worded(owner, asked.fact, is_best=True, settles=self._settled(judged))

    def _worded(self, owner: str, fact: str, *, is_best: bool, settles: tuple[str, ...] = ()) -> ShownQuestion:
        definition = self._vocabulary.facts[fact]
        choices = self._facts.choices(definition)
        return ShownQuestion(
            f"{owner}:{fact}", self._person_name(owner), definition.question_vi, choices, is_best, settles
        )

    def _settled(self, judged: Judged) -> tuple[str, ...]:
        """Name what the planner's question would settle, but for what hangs on a death or a disaster nobody told of."""
        if judged.question is None:
            return ()
        unbidden = self._planner.is_asked_unbidden
        open_ = {one.benefit for one in judged.verdicts(judged.question.person) if all(map(unbidden, one.missing))}
        benefits = [benefit for benefit in judged.question.question.benefits if benefit in open_]
        return tuple(self._catalogue.benefit(benefit, as_of=judged.as_of).name_vi for benefit in benefits)
