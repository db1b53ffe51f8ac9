"""Read the parts of a rule file, collecting every mistake instead of stopping at the first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from core.citations import Citation
from rules.engine.model import Cite, Confidence, Period, Source
from rules.findings import Finding, kind_of_value, near
from rules.schema.language import CITE
from rules.schema.nodes import Node

T = TypeVar("T")


@dataclass(slots=True)
class Shape:
    """Reads nodes of one file; ``findings`` grows as it goes."""

    path: str
    findings: list[Finding] = field(default_factory=list)

    def add(self, key: str, node: Node, /, **params: Any) -> None:
        """Note a mistake at *node*."""
        self.findings.append(Finding.at(self.place(node), key, **params))

    def place(self, node: Node) -> Source:
        """Return the place of *node*."""
        return Source(path=self.path, line=node.line, column=node.column)

    def mapping(self, node: Node, allowed: Collection[str], required: Collection[str] = ()) -> dict[str, Node]:
        """Return the entries of a mapping; unknown and missing keys are findings."""
        if not isinstance(node.value, Mapping):
            self.add("not_a_mapping", node, allowed=sorted(allowed), got=kind_of_value(node.value))
            return {}
        for key, child in node.value.items():
            if key not in allowed:
                self.add("unknown_key", child, key=key, near=near(key, allowed))
        for key in required:
            if key not in node.value:
                self.add("missing_key", node, key=key)
        return dict(node.value)

    def sequence(self, node: Node | None, read: Callable[[Node], T | None]) -> tuple[T, ...]:
        """Read every entry of a list; a missing list is empty."""
        if node is None:
            return ()
        if not isinstance(node.value, list):
            self.add("not_a_list", node, got=kind_of_value(node.value))
            return ()
        return tuple(item for child in node.value if (item := read(child)) is not None)

    def text(self, node: Node | None, default: str = "") -> str:
        """Read a string."""
        if node is None:
            return default
        if not isinstance(node.value, str):
            self.add("not_a_text", node, got=kind_of_value(node.value))
            return default
        return node.value

    def words(self, node: Node | None) -> tuple[str, ...]:
        """Read a list of strings; one string stands for a list of one."""
        if node is None:
            return ()
        if isinstance(node.value, str):
            return (node.value,)
        return self.sequence(node, lambda child: self.text(child) or None)

    def flag(self, node: Node | None, *, default: bool = False) -> bool:
        """Read true or false."""
        if node is None:
            return default
        if not isinstance(node.value, bool):
            self.add("not_a_flag", node, got=kind_of_value(node.value))
            return default
        return node.value

    def whole(self, node: Node | None, default: int = 0) -> int:
        """Read a whole number."""
        if node is None:
            return default
        if isinstance(node.value, bool) or not isinstance(node.value, int):
            self.add("not_a_number.whole", node, got=kind_of_value(node.value))
            return default
        return node.value

    def day(self, node: Node | None) -> date | None:
        """Read a day; ``null`` and a missing key are open."""
        if node is None or node.value is None:
            return None
        if not isinstance(node.value, date):
            self.add("not_a_day", node, got=kind_of_value(node.value))
            return None
        return node.value

    def one_of(self, node: Node | None, choices: type[T], default: T) -> T:
        """Read a member of an enumeration by its value."""
        if node is None:
            return default
        members: dict[str, T] = {str(getattr(m, "value", m)): m for m in choices}  # type: ignore[attr-defined]
        if node.value not in members:
            self.add("unknown_word", node, value=kind_of_value(node.value), allowed=list(members))
            return default
        return members[node.value]

    def source(self, entries: Mapping[str, Node], node: Node) -> Source:
        """Read when a statement counts, its articles and how sure it is."""
        period = Period(self.day(entries.get("from")), self.day(entries.get("to")), self.day(entries.get("known_from")))
        if period.start and period.end and period.end < period.start:
            self.add("period_ends_before_it_starts", node, start=period.start, end=period.end)
        return Source(
            period,
            self.cites(entries.get("cites")),
            self.confidence(entries.get("confidence")),
            self.text(entries.get("label")),
            self.path,
            node.line,
            node.column,
        )

    def cites(self, node: Node | None) -> tuple[Cite, ...]:
        """Read citations: texts, or ``{text, from, to}`` where one counts only for some days."""
        return self.sequence(node, self._cite)

    def _cite(self, node: Node) -> Cite | None:
        if isinstance(node.value, str):
            return Cite(Citation(node.value))
        entries = self.mapping(node, *CITE)
        period = Period(self.day(entries.get("from")), self.day(entries.get("to")), self.day(entries.get("known_from")))
        text = self.text(entries.get("text"))
        return Cite(Citation(text), period) if text else None

    def confidence(self, node: Node | None) -> Confidence | None:
        """Read ``high``, ``medium`` or ``low``."""
        if node is None:
            return None
        names = {level.name.lower(): level for level in Confidence}
        if node.value not in names:
            self.add("unknown_word", node, value=kind_of_value(node.value), allowed=list(names))
            return None
        return names[node.value]
