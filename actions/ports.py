"""What the dialogue asks of the other rooms, in its own words.

``app/bootstrap.py`` fills these in with the eligibility service, the planner, the fact reader, the catalogue and the
knowledge answers. A *raw* value is the plain contract form of a fact: bool, int, str, ``{min, max}`` or a list.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from core.citations import Citation

Raw = Any
PersonId = str
FactId = str
BenefitId = str

SELF: PersonId = "self"


# --- reading facts out of words -------------------------------------------------------------------------------


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


# --- what is true -----------------------------------------------------------------------------------------------


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
    def refer_to_human(self) -> bool: ...
    @property
    def refer_reasons(self) -> Sequence[ReferReason]: ...
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


class Eligibility(Protocol):
    """Judges facts by the law of a day, and says which fact to ask next."""

    def assess(
        self,
        facts: Mapping[FactId, Raw],
        *,
        as_of: date,
        province: str | None,
        benefits: Sequence[BenefitId],
    ) -> Sequence[Decision]: ...

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


class Vocabulary(Protocol):
    """The definitions of the facts."""

    @property
    def facts(self) -> Mapping[FactId, FactDefinition]: ...


class Benefits(Protocol):
    """The catalogue of benefits."""

    def cards(self, as_of: date) -> Sequence[BenefitCard]: ...
    def groups(self, benefit: BenefitId) -> Mapping[str, str]: ...
    def procedure(self, benefit: BenefitId, *, as_of: date, province: str | None = None) -> Procedure | None: ...


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


class PlaceNames(Protocol):
    """Names of the 34 provinces and the 63 old ones."""

    def name(self, province: str) -> str: ...


# --- what the law says, in prose ------------------------------------------------------------------------------


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
