"""What reminders ask of the rooms that know a citizen's case and the law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

Case = Mapping[str, Any]  # plain data; what is in it is the business of whoever fills ``Prospects``


@dataclass(frozen=True, slots=True)
class Prospect:
    """From ``on`` an answer is another: ``sentence`` says it in words for the citizen, empty where it is open by then.

    ``change`` names it for ever (at most 32 characters): whose, what, from when and to what. ``why`` holds ``law``,
    ``time`` or both; ``age`` is the age reached, where one is. ``by_birth``: it is open because only about when
    somebody was born is known.
    """

    change: str
    person: str
    benefit: str
    benefit_vi: str
    on: date
    why: tuple[str, ...]
    age: int | None
    sentence: str = field(repr=False)
    citations: tuple[str, ...] = ()
    by_birth: bool = False


class Prospects(Protocol):
    """Looks ahead from what a citizen told."""

    def case(self, conversation_id: str) -> Case | None:
        """Return all that is needed to look ahead later; ``None`` where no verdict was given."""
        ...

    def ahead(self, case: Case, *, told_on: date, until: date) -> Sequence[Prospect]:
        """Return the changes after *told_on*, the day the facts were told, up to *until*, earliest first."""
        ...
