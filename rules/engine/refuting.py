"""Find the leaves by which groups fell out of the choice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rules.engine.basis import Basis
from rules.engine.case import Case
from rules.engine.nodes import LeafSpec
from rules.engine.selection import CompiledGroup

Plain = tuple[tuple[int, LeafSpec], ...]


class Refuting:
    """The conditions of the groups of a benefit, taken together for the question by which leaves those failed that did.

    Of neighbouring groups with nothing but plain leaves every leaf that fails makes its group fail: they are one list
    of leaves with the bits by which they fail, each bit in the first place where it stands.
    """

    __slots__ = ("_stretches",)

    def __init__(self, groups: Sequence[CompiledGroup]) -> None:
        self._stretches = tuple(_stretches(groups))

    def leaves(self, case: Case) -> list[LeafSpec]:
        """Return the leaves by which groups failed, in the order of the groups."""
        state = case.state
        found: list[LeafSpec] = []
        for plain, basis in self._stretches:
            found += [leaf for bit, leaf in plain if state & bit]
            if basis is not None and basis.node.run(case) is False:
                found += basis.failing(case).leaves
        return found


def _stretches(groups: Sequence[CompiledGroup]) -> Iterator[tuple[Plain, Basis | None]]:
    """Yield plain leaves up to the next group that has others, and that group."""
    known: set[int] = set()
    plain: list[tuple[int, LeafSpec]] = []
    for group in groups:
        if group.pick.plain is None:
            yield tuple(plain), group.basis
            plain = []
            continue
        plain += [(bit, leaf) for bit, leaf in group.pick.failing if bit not in known]
        known.update(bit for bit, _leaf in group.pick.failing)
    yield tuple(plain), None
