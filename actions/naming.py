"""A reading with other names: the same person is called now "em trai", now "em tôi"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from actions.ports import FactId, Mention, PersonId, Raw, Reading, Retraction


@dataclass(frozen=True)
class RenamedMention:
    """A mention of the same fact of the person under another name."""

    person: PersonId | None
    fact: FactId
    value: Raw
    correction: bool
    described: bool


@dataclass(frozen=True)
class Renamed:
    """*reading* with the people of *same* under the names they are known by."""

    reading: Reading
    same: Mapping[PersonId, PersonId]

    @property
    def mentions(self) -> Sequence[Mention]:
        """The facts, each of whom it is about."""
        return [
            RenamedMention(self._known(m.person), m.fact, m.value, m.correction, m.described)
            for m in self.reading.mentions
        ]

    @property
    def people(self) -> Sequence[PersonId]:
        """Everyone who was named."""
        return list(dict.fromkeys(self.same.get(person, person) for person in self.reading.people))

    @property
    def focus(self) -> PersonId | None:
        """Whom it is about."""
        return self._known(self.reading.focus)

    @property
    def benefits(self) -> Sequence[str]:
        """The benefits asked for."""
        return self.reading.benefits

    @property
    def province(self) -> str | None:
        """The province named."""
        return self.reading.province

    @property
    def former_province(self) -> str | None:
        """The old province named."""
        return self.reading.former_province

    @property
    def answer(self) -> str | None:
        """The short answer given."""
        return self.reading.answer

    @property
    def is_correction(self) -> bool:
        """Whether something is taken back."""
        return self.reading.is_correction

    @property
    def retracted(self) -> Sequence[Retraction]:
        """What was told of the wrong person."""
        return self.reading.retracted

    @property
    def dead(self) -> Sequence[PersonId]:
        """Who is said to be dead."""
        return [self.same.get(person, person) for person in self.reading.dead]

    @property
    def day_of_birth(self) -> str | None:
        """The day of birth told without its year."""
        return self.reading.day_of_birth

    def _known(self, person: PersonId | None) -> PersonId | None:
        return self.same.get(person, person) if person is not None else None
