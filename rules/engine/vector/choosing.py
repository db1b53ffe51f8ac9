"""Choose the groups of a benefit for many people at once, while some groups may still be unknown for some of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from rules.engine.compiled import CompiledBenefit
from rules.engine.nodes import leaves_of
from rules.engine.selection import CompiledGroup
from rules.engine.vector.people import People
from rules.engine.vector.planes import Bits, Codes, Planes, Truths
from rules.engine.vector.trees import Trees


@dataclass(slots=True)
class Chosen:
    """By group: who may be chosen by it (``picks``), whom it comes first for, whom it keeps open (``unknown``).

    ``unsure`` are those of whom no group surely holds, ``several`` those with more than one pick; ``pairs`` are groups
    chosen together.
    """

    picks: list[Bits]
    first: list[Bits]
    unknown: list[Bits]
    unsure: Bits
    several: Bits
    pairs: list[tuple[tuple[int, int], Bits]] = field(default_factory=list)


def choose(benefit: CompiledBenefit, trees: Trees, people: People) -> Chosen:
    """Return what is chosen among the groups of *benefit*, already in the law's order."""
    truths = [trees.judge(group.pick) for group in benefit.groups]
    if benefit.select.strategy == "first":
        return _first(truths, people.planes)
    chosen = _any(truths, people.planes)
    if benefit.select.strategy == "highest":
        _highest(benefit, truths, chosen, trees, people)
    return chosen


def _first(truths: Sequence[Truths], planes: Planes) -> Chosen:
    picks: list[Bits] = []
    unknown: list[Bits] = []
    left = planes.all
    for truth in truths:
        possible = left & ~truth.no
        picks.append(possible)
        unknown.append(possible & ~truth.yes)
        left = left & ~truth.yes
    return _ordered(picks, unknown, left, planes)


def _any(truths: Sequence[Truths], planes: Planes) -> Chosen:
    """The first group that surely holds; where none does, every one that is unknown."""
    unsure = planes.all & ~planes.union(truth.yes for truth in truths)
    picks: list[Bits] = []
    unknown: list[Bits] = []
    sure_before = planes.none
    for truth in truths:
        unknown.append(unsure & ~truth.no)
        picks.append((truth.yes & ~sure_before) | unknown[-1])
        sure_before = sure_before | truth.yes
    return _ordered(picks, unknown, unsure, planes)


def _ordered(picks: list[Bits], unknown: list[Bits], unsure: Bits, planes: Planes) -> Chosen:
    once = several = planes.none
    first: list[Bits] = []
    for pick in picks:
        first.append(pick & ~once)
        several = several | (once & pick)
        once = once | pick
    return Chosen(picks, first, unknown, unsure, several)


def _highest(benefit: CompiledBenefit, truths: Sequence[Truths], chosen: Chosen, trees: Trees, people: People) -> None:
    """Where more than one group surely holds, let one of all who are alike choose."""
    planes = people.planes
    once = twice = planes.none
    for truth in truths:
        twice, once = twice | (once & truth.yes), once | truth.yes
    rows = planes.rows(twice)
    if not len(rows):
        return
    kinds = people.alike(_named(benefit), rows, _said(benefit, truths, trees, planes, rows))
    place = {group.id: i for i, group in enumerate(benefit.groups)}
    picked = [_pick(benefit, people, int(rows[row])) for row in kinds.first]
    for i in range(len(benefit.groups)):
        chosen.picks[i] = chosen.picks[i] & ~twice
        chosen.first[i] = chosen.first[i] & ~twice
    for kind, pick in enumerate(picked):
        who = planes.of_rows(rows[kinds.kind == kind])
        for group in pick:
            chosen.picks[place[group.id]] = chosen.picks[place[group.id]] | who
            chosen.first[place[group.id]] = chosen.first[place[group.id]] | who
        if len(pick) == 2:
            chosen.pairs.append(((place[pick[0].id], place[pick[1].id]), who))


def _pick(benefit: CompiledBenefit, people: People, row: int) -> tuple[CompiledGroup, ...]:
    case = people.case_of(row)
    surely = [group for group in benefit.groups if group.pick.run(case)]
    return benefit.select.highest(surely, (), case).picks[0]


def _named(benefit: CompiledBenefit) -> Iterator[str]:
    """Yield the facts in the formulas of the value by which groups are compared."""
    for group in benefit.groups:
        for clause in group.values.get(benefit.select.by or "", ()):
            if clause.formula is not None:
                yield from clause.formula.names | clause.formula.floors


def _said(
    benefit: CompiledBenefit, truths: Sequence[Truths], trees: Trees, planes: Planes, rows: Codes
) -> Iterator[Codes]:
    """Yield who surely holds which group, and what decides the value by which groups are compared."""
    for truth in truths:
        yield planes.flags(truth.yes)[rows].view(np.uint8)
    for group in benefit.groups:
        for clause in group.values.get(benefit.select.by or "", ()):
            for leaf in leaves_of(clause.when) if clause.when is not None else ():
                yield from (planes.flags(plane)[rows].view(np.uint8) for plane in trees.judge(leaf))
