"""A benefit as it stands in one snapshot, ready to be judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from core.citations import Citation
from rules.engine.case import Case
from rules.engine.clauses import CompiledClause
from rules.engine.decision import Reason, Verdict
from rules.engine.model import Best, Confidence, Effect, Need, Outcome, Status
from rules.engine.nodes import CHOSEN, Node, leaves_of
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
    of all its leaves, ``by_fact`` those that ask for one fact; ``judged_by`` those of its conditions, where they decide
    all by themselves (else 0); ``compared`` the facts by whose values groups are compared.
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
    refused_figures: bool = field(init=False)
    cited: dict[str, Citation] = field(init=False)
    tests: tuple[Test, ...] = field(init=False)
    refusing: int = field(init=False)
    mask: int = field(init=False)
    judged_by: int = field(init=False)
    by_bits: bool = field(init=False)
    tested: tuple[str, ...] = field(init=False)
    by_fact: tuple[tuple[str, int], ...] = field(init=False)
    compared: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.refused = Verdict(self.id, Outcome.INELIGIBLE)
        self.final = None
        if self.status is None:
            self.final = Verdict(self.id, Outcome.UNDETERMINED)
        elif self.status in (Status.NOT_YET, Status.CLOSED):
            self.final = self.refused
        self.stopping = tuple(doubt for doubt in self.doubts if doubt.effect is Effect.UNDETERMINED)
        self.cited = {cite.text: cite for cite in self.cites}
        self.tests = tuple(test_of(group) for group in self.groups)
        self.refusing = 0 if self.requires.kind == "any" else self.requires.no
        self.refused_figures = any(result.refused_only for result in self.results)
        last = max((i for i, result in enumerate(self.results) if result.need is Need.REQUIRED), default=-1)
        self.required = self.results[: last + 1]
        self.compared = self._compared()
        self.mask = 0
        conditions = [leaf for node in self._conditions() for leaf in leaves_of(node)]
        beside = [leaf.leaf for leaf in conditions if not leaf.yes and leaf.leaf is not None]
        self.tested = tuple(dict.fromkeys(leaf.benefit for leaf in beside if leaf.benefit is not None))
        self.by_bits = all(leaf.benefit is not None or leaf.fact == CHOSEN for leaf in beside)
        self.judged_by = 0
        for leaf in conditions if self.by_bits else ():
            self.judged_by |= leaf.yes | leaf.no
        by_fact: dict[str, int] = {}
        for leaf in (leaf for node in self.nodes() for leaf in leaves_of(node)):
            self.mask |= leaf.yes | leaf.no
            if leaf.leaf is not None and leaf.leaf.plain_fact is not None and leaf.yes:
                by_fact[leaf.leaf.plain_fact] = by_fact.get(leaf.leaf.plain_fact, 0) | leaf.yes
        self.by_fact = tuple(by_fact.items())

    def said(self, case: Case) -> object:
        """Return all that *case* says of the conditions, and of the values by which groups are compared."""
        bits = case.state & self.judged_by
        return (bits, *[case.facts.get(fact) for fact in self.compared]) if self.compared else bits

    def _compared(self) -> tuple[str, ...]:
        """Return the facts in the formulas of the value by which the highest group is chosen."""
        if self.select.strategy != "highest" or self.select.by is None:
            return ()
        rows = [clause for group in self.groups for clause in group.values.get(self.select.by, ())]
        formulas = [clause.formula for clause in rows if clause.formula is not None]
        return tuple(sorted({name for formula in formulas for name in formula.names | formula.floors}))

    def _conditions(self) -> Iterator[Node]:
        yield self.requires
        yield from (group.pick for group in self.groups)
        yield from (point.node for point in self.doubts)

    def nodes(self) -> Iterator[Node]:
        """Yield every condition: of the benefit, its groups, its doubts, its figures."""
        yield from self._conditions()
        yield from (clause.when for clause in self.clauses() if clause.when is not None)

    def clauses(self) -> Iterator[CompiledClause]:
        """Yield the rows of every value of a group and of every figure."""
        for group in self.groups:
            for rows in group.values.values():
                yield from rows
        for result in self.results:
            yield from result.clauses


def link(benefit: CompiledBenefit, others: Mapping[str, CompiledBenefit]) -> bool:
    """Add to ``judged_by`` the bits by which the benefits it depends on are judged; tell whether bits decide it all."""
    for name in benefit.tested:
        other = others[name]
        benefit.by_bits = benefit.by_bits and not other.required and link(other, others)
        benefit.judged_by |= other.judged_by
        benefit.compared = tuple(dict.fromkeys((*benefit.compared, *other.compared)))
    benefit.tested = ()
    if not benefit.by_bits:
        benefit.judged_by = 0
    return benefit.by_bits
