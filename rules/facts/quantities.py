"""Fill the slots of fact patterns: ages, sums, dates, spans of months, counts and percentages in a message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from core.vietnamese.ages import Age, read_age, stands_alone
from core.vietnamese.dates import ToldDate, full_year, read_date
from core.vietnamese.money import read_money
from core.vietnamese.numbers import Number, read_number
from core.vietnamese.words import OneOf, Word
from rules.facts.patterns import Slot
from rules.facts.people import Naming, Role

_PERCENT = OneOf("phần")
_HUNDRED = OneOf("trăm")
_MONTHS, _YEARS = OneOf("tháng", "th", "thg"), OneOf("năm", "n")
_HALF = OneOf("rưỡi", "rưởi")
_BABY_MONTHS = 36


def read_slots(words: Sequence[Word], people: Sequence[Naming], *, today: date) -> dict[int, list[Slot]]:
    """Return every slot of the message by the word it begins at."""
    slots: dict[int, list[Slot]] = {}
    for slot in (*_people_slots(people), *_quantities(words, today)):
        slots.setdefault(slot.start, []).append(slot)
    return slots


def _people_slots(people: Sequence[Naming]) -> list[Slot]:
    slots = []
    for naming in people:
        if naming.role in (Role.ASKING, Role.HOUSEHOLD):
            continue
        if naming.role is not Role.SOMEONE and (naming.role is not Role.EVERYONE or naming.ids):
            slots.append(Slot("@any", naming.start, naming.end, naming))
        slots.append(Slot("@whose", naming.start, naming.end, naming))
        slots.extend(Slot(f"@{person}", naming.start, naming.end, naming) for person in naming.ids)
    return slots


def _quantities(words: Sequence[Word], today: date) -> list[Slot]:
    slots: list[Slot] = []
    past_money = past_number = 0
    for at in range(len(words)):
        if words[at].is_mark:
            continue
        number = read_number(words, at) if at >= past_number else None
        if number is not None:
            past_number = number.end
            slots.extend(_counts(words, number, today))
            slots.extend(_age(words, at))
        money = read_money(words, at) if at >= past_money else None
        if money is not None:
            past_money = money.end
            slots.append(Slot("money", money.start, money.end, as_raw(money.low, money.high)))
        told = read_date(words, at, today=today)
        if told is not None:
            slots.append(Slot("date", at, told.end, told.iso))
            slots.append(_birthday(at, told))
    return slots


def _birthday(at: int, told: ToldDate) -> Slot:
    """Only with its year is a day one of birth; without it, the day of a year that may be known."""
    if told.year_said:
        return Slot("birth", at, told.end, told.iso)
    return Slot("yearless", at, told.end, told.iso[4:])


def as_raw(low: int | None, high: int | None) -> int | dict[str, int]:
    """Return the contract form of a span: the number itself, or what is known of its limits."""
    if low is not None and low == high:
        return low
    return {name: limit for name, limit in (("min", low), ("max", high)) if limit is not None}


def _age(words: Sequence[Word], at: int) -> list[Slot]:
    age = read_age(words, at)
    if age is None:
        return []
    raw = as_raw(age.low, age.high)
    end = max(age.end, at + 1)
    if age.has_unit:
        return [Slot(kind, age.start, end, raw) for kind in _age_kinds(age)]
    if stands_alone(words, age):
        return [Slot("bare", age.start, end, raw)]
    return []


def _age_kinds(age: Age) -> tuple[str, ...]:
    """``child_age`` is under 16, ``teen_age`` the age of those who still study."""
    if age.high is not None and age.high < 16:
        return ("age", "child_age")
    return ("age", "teen_age") if age.low is not None and age.low < 26 else ("age",)


def _counts(words: Sequence[Word], number: Number, today: date) -> list[Slot]:
    slots: list[Slot] = []
    if _is_year_word(words, number):
        return slots
    if number.whole is not None and number.whole < 10_000:
        slots.append(Slot("n", number.start, number.end, number.whole))
    if (end := _percent_end(words, number.end)) is not None:
        exact = number.value
        slots.append(Slot("percent", number.start, end, int(exact) if number.whole is not None else float(exact)))
    months = _months(words, number)
    if months is not None:
        slots.append(months)
        if _MONTHS.at(words, number.end) and number.value <= 72:
            slots.append(Slot("month_age", months.start, months.end, int(number.value) // 12))
            if number.value < _BABY_MONTHS:
                slots.append(Slot("baby_age", months.start, months.end, 1))
    if number.whole is not None and words[number.start].is_number and len(words[number.start].text) == 2:
        year = full_year(words[number.start].text, today=today)
        slots.append(Slot("yy", number.start, number.end, f"{year}"))
    return slots


def _is_year_word(words: Sequence[Word], number: Number) -> bool:
    """``năm`` before a number, or before *nay*, *ngoái*, is the year and not five."""
    if number.end - number.start > 1 or words[number.start].folded != "nam":
        return False
    after = words[number.end] if number.end < len(words) else None
    return after is None or after.is_number or after.folded in {"nay", "ngoai", "sau", "truoc", "kia", "hoc"}


def _percent_end(words: Sequence[Word], at: int) -> int | None:
    if at < len(words) and words[at].text == "%":
        return at + 1
    return at + 2 if _PERCENT.at(words, at) and _HUNDRED.at(words, at + 1) else None


def _months(words: Sequence[Word], number: Number) -> Slot | None:
    end = number.end
    if _MONTHS.at(words, end):
        return Slot("months", number.start, end + 1, int(number.value))
    if not _YEARS.at(words, end) or number.value > 60:
        return None
    months, end = number.value * 12, end + 1
    if _HALF.at(words, end):
        return Slot("months", number.start, end + 1, int(months) + 6)
    rest = read_number(words, end)
    if rest is not None and _MONTHS.at(words, rest.end) and rest.value < 12:
        return Slot("months", number.start, rest.end + 1, int(months + rest.value))
    return Slot("months", number.start, end, int(months))


def slots_of(slots: Mapping[int, Sequence[Slot]], kind: str) -> list[Slot]:
    """Return all slots of one kind in order."""
    return [slot for at in sorted(slots) for slot in slots[at] if slot.kind == kind]
