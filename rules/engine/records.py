"""The records of the leaves behind a decision: what was asked, what was told, by which law."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple, overload

from rules.engine.basis import Ground
from rules.engine.case import AGE_TOLD, BIRTH, Case
from rules.engine.decision import Asked, Leaf
from rules.engine.nodes import CHOSEN, LeafSpec, Run

TOLD: Final = "told"
UNTOLD: Final = "untold"


class Reasons(Sequence[Leaf]):
    """The records of the leaves behind a decision, each once; written when they are first read.

    Of the leaves that left groups aside only those are shown that rest on something told.
    """

    __slots__ = ("_case", "_left", "_parts", "_written")

    def __init__(self, parts: Sequence[Ground], left: Sequence[LeafSpec], case: Case) -> None:
        self._parts, self._left, self._case = parts, left, case
        self._written: tuple[Leaf, ...] | None = None

    def written(self) -> tuple[Leaf, ...]:
        """Return the records."""
        if self._written is None:
            case = self._case
            found = tuple(_records([part.lines or _lines_of(part, case) for part in self._parts], case))
            if self._left:
                known = case.table.lines
                left = [known.get(leaf.number) or _line(leaf, case) for leaf in self._left]
                found += tuple(_records([_told(left, case)], case))
            self._written = found
        return self._written

    @overload
    def __getitem__(self, place: int) -> Leaf: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Leaf, ...]: ...
    def __getitem__(self, place: int | slice) -> Leaf | tuple[Leaf, ...]:
        return self.written()[place]

    def __len__(self) -> int:
        return len(self.written())

    def __iter__(self) -> Iterator[Leaf]:
        return iter(self.written())

    def __eq__(self, other: object) -> bool:
        return self.written() == (other.written() if isinstance(other, Reasons) else other)

    def __hash__(self) -> int:
        return hash(self.written())

    def __repr__(self) -> str:
        return repr(self.written())


class Line(NamedTuple):
    """A leaf as its record needs it, the same for everybody; of those with the same ``key`` one is enough.

    ``told`` is the fact its value is taken from, ``both`` and ``yes`` its bits of the state, ``judge`` its verdict
    where it has none, ``untold`` the record where nothing is known of the fact: its bits then say what silence says.
    """

    key: str
    told: str
    both: int
    yes: int
    judge: Run
    asked: Asked
    untold: Leaf


def _records(parts: Iterable[Iterable[Line]], case: Case) -> Iterable[Leaf]:
    """Return the records of *parts*, each once: where it is said first."""
    seen: dict[str, Leaf] = {}
    raw, origin, state, facts = case.raw, case.origin, case.state, case.facts
    make = tuple.__new__
    for lines in parts:
        for key, told, both, yes, judge, asked, untold in lines:
            if key in seen:
                continue
            if told not in facts and told not in raw and both:
                seen[key] = untold
                continue
            if both:
                said = state & both
                verdict = said == yes if said else None
            else:
                verdict = judge(case)
            if told not in raw and told == BIRTH:
                told = AGE_TOLD  # noqa: PLW2901
            seen[key] = make(Leaf, (asked, verdict, raw.get(told), origin.get(told, UNTOLD)))
    return seen.values()


def _told(lines: Iterable[Line], case: Case) -> list[Line]:
    """Return those of *lines* that rest on something told."""
    origin = case.origin
    by_age = BIRTH not in case.raw and origin.get(AGE_TOLD) == TOLD
    return [line for line in lines if origin.get(line.told) == TOLD or (by_age and line.told == BIRTH)]


def _lines_of(part: Ground, case: Case) -> tuple[Line, ...]:
    """Return the lines of *part*, each once; kept with it unless a threshold depends on the person."""
    lines: dict[str, Line] = {}
    for leaf in part.leaves:
        line = _line(leaf, case)
        lines.setdefault(line.key, line)
    found = tuple(lines.values())
    if not any(leaf.personal for leaf in part.leaves):
        part.lines = found
    return found


def _line(spec: LeafSpec, case: Case) -> Line:
    """Return the line of a leaf here; kept for the place unless it depends on the person."""
    kept: Line | None = case.table.lines.get(spec.number)
    if kept is not None:
        return kept
    threshold = spec.measured(case)
    since, level, citation = spec.since, "national", spec.citation
    for key in spec.parameters:
        for row in case.found(key).rows:
            since = row.source.period.start or since
            level = row.province or row.former or level
            citation = row.source.cites[0].citation if row.source.cites else citation
    asked = Asked(spec.shown, spec.shown_operator, threshold, since, level, citation, spec.label)
    name = sys.intern(f"{spec.shown}\n{spec.shown_operator}\n{threshold}")
    both = spec.yes | spec.no
    silence = case.table.silence & both
    untold = Leaf(asked, silence == spec.yes if silence else None, None, UNTOLD)
    line = Line(name, spec.told, both, spec.yes, spec.run_on, asked, untold)
    if not spec.personal and spec.fact != CHOSEN:
        case.table.lines[spec.number] = line
    return line
