"""Look a parameter up for a day, a state of knowledge and a place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from core.citations import Citation
from rules.engine.model import Parameter, Row, Unsettled
from rules.engine.periods import latest_in_force
from rules.engine.values import Number, Span
from rules.errors import NoValueInForce


@dataclass(frozen=True)
class Found:
    """The value for one case: exact, or a span while the former province is unknown."""

    span: Span
    rows: tuple[Row, ...]
    unsettled: Unsettled | None = None
    needs_former_province: bool = False

    @cached_property
    def cited(self) -> dict[str, Citation]:
        """Return the articles of the rows, by their text."""
        return {cite.citation.text: cite.citation for row in self.rows for cite in row.source.cites}


def look_up(parameter: Parameter, *, as_of: date, known_on: date, province: str | None, former: Sequence[str]) -> Found:
    """Return the value of *parameter*; *former* are the former provinces that are still possible.

    Raises :class:`NoValueInForce` where no row covers the day: never the last row.
    """
    national = latest_in_force((r for r in parameter.rows if not r.province and not r.former), as_of, known_on)
    local = latest_in_force((r for r in parameter.rows if province and r.province == province), as_of, known_on)
    places = former or ("",)
    found = [_for_place(parameter, national, local, place, as_of=as_of, known_on=known_on) for place in places]
    chosen = [row for row in found if row is not None]
    if len(chosen) < len(places):
        raise NoValueInForce(parameter.key, as_of, [str(row.source.period) for row in parameter.rows])
    rows = tuple(dict.fromkeys(chosen))
    open_row = next((row.value for row in rows if isinstance(row.value, Unsettled)), None)
    if open_row is not None:
        return Found(Span(open_row.lowest, open_row.highest), rows, open_row)
    values: list[Number] = [row.value for row in rows if not isinstance(row.value, Unsettled)]
    return Found(Span(min(values), max(values)), rows, needs_former_province=len(set(values)) > 1)


def _for_place(
    parameter: Parameter, national: Row | None, local: Row | None, former: str, *, as_of: date, known_on: date
) -> Row | None:
    old = latest_in_force((r for r in parameter.rows if former and r.former == former), as_of, known_on)
    candidates = [row for row in (old or local, national) if row is not None]
    if not candidates:
        return None
    if not parameter.highest or isinstance(candidates[0].value, Unsettled):
        return candidates[0]
    return max(candidates, key=lambda row: row.value if not isinstance(row.value, Unsettled) else 0)
