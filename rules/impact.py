"""What a change of the rules does: who is judged otherwise by the one release than by the other.

Looks at anybody one by one: worked cases, people of stored interviews. Whole lists: :mod:`rules.list_impact`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final

from rules.engine.decision import Decision, plain
from rules.engine.model import Outcome
from rules.errors import InvalidFacts
from rules.service import EligibilityService

MOST_KEPT: Final = 200
Progress = Callable[[int], None]


class Turn(StrEnum):
    """Which way a decision turns. ``unknown``: what was settled is open; ``settled``: the other way round."""

    GAINED = "gained"
    LOST = "lost"
    UNKNOWN = "unknown"
    SETTLED = "settled"
    RAISED = "raised"
    LOWERED = "lowered"
    OTHERWISE = "otherwise"


_GRAVITY: Final = tuple(Turn)


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody to be judged by both releases. *id* is a name the caller knows him by, no personal text."""

    id: str
    facts: Mapping[str, Any]
    as_of: date
    known_on: date | None = None
    province: str | None = None
    conversational: bool = False


@dataclass(frozen=True, slots=True)
class Effect:
    """How one decision on one subject differs. ``fields`` are the figures and groups: name -> (before, after)."""

    subject: str
    benefit: str
    turn: Turn
    before: Outcome | None
    after: Outcome | None
    fields: Mapping[str, tuple[Any, Any]]
    missing: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "subject": self.subject,
            "benefit": self.benefit,
            "turn": self.turn.value,
            "before": self.before.value if self.before else None,
            "after": self.after.value if self.after else None,
            "fields": {name: [plain(old), plain(new)] for name, (old, new) in self.fields.items()},
            "missing": list(self.missing),
        }


@dataclass(slots=True)
class Impact:
    """Counts over everybody looked at, and the gravest effects one by one."""

    looked_at: int = 0
    affected: int = 0
    unreadable: int = 0
    counts: dict[str, Counter[Turn]] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)

    @property
    def total(self) -> Counter[Turn]:
        """How often each turn occurs, over all benefits."""
        return sum(self.counts.values(), Counter())

    def add(self, other: Impact, keep: int = MOST_KEPT) -> None:
        """Count *other* in; of the effects of both the *keep* gravest stay."""
        self.looked_at += other.looked_at
        self.affected += other.affected
        self.unreadable += other.unreadable
        for benefit, turns in other.counts.items():
            self.counts.setdefault(benefit, Counter()).update(turns)
        keep_gravest(self.effects, other.effects, keep)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values, counts first."""
        return {
            "looked_at": self.looked_at,
            "affected": self.affected,
            "unreadable": self.unreadable,
            "total": {turn.value: count for turn, count in self.total.items()},
            "counts": {benefit: {t.value: n for t, n in turns.items()} for benefit, turns in self.counts.items()},
            "effects": [effect.to_json() for effect in self.effects],
        }


def impact(
    before: EligibilityService,
    after: EligibilityService,
    subjects: Iterable[Subject],
    *,
    benefits: Sequence[str] | None = None,
    keep: int = MOST_KEPT,
    progress: Progress | None = None,
) -> Impact:
    """Judge every subject by both releases and compare.

    *benefits* narrows what is looked at (see :func:`rules.difference.touched_benefits`); of the effects the *keep*
    gravest are kept, all are counted. A subject whose facts cannot be read counts as ``unreadable``.
    """
    found = Impact()
    for subject in subjects:
        found.looked_at += 1
        try:
            effects = effects_on(subject, before, after, benefits)
        except InvalidFacts:
            found.unreadable += 1
            continue
        found.affected += bool(effects)
        for effect in effects:
            found.counts.setdefault(effect.benefit, Counter())[effect.turn] += 1
        keep_gravest(found.effects, effects, keep)
        if progress is not None:
            progress(found.looked_at)
    return found


def effects_on(
    subject: Subject, before: EligibilityService, after: EligibilityService, benefits: Sequence[str] | None = None
) -> list[Effect]:
    """Return how the decisions on one subject differ; raises :class:`InvalidFacts`."""
    old, new = _judged(before, subject, benefits), _judged(after, subject, benefits)
    names = dict.fromkeys((*old, *new))
    effects = [effect_of(subject.id, name, old.get(name), new.get(name)) for name in names]
    return [effect for effect in effects if effect is not None]


def _judged(service: EligibilityService, subject: Subject, benefits: Sequence[str] | None) -> dict[str, Decision]:
    asked = None if benefits is None else [name for name in benefits if name in service.release.benefits]
    assessment = service.assess(
        subject.facts,
        as_of=subject.as_of,
        known_on=subject.known_on,
        province=subject.province,
        benefits=asked,
        conversational=subject.conversational,
        explain=False,
    )
    return {decision.benefit: decision for decision in assessment.decisions}


def effect_of(subject: str, benefit: str, old: Decision | None, new: Decision | None) -> Effect | None:
    """Return how two decisions on one *subject* differ, ``None`` where they are the same."""
    before, after = (decision.outcome if decision else None for decision in (old, new))
    told = [{**decision.results, "group": decision.group} if decision else {} for decision in (old, new)]
    fields = {
        name: (told[0].get(name), told[1].get(name))
        for name in sorted({*told[0], *told[1]})
        if told[0].get(name) != told[1].get(name)
    }
    if before is after and not fields:
        return None
    turn = _turn_of_outcome(before, after) if before is not after else _turn_of_fields(fields)
    return Effect(subject, benefit, turn, before, after, fields, new.missing if new else ())


def _turn_of_outcome(before: Outcome | None, after: Outcome | None) -> Turn:
    if after is Outcome.UNDETERMINED:
        return Turn.UNKNOWN
    if after is Outcome.ELIGIBLE:
        return Turn.SETTLED if before is Outcome.UNDETERMINED else Turn.GAINED
    return Turn.LOST if before is Outcome.ELIGIBLE else Turn.SETTLED


def _turn_of_fields(fields: Mapping[str, tuple[Any, Any]]) -> Turn:
    """Return whether figures rise or fall; where they move apart, or none is a number, ``otherwise``."""
    numbers = [
        (old, new)
        for old, new in fields.values()
        if all(isinstance(v, int | float) and not isinstance(v, bool) for v in (old, new))
    ]
    if numbers and all(new > old for old, new in numbers):
        return Turn.RAISED
    return Turn.LOWERED if numbers and all(new < old for old, new in numbers) else Turn.OTHERWISE


def keep_gravest(kept: list[Effect], effects: Sequence[Effect], most: int) -> None:
    """Add *effects* to *kept*, of which the *most* gravest stay."""
    kept += effects
    if len(kept) > most:
        kept.sort(key=lambda effect: _GRAVITY.index(effect.turn))
        del kept[most:]
