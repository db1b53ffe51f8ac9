"""Find the points of doubt that a case raises: for each benefit one function, written from their conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from core.citations import Citation
from rules.engine.basis import Basis
from rules.engine.case import Case
from rules.engine.decision import Reason
from rules.engine.model import Effect
from rules.engine.nodes import LeafSpec, Node
from rules.engine.source import ALWAYS, NEVER, Namespace, function, indented


class Doubt(Protocol):
    """A point of doubt, its condition compiled."""

    @property
    def reason(self) -> Reason: ...
    @property
    def effect(self) -> Effect: ...
    @property
    def node(self) -> Node: ...
    @property
    def basis(self) -> Basis: ...
    @property
    def cites(self) -> tuple[Citation, ...]: ...


Raised = tuple[Sequence[Doubt], bool, int, Sequence[LeafSpec]]
"""The doubts that hold; whether one that keeps the verdict open may hold; the bits and other leaves that decide it."""

Raise = Callable[[Case], Raised | None]


def raiser(doubts: Sequence[Doubt]) -> Raise:
    """Return the function that finds which of *doubts* hold or may: ``None`` where none does."""
    space = Namespace()
    lines = ["s = case.state", "held = []", "waits = False", "bits = 0", "leaves = ()"]
    for doubt in doubts:
        lines += _doubt(doubt, space)
    lines.append("return (held, waits, bits, leaves) if held or waits else None")
    made: Raise = function(["case"], lines, space)
    return made


def _doubt(doubt: Doubt, space: Namespace) -> Iterator[str]:
    fails, holds = space.fails(doubt.node), space.holds(doubt.node)
    held = f"held.append({space.name('doubt', doubt)})"
    if doubt.effect not in (Effect.UNDETERMINED, Effect.WAIT):
        yield held if holds == ALWAYS else f"if {holds}: {held}"
        return
    if doubt.effect is Effect.WAIT:
        held = "pass"
    if fails != NEVER:
        yield f"if not ({fails}):"
    else:
        yield "if True:"
    yield from indented([f"if {holds}:", f"    {held}", "else:", "    waits = True"])
    yield from indented(indented(space.asks(doubt.node, "bits", "leaves")))
