"""Reading facts out of a citizen's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from actions.ports.values import FactId, PersonId, Raw


@dataclass(frozen=True)
class Pending:
    """The question the citizen is answering."""

    fact: FactId
    person: PersonId


@dataclass(frozen=True)
class ReadingContext:
    """Who is being talked about."""

    current_person: PersonId
    known_people: tuple[PersonId, ...]


class Mention(Protocol):
    """One fact found in the words; ``person`` is ``None`` for the household or where nobody was named."""

    @property
    def person(self) -> PersonId | None: ...
    @property
    def fact(self) -> FactId: ...
    @property
    def value(self) -> Raw: ...
    @property
    def correction(self) -> bool: ...
    @property
    def described(self) -> bool:
        """Tell whether it is said of nobody in particular."""
        ...


class Retraction(Protocol):
    """Something told before that belongs to another person."""

    @property
    def facts(self) -> Sequence[FactId]: ...
    @property
    def person(self) -> PersonId | None: ...
    @property
    def moved_to(self) -> PersonId: ...
    @property
    def left_without(self) -> bool:
        """Tell whether who was thought to have it is said to have none."""
        ...


class Reading(Protocol):
    """All that was read out of one message."""

    @property
    def mentions(self) -> Sequence[Mention]: ...
    @property
    def people(self) -> Sequence[PersonId]: ...
    @property
    def focus(self) -> PersonId | None: ...
    @property
    def benefits(self) -> Sequence[str]: ...
    @property
    def province(self) -> str | None: ...
    @property
    def former_province(self) -> str | None: ...
    @property
    def answer(self) -> str | None: ...
    @property
    def is_correction(self) -> bool: ...
    @property
    def retracted(self) -> Sequence[Retraction]: ...
    @property
    def dead(self) -> Sequence[PersonId]: ...
    @property
    def day_of_birth(self) -> str | None:
        """Return the day or month of birth told without its year, as ``-03`` or ``-09-02``."""
        ...


class FactReader(Protocol):
    """Reads facts, people, benefits and places out of chat Vietnamese."""

    def read(
        self,
        text: str,
        *,
        today: date,
        pending: Pending | None = None,
        context: ReadingContext | None = None,
    ) -> Reading: ...
