"""A benefit as it stands in one snapshot, ready to be judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from core.citations import Citation
from rules.engine.clauses import CompiledClause
from rules.engine.decision import Reason, Verdict
from rules.engine.model import Best, Confidence, Effect, Need, Outcome, Status
from rules.engine.nodes import Node, leaves_of
from rules.engine.selection import CompiledGroup, CompiledSelect, Test, test_of


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
    ``stopping`` are the doubts that keep the verdict open; ``required`` the figures up to the last one that it waits
    for; ``tests`` are those of the groups, ``refusing`` the bits of which one is enough to refuse; ``mask`` the bits
    of all its leaves, ``by_fact`` those that ask for one fact.
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
    stopping: tuple[CompiledDoubt, ...] = field(init=False)
    required: tuple[CompiledResult, ...] = field(init=False)
    tests: tuple[Test, ...] = field(init=False)
    refusing: int = field(init=False)
    mask: int = field(init=False)
    by_fact: tuple[tuple[str, int], ...] = field(init=False)

    def __post_init__(self) -> None:
        self.refused = Verdict(self.id, Outcome.INELIGIBLE)
        self.final = None
        if self.status is None:
            self.final = Verdict(self.id, Outcome.UNDETERMINED)
        elif self.status in (Status.NOT_YET, Status.CLOSED):
            self.final = self.refused
        self.stopping = tuple(doubt for doubt in self.doubts if doubt.effect is Effect.UNDETERMINED)
        self.tests = tuple(test_of(group) for group in self.groups)
        self.refusing = 0 if self.requires.kind == "any" else self.requires.no
        last = max((i for i, result in enumerate(self.results) if result.need is Need.REQUIRED), default=-1)
        self.required = self.results[: last + 1]
        self.mask = 0
        by_fact: dict[str, int] = {}
        for leaf in (leaf for node in self._nodes() for leaf in leaves_of(node)):
            self.mask |= leaf.yes | leaf.no
            if leaf.leaf is not None and leaf.leaf.plain_fact is not None and leaf.yes:
                by_fact[leaf.leaf.plain_fact] = by_fact.get(leaf.leaf.plain_fact, 0) | leaf.yes
        self.by_fact = tuple(by_fact.items())

    def _nodes(self) -> Iterator[Node]:
        yield self.requires
        yield from (group.pick for group in self.groups)
        yield from (point.node for point in self.doubts)
        rows = [clauses for group in self.groups for clauses in group.values.values()]
        for clauses in (*rows, *(result.clauses for result in self.results)):
            yield from (clause.when for clause in clauses if clause.when is not None)
