"""A benefit as it stands in one snapshot, ready to be judged."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.citations import Citation
from rules.engine.clauses import CompiledClause
from rules.engine.decision import Reason, Verdict
from rules.engine.model import Best, Confidence, Effect, Need, Outcome, Status
from rules.engine.nodes import Node
from rules.engine.selection import CompiledGroup, CompiledSelect


@dataclass(frozen=True, slots=True)
class CompiledResult:
    """One figure of the answer, ready to run."""

    name: str
    unit: str
    need: Need
    refused_only: bool
    clauses: tuple[CompiledClause, ...]
    best: Best | None
    cites: tuple[Citation, ...]
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class CompiledDoubt:
    """A point of doubt, ready to run."""

    reason: Reason
    effect: Effect
    node: Node
    cites: tuple[Citation, ...]


@dataclass(slots=True)
class CompiledBenefit:
    """A benefit as it stands in one snapshot.

    ``final`` is the verdict where the conditions do not count that day; ``refused`` the one where they fail;
    ``required`` are the figures up to the last one that the verdict waits for.
    """

    id: str
    group_as: str | None
    group_need: Need
    status: Status | None
    status_reason: Reason | None
    status_cites: tuple[Citation, ...]
    requires: Node
    groups: tuple[CompiledGroup, ...]
    select: CompiledSelect
    results: tuple[CompiledResult, ...]
    doubts: tuple[CompiledDoubt, ...]
    cites: tuple[Citation, ...]
    confidence: Confidence
    final: Verdict | None = field(init=False)
    refused: Verdict = field(init=False)
    required: tuple[CompiledResult, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.refused = Verdict(self.id, Outcome.INELIGIBLE)
        self.final = None
        if self.status is None:
            self.final = Verdict(self.id, Outcome.UNDETERMINED)
        elif self.status in (Status.NOT_YET, Status.CLOSED):
            self.final = self.refused
        last = max((i for i, result in enumerate(self.results) if result.need is Need.REQUIRED), default=-1)
        self.required = self.results[: last + 1]
