"""The days on which the law of a benefit changes, for the line of time above its page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rules.authoring.usage import measured_by
from rules.engine.model import Benefit, Release, Source


@dataclass(frozen=True, slots=True)
class Moment:
    """One day: what begins on it. ``kinds`` are keys under ``admin.moments``, ``names`` what figures are called."""

    day: date
    kinds: tuple[str, ...]
    names: tuple[str, ...]


def timeline_of(release: Release, benefit: str) -> tuple[Moment, ...]:
    """Return the days on which something of *benefit* begins, earliest first; levels of single provinces aside."""
    found: dict[date, tuple[dict[str, None], dict[str, None]]] = {}
    for kind, name, source in _dated(release, release.benefits[benefit]):
        if source.period.start is not None:
            kinds, names = found.setdefault(source.period.start, ({}, {}))
            kinds[kind] = None
            if name:
                names[name] = None
    return tuple(Moment(day, tuple(kinds), tuple(names)) for day, (kinds, names) in sorted(found.items()))


def _dated(release: Release, benefit: Benefit) -> Iterator[tuple[str, str, Source]]:
    yield from (("in_force", "", entry.source) for entry in benefit.in_force)
    for group in benefit.groups:
        yield "group", "", group.source
        yield from (("group", "", version.source) for version in group.versions)
        yield from (("figure", "", clause.source) for clauses in group.values.values() for clause in clauses)
    yield from (("figure", "", clause.source) for result in benefit.results for clause in result.clauses)
    yield from (("procedure", "", row.source) for row in benefit.procedures if "province" not in row.details)
    for parameter in measured_by(release, benefit.id):
        for row in parameter.rows:
            if row.province is None and row.former is None:
                yield "parameter", parameter.name_vi, row.source
