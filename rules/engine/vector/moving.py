"""Who may be judged otherwise on another day: those of whom a leaf says something else then.

Ages and spans of time pass a threshold for few people a month; all others keep their verdicts while the law stays.
"""

from __future__ import annotations

from collections.abc import Sequence

from rules.engine.case import AGE, BIRTH
from rules.engine.nodes import LeafSpec, leaves_of
from rules.engine.vector.columns import Column
from rules.engine.vector.leaves import Says
from rules.engine.vector.planes import Bits, Planes
from rules.engine.vector.verdicts import VectorJudge


def moved(before: VectorJudge, after: VectorJudge) -> Bits:
    """Return who may have another verdict by *after*, the same people on another day, than by *before*.

    That is everybody where the law is another. It may be more people than really have one, never fewer.
    """
    planes = after.planes
    if before.snapshot is not after.snapshot:
        return planes.all
    stay = planes.all
    facts = {*before.people.columns, *after.people.columns}
    for fact in facts:
        stay = stay & _same(planes, before.leaves.classes(fact), after.leaves.classes(fact))
        stay = stay & _told_alike(planes, before.people.columns.get(fact), after.people.columns.get(fact))
    for spec in _on_several(after):
        names = {BIRTH if name == AGE else name for name in spec.looks_at}
        stay = stay & ~after.trees.who_told(names)
    return planes.all & ~stay


def _same(planes: Planes, one: Sequence[Says], other: Sequence[Says]) -> Bits:
    """Return of whom the leaves on one fact say the same on both days."""
    if one is other:
        return planes.all
    return planes.union(
        who & again for bits, lacks, who in one for later, lacking, again in other if (bits, lacks) == (later, lacking)
    )


def _told_alike(planes: Planes, one: Column | None, other: Column | None) -> Bits:
    """Return of whom the same is taken on both days: presumptions may change with the age."""
    if one is None or other is None:
        return planes.all if one is other else planes.none
    if one.codes is other.codes and one.others is other.others:
        return planes.all
    return planes.pack(one.codes == other.codes) if list(one.others) == list(other.others) else planes.none


def _on_several(judge: VectorJudge) -> list[LeafSpec]:
    """Return the leaves that look at several facts, among them a day: they are not followed from day to day."""
    found: dict[int, LeafSpec] = {}
    for benefit in judge.snapshot.benefits.values():
        for node in benefit.nodes():
            for leaf in leaves_of(node):
                spec = leaf.leaf
                if spec is not None and not leaf.yes and _looks_at_a_day(judge, spec):
                    found[id(spec)] = spec
    return list(found.values())


def _looks_at_a_day(judge: VectorJudge, spec: LeafSpec) -> bool:
    columns = judge.people.columns
    return any(name in (AGE, BIRTH) or (name in columns and columns[name].days) for name in spec.looks_at)
