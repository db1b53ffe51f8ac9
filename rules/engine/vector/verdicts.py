"""The verdicts on many people at once, equal to those of :mod:`rules.engine.judge` on each of them.

Conditions are judged for all together. Where a verdict waits for a figure, or hangs on something told vaguely, one of
all who say the same is judged by itself and counts for the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from rules.engine.compiled import CompiledBenefit
from rules.engine.decision import Verdict
from rules.engine.judge import figured
from rules.engine.model import Effect, Need, Outcome, Status
from rules.engine.nodes import leaves_of
from rules.engine.snapshot import Snapshot
from rules.engine.table import PlaceTable
from rules.engine.vector.choosing import Chosen, choose
from rules.engine.vector.combos import Alike
from rules.engine.vector.leaves import Leaves
from rules.engine.vector.people import People, Relevance
from rules.engine.vector.planes import Bits, Codes, Planes, Rows, Truths
from rules.engine.vector.trees import Missing, Trees

Group = str | tuple[str, ...] | None


@dataclass(slots=True)
class Verdicts:
    """The verdicts of all people on one benefit.

    ``possible`` are the groups that may be chosen, ``group`` the place in ``groups`` of the one chosen (-1: none, or
    not yet one alone); ``missing`` says by fact for whom it would settle the verdict. ``vague`` are those who were
    judged by themselves, because what they told may turn out in several ways; ``granted`` get something whichever
    group it turns out to be, settled or not.
    """

    benefit: str
    eligible: Bits
    ineligible: Bits
    possible: dict[str, Bits]
    missing: Missing
    group: Codes
    groups: list[Group]
    vague: Bits
    chosen: Chosen | None = None
    held: Bits = field(default_factory=lambda: np.zeros(0, np.uint8))
    granted: Bits = field(default_factory=lambda: np.zeros(0, np.uint8))


class VectorJudge:
    """Judges the people of one place by one snapshot; every verdict is worked out once."""

    def __init__(self, snapshot: Snapshot, people: People, leaves: Leaves, table: PlaceTable) -> None:
        self.snapshot, self.people, self.leaves = snapshot, people, leaves
        self.trees = Trees(people, leaves, table, self.verdicts)
        self._relevance = Relevance(snapshot)
        self._made: dict[str, Verdicts] = {}

    @property
    def planes(self) -> Planes:
        """The planes of these people."""
        return self.people.planes

    def verdicts(self, benefit: str) -> Verdicts:
        """Return the verdicts on *benefit*."""
        made = self._made.get(benefit)
        if made is None:
            compiled = self.snapshot.benefits[benefit]
            made = self._constant(compiled.final) if compiled.final is not None else self._judge(compiled)
            if compiled.final is None:
                self._turn_out(compiled, made)
            self._made[benefit] = made
        return made

    def relevant(self, benefit: str) -> frozenset[str]:
        """Return the facts that *benefit* looks at in any way."""
        return self._relevance.of(benefit)

    def _constant(self, verdict: Verdict) -> Verdicts:
        planes = self.planes
        everybody = {outcome: planes.all if verdict.outcome is outcome else planes.none for outcome in Outcome}
        group = np.full(planes.count, -1, np.int16)
        return Verdicts(verdict.benefit, everybody[Outcome.ELIGIBLE], everybody[Outcome.INELIGIBLE], {}, {}, group, [],
                        planes.none, granted=everybody[Outcome.ELIGIBLE])  # fmt: skip

    def _judge(self, benefit: CompiledBenefit) -> Verdicts:
        required = self.trees.judge(benefit.requires)
        chosen = choose(benefit, self.trees, self.people)
        made = self._settled(benefit, required, chosen)
        if benefit.required:
            self._figured(benefit, made, chosen)
        if benefit.status is Status.UNSETTLED:
            made.eligible = made.granted = self.planes.none
        self._doubts(benefit, made, chosen)
        return made

    def _settled(self, benefit: CompiledBenefit, required: Truths, chosen: Chosen) -> Verdicts:
        """Settle the outcome by the conditions alone, and find what is missing for the others."""
        planes = self.planes
        picked = planes.union(chosen.picks) & ~required.no
        by_outcome = dict.fromkeys(Outcome, planes.none)
        for group, pick in zip(benefit.groups, chosen.picks, strict=True):
            by_outcome[group.outcome] = by_outcome[group.outcome] | pick
        grants, refuses, leaves_open = (by_outcome[outcome] for outcome in Outcome)
        refusable = chosen.unsure | planes.unknown(required)
        agreed = planes.all & ~self._at_odds(benefit, chosen)
        granted = picked & grants & ~refuses & ~leaves_open & ~refusable
        eligible = granted & agreed
        refused = picked & agreed & refuses & ~grants & ~leaves_open
        open_ = picked & ~eligible & ~refused
        missing: Missing = {}
        self.trees.ask(benefit.requires, open_ & planes.unknown(required), missing)
        for group, unknown in zip(benefit.groups, chosen.unknown, strict=True):
            self.trees.ask(group.pick, open_ & unknown, missing)
        codes, groups = self._groups(benefit, chosen, picked)
        possible = {g.id: p & picked for g, p in zip(benefit.groups, chosen.picks, strict=True) if g.id}
        return Verdicts(benefit.id, eligible, refused | (planes.all & ~picked), possible, missing, codes, groups,
                        planes.none, chosen, picked, granted)  # fmt: skip

    def _at_odds(self, benefit: CompiledBenefit, chosen: Chosen) -> Bits:
        """Return those whose picks do not stand for the same."""
        if benefit.group_need is Need.REQUIRED:
            return chosen.several
        planes = self.planes
        kinds: dict[object, Bits] = {}
        for group, pick in zip(benefit.groups, chosen.picks, strict=True):
            kinds[group.stands_for] = kinds.get(group.stands_for, planes.none) | pick
        once = twice = planes.none
        for who in kinds.values():
            twice, once = twice | (once & who), once | who
        return twice

    def _groups(self, benefit: CompiledBenefit, chosen: Chosen, picked: Bits) -> tuple[Codes, list[Group]]:
        """Return the group of everybody for whom one pick is left."""
        planes = self.planes
        codes = np.full(planes.count, -1, np.int16)
        names: list[Group] = []
        alone = picked & ~chosen.several
        for group, first in zip(benefit.groups, chosen.first, strict=True):
            who = first & alone
            if group.id and who.any():
                codes[planes.flags(who)] = len(names)
                names.append(group.id)
        for pair, who in chosen.pairs:
            codes[planes.flags(who & alone)] = len(names)
            names.append(tuple(benefit.groups[place].id for place in pair))
        return codes, names

    def _figured(self, benefit: CompiledBenefit, made: Verdicts, chosen: Chosen) -> None:
        """Keep the verdict open where a figure that it waits for is not known."""
        planes = self.planes
        settled = made.held & (made.eligible | made.ineligible)
        one_left = made.held & ~settled & ~planes.union(made.missing.values()) & ~chosen.several
        rows = planes.rows(settled | one_left)
        if not len(rows):
            return
        kinds = self.kinds(benefit, benefit.required, made, rows, missing=True)
        verdicts = [figured(benefit, self.people.case_of(int(rows[row]))) for row in kinds.first]
        stays = np.array([one.outcome is not Outcome.UNDETERMINED for one in verdicts], np.bool_)
        open_ = planes.of_rows(rows[~stays[kinds.kind]])
        made.eligible, made.ineligible = made.eligible & ~open_, made.ineligible & ~open_
        self._miss(made.missing, verdicts, kinds, rows)

    def kinds(
        self, benefit: CompiledBenefit, results: Sequence[object], made: Verdicts, rows: Rows, *, missing: bool = False
    ) -> Alike:
        """Sort *rows* into kinds for which *results* come to the same; with *missing* what they lack, too."""
        planes = self.planes
        picks = self._open_picks(made, rows)
        if picks and missing:  # what is missing hangs on more than the figures do
            return self.people.alike(self.relevant(benefit.id), rows)
        wanted = [result for result in benefit.results if result in results]
        parts: list[Codes] = [made.group[rows], planes.flags(made.eligible)[rows].view(np.uint8),
                              planes.flags(made.ineligible)[rows].view(np.uint8), *picks]  # fmt: skip
        facts: set[str] = set()
        seen: set[int] = set()
        rows_of = [c for result in wanted for c in result.clauses]
        rows_of += [c for group in benefit.groups for value in group.values.values() for c in value]
        nodes = [leaf for c in rows_of if c.when is not None for leaf in leaves_of(c.when) if not leaf.chosen]
        if any(result.best is not None for result in wanted):
            names = {result.best.value for result in wanted if result.best is not None}
            nodes += [group.node for group in benefit.groups if names & group.values.keys()]
        for clause in rows_of:
            if clause.formula is not None:
                facts |= clause.formula.names | clause.formula.floors
        for node in nodes:
            key = node.yes or id(node)
            if key not in seen:
                seen.add(key)
                parts += [planes.flags(plane)[rows].view(np.uint8) for plane in self.trees.judge(node)]
        return self.people.alike(facts, rows, parts)

    def _open_picks(self, made: Verdicts, rows: Rows) -> list[Codes]:
        """Return by which groups each of *rows* may be chosen; nothing where one is left for everybody."""
        planes, chosen = self.planes, made.chosen
        if chosen is None or not planes.flags(chosen.several)[rows].any():
            return []
        return [planes.flags(pick)[rows].view(np.uint8) for pick in chosen.picks]

    def _doubts(self, benefit: CompiledBenefit, made: Verdicts, chosen: Chosen) -> None:
        """Keep the verdict open where a doubt holds or is unknown."""
        planes = self.planes
        picked = {group.id: first for group, first in zip(benefit.groups, chosen.first, strict=True)}
        for doubt in benefit.stopping:
            truths = self.trees.judge(doubt.node, picked)
            in_doubt = made.held & (planes.unknown(truths) if doubt.effect is Effect.WAIT else ~truths.no)
            made.eligible, made.ineligible = made.eligible & ~in_doubt, made.ineligible & ~in_doubt
            if doubt.effect is not Effect.WAIT:
                made.granted = made.granted & ~in_doubt
            self.trees.ask(doubt.node, made.held & planes.unknown(truths), made.missing, picked)

    def _turn_out(self, benefit: CompiledBenefit, made: Verdicts) -> None:
        """Judge by themselves those who told vaguely what they are asked for: every way may come to the same."""
        planes = self.planes
        open_ = planes.all & ~(made.eligible | made.ineligible)
        vague = planes.union(who & self.people.told_plane(fact) for fact, who in made.missing.items()) & open_
        if not vague.any():
            return
        rows = planes.rows(vague)
        kinds = self.people.alike(self.relevant(benefit.id), rows)
        verdicts = [self.snapshot.verdict(benefit.id, self.people.case_of(int(rows[row]))) for row in kinds.first]
        made.vague = vague
        for fact, who in made.missing.items():
            made.missing[fact] = who & ~vague
        self._miss(made.missing, verdicts, kinds, rows)
        for outcome in (Outcome.ELIGIBLE, Outcome.INELIGIBLE):
            is_so = np.array([one.outcome is outcome for one in verdicts], np.bool_)[kinds.kind]
            plane = planes.of_rows(rows[is_so])
            if outcome is Outcome.ELIGIBLE:
                made.eligible = made.eligible | plane
            else:
                made.ineligible = made.ineligible | plane
        self._name_groups(made, verdicts, kinds, rows)

    def _name_groups(self, made: Verdicts, verdicts: Sequence[Verdict], kinds: Alike, rows: Rows) -> None:
        known = {group: place for place, group in enumerate(made.groups)}
        codes: list[int] = []
        possible: dict[str, list[int]] = {}
        for kind, verdict in enumerate(verdicts):
            group = verdict.group
            if group is not None and group not in known:
                known[group] = len(made.groups)
                made.groups.append(group)
            codes.append(-1 if group is None else known[group])
            for name in (group,) if isinstance(group, str) else group or verdict.candidates:
                possible.setdefault(name, []).append(kind)
        made.group[rows] = np.array(codes, np.int16)[kinds.kind]
        for name, who in made.possible.items():
            made.possible[name] = who & ~made.vague
        for name, of_kinds in possible.items():
            plane = self.planes.of_rows(rows[np.isin(kinds.kind, of_kinds)])
            made.possible[name] = made.possible.get(name, self.planes.none) | plane

    def _miss(self, missing: Missing, verdicts: Sequence[Verdict], kinds: Alike, rows: Rows) -> None:
        """Add to *missing* what is missing for the verdict of every kind."""
        for fact in {fact for verdict in verdicts for fact in verdict.missing}:
            asks = np.array([fact in verdict.missing for verdict in verdicts], np.bool_)[kinds.kind]
            missing[fact] = missing.get(fact, self.planes.none) | self.planes.of_rows(rows[asks])
