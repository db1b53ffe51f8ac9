"""Compiled conditions: trees whose leaves are read off the state of a case.

The state is one whole number with two bits a leaf, *holds* and *fails*; a leaf of which neither is set is unknown. All
leaves of an *all* or *any* are so tested at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, NamedTuple

from core.citations import Citation
from rules.engine.case import AGE, BIRTH, FORMER, Case
from rules.engine.comparisons import Truth
from rules.engine.model import Confidence, Outcome, Unsettled
from rules.engine.values import is_exact

Run = Callable[[Case], Truth]
CHOSEN: Final = "group"


def _unknown(_case: Case) -> Truth:
    return None


@dataclass(slots=True)
class LeafSpec:
    """What a leaf needs to be explained.

    ``worked_out`` gives a threshold that depends on the case; ``unsure`` tells that it, or a figure it is measured
    against, was not fully checked. ``plain_fact`` is the fact where the leaf looks at
    no other; ``shown`` and ``told`` are the facts an explanation names and takes the value from. ``looks_at`` are all
    the facts it is judged by, ``needs`` those without which it is surely unknown; ``plainly`` judges it without
    remembering, ``run_on`` with; ``yes`` and ``no`` are its bits where it has some. ``number`` is its own among all of
    the snapshot, ``personal`` tells that the threshold is worked out from what the person told.
    """

    fact: str
    facts: tuple[str, ...]
    operator: str
    threshold: Any
    worked_out: Callable[[Case], Any] | None
    cites: tuple[Citation, ...]
    own_confidence: Confidence
    confidence: Confidence
    since: date | None
    label: str
    parameters: tuple[str, ...] = ()
    benefit: str | None = None
    unsure: bool = False
    looks_at: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    plainly: Run | None = None
    number: int = 0
    personal: bool = False
    yes: int = 0
    no: int = 0
    run_on: Run = field(default=_unknown)
    cited: dict[str, Citation] = field(init=False)
    plain_fact: str | None = field(init=False)
    shown: str = field(init=False)
    told: str = field(init=False)
    shown_operator: str = field(init=False)
    citation: Citation | None = field(init=False)

    def __post_init__(self) -> None:
        self.cited = {cite.text: cite for cite in self.cites}
        self.citation = self.cites[0] if self.cites else None
        self.plain_fact = self.facts[0] if len(self.facts) == 1 else None
        by_age = self.fact == AGE
        self.shown = BIRTH if by_age else self.fact
        self.told = BIRTH if by_age else self.facts[0] if self.facts else self.fact
        self.shown_operator = f"age_{self.operator}" if by_age else self.operator

    def measured(self, case: Case) -> Any:
        """Return the threshold as it is for *case*."""
        return self.threshold if self.worked_out is None else self.worked_out(case)

    def judged(self, verdict: Truth) -> LeafSpec:
        """Return this leaf with a verdict that stands, whatever is chosen later."""
        return replace(self, run_on=lambda _case: verdict)


class Part(NamedTuple):
    """A part of an *all* or *any*: a plain leaf, maybe negated, with the bits by which the part holds and fails; or not
    (``leaf`` is ``None``)."""

    leaf: LeafSpec | None
    node: Node
    yes: int
    no: int


@dataclass(slots=True, eq=False)
class Node:
    """One compiled condition. ``kind`` is ``all``, ``any``, ``not`` or ``leaf``.

    ``yes`` are the bits of the state by which it surely holds, ``no`` those by which it surely fails: of a single
    leaf one bit each, of an *all* or *any* those of the leaves in it; ``rest`` are its parts that are no such leaves.
    ``asks`` are the *holds* bits of those leaves, ``others`` the parts that ask in their own way. ``unsure`` tells
    whether a condition in it was not fully checked. ``chosen`` are the groups a test of the choice names, ``tests``
    what a test of another benefit asks of it: the benefit, its outcome, its groups. For explanations: ``parts`` are the
    parts taken apart, ``signs`` by verdict what tells apart the leaves behind it; ``plain`` the leaves where nothing
    else is in it and all have to hold, ``failing`` these with the bit by which each makes it fail.
    """

    kind: str
    run: Run
    children: tuple[Node, ...] = ()
    leaf: LeafSpec | None = None
    yes: int = 0
    no: int = 0
    rest: tuple[Run, ...] = ()
    chosen: frozenset[str] = frozenset()
    tests: tuple[str, Outcome | None, tuple[str, ...]] | None = None
    unsure: bool = field(init=False)
    asks: int = field(init=False, default=0)
    others: tuple[Node, ...] = field(init=False, default=())
    parts: tuple[Part, ...] | None = field(init=False, default=None)
    signs: dict[Truth, Callable[[Case], int]] = field(init=False, default_factory=dict)
    plain: tuple[LeafSpec, ...] | None = field(init=False)
    failing: tuple[tuple[int, LeafSpec], ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        literals = [child for child in (self, *self.children) if child.is_literal]
        for bits in (one.yes | one.no for one in literals):
            self.asks |= bits & -bits  # the lower of a pair
        self.others = tuple(child for child in self.children if not child.is_literal)
        self.plain = self._plain()
        if self.plain is not None:
            own = ((self.no, self.plain[0]),) if self.is_literal else ()
            self.failing = own or tuple([pair for child in self.children for pair in child.failing])
        self.unsure = (self.leaf is not None and self.leaf.unsure) or any(child.unsure for child in self.children)

    def _plain(self) -> tuple[LeafSpec, ...] | None:
        """Return the leaves of a plain leaf, or of an *all* of such: they carry it wherever it does not fail."""
        if self.leaf is not None:
            return (self.leaf,) if self.yes else None
        if self.kind == "all" or self.is_literal:
            parts = [child.plain for child in self.children]
            return None if None in parts else tuple([leaf for part in parts for leaf in part or ()])
        return None

    @property
    def is_literal(self) -> bool:
        """Tell whether one leaf of the state decides it, as it stands or negated."""
        return bool(self.yes) and self.kind in ("leaf", "not")


def literal(yes: int, no: int) -> Run:
    """Return the test of one leaf of the state."""

    def run(case: Case) -> Truth:
        state = case.state
        return True if state & yes else False if state & no else None

    return run


def combine(kind: str, nodes: Sequence[Node]) -> Node:
    """Join *nodes* by Kleene's *and* (``all``) or *or* (``any``)."""
    if len(nodes) == 1:
        return nodes[0]
    yes = no = 0
    rest: list[Run] = []
    for node in nodes:
        if node.is_literal or node.kind == kind:
            yes, no = yes | node.yes, no | node.no
            rest += node.rest
        else:
            rest.append(node.run)
    run = _all(yes, no, tuple(rest)) if kind == "all" else _any(yes, no, tuple(rest))
    return Node(kind, run, tuple(nodes), None, yes, no, tuple(rest))


def _all(yes: int, no: int, rest: tuple[Run, ...]) -> Run:
    def plain(case: Case) -> Truth:
        state = case.state
        return False if state & no else True if state & yes == yes else None

    def run(case: Case) -> Truth:
        state = case.state
        if state & no:
            return False
        verdict: Truth = True if state & yes == yes else None
        for part in rest:
            one = part(case)
            if one is False:
                return False
            if one is None:
                verdict = None
        return verdict

    return run if rest else plain


def _any(yes: int, no: int, rest: tuple[Run, ...]) -> Run:
    def plain(case: Case) -> Truth:
        state = case.state
        return True if state & yes else False if state & no == no else None

    def run(case: Case) -> Truth:
        state = case.state
        if state & yes:
            return True
        verdict: Truth = False if state & no == no else None
        for part in rest:
            one = part(case)
            if one:
                return True
            if one is None:
                verdict = None
        return verdict

    return run if rest else plain


def negate(node: Node) -> Node:
    """Negate *node* in three values."""
    if node.is_literal:
        return Node("not", literal(node.no, node.yes), (node,), None, node.no, node.yes)
    inner = node.run

    def run(case: Case) -> Truth:
        verdict = inner(case)
        return None if verdict is None else not verdict

    return Node("not", run, (node,))


def remembered(node: Node, run: Run) -> Node:
    """Return *node* judged by *run*, which keeps its verdict: it is not taken apart inside another node."""
    if node.is_literal:
        return node
    kept = Node(node.kind, run, node.children, node.leaf)
    kept.rest = (run,)
    return kept


def parts_of(node: Node) -> tuple[Part, ...]:
    """Return the parts of an *all* or *any*; those that are joined in the same way are taken apart too."""
    parts = node.parts
    if parts is None:
        parts = node.parts = tuple(_parts(node))
    return parts


def _parts(node: Node) -> Iterator[Part]:
    for child in node.children:
        if child.is_literal:
            yield Part((child.children or (child,))[0].leaf, child, child.yes, child.no)
        elif child.kind == node.kind:
            yield from _parts(child)
        else:
            yield Part(None, child, 0, 0)


def leaves_of(node: Node) -> Iterator[Node]:
    """Yield the leaves below *node*."""
    if node.leaf is not None:
        yield node
    for child in node.children:
        yield from leaves_of(child)


def open_bits(node: Node, case: Case, leaves: list[LeafSpec]) -> int:
    """Return the bits of the unknown leaves that keep *node*, which is open, from a verdict; add other leaves."""
    bits = node.asks & case.open
    if node.others:
        for child in node.others:
            if child.run(case) is None:
                bits |= open_bits(child, case, leaves)
    elif node.leaf is not None and not node.asks:
        leaves.append(node.leaf)
    return bits


def name_gaps(
    bits: int, leaves: Sequence[LeafSpec], case: Case, by_fact: Iterable[tuple[str, int]] = ()
) -> tuple[dict[str, None], Sequence[Unsettled]]:
    """Return the facts that unknown leaves ask for and the open points of law; *by_fact* are the bits of each fact."""
    if bits & case.unclear:
        return _named_one_by_one(bits, leaves, case, by_fact)
    if by_fact:
        missing = dict.fromkeys([fact for fact, mask in by_fact if bits & mask])
    else:
        missing = {fact: None for leaf in _specs(bits, case) for fact in leaf.facts}
    return missing, _named(leaves, case, missing) if leaves else ()


def _named(leaves: Iterable[LeafSpec], case: Case, missing: dict[str, None]) -> list[Unsettled]:
    """Add what unknown leaves ask for to *missing*; return the open points of law."""
    problems: list[Unsettled] = []
    for leaf in leaves:
        if leaf.benefit is not None:
            missing.update(dict.fromkeys(case.verdicts[leaf.benefit].missing))
        for fact in leaf.facts:
            if lacks(case, fact):
                missing[fact] = None
    for leaf in leaves:
        _trouble(leaf, case, missing, problems)
    return problems


def _named_one_by_one(
    bits: int, leaves: Sequence[LeafSpec], case: Case, by_fact: Iterable[tuple[str, int]]
) -> tuple[dict[str, None], Sequence[Unsettled]]:
    facts = case.facts
    missing: dict[str, None] = {}
    for fact, mask in by_fact:
        if bits & mask and fact not in facts:
            missing[fact] = None
    clear = set(missing)
    specs = [leaf for leaf in _specs(bits, case) if leaf.plain_fact not in clear or leaf.yes & case.table.troubled]
    return missing, _named([*specs, *leaves], case, missing)


def missing_facts(node: Node, case: Case, into: dict[str, None]) -> None:
    """Collect the facts that keep *node* from a verdict."""
    if node.run(case) is None:
        into.update(gaps(node, case)[0])


def gaps(node: Node, case: Case) -> tuple[dict[str, None], Sequence[Unsettled]]:
    """Return the facts that keep *node*, which is open, from a verdict, and the open points of law that do."""
    leaves: list[LeafSpec] = []
    return name_gaps(open_bits(node, case, leaves), leaves, case)


def _specs(bits: int, case: Case) -> Iterator[LeafSpec]:
    while bits:
        bit = bits & -bits
        bits ^= bit
        yield case.table.specs[bit]


def _trouble(leaf: LeafSpec, case: Case, missing: dict[str, None], problems: list[Unsettled]) -> None:
    """Name what keeps a parameter from being one figure: the former province, or the law itself."""
    for key in leaf.parameters:
        found = case.found(key)
        if found.needs_former_province:
            missing[FORMER] = None
        if found.unsettled is not None:
            problems.append(found.unsettled)


def lacks(case: Case, fact: str) -> bool:
    """Tell whether learning *fact* (better) could still change something."""
    return not is_exact(case.facts.get(fact))
