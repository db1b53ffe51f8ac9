"""What facts, benefits, procedures and places there are, and what they are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from actions.ports.values import BenefitId, FactId
from core.citations import Citation


class FactDefinition(Protocol):
    """What a fact is called, asked with and may be."""

    @property
    def id(self) -> FactId: ...
    @property
    def scope(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def name_vi(self) -> str: ...
    @property
    def question_vi(self) -> str: ...
    @property
    def values(self) -> Mapping[str, str]: ...
    @property
    def multiple(self) -> bool: ...
    @property
    def sensitive(self) -> bool: ...


class Vocabulary(Protocol):
    """The definitions of the facts."""

    @property
    def facts(self) -> Mapping[FactId, FactDefinition]: ...


class Procedure(Protocol):
    """How a benefit is applied for; empty or ``None`` where the released data do not say."""

    @property
    def where(self) -> str: ...
    @property
    def form(self) -> str: ...
    @property
    def days_working(self) -> int | None: ...
    @property
    def fee_vnd(self) -> int | None: ...
    @property
    def papers(self) -> Sequence[str]: ...
    @property
    def decided_by(self) -> str: ...
    @property
    def starts(self) -> str: ...
    @property
    def note(self) -> str: ...
    @property
    def citations(self) -> Sequence[Citation]: ...


class BenefitCard(Protocol):
    """What the dialogue has to know of a benefit."""

    @property
    def id(self) -> BenefitId: ...
    @property
    def name_vi(self) -> str: ...
    @property
    def area(self) -> str: ...


class Benefits(Protocol):
    """The catalogue of benefits."""

    def cards(self, as_of: date) -> Sequence[BenefitCard]: ...
    def groups(self, benefit: BenefitId) -> Mapping[str, str]: ...
    def procedure(self, benefit: BenefitId, *, as_of: date, province: str | None = None) -> Procedure | None: ...


class PlaceNames(Protocol):
    """Names of the 34 provinces and the 63 old ones."""

    def name(self, province: str) -> str: ...
