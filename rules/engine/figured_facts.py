"""What the figures of a decision took into account besides the conditions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Protocol

from rules.engine.case import Case
from rules.engine.clauses import CompiledClause, used_facts
from rules.engine.selection import CompiledGroup

Rows = tuple[CompiledClause, ...]


class HasRows(Protocol):
    """A figure of the answer and the rows it is worked out from."""

    @property
    def name(self) -> str: ...
    @property
    def clauses(self) -> Rows: ...


def facts_in_figures(
    figures: Iterable[HasRows], shown: Collection[str], group: CompiledGroup | None, case: Case
) -> Iterator[str]:
    """Yield the facts that the figures *shown* were worked out from."""
    own: Mapping[str, Rows] = group.values if group is not None else {}
    case = replace(case, picked=frozenset({group.id} if group is not None else ()))
    for figure in figures:
        if figure.name in shown:
            for name in used_facts(figure.clauses or own.get(figure.name, ()), case):
                yield from used_facts(own[name], case) if name in own else (name,)
