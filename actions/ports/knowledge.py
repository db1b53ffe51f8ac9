"""What the law says, in prose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from actions.ports.values import BenefitId
from core.citations import Citation


class Passage(Protocol):
    """A passage an answer rests on."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def heading(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def citations(self) -> Sequence[Citation]: ...
    @property
    def benefits(self) -> Sequence[str]: ...


class Hit(Protocol):
    """A passage that was found, and how well it fits."""

    @property
    def passage(self) -> Passage: ...
    @property
    def score(self) -> float: ...


class KnowledgeAnswer(Protocol):
    """An answer from the guides, or a refusal with its reason."""

    @property
    def status(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def citations(self) -> Sequence[Citation]: ...
    @property
    def passages(self) -> Sequence[Hit]: ...
    @property
    def confidence(self) -> float: ...
    @property
    def reason(self) -> str | None: ...
    @property
    def further(self) -> Sequence[Hit]: ...
    @property
    def besides(self) -> Sequence[Hit]:
        """Return those of ``further`` that tell what was asked besides."""
        ...

    @property
    def is_far(self) -> bool: ...
    @property
    def former_day(self) -> date | None: ...
    @property
    def lead(self) -> float: ...


class Knowledge(Protocol):
    """Answers questions about the law from the guides."""

    def answer(
        self, question: str, *, as_of: date, province: str | None = None, benefits: Sequence[BenefitId] = ()
    ) -> KnowledgeAnswer: ...


class LawTexts(Protocol):
    """The documents of law that were taken in, word by word."""

    def clause(self, citation: Citation, *, as_of: date) -> str | None:
        """Return the text of *citation* as it held on *as_of*, or ``None`` where the document is not there."""
        ...
