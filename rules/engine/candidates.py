"""Find the groups by which a benefit may be given: for each benefit one function, written from its conditions.

The groups stand in the law's order. The function stops at the first group that surely holds where the strategy asks for
no more; what keeps the others open is gathered on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from rules.engine.case import Case
from rules.engine.comparisons import Truth
from rules.engine.nodes import LeafSpec, Node
from rules.engine.selection import CompiledGroup, Selection
from rules.engine.source import ALWAYS, NEVER, Namespace, function, indented

Candidates = tuple[Truth, Selection | None, Sequence[CompiledGroup], Sequence[CompiledGroup], int, Sequence[LeafSpec]]
"""Whether the common conditions hold; what is chosen, where one group is by itself; else the groups that surely hold,
and those that may; the bits and the other leaves that keep it open."""

NOT_ALLOWED: Final = 0
NO_GROUP: Final = 1

Find = Callable[[Case], Candidates | int]
"""Where nobody is left a number: whether the common conditions fail, or every group does."""


def finder(requires: Node, groups: Sequence[CompiledGroup], strategy: str) -> Find:
    """Return the function that finds the candidates of a case, or tells how nobody is left."""
    space = Namespace()
    lines = ["s = case.state", "required = True", "bits = 0", "leaves = ()", *_required(requires, space)]
    lines += ["before = bits", "leaves_before = leaves", "surely = []", "open_ = []"]
    for group in groups:
        lines += _group(group, strategy, space)
    if strategy == "highest":
        lines += ["if surely:", "    return required, None, surely, open_, before, leaves_before"]
    lines.append(f"return (required, None, (), open_, bits, leaves) if open_ else {NO_GROUP}")
    found: Find = function(["case"], lines, space)
    return found


def _required(requires: Node, space: Namespace) -> Iterator[str]:
    fails, holds = space.fails(requires), space.holds(requires)
    if fails != NEVER:
        yield from [f"if {fails}:", f"    return {NOT_ALLOWED}"]
    if holds != ALWAYS:
        yield from [f"if not ({holds}):", "    required = None"]
        yield from indented(space.asks(requires, "bits", "leaves"))


def _group(group: CompiledGroup, strategy: str, space: Namespace) -> Iterator[str]:
    fails = space.fails(group.pick)
    inside = _unless_failing(group, strategy, space)
    if fails == NEVER:
        yield from inside
        return
    yield f"if not ({fails}):"
    yield from indented(inside)


def _unless_failing(group: CompiledGroup, strategy: str, space: Namespace) -> Iterator[str]:
    holds, name = space.holds(group.pick), space.name("group", group)
    if strategy == "highest":
        granted = f"surely.append({name})"
    elif strategy == "first":
        granted = f"return required, None, {space.name('alone', group.alone)}, open_, bits, leaves"
    else:
        granted = f"return required, {space.name('chosen', group.chosen)}, (), (), before, leaves_before"
    if holds == ALWAYS:
        yield granted
        return
    yield from [f"if {holds}:", f"    {granted}", "else:", f"    open_.append({name})"]
    yield from indented(space.asks(group.pick, "bits", "leaves"))
