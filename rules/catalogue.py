"""What there is to ask for: every benefit by name, its groups, and how one applies for it on a day.

Nothing is judged here; a field the rule files do not tell is left empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from core.citations import Citation
from rules.engine.model import Benefit, Release, Source, Status
from rules.engine.periods import latest_in_force
from rules.errors import UnknownBenefit

ON_REQUEST: Final = frozenset({"poverty", "loans"})  # areas that are looked at for who asks, not for everybody


@dataclass(frozen=True, slots=True)
class BenefitCard:
    """One benefit as people know it. ``status`` is that of the day asked; ``None`` where no provision covers it."""

    id: str
    name_vi: str
    area: str
    scope: str
    aliases: tuple[str, ...]
    status: Status | None

    @property
    def is_on_request(self) -> bool:
        """Tell whether it is looked at only for who asks for it."""
        return self.area in ON_REQUEST


@dataclass(frozen=True, slots=True)
class Procedure:
    """How to apply on a day. ``days_working`` counts working days, ``fee_vnd`` is in đồng; ``None`` is not told."""

    where: str = ""
    form: str = ""
    days_working: int | None = None
    fee_vnd: int | None = None
    papers: tuple[str, ...] = ()
    decided_by: str = ""
    starts: str = ""
    note: str = ""
    since: date | None = None
    citations: tuple[Citation, ...] = ()


class Catalogue:
    """The benefits of one release."""

    def __init__(self, release: Release) -> None:
        self._benefits = release.benefits

    def cards(self, as_of: date) -> tuple[BenefitCard, ...]:
        """Return every benefit, also one that is closed or not yet open on *as_of*: its card says so."""
        return tuple(self._card(benefit, as_of) for benefit in self._benefits.values())

    def benefit(self, benefit: str, *, as_of: date) -> BenefitCard:
        """Return one card; raises :class:`UnknownBenefit`."""
        return self._card(self._known(benefit), as_of)

    def groups(self, benefit: str) -> Mapping[str, str]:
        """Return the groups of *benefit*: id -> Vietnamese name, in the order of the rule file."""
        return {group.id: group.name_vi for group in self._known(benefit).groups}

    def procedure(
        self, benefit: str, *, as_of: date, known_on: date | None = None, province: str | None = None
    ) -> Procedure | None:
        """Return how to apply on *as_of*, or ``None`` where the rule files do not say.

        *province* is there for places with a procedure of their own; a national row counts everywhere.
        """
        rows = [row for row in self._known(benefit).procedures if row.details.get("province") in (None, province)]
        local = [row for row in rows if row.details.get("province")]
        row = latest_in_force(local, as_of, known_on or as_of) or latest_in_force(rows, as_of, known_on or as_of)
        return _procedure(row.details, row.source, as_of, known_on or as_of) if row is not None else None

    def _card(self, benefit: Benefit, as_of: date) -> BenefitCard:
        state = latest_in_force(benefit.in_force, as_of, as_of)
        return BenefitCard(
            benefit.id,
            benefit.name_vi,
            benefit.area,
            benefit.scope,
            benefit.aliases,
            state.status if state is not None else None,
        )

    def _known(self, benefit: str) -> Benefit:
        if benefit not in self._benefits:
            raise UnknownBenefit(benefit, list(self._benefits))
        return self._benefits[benefit]


def _procedure(details: Mapping[str, Any], source: Source, as_of: date, known_on: date) -> Procedure:
    days, fee = details.get("days_working"), details.get("fee_vnd")
    return Procedure(
        where=_text(details.get("where")),
        form=_text(details.get("form")),
        days_working=days if isinstance(days, int) else None,
        fee_vnd=fee if isinstance(fee, int) else None,
        papers=_texts(details.get("papers")),
        decided_by=_text(details.get("decided_by")),
        starts=_text(details.get("starts")),
        note=_text(details.get("note")),
        since=source.period.start,
        citations=tuple(cite.citation for cite in source.cites if cite.period.covers(as_of, known_on)),
    )


def _text(value: Any) -> str:
    return "; ".join(_texts(value))


def _texts(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(str(part) for part in value)
    return (str(value),)
