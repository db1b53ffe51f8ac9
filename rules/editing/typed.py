"""What is typed into one field of a condition, read; and a value as it is typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from rules.editing.conditions import structured
from rules.editing.terms import Term
from rules.findings import Finding

_DAY_VI: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
PLAIN_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATED: Final = re.compile(r"(.*\S) +\(([\d/]*) ?– ?([\d/]*)\)")
_WHOLE: Final = re.compile(r"-?(?:\d+|\d{1,3}(?:[. ]\d{3})+)")


class Wrong(ValueError):
    """What stands in a field cannot be read. *code* says why."""

    def __init__(self, code: str, field: str, value: str = "") -> None:
        self.code, self.field, self.value = code, field, value
        super().__init__(code)


def written(value: Any, kind: str = "") -> str:
    """Return a single value as it is typed: 1.500.000, 6,24, 01/7/2026."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"{value:,}".replace(",", ".") if kind in ("money_vnd", "") and abs(value) >= 10_000 else str(value)
    if isinstance(value, float | Decimal):
        return str(value).replace(".", ",")
    return "/".join(reversed(str(value).split("-")))


def cite_written(cite: Any) -> str:
    """Return an article as one line, with the days between which it counts behind it: ``… (01/7/2024 – )``."""
    if not isinstance(cite, Mapping):
        return str(cite)
    start, end = (written(cite[name]) if cite.get(name) else "" for name in ("from", "to"))
    return f"{cite.get('text', '')} ({start} – {end})"


def cite_typed(line: str) -> Any:
    """Read an article as :func:`cite_written` writes it."""
    found = _DATED.fullmatch(line)
    if found is None or not (found[2] or found[3]):
        return line
    days = {name: day(text, "cites") for name, text in (("from", found[2]), ("to", found[3])) if text}
    return {"text": found[1], **days}


def needed(term: Term, name: str) -> str:
    """Return the text of a field that must be filled."""
    text = term.word(name).strip()
    if not text:
        raise Wrong("required", name)
    return text


def by_hand(term: Term) -> Any:
    """Read a condition that is written as YAML."""
    found = structured(term.word("yaml"))
    if not isinstance(found, Mapping) and any(isinstance(part, Finding) for part in found):
        raise Wrong("not_a_condition.typed", "yaml")
    if not isinstance(found, Mapping | list):
        raise Wrong("not_a_condition.typed", "yaml")
    return found


def single(text: str, name: str, kind: str) -> Any:
    """Read one value: a day where a fact is a date, else a number; of a formula either."""
    text = text.strip()
    if kind == "date" or (not kind and (_DAY_VI.fullmatch(text) or PLAIN_DAY.fullmatch(text))):
        return day(text, name)
    if kind in ("money_vnd", "int"):
        return whole(text.rstrip("đ₫ "), name)
    return number(text, name, dots=kind != "percent")


def whole(text: str, name: str) -> int:
    """Read a whole number; dots and blanks part thousands."""
    text = text.strip()
    if not _WHOLE.fullmatch(text):
        raise Wrong("not_whole", name, text)
    return int(text.replace(".", "").replace(" ", ""))


def number(text: str, name: str, *, dots: bool) -> int | float:
    """Read a number; with *dots* they part thousands, else they are decimal points."""
    if _WHOLE.fullmatch(text) and (dots or "." not in text):
        return whole(text, name)
    try:
        return float(Decimal(text.replace(" ", "").replace(",", ".").rstrip("%")))
    except InvalidOperation as error:
        raise Wrong("not_a_number.typed", name, text) from error


def day(text: str, name: str) -> str:
    """Read a day as people here or the rule files write it."""
    text = text.strip()
    found = _DAY_VI.fullmatch(text)
    plain = "-".join((found[3], found[2].zfill(2), found[1].zfill(2))) if found else text
    try:
        return date.fromisoformat(plain).isoformat()
    except ValueError as error:
        raise Wrong("not_a_day.typed", name, text) from error
