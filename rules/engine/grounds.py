"""What a verdict rests on besides the condition of its group: what was passed over, and what its figures took."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Protocol

from rules.engine.case import Case
from rules.engine.clauses import CompiledClause, used_facts
from rules.engine.compiled import CompiledBenefit
from rules.engine.nodes import Node
from rules.engine.selection import CompiledGroup, Selection

Rows = tuple[CompiledClause, ...]


class HasRows(Protocol):
    """A figure of the answer and the rows it is worked out from."""

    @property
    def name(self) -> str: ...
    @property
    def clauses(self) -> Rows: ...


def passed_over(benefit: CompiledBenefit, selection: Selection, case: Case) -> list[Node]:
    """Return the conditions that failed where the group chosen has none of its own: they are why it was left."""
    last = selection.picks[-1][-1]
    if len(benefit.groups) == 1 or last.pick.leaf is not None or last.pick.children:
        return []
    if benefit.groups[-1] is last and benefit.select.strategy == "first":
        possible = {id(group) for pick in selection.picks for group in pick}
        return [group.pick for group in benefit.groups if id(group) not in possible]
    return [group.pick for group in benefit.groups if group.pick.run(case) is False]


def facts_in_figures(
    figures: Iterable[HasRows], shown: Collection[str], group: CompiledGroup | None, case: Case
) -> Iterator[str]:
    """Yield the facts that the figures *shown* were worked out from."""
    own: Mapping[str, Rows] = group.values if group is not None else {}
    case.picked = frozenset({group.id} if group is not None else ())
    for figure in figures:
        if figure.name in shown:
            for name in used_facts(figure.clauses or own.get(figure.name, ()), case):
                yield from used_facts(own[name], case) if name in own else (name,)
