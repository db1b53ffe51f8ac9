"""A decision while it is being worked out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from core.citations import Citation
from rules.engine.decision import Leaf, Reason, ResultValue
from rules.engine.model import Confidence, Outcome, Unsettled
from rules.engine.nodes import Node


@dataclass(slots=True)
class Draft:
    """Grows from the bare outcome to the full decision."""

    outcome: Outcome
    group: str | tuple[str, ...] | None = None
    candidates: tuple[str, ...] = ()
    results: dict[str, ResultValue] = field(default_factory=dict)
    bounds: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    missing: dict[str, None] = field(default_factory=dict)
    reasons: dict[Reason, None] = field(default_factory=dict)
    cites: dict[str, Citation] = field(default_factory=dict)
    confidence: Confidence = Confidence.HIGH
    doubts: list[Node] = field(default_factory=list)
    leaves: tuple[Leaf, ...] = ()
    presumed: dict[str, Any] = field(default_factory=dict)
    improvable: dict[str, None] = field(default_factory=dict)

    def cite(self, cites: Iterable[Citation], confidence: Confidence = Confidence.HIGH) -> None:
        """Add citations, each once; the decision is as sure as its weakest part."""
        known = self.cites
        for cite in cites:
            known[cite.text] = cite
        self.confidence = min(self.confidence, confidence)

    def refer(self, unsettled: Unsettled) -> None:
        """Note a point that a person has to decide."""
        if unsettled.refer:
            self.reasons[Reason(unsettled.reason, unsettled.text)] = None
