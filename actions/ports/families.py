"""A family judged as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from actions.ports.eligibility import Decision
from actions.ports.values import BenefitId, FactId, PersonId, Raw
from core.citations import Citation


class Exclusion(Protocol):
    """``person`` is entitled to ``benefit`` and yet not paid it, because ``instead`` is paid."""

    @property
    def person(self) -> PersonId: ...
    @property
    def benefit(self) -> BenefitId: ...
    @property
    def instead(self) -> BenefitId: ...
    @property
    def citations(self) -> Sequence[Citation]: ...


class CardChoice(Protocol):
    """How one member gets the health card, and what it costs a year, in đồng (``None``: not settled)."""

    @property
    def person(self) -> PersonId: ...
    @property
    def decision(self) -> Decision: ...
    @property
    def rank(self) -> int | None: ...
    @property
    def yearly_vnd(self) -> int | None: ...
    @property
    def chosen(self) -> bool: ...


class CardPlan(Protocol):
    """The cheapest lawful way to a card for each member of a family."""

    @property
    def choices(self) -> Sequence[CardChoice]: ...
    @property
    def total_vnd(self) -> int | None: ...
    @property
    def saved_vnd(self) -> int: ...
    @property
    def citations(self) -> Sequence[Citation]: ...


class Families(Protocol):
    """Judges a family as one; *people* are the facts of each, *shared* those of the household."""

    def exclusions(
        self,
        people: Mapping[PersonId, Mapping[FactId, Raw]],
        shared: Mapping[FactId, Raw],
        *,
        as_of: date,
        province: str | None,
    ) -> Sequence[Exclusion]: ...

    def cards(
        self,
        people: Mapping[PersonId, Mapping[FactId, Raw]],
        shared: Mapping[FactId, Raw],
        *,
        as_of: date,
        province: str | None,
    ) -> CardPlan: ...
