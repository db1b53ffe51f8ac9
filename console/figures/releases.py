"""The releases of the law, newest first, and what each changed in how the service answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from console.figures.statistics import DailyFigures, share_of
from core.clock import VIETNAM
from rules.store.records import ReleaseRecord
from rules.store.releases import ReleaseStore

SHOWN: Final = 10
_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class ReleaseEffect:
    """One release: how many documents differ from the one before, and the share of refusals around it, in percent."""

    release: ReleaseRecord
    documents: int
    refused_before: float | None
    refused_after: float | None


def effects(releases: ReleaseStore, figures: DailyFigures, today: date) -> Sequence[ReleaseEffect]:
    """Return the newest releases with their effect."""
    newest = releases.history(limit=SHOWN + 1)
    older: Sequence[ReleaseRecord | None] = [*newest[1:], None]
    pairs = list(zip(newest, older, strict=False))[:SHOWN]
    around = {day for one, _ in pairs for span in _spans(one) for day in span if day <= today}
    outcomes = figures.outcomes(around)
    return [_effect(outcomes, one, before) for one, before in pairs]


def _effect(outcomes: Mapping[date, Counter[str]], one: ReleaseRecord, before: ReleaseRecord | None) -> ReleaseEffect:
    changed = _changed(one.manifest, before.manifest if before is not None else {})
    return ReleaseEffect(one, changed, *(_refused(outcomes, span) for span in _spans(one)))


def _spans(one: ReleaseRecord) -> tuple[Sequence[date], Sequence[date]]:
    """Return the days before and after the release came into use."""
    first = one.active_from.astimezone(VIETNAM).date()
    days = [first + timedelta(days=number) for number in range(-_DAYS, _DAYS)]
    return days[:_DAYS], days[_DAYS:]


def _changed(new: Mapping[str, str], old: Mapping[str, str]) -> int:
    return sum(new.get(path) != old.get(path) for path in new.keys() | old.keys())


def _refused(outcomes: Mapping[date, Counter[str]], days: Sequence[date]) -> float | None:
    return share_of(sum((outcomes[day] for day in days if day in outcomes), Counter()), "refused")
