"""The records of the leaves behind a decision: what was asked, what was told, by which law."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple, overload

from core.citations import Citation
from rules.engine.case import AGE_TOLD, BIRTH, Case
from rules.engine.decision import Leaf
from rules.engine.nodes import LeafSpec


class Reasons(Sequence[Leaf]):
    """The records of the leaves behind a decision, each once; written when they are first read.

    Of the leaves that left groups aside only those are shown that rest on something told.
    """

    __slots__ = ("_case", "_leaves", "_left", "_written")

    def __init__(self, leaves: Sequence[LeafSpec], left: Sequence[LeafSpec], case: Case) -> None:
        self._leaves, self._left, self._case = leaves, left, case
        self._written: tuple[Leaf, ...] | None = None

    def written(self) -> tuple[Leaf, ...]:
        """Return the records."""
        if self._written is None:
            left = [leaf for leaf in _records(self._left, self._case) if leaf.source == "told"] if self._left else ()
            self._written = (*_records(self._leaves, self._case), *left)
        return self._written

    @overload
    def __getitem__(self, place: int) -> Leaf: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Leaf, ...]: ...
    def __getitem__(self, place: int | slice) -> Leaf | tuple[Leaf, ...]:
        return self.written()[place]

    def __len__(self) -> int:
        return len(self.written())

    def __iter__(self) -> Iterator[Leaf]:
        return iter(self.written())

    def __eq__(self, other: object) -> bool:
        return self.written() == (other.written() if isinstance(other, Reasons) else other)

    def __hash__(self) -> int:
        return hash(self.written())

    def __repr__(self) -> str:
        return repr(self.written())


class Form(NamedTuple):
    """What the record of a leaf says whoever is judged, and by what it is known to be the same as another.

    ``told`` is the fact its value is taken from, ``law`` the end of the record (operator, threshold, since when, level,
    citation, label), ``untold`` the whole of it where nothing was told.
    """

    key: str
    told: str
    fact: str
    law: tuple[str, Any, date | None, str, Citation | None, str]
    untold: Leaf


def _records(leaves: Iterable[LeafSpec], case: Case) -> Iterable[Leaf]:
    seen: dict[str, Leaf] = {}
    raw, origin, state, forms = case.raw, case.origin, case.state, case.table.forms
    make = tuple.__new__
    for spec in leaves:
        key, told, fact, law, untold = forms.get(spec.number) or _form(spec, case)
        if key in seen:
            continue
        verdict = True if state & spec.yes else False if state & spec.no else None
        if not spec.yes:
            verdict = spec.run_on(case)
        if told not in raw:
            if verdict is None and told != BIRTH:
                seen[key] = untold
                continue
            told = AGE_TOLD if told == BIRTH else told
        value = (fact, verdict, raw.get(told), origin.get(told, "untold")) + law  # noqa: RUF005  (half the time)
        seen[key] = make(Leaf, value)
    return seen.values()


def _form(spec: LeafSpec, case: Case) -> Form:
    """Return the form of a leaf here; kept for the place unless the threshold depends on the person."""
    threshold = spec.measured(case)
    since, level, citation = spec.since, "national", spec.citation
    for key in spec.parameters:
        for row in case.found(key).rows:
            since = row.source.period.start or since
            level = row.province or row.former or level
            citation = row.source.cites[0].citation if row.source.cites else citation
    law = (spec.shown_operator, threshold, since, level, citation, spec.label)
    name = f"{spec.shown}\n{spec.shown_operator}\n{threshold}"
    form = Form(name, spec.told, spec.shown, law, Leaf(spec.shown, None, None, "untold", *law))
    if not spec.personal:
        case.table.forms[spec.number] = form
    return form
