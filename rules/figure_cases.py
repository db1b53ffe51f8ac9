"""Compare the values of parameters with those a worked case states for its day: what the article says, by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.citations import Citation
from rules.engine.decision import plain
from rules.engine.parameters import Found
from rules.errors import NoValueInForce
from rules.findings import near, told
from rules.service import EligibilityService


@dataclass
class MisstatedFigure(ValueError):
    """What stands for the value of ``figure`` is none; ``code`` is its sentence under ``bad_case``."""

    code: str
    figure: str
    got: Any


@dataclass(frozen=True, slots=True)
class StatedFigure:
    """The value of a parameter as somebody read it in the law: ``None`` where no value is in force.

    ``cites`` are the articles, any of which the rules must name; none: they are not compared.
    """

    key: str
    value: Any
    cites: tuple[str, ...] = ()


def stated_figures(raw: Any) -> tuple[StatedFigure, ...]:
    """Read ``key: 2.5``, ``key: none`` or ``key: {value: 2.5, cites: [...]}``; raises ``MisstatedFigure``."""
    if not isinstance(raw, Mapping):
        raise MisstatedFigure("figures", "", raw)
    return tuple(_stated(key, entry) for key, entry in raw.items())


def _stated(key: str, entry: Any) -> StatedFigure:
    cites: Any = ()
    if isinstance(entry, Mapping):
        if "value" not in entry or entry.keys() - {"value", "cites"}:
            raise MisstatedFigure("figure_keys", key, entry)
        entry, cites = entry["value"], entry.get("cites") or ()
    if entry == "none":
        entry = None
    if isinstance(entry, bool) or not (entry is None or isinstance(entry, int | float | Decimal)):
        raise MisstatedFigure("figure_value", key, entry)
    return StatedFigure(key, plain(entry), tuple(cites))


def found_figures(service: EligibilityService, case: Any) -> Iterator[tuple[StatedFigure, Found | None]]:
    """Yield what each stated figure of the worked *case* is by the rules; ``None`` where they give no value."""
    seen = case.known_on or case.as_of
    judged = service.case(case.facts, as_of=case.as_of, known_on=seen, province=case.province)
    for stated in case.figures:
        try:
            found = judged.found(stated.key)
        except (KeyError, NoValueInForce):
            yield stated, None
        else:
            yield stated, found if found.rows else None


def disagreements(service: EligibilityService, case: Any) -> Iterator[tuple[str, str, Any, Any]]:
    """Yield (parameter, what differs, stated, found) for every stated figure the rules give otherwise."""
    known = service.release.parameters
    for stated, found in found_figures(service, case):
        if stated.key not in known:
            meant = near(stated.key, known)
            yield stated.key, "figure", "known", told("unknown_parameter", name=stated.key, near=meant)
            continue
        value = _value(found)
        if value != stated.value:
            yield stated.key, "value", stated.value, value
        wanted = [Citation(text) for text in stated.cites]
        cited = list(found.cited.values()) if found is not None else []
        if wanted and not any(one.same_law(other) for one in wanted for other in cited):
            yield stated.key, "cites", list(stated.cites), [citation.text for citation in cited]


def _value(found: Found | None) -> Any:
    """Return the number, the two ends where the place leaves it open, or ``None`` where nothing is settled."""
    if found is None or found.unsettled is not None:
        return None
    span = found.span
    return plain(span.lo) if span.lo == span.hi else [plain(span.lo), plain(span.hi)]
