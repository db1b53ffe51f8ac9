"""One case in front of the engine: the facts, where each came from, the day and the place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final, cast

from rules.engine.calendar import earliest_birth, full_years, latest_birth
from rules.engine.values import FactValue, Span

if TYPE_CHECKING:
    from rules.engine.decision import Verdict
    from rules.engine.model import Row, Unsettled
    from rules.engine.parameters import Found
    from rules.engine.table import PlaceTable

AGE: Final = "age"
BIRTH: Final = "date_of_birth"
AGE_TOLD: Final = "age_years"
FORMER: Final = "former_province"
UNSET: Final = object()


class UnsettledValue(Exception):
    """A parameter has no settled value for this case."""

    def __init__(self, unsettled: Unsettled, rows: tuple[Row, ...] = ()) -> None:
        super().__init__(unsettled.reason)
        self.unsettled, self.rows = unsettled, rows


@dataclass(slots=True)
class Case:
    """Facts by id with ``age`` and a span of ``date_of_birth`` derived.

    ``told`` is what was really said, ``presumed`` what was taken for granted. ``numbers`` are the facts that count or
    measure: untold, they are at least 0.
    ``state`` is what the facts say of every leaf, ``open`` the *holds* bits of those they leave open, ``vague`` those
    of them of which they speak, ``unclear`` those where the untold fact is not all that is missing, ``table`` where all
    this comes from; ``memo`` and ``verdicts`` keep what was worked out. ``whole`` is false for one of the ways in which
    a vague fact may turn out.
    """

    as_of: date
    known_on: date
    facts: dict[str, FactValue]
    raw: Mapping[str, Any]
    origin: Mapping[str, str]
    province: str | None
    former: tuple[str, ...]
    numbers: frozenset[str] = frozenset()
    look_up: Any = None
    memo: list[Any] = field(default_factory=list)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    picked: frozenset[str] = frozenset()
    told: Mapping[str, FactValue] = field(default_factory=dict)
    state: int = 0
    open: int = 0
    unclear: int = 0
    vague: int = 0
    table: PlaceTable = field(default=cast("PlaceTable", None))
    whole: bool = True
    presumed: frozenset[str] = frozenset()

    def chosen(self, groups: frozenset[str]) -> bool:
        """Tell whether the group whose results are being worked out is one of *groups*."""
        return not self.picked.isdisjoint(groups)

    def parameter(self, key: str) -> Span:
        """Return the value of a parameter here; raises :class:`UnsettledValue` where not even a bound is known."""
        found = self.found(key)
        if found.unsettled is not None and found.span.lo is None and found.span.hi is None:
            raise UnsettledValue(found.unsettled, found.rows)
        return found.span

    def found(self, key: str) -> Found:
        """Return the rows of a parameter that count here."""
        result: Found = self.look_up(key, self)
        return result


def derive_ages(facts: dict[str, FactValue], as_of: date) -> None:
    """Add ``age`` from the date of birth, or a span of birth from an age that was told."""
    birth = facts.get(BIRTH)
    if isinstance(birth, Span):
        facts[AGE] = age_on(birth, as_of)
        return
    told = facts.get(AGE_TOLD)
    if isinstance(told, Span):
        facts[AGE] = told
        low, high = told.lo, told.hi
        facts[BIRTH] = Span(
            earliest_birth(int(high), as_of) if isinstance(high, int) else None,
            latest_birth(int(low), as_of) if isinstance(low, int) else as_of,
        )


def age_on(birth: Span, day: date) -> Span:
    """Return the completed years on *day* of somebody born within *birth*."""
    young = full_years(birth.hi, day) if isinstance(birth.hi, date) else None
    old = full_years(birth.lo, day) if isinstance(birth.lo, date) else None
    return Span(young, old)
