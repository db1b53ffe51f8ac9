"""A release of the law as plain values: what the rule files say, before any day is chosen.

Pure data. Reading the files is ``rules.schema``'s work, judging by them ``rules.engine.judge``'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum

from core.citations import Citation
from rules.engine.values import Number


class Outcome(StrEnum):
    """What the law says of a case."""

    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    UNDETERMINED = "undetermined"


class Confidence(IntEnum):
    """How well a point of law was checked; below HIGH the answer carries a reservation."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3


class Status(StrEnum):
    """State of a benefit in a period."""

    OPEN = "open"
    NOT_YET = "not_yet"
    CLOSED = "closed"
    UNSETTLED = "unsettled"


class Need(StrEnum):
    """What an unknown result field does: stops the verdict, is asked for, or is left out silently."""

    REQUIRED = "required"
    WANTED = "wanted"
    IF_TOLD = "if_told"


class Effect(StrEnum):
    """What a doubt does to the verdict when its condition holds; ``wait`` keeps it open only until that is known."""

    UNDETERMINED = "undetermined"
    WAIT = "wait"
    REFER = "refer"
    RESERVE = "reserve"


@dataclass(frozen=True, slots=True)
class Period:
    """Days for which something counts, and the day from which that was law (``known_from``)."""

    start: date | None = None
    end: date | None = None
    known_from: date | None = None

    def covers(self, day: date, known_on: date) -> bool:
        """Tell whether it counts on *day* by the law known on *known_on*."""
        return (
            (self.start is None or self.start <= day)
            and (self.end is None or day <= self.end)
            and (self.known_from is None or self.known_from <= known_on)
        )

    def __str__(self) -> str:
        return f"{self.start or '...'} to {self.end or '...'}"


ALWAYS = Period()


@dataclass(frozen=True, slots=True)
class Cite:
    """A citation, possibly only for some days."""

    citation: Citation
    period: Period = ALWAYS


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement stands: when it counts, by which article, how sure, in which file and line."""

    period: Period = ALWAYS
    cites: tuple[Cite, ...] = ()
    confidence: Confidence | None = None
    label: str = ""
    path: str = ""
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Formula:
    """A safe expression over parameters, facts and values, as written."""

    text: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A fixed threshold or value."""

    value: Number | date | str | bool | tuple[str, ...]


Operand = Formula | Literal


@dataclass(frozen=True, slots=True)
class AllOf:
    """Holds when every child holds."""

    children: tuple[Condition, ...]
    source: Source = field(default_factory=Source)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds when one child holds."""

    children: tuple[Condition, ...]
    source: Source = field(default_factory=Source)


@dataclass(frozen=True, slots=True)
class Not:
    """Holds when the child does not."""

    child: Condition
    source: Source = field(default_factory=Source)


@dataclass(frozen=True, slots=True)
class FactTest:
    """One fact (or ``age``) against one threshold. ``at`` names the date fact on which an age is taken."""

    fact: str
    operator: str
    operand: Operand
    at: str | None = None
    source: Source = field(default_factory=Source)


@dataclass(frozen=True, slots=True)
class FormulaTest:
    """A computed quantity against one threshold."""

    formula: Formula
    operator: str
    operand: Operand
    source: Source = field(default_factory=Source)


@dataclass(frozen=True, slots=True)
class GroupTest:
    """Holds when the condition of another group of the same benefit holds."""

    group: str
    source: Source = field(default_factory=Source)


@dataclass(frozen=True, slots=True)
class BenefitTest:
    """Holds by the decision on another benefit: its outcome, and its group where groups are named."""

    benefit: str
    outcome: Outcome | None
    groups: tuple[str, ...]
    source: Source = field(default_factory=Source)


@dataclass(frozen=True, slots=True)
class DefinitionTest:
    """A named condition used in several places."""

    name: str
    source: Source = field(default_factory=Source)


@dataclass(frozen=True, slots=True)
class ChosenTest:
    """Holds when the group that was chosen is one of these; only in results and doubts."""

    groups: tuple[str, ...]
    source: Source = field(default_factory=Source)


@dataclass(frozen=True, slots=True)
class PlaceTest:
    """Holds when the case lives in one of these new units, or one of these former provinces."""

    provinces: tuple[str, ...]
    former: tuple[str, ...]
    source: Source = field(default_factory=Source)


Condition = (
    AllOf | AnyOf | Not | FactTest | FormulaTest | GroupTest | BenefitTest | DefinitionTest | ChosenTest | PlaceTest
)


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A value the law leaves open: no figure is given and, unless told otherwise, a person is asked.

    ``lowest`` and ``highest`` are what it is at least and at most, whichever way the law is read.
    """

    reason: str
    text: str
    refer: bool = True
    lowest: Number | None = None
    highest: Number | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """One row of a value: when it counts, under which condition, what it is."""

    value: Operand | Unsettled
    when: Condition | None
    source: Source


@dataclass(frozen=True, slots=True)
class Version:
    """A group as it stands in one period.

    While ``gives_way`` holds the group is not chosen, although the person still belongs to it.
    """

    when: Condition
    order: int
    source: Source
    gives_way: Condition | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """One kind of person or household the law names.

    ``refer`` says why a person decides even when the condition holds (discretion, a point not settled).
    """

    id: str
    name_vi: str
    outcome: Outcome
    refer: Unsettled | None
    versions: tuple[Version, ...]
    values: Mapping[str, tuple[Clause, ...]]
    source: Source


@dataclass(frozen=True, slots=True)
class SumRule:
    """Groups paid together although only the highest is paid otherwise."""

    base: tuple[str, ...]
    added: tuple[str, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Select:
    """How one group is chosen among those that hold."""

    strategy: str
    by: str | None = None
    prefer: str | None = None
    sums: tuple[SumRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Best:
    """The highest of a group value over every group that holds, whichever was chosen."""

    value: str
    group_as: str | None


@dataclass(frozen=True, slots=True)
class ResultField:
    """One figure of the answer."""

    name: str
    unit: str
    need: Need
    refused_only: bool
    clauses: tuple[Clause, ...]
    best: Best | None
    source: Source


@dataclass(frozen=True, slots=True)
class Doubt:
    """A point where the law does not settle the case, or an official decides."""

    id: str
    text: str
    effect: Effect
    when: Condition
    source: Source


@dataclass(frozen=True, slots=True)
class InForce:
    """Whether the benefit exists in a period."""

    status: Status
    reason: str
    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class Procedure:
    """How to ask for it in a period; free fields, shown as they stand."""

    details: Mapping[str, object]
    source: Source


@dataclass(frozen=True, slots=True)
class Benefit:
    """One benefit with all its versions."""

    id: str
    name_vi: str
    area: str
    scope: str
    aliases: tuple[str, ...]
    group_as: str | None
    group_need: Need
    in_force: tuple[InForce, ...]
    requires: Condition
    groups: tuple[Group, ...]
    select: Select
    results: tuple[ResultField, ...]
    doubts: tuple[Doubt, ...]
    procedures: tuple[Procedure, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Row:
    """One value of a parameter: for which days, which place."""

    value: Number | Unsettled
    province: str | None
    former: str | None
    source: Source


@dataclass(frozen=True, slots=True)
class Parameter:
    """A figure of the law over time and place. ``highest`` tells that a province can only raise the national one.

    ``revised_by`` is the day by which a new value is expected.
    """

    key: str
    unit: str
    name_vi: str
    highest: bool
    rows: tuple[Row, ...]
    source: Source
    revised_by: date | None = None


@dataclass(frozen=True, slots=True)
class Combination:
    """Benefits of which only the one with the higher figure is paid."""

    id: str
    benefits: tuple[str, ...]
    by: str
    source: Source


@dataclass(frozen=True, slots=True)
class Release:
    """Everything the engine judges by. ``id`` is the content hash of the files."""

    id: str
    benefits: Mapping[str, Benefit]
    parameters: Mapping[str, Parameter]
    definitions: Mapping[str, Condition]
    combinations: tuple[Combination, ...]
