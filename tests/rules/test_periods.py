"""On every day there is one law: no two rows, versions or states of a benefit for the same day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from rules.engine.model import Period, Source
from rules.engine.periods import began, latest_in_force
from rules.service import EligibilityService

DAYS = st.dates(date(2015, 1, 1), date(2032, 12, 31))


def newest(sources: Iterable[Source], day: date) -> list[tuple[date, date]]:
    """Return when the statements that cover *day*, as all is known, began; those that took over come last."""
    return sorted(began(source.period) for source in sources if source.period.covers(day, date.max))


@given(day=DAYS)
def test_no_two_rows_of_a_parameter_begin_together(day: date, service: EligibilityService) -> None:
    """The row in force must not be a matter of which stands first in the file."""
    for parameter in service.release.parameters.values():
        places: dict[tuple[str | None, str | None], list[Source]] = {}
        for row in parameter.rows:
            places.setdefault((row.province, row.former), []).append(row.source)
        for rows in places.values():
            starts = newest(rows, day)
            assert len(starts) == len(set(starts)), (parameter.key, day)


@given(day=DAYS)
def test_benefits_and_groups_have_one_state_a_day(day: date, service: EligibilityService) -> None:
    """Open and closed at once, or two versions of one group, would be two laws."""
    for benefit in service.release.benefits.values():
        assert len(newest([state.source for state in benefit.in_force], day)) <= 1, (benefit.id, day)
        for group in benefit.groups:
            assert len(newest([version.source for version in group.versions], day)) <= 1, (benefit.id, group.id, day)


@given(
    periods=st.lists(st.tuples(DAYS, st.integers(0, 2000), st.one_of(st.none(), DAYS)), max_size=6),
    day=DAYS,
    known_on=DAYS,
)
def test_the_statement_in_force_covers_the_day_and_was_known(
    periods: list[tuple[date, int, date | None]], day: date, known_on: date
) -> None:
    """Never the last row for want of a better one."""

    class Dated:
        def __init__(self, period: Period) -> None:
            self.source = Source(period)

    statements = [
        Dated(Period(start, date.fromordinal(start.toordinal() + length), known)) for start, length, known in periods
    ]

    found = latest_in_force(statements, day, known_on)

    covering = [s for s in statements if s.source.period.covers(day, known_on)]
    if found is None:
        assert not covering
    else:
        assert found in covering
        assert all(began(s.source.period) <= began(found.source.period) for s in covering)
