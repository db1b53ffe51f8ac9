"""The question the desk asks next: the planner's best one, or the one staff chose; and what else may be asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from console.staff.desk_case import HOUSEHOLD, Judged
from console.staff.fact_words import FactWords
from rules.catalogue import Catalogue
from rules.facts.vocabulary import Vocabulary


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
        self, catalogue: Catalogue, vocabulary: Vocabulary, facts: FactWords, person_name: Callable[[str], str]
    ) -> None:
        self._catalogue, self._vocabulary = catalogue, vocabulary
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
        return self._worded(owner, asked.fact, is_best=True, settles=self._names(asked.benefits, judged.as_of))

    def _worded(self, owner: str, fact: str, *, is_best: bool, settles: tuple[str, ...] = ()) -> ShownQuestion:
        definition = self._vocabulary.facts[fact]
        choices = self._facts.choices(definition)
        return ShownQuestion(
            f"{owner}:{fact}", self._person_name(owner), definition.question_vi, choices, is_best, settles
        )

    def _names(self, benefits: Sequence[str], as_of: date) -> tuple[str, ...]:
        names = (self._catalogue.benefit(benefit, as_of=as_of).name_vi for benefit in benefits)
        return tuple(dict.fromkeys(names))
