"""Questions in the words of the vocabulary, with the answers that can be picked.

A choice with the value ``None`` stands for "not known". A picked choice is recognised by its title or its number.
"""

from __future__ import annotations

from collections.abc import Mapping

from actions.interview import Asked, Choice
from actions.phrasebook import Phrasebook
from actions.ports import SELF, FactDefinition, FactId, PersonId, Raw, Vocabulary
from core.vietnamese.format import money
from core.vietnamese.text import fold, squeeze

MOST_CHOICES = 9
AGE, BIRTH = "age_years", "date_of_birth"
NUMERIC = ("int", "money_vnd", "percent", "date")


class Asking:
    """Puts questions into words."""

    def __init__(self, phrasebook: Phrasebook, vocabulary: Vocabulary) -> None:
        self._phrasebook, self._vocabulary = phrasebook, vocabulary

    def question(self, person: PersonId, fact: FactId) -> Asked:
        """Return the question after *fact* with its choices."""
        return Asked(person, fact, self._choices(self._vocabulary.facts[fact]))

    def about_threshold(self, person: PersonId, fact: FactId, threshold: int) -> Asked:
        """Return the easier question whether an amount lies below *threshold*."""
        say, mark = self._phrasebook.say, money(threshold)
        return Asked(
            person,
            fact,
            (
                Choice(say("choice_below", threshold=mark), {"min": 1, "max": threshold - 1}),
                Choice(say("choice_from", threshold=mark), {"min": threshold}),
                Choice(say("choice_unknown"), None),
            ),
        )

    def words(self, asked: Asked, known: Mapping[FactId, Raw] | None = None) -> str:
        """Return the question as it is put, with the reason where it is a private one.

        *known* is what is known of the person: what is known roughly is asked for more exactly.
        """
        definition = self._vocabulary.facts[asked.fact]
        question = self._more_exactly(asked, known or {}) or self._question(asked, definition)
        return f"{question}\n{self._phrasebook.say('sensitive_reason')}" if definition.sensitive else question

    def _more_exactly(self, asked: Asked, known: Mapping[FactId, Raw]) -> str | None:
        name = self._phrasebook.person(asked.person)
        if asked.fact == BIRTH and (AGE in known or BIRTH in known):
            return self._phrasebook.say("which_day", person=name)
        if isinstance(known.get(asked.fact), dict):
            return self._phrasebook.say("how_much", fact=self._vocabulary.facts[asked.fact].name_vi, person=name)
        return None

    def _question(self, asked: Asked, definition: FactDefinition) -> str:
        if ours := self._phrasebook.question(asked.fact, asked.person):
            return ours
        if definition.scope != "person" or asked.person == SELF:
            return definition.question_vi
        name = self._phrasebook.person(asked.person)
        return self._phrasebook.say("question_for", person=name, question=_lower(definition.question_vi))

    def is_private(self, fact: FactId) -> bool:
        """Tell whether *fact* is a private matter."""
        definition = self._vocabulary.facts.get(fact)
        return definition is not None and definition.sensitive

    def takes_number(self, asked: Asked) -> bool:
        """Tell whether a number typed now is the answer itself, not the position of a choice."""
        return self._vocabulary.facts[asked.fact].type in NUMERIC

    def picked(self, asked: Asked, text: str) -> Choice | None:
        """Return the choice that *text* picks, by title or by number, or ``None``."""
        plain = fold(squeeze(text)).strip(" .)")
        for choice in asked.choices:
            if fold(choice.title) == plain:
                return choice
        if plain.isdecimal() and not self.takes_number(asked) and 0 < int(plain[:3]) <= len(asked.choices):
            return asked.choices[int(plain[:3]) - 1]
        return None

    def _choices(self, definition: FactDefinition) -> tuple[Choice, ...]:
        offered = self._offered(definition)
        last = "skip" if definition.sensitive else "unknown"
        return (*offered, Choice(self._phrasebook.say(f"choice_{last}"), None))

    def _offered(self, definition: FactDefinition) -> list[Choice]:
        say = self._phrasebook.say
        if definition.type == "bool":
            return [Choice(say("choice_yes"), True), Choice(say("choice_no"), False)]
        if definition.type == "money_vnd" and "zero" in self._phrasebook.fact(definition.id):
            return [Choice(say("choice_no"), 0)]
        if definition.type == "enum" and len(definition.values) < MOST_CHOICES:
            return [Choice(self._title(definition, value), _raw(definition, value)) for value in definition.values]
        return []

    def _title(self, definition: FactDefinition, value: str) -> str:
        return self._phrasebook.choice(definition.id, value) or definition.values[value]


def _raw(definition: FactDefinition, value: str) -> Raw:
    return [value] if definition.multiple and value != "none" else value


def _lower(text: str) -> str:
    return text if text[:2].isupper() else text[:1].lower() + text[1:]
