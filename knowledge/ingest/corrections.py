"""What a person corrected in the description of a document, checked before it is taken over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from typing import Any

from core.vietnamese.text import squeeze
from knowledge.errors import InvalidCorrectionError
from knowledge.ingest.metadata import KINDS, Metadata
from knowledge.ingest.relations import number_in

DAYS = ("issued_on", "effective_on", "expires_on")
LISTS = ("amends", "replaces")
FIELDS = tuple(field.name for field in fields(Metadata) if field.name != "amended_articles")
_KINDS = frozenset(kind for kind, _, _ in KINDS)
_LONGEST = 500


def corrected(metadata: Metadata, corrections: Mapping[str, Any]) -> Metadata:
    """Return *metadata* with *corrections*: plain values by field, days as 2026-07-01, ``None`` or "" for none.

    Raises :class:`InvalidCorrectionError` with every problem at once.
    """
    problems: dict[str, str] = {}
    values: dict[str, Any] = {}
    for name, given in corrections.items():
        try:
            values[name] = _value(name, given)
        except ValueError as exc:
            problems[name] = str(exc)
    result = replace(metadata, **values) if not problems else metadata
    if corrections and result.effective_on and result.expires_on and result.expires_on < result.effective_on:
        problems["expires_on"] = "before_effective_on"
    if problems:
        raise InvalidCorrectionError(problems)
    return result


def _value(name: str, given: Any) -> Any:
    if name not in FIELDS:
        raise ValueError("unknown_field")
    if name in LISTS:
        return _numbers(given)
    text = squeeze(str(given)) if given is not None else ""
    if len(text) > _LONGEST:
        raise ValueError("too_long")
    if name in DAYS:
        return _day(text)
    if name == "number" and text and number_in(text) != text:
        raise ValueError("not_a_number")
    if name == "kind" and text and text not in _KINDS:
        raise ValueError("unknown_kind")
    return text if name == "title" else text or None


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("not_a_day") from None


def _numbers(given: Any) -> tuple[str, ...]:
    parts: Sequence[Any] = given.replace(";", ",").split(",") if isinstance(given, str) else given or ()
    numbers = tuple(filter(None, (squeeze(str(part)) for part in parts)))
    if any(number_in(number) != number for number in numbers):
        raise ValueError("not_a_number")
    return tuple(dict.fromkeys(numbers))
