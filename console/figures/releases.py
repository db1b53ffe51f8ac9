"""The releases of the law, newest first, and what each changed in how the service answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from console.figures.statistics import DailyFigures, Statistics
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
    return [_effect(figures, one, before, today) for one, before in pairs]


def _effect(figures: DailyFigures, one: ReleaseRecord, before: ReleaseRecord | None, today: date) -> ReleaseEffect:
    day = one.active_from.astimezone(VIETNAM).date()
    return ReleaseEffect(
        one,
        _changed(one.manifest, before.manifest if before is not None else {}),
        _refused(figures.of(day - timedelta(days=_DAYS), day - timedelta(days=1))),
        _refused(figures.of(day, min(today, day + timedelta(days=_DAYS - 1)))) if day <= today else None,
    )


def _changed(new: Mapping[str, str], old: Mapping[str, str]) -> int:
    return sum(new.get(path) != old.get(path) for path in new.keys() | old.keys())


def _refused(found: Statistics) -> float | None:
    return found.share("refused")
