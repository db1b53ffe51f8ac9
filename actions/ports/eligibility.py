"""Verdicts, the next question, and what will change a verdict."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from actions.ports.values import BenefitId, FactId, Raw
from core.citations import Citation


class Leaf(Protocol):
    """One condition of a benefit, as it was judged."""

    @property
    def fact(self) -> FactId: ...
    @property
    def verdict(self) -> bool | None: ...
    @property
    def value(self) -> Raw: ...
    @property
    def source(self) -> str: ...
    @property
    def threshold(self) -> Raw: ...
    @property
    def operator(self) -> str: ...
    @property
    def citation(self) -> Citation | None: ...
    @property
    def label_vi(self) -> str: ...


class ReferReason(Protocol):
    """Why a person has to decide, or why there is no figure."""

    @property
    def text(self) -> str: ...


class Note(Protocol):
    """Why a figure is not given although nobody has to be asked before the answer stands."""

    @property
    def cited(self) -> str:
        """Return the text with its articles."""
        ...

    @property
    def citations(self) -> Sequence[Citation]: ...


class Decision(Protocol):
    """The verdict on one benefit for one person on one day."""

    @property
    def benefit(self) -> BenefitId: ...
    @property
    def outcome(self) -> str: ...
    @property
    def group(self) -> str | Sequence[str] | None: ...
    @property
    def results(self) -> Mapping[str, Any]: ...
    @property
    def missing(self) -> Sequence[FactId]: ...
    @property
    def granted_anyhow(self) -> bool:
        """Tell whether an open verdict is due whichever way it turns out: only a figure is open."""
        ...

    @property
    def refer_to_human(self) -> bool: ...
    @property
    def refer_reasons(self) -> Sequence[ReferReason]: ...
    @property
    def notes(self) -> Sequence[Note]: ...
    @property
    def bounds(self) -> Mapping[str, tuple[Any, Any]]:
        """Return what is already sure of a figure that is not exact: its lowest and highest value."""
        ...

    @property
    def citations(self) -> Sequence[Citation]: ...
    @property
    def reasons(self) -> Sequence[Leaf]: ...
    @property
    def presumed(self) -> Mapping[FactId, Raw]: ...
    @property
    def reservation(self) -> bool: ...


class Question(Protocol):
    """The question that settles most."""

    @property
    def fact(self) -> FactId: ...
    @property
    def benefits(self) -> Sequence[BenefitId]: ...


class Eligibility(Protocol):
    """Judges facts by the law of a day, and says which fact to ask next."""

    def assess(
        self,
        facts: Mapping[FactId, Raw],
        *,
        as_of: date,
        province: str | None,
        benefits: Sequence[BenefitId],
        known_on: date | None = None,
    ) -> Sequence[Decision]:
        """Judge by the law of *as_of*, with what counted back for that day by *known_on*."""
        ...

    def next_question(
        self,
        facts: Mapping[FactId, Raw],
        *,
        as_of: date,
        province: str | None,
        benefits: Sequence[BenefitId],
        unanswerable: Collection[FactId],
    ) -> Question | None: ...


class Change(Protocol):
    """From a day on the answer is another."""

    @property
    def benefit(self) -> BenefitId: ...
    @property
    def on(self) -> date: ...
    @property
    def why(self) -> Sequence[str]: ...
    @property
    def before(self) -> Decision: ...
    @property
    def after(self) -> Decision: ...
    @property
    def because(self) -> Sequence[Leaf]: ...
    @property
    def age(self) -> int | None: ...


class NearMiss(Protocol):
    """Were one fact otherwise, a benefit would be due."""

    @property
    def benefit(self) -> BenefitId: ...
    @property
    def fact(self) -> FactId: ...
    @property
    def values(self) -> Sequence[Raw]: ...
    @property
    def since(self) -> date: ...
    @property
    def citations(self) -> Sequence[Citation]: ...


class Outlook(Protocol):
    """Looks ahead from what was told."""

    def changes(
        self, facts: Mapping[FactId, Raw], *, as_of: date, province: str | None, benefit: BenefitId
    ) -> Sequence[Change]: ...

    def near_misses(
        self, facts: Mapping[FactId, Raw], *, as_of: date, province: str | None, benefit: BenefitId
    ) -> Sequence[NearMiss]: ...
