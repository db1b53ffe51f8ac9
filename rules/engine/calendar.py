"""The law's arithmetic with days.

'Đủ N tuổi' is reached on the Nth birthday itself; a day that does not exist (29 February) falls on the last day
of its month. A day known only by its month or year is a span from its first to its last possible day.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta


def add_months(day: date, months: int) -> date:
    """Move *day* by whole months, to the last day of the month where the day does not exist."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    if year < 1:
        return date.min
    if year > 9999:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_years(day: date, years: int) -> date:
    """Move *day* by whole years (29 February to 28 February where there is none)."""
    return add_months(day, 12 * years)


def full_years(birth: date, on: date) -> int:
    """Return the completed years of somebody born on *birth*; the birthday itself counts as reached."""
    years = on.year - birth.year
    return years if add_years(birth, years) <= on else years - 1


def full_months(start: date, end: date) -> int:
    """Return the completed months from *start* to *end*."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if add_months(start, months) <= end else months - 1


def earliest_birth(age: int, on: date) -> date:
    """Return the first day on which somebody of *age* completed years on *on* can have been born."""
    day = add_years(on, -(age + 1))
    while full_years(day, on) > age:
        day += timedelta(days=1)
    return day


def latest_birth(age: int, on: date) -> date:
    """Return the last day on which somebody of *age* completed years on *on* can have been born."""
    day = add_years(on, -age) + timedelta(days=1)
    while full_years(day, on) < age:
        day -= timedelta(days=1)
    return day


def end_of_month(day: date) -> date:
    """Return the last day of the month of *day*."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def child_card_end(birth: date) -> date:
    """Return the last day of the health-insurance card of a child under six.

    Born on or before 30 September: 30 September of the year of turning 72 months; born later: the last day of the
    month of turning 72 months (25/2008/QH12, Điều 16 khoản 3 điểm d; 188/2025/NĐ-CP, Điều 13).
    """
    sixth = add_years(birth, 6)
    if (birth.month, birth.day) <= (9, 30):
        return date(sixth.year, 9, 30)
    return end_of_month(sixth)
