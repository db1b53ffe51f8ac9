"""What a change of the rules does to people of lists that were screened: :func:`rules.impact.impact` by the slice.

A list of a commune has tens of thousands of rows. They are judged all at once by both releases, and only those who are
judged otherwise are looked at one kind after the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Protocol

import numpy as np

from rules.batch import Batch, Judged
from rules.engine.decision import Decision
from rules.engine.model import Outcome
from rules.engine.vector.columns import Column
from rules.engine.vector.combos import alike
from rules.engine.vector.planes import Codes, Flags
from rules.impact import MOST_KEPT, Effect, Impact, Progress, effect_of, keep_gravest
from rules.places import Places
from rules.service import EligibilityService

_OUTCOMES: Final = {1: Outcome.ELIGIBLE, 0: Outcome.INELIGIBLE, -1: Outcome.UNDETERMINED}


@dataclass(frozen=True, slots=True)
class ListSlice:
    """Some people of a list: the line of each in it, what was told of them, and how many rows could not be read."""

    lines: Sequence[int]
    columns: Sequence[Column]
    unreadable: int = 0


class ScreenedList(Protocol):
    """A list that was screened and is still kept. Who keeps lists makes these; see :class:`rules.screening.KeptList`.

    ``id`` is a name the caller knows it by, no personal text; ``province`` a code or a name as a report of a screening
    says it, ``None`` where the rows tell it.
    """

    @property
    def id(self) -> str: ...
    @property
    def province(self) -> str | None: ...
    def slices(self, service: EligibilityService) -> Iterator[ListSlice]:
        """Yield the people, read by the vocabulary and the places of *service*."""
        ...


def impact_on_lists(
    before: EligibilityService,
    after: EligibilityService,
    lists: Iterable[ScreenedList],
    *,
    on: date,
    benefits: Sequence[str] | None = None,
    keep: int = MOST_KEPT,
    progress: Progress | None = None,
) -> Impact:
    """Judge everybody in *lists* on the day *on* by both releases and compare, as :func:`rules.impact.impact` does.

    *benefits* narrows what is looked at (see :func:`rules.difference.touched_benefits`); *progress* is told how many
    people are done after every slice. The subject of an effect is ``<id of the list>/<line>``. Of figures only those of
    what is granted are compared. Rows that cannot be judged count as ``unreadable``. Raises what
    :meth:`ScreenedList.slices` raises, and :class:`rules.errors.InvalidFacts` for an unknown province.
    """
    found = Impact()
    for one in lists:
        for some in one.slices(before):
            _look_at(found, one, some, _Sides(before, after, on, benefits), keep)
            if progress is not None:
                progress(found.looked_at)
    return found


@dataclass(frozen=True, slots=True)
class _Sides:
    """Both releases, the day, and the benefits looked at."""

    before: EligibilityService
    after: EligibilityService
    on: date
    benefits: Sequence[str] | None

    def judge(self, one: ScreenedList, some: ListSlice) -> tuple[Judged, Judged]:
        """Judge the slice by both."""
        return self._by(self.before, one, some), self._by(self.after, one, some)

    def _by(self, service: EligibilityService, one: ScreenedList, some: ListSlice) -> Judged:
        known = service.release.benefits
        asked = list(known) if self.benefits is None else [name for name in self.benefits if name in known]
        place = _code(service.places, one.province)
        return Batch(service).judge(some.columns, len(some.lines), as_of=self.on, province=place, benefits=asked)


def _code(places: Places, province: str | None) -> str | None:
    """Return the code of a province given by code or by name; what is neither is left for the judging to refuse."""
    if province is None or province in places.units or province in places.former:
        return province
    found = places.find(province)
    return found[0].former or found[0].province if len(found) == 1 else province


def _look_at(found: Impact, one: ScreenedList, some: ListSlice, sides: _Sides, keep: int) -> None:
    """Add what the change does to the people of one slice."""
    old, new = sides.judge(one, some)
    wrong = [*{*old.wrong, *new.wrong}]
    found.looked_at += len(some.lines) + some.unreadable
    found.unreadable += len(wrong) + some.unreadable
    affected: Flags = np.zeros(len(some.lines), np.bool_)
    good = np.ones(len(some.lines), np.bool_)
    good[wrong] = False
    effects: list[Effect] = []
    for benefit in dict.fromkeys((*old.benefits, *new.benefits)):
        for effect, who in _turned(benefit, _Side.of(old, benefit), _Side.of(new, benefit), good):
            affected |= who
            rows = np.flatnonzero(who).tolist()
            found.counts.setdefault(benefit, Counter())[effect.turn] += len(rows)
            effects += [replace(effect, subject=f"{one.id}/{some.lines[row]}") for row in rows[:keep]]
    found.affected += int(affected.sum())
    keep_gravest(found.effects, effects, keep)


@dataclass(frozen=True, slots=True)
class _Side:
    """How one release judges everybody for one benefit; the codes say who is judged alike."""

    judged: Judged
    benefit: str
    outcomes: Codes
    groups: tuple[list[Any], Codes]
    figures: tuple[list[dict[str, Any]], Codes]
    missing: dict[str, Flags]

    @classmethod
    def of(cls, judged: Judged, benefit: str) -> _Side | None:
        """Return the side, ``None`` where the release does not know the benefit."""
        if benefit not in judged.benefits:
            return None
        parts = judged.outcomes(benefit), judged.groups(benefit), judged.figures(benefit), judged.missing(benefit)
        return cls(judged, benefit, *parts)

    @property
    def codes(self) -> list[Codes]:
        """What tells people apart."""
        return [self.outcomes, self.groups[1], self.figures[1]]

    def decision(self, row: int) -> Decision:
        """Return what is decided on one person: outcome, group, figures and what is missing."""
        group, figures = int(self.groups[1][row]), int(self.figures[1][row])
        return Decision(
            self.benefit,
            _OUTCOMES[int(self.outcomes[row])],
            self.groups[0][group] if group >= 0 else None,
            self.figures[0][figures] if figures >= 0 else {},
            tuple(fact for fact, who in self.missing.items() if who[row]),
        )


def _turned(benefit: str, old: _Side | None, new: _Side | None, good: Flags) -> Iterator[tuple[Effect, Flags]]:
    """Yield every way in which the decisions differ, with the people it happens to."""
    sides = [side for side in (old, new) if side is not None]
    asks = [who.view(np.uint8) for who in (new.missing if new else {}).values()]
    kinds = alike([*(part for side in sides for part in side.codes), *asks], len(good))
    for number, first in enumerate(kinds.first):
        before, after = (side.decision(int(first)) if side is not None else None for side in (old, new))
        effect = effect_of("", benefit, before, after)
        if effect is None:
            continue
        who = good & (kinds.kind == number)
        if who.any():
            yield effect, who
