"""Who will be eligible soon, and when: the list is judged again at the end of every month ahead, and where the law
changes.

What is told is taken to stay as it is; ages grow and the law of each day counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from core.vietnamese.format import day as show_day
from rules.batch import Batch, births
from rules.engine.calendar import add_months, add_years, end_of_month
from rules.engine.case import AGE_TOLD, BIRTH
from rules.engine.vector.columns import Column
from rules.engine.vector.planes import Codes


@dataclass(frozen=True, slots=True)
class Coming:
    """By benefit, for every row the place (from 1) of the day in ``days`` on which it is first eligible; 0: on none."""

    days: Sequence[date]
    found: Mapping[str, Codes]
    birth: Column

    def when(self, row: int, place: int) -> str:
        """Return the day, where the law changes on it or a birthday makes it plain, else the month."""
        last, eve = self.days[place], self.days[place - 1]
        first = eve + timedelta(days=1)
        if first == last:
            return show_day(last)
        code = int(self.birth.codes[row])
        if code > 0:
            born = date.fromordinal(code)
            birthday = add_years(born, last.year - born.year)
            if first <= birthday <= last:
                return show_day(birthday)
        return f"{last.month:02d}/{last.year}"


def days_to_judge(as_of: date, months: int, law_days: Sequence[date]) -> list[date]:
    """Return *as_of*, the ends of the months ahead, and every change of the law between with its eve."""
    ends = [end_of_month(add_months(as_of.replace(day=1), month)) for month in range(months + 1)]
    law = [day for change in law_days for day in (change - timedelta(days=1), change)]
    return [as_of, *sorted({day for day in (*ends, *law) if as_of < day <= ends[-1]})]


def coming(
    batch: Batch,
    columns: Sequence[Column],
    count: int,
    now: Mapping[str, Codes],
    *,
    days: Sequence[date],
    province: str | None,
) -> Coming:
    """Return when those not eligible *now*, on the first of *days*, will be.

    While the law stays, only those are judged again of whom it says something else on the day.
    An age told today is another tomorrow; the span of birth that follows from it stays.
    """
    birth = births({column.fact: column for column in columns}, count, days[0])
    later = [birth, *(column for column in columns if column.fact not in (BIRTH, AGE_TOLD))]
    found: dict[str, Codes] = {name: np.zeros(count, np.int8) for name in now}
    waiting = {name: codes != 1 for name, codes in now.items()}
    before = batch.judge(later, count, as_of=days[0], province=province, benefits=tuple(now))
    for place, day in enumerate(days[1:], 1):
        judged = batch.judge(later, count, as_of=day, province=province, benefits=tuple(now))
        rows = np.flatnonzero(judged.moved_since(before))
        before = judged
        if 2 * len(rows) < count:
            some = [column.only(rows) for column in later]
            judged = batch.judge(some, len(rows), as_of=day, province=province, benefits=tuple(now))
        else:
            rows = np.arange(count)
        for name in now:
            new = rows[waiting[name][rows] & (judged.outcomes(name) == 1)]
            found[name][new] = place
            waiting[name][new] = False
    return Coming(days, found, birth)
