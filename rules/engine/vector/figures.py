"""The figures of what is granted, for many people at once: worked out once for all who say the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from rules.engine.decision import Decision, ResultValue
from rules.engine.model import Outcome
from rules.engine.snapshot import paid_against
from rules.engine.vector.planes import Codes, Rows
from rules.engine.vector.verdicts import VectorJudge

Results = Mapping[str, ResultValue]


class Figures(NamedTuple):
    """The decisions that occur on one benefit and, of every person, the place of theirs (-1: nothing is granted)."""

    decisions: Sequence[Decision]
    of: Codes


class VectorFigures:
    """Works out figures from the verdicts of one :class:`VectorJudge`."""

    def __init__(self, judge: VectorJudge) -> None:
        self._judge = judge
        self._made: dict[str, Figures] = {}

    def figures(self, benefit: str) -> Figures:
        """Return the figures of *benefit* for all to whom it is granted, before what excludes what."""
        made = self._made.get(benefit)
        if made is None:
            made = self._made[benefit] = self._work_out(benefit)
        return made

    def _work_out(self, benefit: str) -> Figures:
        judge, planes = self._judge, self._judge.planes
        verdicts, compiled = judge.verdicts(benefit), judge.snapshot.benefits[benefit]
        of = np.full(planes.count, -1, np.int32)
        decisions: list[Decision] = []
        for who, by_facts in ((verdicts.eligible & ~verdicts.vague, False), (verdicts.eligible & verdicts.vague, True)):
            rows = planes.rows(who)
            if not len(rows):
                continue
            if by_facts:
                kinds = judge.people.alike(judge.relevant(benefit), rows)
            else:
                kinds = judge.kinds(compiled, compiled.results, verdicts, rows)
            of[rows] = kinds.kind + len(decisions)
            decisions += [self._decide(benefit, int(rows[row])) for row in kinds.first]
        return Figures(decisions, of)

    def _decide(self, benefit: str, row: int) -> Decision:
        return self._judge.snapshot.decide(benefit, self._judge.people.case_of(row), explain=False)

    def paid(self, benefit: str) -> tuple[Sequence[bool | None], Codes]:
        """Return whether *benefit* is paid beside those that exclude it, by kind, and the kind of everybody.

        The kind is -1 where it is not granted or nothing excludes it.
        """
        kind_of = np.full(self._judge.planes.count, -1, np.int32)
        paid: list[bool | None] = []
        for combination in self._judge.snapshot.combinations:
            rows = self._judge.planes.rows(self._judge.verdicts(benefit).eligible)
            if benefit not in combination.benefits or not len(rows):
                continue
            parts = [part[rows] for name in combination.benefits for part in self._standing(name)]
            kinds = self._judge.people.alike((), rows, parts)
            kind_of[rows] = kinds.kind + len(paid)
            for first in kinds.first:
                row = int(rows[first])
                others = [self._decision(name, row) for name in combination.benefits if name != benefit]
                paid.append(paid_against(self._decision(benefit, row), others, combination))
        return paid, kind_of

    def _standing(self, benefit: str) -> tuple[Codes, Codes]:
        verdicts = self._judge.verdicts(benefit)
        return self._judge.planes.flags(verdicts.ineligible).view(np.uint8), self.figures(benefit).of

    def _decision(self, benefit: str, row: Rows | int) -> Decision:
        figures = self.figures(benefit)
        place = int(figures.of[row])
        if place >= 0:
            return figures.decisions[place]
        refused = bool(self._judge.planes.flags(self._judge.verdicts(benefit).ineligible)[row])
        return Decision(benefit, Outcome.INELIGIBLE if refused else Outcome.UNDETERMINED)
