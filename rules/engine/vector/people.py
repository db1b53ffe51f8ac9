"""Many people who live in one place, in front of one snapshot of the law."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from rules.engine.case import AGE, AGE_TOLD, BIRTH, Case
from rules.engine.nodes import leaves_of
from rules.engine.snapshot import Snapshot
from rules.engine.vector.columns import Column
from rules.engine.vector.combos import Alike, alike
from rules.engine.vector.planes import Bits, Codes, Planes, Rows


class People:
    """What people said (``told``), what is taken of them (``columns``), and the case of any one of them.

    In ``columns`` an age that was told stands as a span of birth. ``case_of`` makes the case of one row.
    """

    def __init__(
        self, told: Mapping[str, Column], columns: Mapping[str, Column], count: int, case_of: Callable[[int], Case]
    ) -> None:
        self.told, self.columns, self.planes = told, columns, Planes(count)
        self.case_of = case_of
        self._told_planes: dict[str, Bits] = {}

    def told_plane(self, fact: str) -> Bits:
        """Return who told anything of *fact*; an age speaks of the birth too."""
        plane = self._told_planes.get(fact)
        if plane is None:
            names = (BIRTH, AGE_TOLD) if fact == BIRTH else (fact,)
            columns = [self.told[name] for name in names if name in self.told]
            plane = self.planes.union(self.planes.pack(column.told()) for column in columns)
            self._told_planes[fact] = plane
        return plane

    def alike(self, facts: Iterable[str], rows: Rows, more: Iterable[Codes] = ()) -> Alike:
        """Sort the people of *rows* into kinds that say the same of *facts*, and agree in *more*."""
        names = dict.fromkeys(BIRTH if fact == AGE else fact for fact in facts)
        parts = [self.columns[name].codes[rows] for name in names if name in self.columns]
        return alike([*parts, *more], len(rows))

    def everybody(self) -> Rows:
        """Return all rows."""
        return np.arange(self.planes.count)


class Relevance:
    """Which facts a benefit looks at in any way, itself or through benefits it depends on."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._known: dict[str, frozenset[str]] = {}

    def of(self, benefit: str) -> frozenset[str]:
        """Return the facts; the birth is always among them, for what follows from being young."""
        known = self._known.get(benefit)
        if known is None:
            known = self._known[benefit] = frozenset(self._facts(benefit))
        return known

    def _facts(self, benefit: str) -> set[str]:
        compiled = self._snapshot.benefits[benefit]
        facts = {BIRTH}
        for node in compiled.nodes():
            for leaf in leaves_of(node):
                spec = leaf.leaf
                if spec is not None:
                    facts |= {*spec.looks_at, *spec.facts}
                    facts |= self.of(spec.benefit) if spec.benefit is not None else set()
        for clause in compiled.clauses():
            if clause.formula is not None:
                facts |= clause.formula.names | clause.formula.floors
        return facts
