"""The law of one stretch of days as known at one time, compiled; and the engine that picks the right one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from rules.engine.case import AGE_TOLD, BIRTH, UNSET, Case
from rules.engine.clauses import compile_clauses
from rules.engine.compiled import CompiledBenefit, CompiledDoubt, CompiledResult
from rules.engine.conditions import ConditionCompiler, Inherited
from rules.engine.decision import Decision, Reason, Verdict
from rules.engine.explain import Excluded
from rules.engine.gaps import no_provision, no_value
from rules.engine.judge import judge, verdict
from rules.engine.model import (
    Benefit,
    Combination,
    Confidence,
    Group,
    InForce,
    Literal,
    Outcome,
    Period,
    Release,
    ResultField,
)
from rules.engine.nodes import combine, remembered
from rules.engine.parameters import Found, look_up
from rules.engine.periods import latest_in_force
from rules.engine.references import group_references
from rules.engine.regions import agreed_decision, agreed_verdict, parts_of
from rules.engine.room import Room
from rules.engine.selection import CompiledGroup, CompiledSelect, CompiledSum
from rules.engine.values import Number, Span
from rules.errors import NoValueInForce


class Snapshot:
    """Every benefit compiled for days between two changes of the law."""

    def __init__(self, release: Release, day: date, known_on: date, room: Room | None = None) -> None:
        self._release, self._day, self._known_on = release, day, known_on
        self._found: dict[tuple[str, str | None, tuple[str, ...]], Found] = {}
        compiler = ConditionCompiler(
            day, known_on, release.definitions, _unsure(release, day, known_on), room or Room()
        )
        compiler.verdict = self.verdict
        self.benefits = {b.id: self._benefit(b, compiler) for b in release.benefits.values()}
        self._slots, self._table = compiler.slots, compiler.table
        self.combinations = tuple(c for c in release.combinations if c.source.period.covers(day, known_on))

    def verdict(self, benefit: str, case: Case) -> Verdict:
        """Return the bare verdict on *benefit*, made once a case."""
        known = case.verdicts.get(benefit)
        if known is None:
            compiled = self.benefits[benefit]
            known = verdict(compiled, case)
            if known.missing and case.whole and known.outcome is Outcome.UNDETERMINED and _vague(known.missing, case):
                parts = [verdict(compiled, part) for part in self._parts(compiled, case, known.missing)]
                known = agreed_verdict(compiled, parts) or known
            case.verdicts[benefit] = known
        return known

    def verdicts(self, asked: Sequence[str], case: Case) -> tuple[Verdict, ...]:
        """Return the bare verdicts on *asked*."""
        return tuple([self.verdict(name, case) for name in asked])

    def decide(self, benefit: str, case: Case, *, explain: bool = True) -> Decision:
        """Return the decision on *benefit*: the verdict with its figures and, if asked for, why."""
        compiled = self.benefits[benefit]
        whole = judge(compiled, case, explain=explain)
        if whole.outcome is not Outcome.UNDETERMINED or not _vague(whole.missing, case):
            return whole
        parts = [judge(compiled, part, explain=explain) for part in self._parts(compiled, case, whole.missing)]
        vague = [fact for fact in whole.missing if fact in case.facts]
        return agreed_decision(compiled, parts, vague) or whole

    def _parts(self, benefit: CompiledBenefit, case: Case, missing: Sequence[str]) -> Iterator[Case]:
        """Yield *case* for every way in which what was told vaguely may turn out."""
        for part in parts_of(benefit, case, _vague(missing, case), case.table.state):
            yield self.opened(part)

    def decide_all(self, asked: Sequence[str], case: Case, *, explain: bool = True) -> tuple[Decision, ...]:
        """Return the decisions on *asked*, after what excludes what."""
        decisions = {name: self.decide(name, case, explain=explain) for name in asked}
        for combination in self.combinations:
            granted = [n for n in combination.benefits if n in decisions and decisions[n].outcome is Outcome.ELIGIBLE]
            for name in granted:
                decisions[name] = self._paid(decisions[name], combination, decisions, case)
        return tuple(decisions.values())

    def _paid(
        self, decision: Decision, combination: Combination, decisions: Mapping[str, Decision], case: Case
    ) -> Decision:
        """Say whether an eligible benefit is paid beside the others it excludes."""
        names = [name for name in combination.benefits if name != decision.benefit]
        others = [decisions.get(name) or self.decide(name, case, explain=False) for name in names]
        paid = paid_against(decision, others, combination)
        if paid is None:
            return decision
        cites = tuple(c.citation for c in combination.source.cites if c.period.covers(self._day, self._known_on))
        return decision._replace(
            results={**decision.results, "paid": paid}, why=decision.why if paid else Excluded(decision.why, cites)
        )

    def opened(self, case: Case) -> Case:
        """Return *case* made ready: what its facts say of every leaf, and room for what is worked out."""
        case.look_up = self.look_up
        case.table = table = self._table.at(case)
        case.state, case.vague = state, _ = table.read(case.facts)
        case.open = table.all & ~(state | state >> 1)
        case.unclear = case.vague | table.troubled
        case.memo = [UNSET] * self._slots
        return case

    def look_up(self, key: str, case: Case) -> Found:
        """Return a parameter for the place of *case*, remembered by place."""
        place = (key, case.province, case.former)
        found = self._found.get(place)
        if found is None:
            found = self._found[place] = self._find(key, case)
        return found

    def _find(self, key: str, case: Case) -> Found:
        try:
            return look_up(
                self._release.parameters[key],
                as_of=self._day,
                known_on=self._known_on,
                province=case.province,
                former=case.former,
            )
        except NoValueInForce:
            return Found(Span(None, None), (), no_value(self._release.parameters[key]))

    def _benefit(self, benefit: Benefit, compiler: ConditionCompiler) -> CompiledBenefit:
        compiler.groups = {}
        above = compiler.inherit(benefit.source, Inherited())
        requires = compiler.compile(benefit.requires, above)
        groups = self._groups(benefit, compiler, above)
        status = latest_in_force(benefit.in_force, self._day, self._known_on)
        return CompiledBenefit(
            id=benefit.id,
            group_as=benefit.group_as,
            group_need=benefit.group_need,
            status=status.status if status else None,
            status_reason=_status_reason(benefit, status),
            status_cites=compiler.cites(status.source) if status else (),
            requires=requires,
            groups=groups,
            select=CompiledSelect(
                benefit.select.strategy,
                benefit.select.by,
                tuple(
                    CompiledSum(frozenset(s.base), frozenset(s.added), compiler.cites(s.source))
                    for s in benefit.select.sums
                    if compiler.in_force(s.source)
                ),
            ),
            results=tuple(self._result(r, compiler, above) for r in benefit.results if compiler.in_force(r.source)),
            doubts=tuple(
                CompiledDoubt(Reason(d.id, d.text), d.effect, compiler.compile(d.when, above), compiler.cites(d.source))
                for d in benefit.doubts
                if compiler.in_force(d.source)
            ),
            cites=above.cites,
            confidence=benefit.source.confidence or Confidence.HIGH,
        )

    def _result(self, result: ResultField, compiler: ConditionCompiler, above: Inherited) -> CompiledResult:
        below = compiler.inherit(result.source, Inherited(confidence=above.confidence))
        return CompiledResult(
            result.name,
            result.unit,
            result.need,
            result.refused_only,
            compile_clauses(result.clauses, compiler, below),
            result.best,
            compiler.cites(result.source),
            below.confidence,
        )

    def _groups(self, benefit: Benefit, compiler: ConditionCompiler, above: Inherited) -> tuple[CompiledGroup, ...]:
        if not benefit.groups:
            whole = CompiledGroup("", Outcome.ELIGIBLE, None, combine("all", []), {}, (), Confidence.HIGH)
            return (whole,)
        compiled = [
            group
            for source in in_reference_order(benefit)
            if (group := self._group(source, compiler, above, benefit)) is not None
        ]
        return tuple(sorted(compiled, key=lambda group: group.order))

    def _group(
        self, group: Group, compiler: ConditionCompiler, above: Inherited, benefit: Benefit
    ) -> CompiledGroup | None:
        version = latest_in_force(group.versions, self._day, self._known_on)
        if version is None or not compiler.in_force(group.source):
            return None
        below = compiler.inherit(version.source, compiler.inherit(group.source, above))
        inner = compiler.compile(version.when, below)
        node = inner
        if inner.rest:
            node = remembered(inner, compiler.remembered(("group", benefit.id, group.id), inner.run))
        compiler.groups[group.id] = node
        values = {name: compile_clauses(rows, compiler, below) for name, rows in group.values.items()}
        listed = next(i for i, g in enumerate(benefit.groups) if g.id == group.id)
        gives_way = version.gives_way
        return CompiledGroup(
            group.id,
            group.outcome,
            group.refer,
            node,
            values,
            below.cites,
            below.confidence,
            (version.order, -_constant(values, benefit.select.prefer), listed),
            compiler.compile(gives_way, below) if gives_way is not None else None,
        )


def _unsure(release: Release, day: date, known_on: date) -> set[str]:
    """Return the parameters of which a row in force was not fully checked."""
    return {
        parameter.key
        for parameter in release.parameters.values()
        for row in parameter.rows
        if row.source.confidence not in (None, Confidence.HIGH) and row.source.period.covers(day, known_on)
    }


def _vague(missing: Sequence[str], case: Case) -> list[str]:
    """Return the facts that were told, and are still missing: they were told vaguely."""
    told = case.told
    if told.keys().isdisjoint(missing) and AGE_TOLD not in told:
        return []
    return [fact for fact in missing if fact in told or (fact == BIRTH and AGE_TOLD in told)]


def in_reference_order(benefit: Benefit) -> Iterator[Group]:
    """Yield the groups so that one referred to comes before the one that refers to it."""
    by_id = {group.id: group for group in benefit.groups}
    done: set[str] = set()

    def visit(group: Group) -> Iterator[Group]:
        if group.id in done:
            return
        done.add(group.id)
        for name in group_references(group):
            if name in by_id:
                yield from visit(by_id[name])
        yield group

    for group in benefit.groups:
        yield from visit(group)


def paid_against(decision: Decision, others: Sequence[Decision], combination: Combination) -> bool | None:
    """Tell whether *decision* is the one paid; ``None`` while that is open. Of equals the first listed is paid."""
    lowest, highest = _between(decision, combination.by)
    paid: bool | None = True
    for other in others:
        if other.outcome is Outcome.INELIGIBLE:
            continue
        least, most = _between(other, combination.by)
        first = combination.benefits.index(decision.benefit) < combination.benefits.index(other.benefit)
        if other.outcome is Outcome.ELIGIBLE and _exceeds(least, highest, or_equals=not first):
            return False
        if other.outcome is Outcome.UNDETERMINED or not _exceeds(lowest, most, or_equals=first):
            paid = None
    return paid


def _between(decision: Decision, name: str) -> tuple[Any, Any]:
    """Return between what a figure of *decision* lies: twice the same where it is known."""
    value = decision.results.get(name)
    return decision.bounds.get(name, (None, None)) if value is None else (value, value)


def _exceeds(least: Any, most: Any, *, or_equals: bool) -> bool:
    """Tell whether what is *least* at the lowest surely beats what is *most* at the highest."""
    return least is not None and most is not None and (least > most or (or_equals and least == most))


def _constant(values: Mapping[str, Any], name: str | None) -> Number:
    """Return the fixed number of a group value by which equals are ordered."""
    if name is None:
        return 0
    numbers = [
        level
        for clause in values.get(name, ())
        if clause.fixed is not None and isinstance(level := clause.fixed.settled, int | Decimal)
    ]
    return max(numbers, default=0)


def _status_reason(benefit: Benefit, status: InForce | None) -> Reason | None:
    if status is None:
        return no_provision(benefit)
    return Reason(status.reason, status.text) if status.reason else None


class Engine:
    """Keeps one compiled snapshot per stretch of days between two changes of the law.

    *room* is how much all of them may remember together.
    """

    def __init__(
        self,
        release: Release,
        changes: tuple[Sequence[date], Sequence[date]] | None = None,
        room: Room | None = None,
    ) -> None:
        self.release = release
        days, known = changes or change_days(release)
        self._days, self._known = sorted(days), sorted(known)
        self._snapshots: dict[tuple[int, int], Snapshot] = {}
        self._room = room or Room()

    @property
    def days_of_change(self) -> Sequence[date]:
        """Return the days on which something begins to count, has ended, or becomes known."""
        return sorted({*self._days, *self._known})

    def snapshot(self, as_of: date, known_on: date) -> Snapshot:
        """Return the law of *as_of* as known on *known_on*, compiled on first use."""
        key = (bisect_right(self._days, as_of), bisect_right(self._known, known_on))
        snapshot = self._snapshots.get(key)
        if snapshot is None:
            day = self._days[key[0] - 1] if key[0] else date.min
            seen = self._known[key[1] - 1] if key[1] else date.min
            snapshot = self._snapshots[key] = Snapshot(self.release, day, seen, self._room)
        return snapshot


def change_days(release: Release) -> tuple[set[date], set[date]]:
    """Return the days on which something begins to count (or has ended), and on which something becomes known."""
    days: set[date] = set()
    known: set[date] = set()
    for period in periods_of(release):
        if period.start is not None:
            days.add(period.start)
        if period.end is not None and period.end < date.max:
            days.add(period.end + timedelta(days=1))
        if period.known_from is not None:
            known.add(period.known_from)
    return days, known


def periods_of(value: Any) -> Iterator[Period]:
    """Yield every period inside a release or a part of it."""
    if isinstance(value, Period):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from periods_of(part)
    elif isinstance(value, tuple):
        for part in value:
            yield from periods_of(part)
    elif hasattr(value, "__dataclass_fields__") and not isinstance(value, Literal):
        for name in value.__dataclass_fields__:
            yield from periods_of(getattr(value, name))
