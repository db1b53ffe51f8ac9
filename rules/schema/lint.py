"""Check what the files say together: names that exist, operators that fit, articles, periods, circles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final

from core.vietnamese.format import day
from rules.engine.case import AGE
from rules.engine.formula import compile_formula
from rules.engine.model import (
    AllOf,
    AnyOf,
    Benefit,
    BenefitTest,
    ChosenTest,
    Clause,
    Condition,
    DefinitionTest,
    FactTest,
    Formula,
    FormulaTest,
    Group,
    GroupTest,
    Literal,
    Not,
    Parameter,
    Period,
    PlaceTest,
    Release,
    Source,
)
from rules.engine.references import benefit_references, group_references, leaves
from rules.facts.vocabulary import FactDefinition, Vocabulary
from rules.findings import Finding, near
from rules.places import Places

_NUMBERS: Final = frozenset({"at_least", "more_than", "at_most", "less_than", "equals"})
_DATES: Final = frozenset({"on_or_after", "after", "on_or_before", "before", "exists", "equals"})
_ONE: Final = frozenset({"is", "one_of", "is_not", "none_of"})
_MANY: Final = frozenset({"includes", "includes_any", "includes_all", "excludes", "only", *_ONE})


def lint(release: Release, vocabulary: Vocabulary, places: Places) -> list[Finding]:
    """Return every finding of *release*."""
    check = _Lint(release, vocabulary, places)
    for parameter in release.parameters.values():
        check.parameter(parameter)
    for definition in release.definitions.values():
        check.conditions(definition, None)
    for benefit in release.benefits.values():
        check.benefit(benefit)
    for combination in release.combinations:
        for name in combination.benefits:
            check.known("benefit", name, release.benefits, combination.source)
    check.circles()
    return check.findings


class _Lint:
    def __init__(self, release: Release, vocabulary: Vocabulary, places: Places) -> None:
        self._release, self._facts, self._places = release, vocabulary.facts, places
        self.findings: list[Finding] = []

    def add(self, key: str, source: Source, /, **params: Any) -> None:
        self.findings.append(Finding.at(source, key, **params))

    def known(self, what: str, name: str, names: Iterable[str], source: Source) -> bool:
        """Note a name that does not exist."""
        listed = list(names)
        if name in listed:
            return True
        self.add(f"unknown_{what}", source, name=name, near=near(name, listed))
        return False

    def parameter(self, parameter: Parameter) -> None:
        for row in parameter.rows:
            if not row.source.cites:
                self.add("uncited.row", row.source, key=parameter.key)
            if row.province:
                self.known("province", row.province, self._places.units, row.source)
            if row.former:
                self.known("province", row.former, self._places.former, row.source)
        places: dict[tuple[str | None, str | None], list[Source]] = {}
        for row in parameter.rows:
            places.setdefault((row.province, row.former), []).append(row.source)
        for rows in places.values():
            self._periods(parameter.key, rows, gaps=False)

    def benefit(self, benefit: Benefit) -> None:
        self._periods(f"{benefit.id}: in_force", [entry.source for entry in benefit.in_force], gaps=True)
        if not benefit.in_force:
            self.add("missing_key.in_force", benefit.source, benefit=benefit.id)
        ids = [group.id for group in benefit.groups]
        for group in benefit.groups:
            if ids.count(group.id) > 1:
                self.add("duplicate_id.group", group.source, id=group.id)
            self._group(benefit, group)
        self.conditions(benefit.requires, benefit)
        self._uncited(benefit.requires, bool(benefit.source.cites))
        for doubt in benefit.doubts:
            self.conditions(doubt.when, benefit)
        for procedure in benefit.procedures:
            if "province" in procedure.details:
                self.known("province", str(procedure.details["province"]), self._places.units, procedure.source)
        self._results(benefit)
        for rule in benefit.select.sums:
            for name in (*rule.base, *rule.added):
                self.known("group", name, ids, rule.source)

    def _group(self, benefit: Benefit, group: Group) -> None:
        self._periods(f"{benefit.id}/{group.id}", [version.source for version in group.versions], gaps=True)
        for version in group.versions:
            self.conditions(version.when, benefit)
            self._uncited(version.when, bool(version.source.cites or group.source.cites))
            if version.gives_way is not None:
                self.conditions(version.gives_way, benefit)
        for name, clauses in group.values.items():
            self._clauses(benefit, clauses, set())
            if not clauses:
                self.add("bad_value.no_row", group.source, group=group.id, name=name)

    def _results(self, benefit: Benefit) -> None:
        names = {name for group in benefit.groups for name in group.values}
        for result in benefit.results:
            if not result.clauses and result.best is None and result.name not in names:
                self.add("bad_value.no_source", result.source, name=result.name)
            if result.best is not None and result.best.value not in names:
                self.add("unknown_value.best", result.source, name=result.best.value)
            self._clauses(benefit, result.clauses, names)
            names.add(result.name)

    def _clauses(self, benefit: Benefit, clauses: Sequence[Clause], env: set[str]) -> None:
        for clause in clauses:
            if isinstance(clause.value, Formula):
                self._formula(clause.value.text, clause.source, env)
            if clause.when is not None:
                self.conditions(clause.when, benefit)

    def conditions(self, condition: Condition, benefit: Benefit | None) -> None:
        """Check every leaf of *condition*."""
        for leaf in leaves(condition):
            self._leaf(leaf, benefit)

    def _leaf(self, leaf: Condition, benefit: Benefit | None) -> None:  # noqa: PLR0912  (one branch a kind)
        source = leaf.source
        groups = [group.id for group in benefit.groups] if benefit else []
        match leaf:
            case FactTest():
                self._fact(leaf)
            case FormulaTest(formula=formula, operand=operand):
                self._formula(formula.text, source, set())
                if isinstance(operand, Formula):
                    self._formula(operand.text, source, set())
            case GroupTest(group=group):
                self.known("group", group, groups, source)
            case ChosenTest(groups=names):
                for name in names:
                    self.known("group", name, groups, source)
            case BenefitTest(benefit=name, groups=names):
                if self.known("benefit", name, self._release.benefits, source):
                    known = [group.id for group in self._release.benefits[name].groups]
                    for group in names:
                        self.known("group", group, known, source)
            case DefinitionTest(name=name):
                self.known("definition", name, self._release.definitions, source)
            case PlaceTest(provinces=provinces, former=former):
                for place in provinces:
                    self.known("province", place, self._places.units, source)
                for place in former:
                    self.known("province", place, self._places.former, source)

    def _fact(self, test: FactTest) -> None:
        if test.at is not None:
            self.known("fact", test.at, self._facts, test.source)
        if isinstance(test.operand, Formula):
            self._formula(test.operand.text, test.source, set())
        if test.fact == AGE:
            if test.operator not in _NUMBERS:
                self.add("wrong_operator.age", test.source, operator=test.operator)
            return
        if not self.known("fact", test.fact, self._facts, test.source):
            return
        fact = self._facts[test.fact]
        if test.operator not in fitting_operators(fact) and not (
            test.operator.startswith("within_") and fact.type == "date"
        ):
            self.add("wrong_operator", test.source, fact=fact.id, type=fact.type, operator=test.operator)
        if fact.type == "enum" and isinstance(test.operand, Literal) and isinstance(test.operand.value, tuple):
            for word in test.operand.value:
                self.known("value", word, fact.values, test.source)

    def _formula(self, text: str, source: Source, env: set[str]) -> None:
        formula = compile_formula(text)
        for key in formula.parameters:
            self.known("parameter", key, self._release.parameters, source)
        for name in formula.names | formula.floors:
            self.known("name", name, [AGE, *env, *self._facts], source)

    def _uncited(self, condition: Condition, cited: bool) -> None:
        if isinstance(condition, AllOf | AnyOf):
            for child in condition.children:
                self._uncited(child, cited or bool(condition.source.cites))
        elif isinstance(condition, Not):
            self._uncited(condition.child, cited or bool(condition.source.cites))
        elif not cited and not condition.source.cites and not isinstance(condition, GroupTest | DefinitionTest):
            self.add("uncited", condition.source)

    def _periods(self, what: str, sources: Sequence[Source], *, gaps: bool) -> None:
        """Note periods that overlap or, with *gaps*, leave days between them open."""
        ordered = sorted(sources, key=lambda s: (s.period.start or date.min, s.period.known_from or date.min))
        for before, after in pairwise(ordered):
            self._neighbours(what, before.period, after, gaps=gaps)

    def _neighbours(self, what: str, before: Period, after: Source, *, gaps: bool) -> None:
        start = after.period.start
        closed_start = start or date.min
        same = before.start == start and before.known_from == after.period.known_from
        if same or (gaps and before.end is None) or (before.end is not None and before.end >= closed_start):
            if before.known_from == after.period.known_from or same:
                self.add("overlap", after, what=what, after=_days(after.period), before=_days(before))
        elif gaps and before.end is not None and before.end + timedelta(days=1) < closed_start:
            self.add("gap", after, what=what, end=before.end, start=start)

    def circles(self) -> None:
        """Note benefits or groups that depend on themselves."""
        graph = {b.id: set(benefit_references(b, self._release.definitions)) for b in self._release.benefits.values()}
        for name in _on_circle(graph):
            self.add("circle.benefit", self._release.benefits[name].source, name=name)
        for benefit in self._release.benefits.values():
            groups = {group.id: set(group_references(group)) for group in benefit.groups}
            for name in _on_circle(groups):
                self.add("circle.group", benefit.source, name=name)
        definitions = {
            name: {leaf.name for leaf in leaves(condition) if isinstance(leaf, DefinitionTest)}
            for name, condition in self._release.definitions.items()
        }
        for name in _on_circle(definitions):
            self.add("circle.definition", self._release.definitions[name].source, name=name)


def fitting_operators(fact: FactDefinition) -> frozenset[str]:
    """Return the operators that a condition on *fact* may have."""
    if fact.type == "date":
        return _DATES | {"within"}
    if fact.type == "bool":
        return frozenset({"is", "is_not"})
    if fact.type == "enum":
        return _MANY if fact.multiple else _ONE
    return _NUMBERS | {"is"}


def _days(period: Period) -> str:
    start, end = (day(one) if one else "…" for one in (period.start, period.end))
    return f"{start} – {end}"


def _on_circle(graph: Mapping[str, set[str]]) -> Iterator[str]:
    def reaches(start: str, target: str, seen: set[str]) -> bool:
        for following in graph.get(start, set()):
            if following == target:
                return True
            if following not in seen:
                seen.add(following)
                if reaches(following, target, seen):
                    return True
        return False

    return (name for name in graph if reaches(name, name, set()))
