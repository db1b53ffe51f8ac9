"""What was read out of one message: plain values that travel between the rooms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rules.facts.phrasebook import Raw

Answer = Literal["yes", "no", "dont_know", "skip"]


@dataclass(frozen=True)
class Pending:
    """The question the citizen is answering."""

    fact: str
    person: str


@dataclass(frozen=True)
class ReadingContext:
    """Whom the conversation speaks of so far."""

    current_person: str | None = None
    known_people: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mention:
    """One fact told.

    *person* is None for facts of the household and where nobody is named: then it is the current person's.
    *value* is the contract's plain form. *span* points into the message. *described* marks what is said of nobody
    in particular (``người 76 tuổi được bao nhiêu``): good for this answer, never to overwrite what was told.
    """

    person: str | None
    fact: str
    value: Raw
    span: tuple[int, int]
    correction: bool = False
    described: bool = False


@dataclass(frozen=True)
class Retraction:
    """Something told before belongs to another person: ``trợ cấp đó của bà``.

    *facts* are those it may have been told as, *person* who had it (None: the current person), *moved_to* whose
    it is.
    """

    facts: tuple[str, ...]
    person: str | None
    moved_to: str
    # It is said too that who was thought to have it has none: ``của bố, mẹ không có``.
    left_without: bool = False


@dataclass(frozen=True)
class Reading:
    """Everything understood of one message."""

    mentions: tuple[Mention, ...] = ()
    people: tuple[str, ...] = ()
    focus: str | None = None
    benefits: tuple[str, ...] = ()
    province: str | None = None
    former_province: str | None = None
    answer: Answer | None = None
    is_correction: bool = False
    retracted: tuple[Retraction, ...] = ()
    # Who is said to be dead, whether or not a day was told.
    dead: tuple[str, ...] = ()
    # The day or month of birth told without its year: ``-03``, ``-09-02``.
    day_of_birth: str | None = None
