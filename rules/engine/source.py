"""Write compiled conditions as Python text over the state of a case: one expression where a tree of calls stood.

``s`` is the state of the case, ``case`` the case. Of a condition two questions can be asked, each answered by whole
numbers: does it surely hold, does it surely fail. Texts are made of numbers and of names given here alone; nothing of a
rule file gets into them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from types import CodeType
from typing import Any, Final, NamedTuple

from rules.engine.nodes import Node

ALWAYS: Final = "True"
NEVER: Final = "False"


class Parts(NamedTuple):
    """A condition taken apart: the bits by which its plain leaves hold and fail, those that ask for them, the rest."""

    yes: int
    no: int
    asks: int
    others: tuple[Node, ...]


class Namespace:
    """The things a text refers to, each under one name."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {}
        self._by_id: dict[int, str] = {}

    def name(self, prefix: str, thing: Any) -> str:
        """Return the name of *thing*."""
        name = self._by_id.get(id(thing))
        if name is None:
            name = self._by_id[id(thing)] = f"{prefix}{len(self._by_id)}"
            self.names[name] = thing
        return name

    def holds(self, node: Node) -> str:
        """Return the expression that is true where *node* surely holds."""
        if node.is_literal:
            return f"s & {node.yes:#x}"
        if node.leaf is not None:
            return f"{self.name('leaf', node.run)}(case) is True"
        if node.kind == "not":
            return self.fails(node.children[0])
        parts = parts_of(node)
        others = [self.holds(part) for part in parts.others]
        if node.kind == "all":
            return _joined("and", [f"s & {parts.yes:#x} == {parts.yes:#x}"] if parts.yes else [], others, ALWAYS)
        return _joined("or", [f"s & {parts.yes:#x}"] if parts.yes else [], others, NEVER)

    def fails(self, node: Node) -> str:
        """Return the expression that is true where *node* surely fails."""
        if node.is_literal:
            return f"s & {node.no:#x}"
        if node.leaf is not None:
            return f"{self.name('leaf', node.run)}(case) is False"
        if node.kind == "not":
            return self.holds(node.children[0])
        parts = parts_of(node)
        others = [self.fails(part) for part in parts.others]
        if node.kind == "any":
            return _joined("and", [f"s & {parts.no:#x} == {parts.no:#x}"] if parts.no else [], others, ALWAYS)
        return _joined("or", [f"s & {parts.no:#x}"] if parts.no else [], others, NEVER)

    def asks(self, node: Node, bits: str, leaves: str) -> Iterator[str]:
        """Yield lines that add what keeps *node*, which is open, from a verdict: to *bits*, and leaves of other kinds.

        The bits are those of all plain leaves in question: the caller leaves out the known ones.
        """
        if node.leaf is not None and not node.is_literal:
            yield f"{leaves} += ({self.name('spec', node.leaf)},)"
            return
        parts = parts_of(node)
        if parts.asks:
            yield f"{bits} |= {parts.asks:#x}"
        for part in parts.others:
            if node.kind == "not":
                yield from self.asks(part, bits, leaves)
                continue
            settled = self.holds(part) if node.kind == "all" else self.fails(part)
            yield f"if not ({settled}):"
            yield from indented(self.asks(part, bits, leaves))


def parts_of(node: Node) -> Parts:
    """Take *node* apart; parts that are joined in the same way are taken apart too."""
    if node.is_literal:
        return Parts(node.yes, node.no, node.asks, ())
    yes = no = asks = 0
    others: list[Node] = []
    for child in node.children:
        inner = parts_of(child) if child.is_literal or (child.kind == node.kind and child.leaf is None) else None
        if inner is None or node.kind == "not":
            others.append(child)
            continue
        yes, no, asks = yes | inner.yes, no | inner.no, asks | inner.asks
        others += inner.others
    return Parts(yes, no, asks, tuple(others))


def function(arguments: list[str], lines: list[str], space: Namespace) -> Callable[..., Any]:
    """Return the function of that text."""
    text = "\n".join([f"def run({', '.join(arguments)}):", *indented(lines)])
    scope: dict[str, Any] = dict(space.names)
    exec(_compiled(text), scope)  # noqa: S102  (numbers and names of our own, see above)
    made: Callable[..., Any] = scope["run"]
    return made


def forget() -> None:
    """Forget what was written: the next text is compiled anew, even if it is the same."""
    _compiled.cache_clear()


@lru_cache(maxsize=1024)
def _compiled(text: str) -> CodeType:
    return compile(text, "<rules>", "exec")


def indented(lines: Iterator[str] | list[str]) -> Iterator[str]:
    """Yield *lines* one step further in."""
    return (f"    {line}" for line in lines)


def _joined(word: str, first: list[str], others: list[str], empty: str) -> str:
    parts = [*first, *(f"({other})" for other in others)]
    return f" {word} ".join(parts) if parts else empty
