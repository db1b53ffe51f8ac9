"""A decision while it is being worked out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.citations import Citation
from rules.engine.basis import Ground
from rules.engine.decision import Note, Reason, ResultValue
from rules.engine.model import Confidence, Outcome, Unsettled


class Draft:
    """Grows from the bare outcome to the full decision. (Made thousands of times a second: no dataclass.)"""

    __slots__ = (
        "bounds", "candidates", "cites", "confidence", "doubts", "granted_anyhow", "group", "improvable", "missing",
        "notes", "outcome", "reasons", "results",
    )  # fmt: skip

    def __init__(
        self,
        outcome: Outcome,
        group: str | tuple[str, ...] | None,
        candidates: tuple[str, ...],
        missing: dict[str, None],
    ) -> None:
        self.outcome, self.group, self.candidates, self.missing = outcome, group, candidates, missing
        self.results: dict[str, ResultValue] = {}
        self.bounds: dict[str, tuple[Any, Any]] = {}
        self.reasons: dict[Reason, None] = {}
        self.notes: tuple[Note, ...] = ()
        self.cites: dict[str, Citation] = {}
        self.confidence = Confidence.HIGH
        self.doubts: list[Ground] = []
        self.granted_anyhow = False
        self.improvable: dict[str, None] = {}

    def cite(self, cites: Iterable[Citation], confidence: Confidence = Confidence.HIGH) -> None:
        """Add citations, each once; the decision is as sure as its weakest part."""
        known = self.cites
        for cite in cites:
            known[cite.text] = cite
        self.confidence = min(self.confidence, confidence)

    def leave_open(self, *, granted_anyhow: bool) -> None:
        """Keep the verdict open; figures are kept only where the benefit is due whichever way it turns out."""
        self.outcome, self.granted_anyhow = Outcome.UNDETERMINED, granted_anyhow
        if not granted_anyhow:
            self.results.clear()

    def refer(self, unsettled: Unsettled, cites: tuple[Citation, ...] = ()) -> None:
        """Note a point that the law leaves open: a person decides, or it is only told, with the articles."""
        if unsettled.refer:
            self.reasons[Reason(unsettled.reason, unsettled.text)] = None
        elif all(note.id != unsettled.reason for note in self.notes):
            self.notes += (Note(unsettled.reason, unsettled.text, cites),)
