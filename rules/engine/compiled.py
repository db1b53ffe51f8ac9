"""A benefit as it stands in one snapshot, ready to be judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from core.citations import Citation
from rules.engine.basis import Basis
from rules.engine.candidates import Candidates, Find, finder
from rules.engine.case import Case
from rules.engine.clauses import CompiledClause
from rules.engine.decision import Decision, Explanation, Known, Reason, Verdict
from rules.engine.doubting import Raise, Raised, raiser
from rules.engine.model import Best, Confidence, Effect, Need, Outcome, Status
from rules.engine.nodes import Node, leaves_of
from rules.engine.refuting import Refuting
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


@dataclass(slots=True)
class CompiledDoubt:
    """A point of doubt, ready to run."""

    reason: Reason
    effect: Effect
    node: Node
    cites: tuple[Citation, ...]
    basis: Basis = field(init=False)

    def __post_init__(self) -> None:
        self.basis = Basis(self.node, {})


@dataclass(slots=True)
class CompiledBenefit:
    """A benefit as it stands in one snapshot.

    ``final`` is the verdict where the conditions do not count that day, ``closed`` the decision; ``refused`` the
    verdict where they fail, ``plainly_refused`` the decision without its reasons. ``picks`` are the conditions of the
    groups, ``stopping`` the doubts that keep the verdict open, ``required`` the figures up to the last one that it
    waits for (none where they are known with the group: then groups that stand for the same agree); ``mask`` the bits
    of all its leaves, ``by_fact`` those that ask for one fact; ``is_single`` tells that it is given by one group and no
    doubt keeps it open; ``basis`` is what its common conditions say for a decision, ``figure_facts`` are the facts that
    any of its figures and values looks at.

    Three functions are written when they are first asked for: ``find`` finds the groups by which it may be given,
    ``doubting`` and ``stopped_by`` the doubts that a case raises: all, and those that keep the verdict open.
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
    closed: Decision | None = field(init=False)
    plainly_refused: Decision = field(init=False)
    picks: tuple[Node, ...] = field(init=False)
    stopping: tuple[CompiledDoubt, ...] = field(init=False)
    required: tuple[CompiledResult, ...] = field(init=False)
    refused_figures: tuple[CompiledResult, ...] = field(init=False)
    cited: dict[str, Citation] = field(init=False)
    mask: int = field(init=False)
    by_fact: tuple[tuple[str, int], ...] = field(init=False)
    is_single: bool = field(init=False)
    basis: Basis = field(init=False)
    figure_facts: frozenset[str] = field(init=False)
    refuting: Refuting = field(init=False)
    find: Find = field(init=False)
    doubting: Raise = field(init=False)
    stopped_by: Raise = field(init=False)

    def __post_init__(self) -> None:
        self.refused = Verdict(self.id, Outcome.INELIGIBLE)
        self.final = None
        if self.status is None:
            self.final = Verdict(self.id, Outcome.UNDETERMINED)
        elif self.status in (Status.NOT_YET, Status.CLOSED):
            self.final = self.refused
        self.closed = self._closed() if self.final is not None else None
        self.plainly_refused = Decision(self.id, Outcome.INELIGIBLE)
        self.stopping = tuple(doubt for doubt in self.doubts if doubt.effect in (Effect.UNDETERMINED, Effect.WAIT))
        self.picks = tuple(group.pick for group in self.groups)
        only = self.groups[0] if len(self.groups) == 1 else None
        self.is_single = only is not None and only.outcome is not Outcome.INELIGIBLE and not self.stopping
        self.cited = {cite.text: cite for cite in self.cites}
        self.basis = Basis(self.requires, self.cited, of_all=self.confidence)
        self.refuting = Refuting(self.groups)
        self.figure_facts = frozenset(fact for clause in self.clauses() for fact in clause.looks_at())
        self.refused_figures = tuple(result for result in self.results if result.refused_only)
        last = max((i for i, result in enumerate(self.results) if result.need is Need.REQUIRED), default=-1)
        self.required = self.results[: last + 1]
        if self.required and self._is_by_group():
            for group in self.groups:
                group.stands_for = (group.outcome, *(group.fixed(result.name) for result in self.required))
            self.required = ()
        self.mask = 0
        by_fact: dict[str, int] = {}
        for leaf in (leaf for node in self.nodes() for leaf in leaves_of(node)):
            self.mask |= leaf.yes | leaf.no
            if leaf.leaf is not None and leaf.leaf.plain_fact is not None and leaf.yes:
                by_fact[leaf.leaf.plain_fact] = by_fact.get(leaf.leaf.plain_fact, 0) | leaf.yes
        self.by_fact = tuple(by_fact.items())
        self.find, self.doubting, self.stopped_by = self._find, self._doubting, self._stopped_by

    def _is_by_group(self) -> bool:
        """Tell whether all that the verdict waits for is known with the group."""
        if any(result.best is not None or result.clauses for result in self.required):
            return False
        return all(group.fixed(result.name) is not None for group in self.groups for result in self.required)

    def _closed(self) -> Decision:
        """Not yet or no longer in force: refused. No period covers the day: nothing can be said."""
        reason = self.status_reason
        return Decision(
            self.id,
            Outcome.UNDETERMINED if self.status is None else Outcome.INELIGIBLE,
            refer_to_human=self.status is None,
            refer_reasons=(reason,) if reason is not None else (),
            why=Known(Explanation(self.status_cites or self.cites, confidence=self.confidence)),
        )

    def _find(self, case: Case) -> Candidates | int:
        self.find = finder(self.requires, self.groups, self.select.strategy)
        return self.find(case)

    def _doubting(self, case: Case) -> Raised | None:
        self.doubting = raiser(self.doubts)
        return self.doubting(case)

    def _stopped_by(self, case: Case) -> Raised | None:
        self.stopped_by = raiser(self.stopping)
        return self.stopped_by(case)

    def nodes(self) -> Iterator[Node]:
        """Yield every condition: of the benefit, its groups, its doubts, its figures."""
        yield self.requires
        yield from (group.pick for group in self.groups)
        yield from (point.node for point in self.doubts)
        yield from (clause.when for clause in self.clauses() if clause.when is not None)

    def clauses(self) -> Iterator[CompiledClause]:
        """Yield the rows of every value of a group and of every figure."""
        for group in self.groups:
            for rows in group.values.values():
                yield from rows
        for result in self.results:
            yield from result.clauses
